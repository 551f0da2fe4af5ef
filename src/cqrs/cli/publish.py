"""Put several files in place together, or none of them."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from cqrs.cli.output import Refused
from cqrs.definitions.counts import Problem


def publish(files: Mapping[Path, Iterable[bytes]]) -> None:
    """Write all files beside their places, then move them in; raises Refused having undone all.

    A file that stood there before is replaced, or put back when another can't be moved in or
    somebody stops the command.
    """
    ready: dict[Path, Path] = {}
    kept: dict[Path, Path | None] = {}
    place = next(iter(files))
    try:
        for place, pieces in files.items():
            ready[place] = _written(place, pieces)
        try:
            for place, fresh in ready.items():
                kept[place] = _set_aside(place)
                fresh.replace(place)
        except BaseException:
            _undo(kept, ready)
            raise
        _settle({place.parent for place in files})
    except OSError as error:
        problem = Problem(
            words=f"can't be written: {error.strerror or error}",
            remedy="Choose a folder that exists, may be written to and has room",
            file=str(place),
        )
        raise Refused([problem]) from error
    finally:
        for path in (*ready.values(), *(old for old in kept.values() if old)):
            path.unlink(missing_ok=True)


def _written(place: Path, pieces: Iterable[bytes]) -> Path:
    """The content in a file beside its place, on the disk to stay."""
    if place.exists() and not place.is_file():
        raise OSError(0, "it is not a file")
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        written.chmod(0o666 & ~_umask())
    except BaseException:
        written.unlink()
        raise
    return written


def _set_aside(place: Path) -> Path | None:
    """A second name for the file that is there, so that it can come back; None if there is none."""
    if not place.exists():
        return None
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    os.close(handle)
    aside = Path(name)
    aside.unlink()
    os.link(place, aside)
    return aside


def _undo(kept: Mapping[Path, Path | None], ready: Mapping[Path, Path]) -> None:
    for place, old in kept.items():
        if ready[place].exists():
            continue
        if old is None:
            place.unlink(missing_ok=True)
        else:
            old.replace(place)


def _settle(folders: Iterable[Path]) -> None:
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
