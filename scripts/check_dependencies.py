"""Every installed package is the one that is pinned, and its licence lets us pass the product on.

    python -m scripts.check_dependencies

Works without a network: it reads what the packages say of themselves. Known vulnerabilities are
not looked up here; that needs a database from elsewhere.
"""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "dev.txt"
OWN = {"cqrs", "pip", "setuptools", "wheel"}
PERMISSIVE = (
    "mit", "bsd", "apache", "isc", "psf", "python software foundation", "python-2.0", "mpl",
    "mozilla public license 2.0", "unlicense", "zlib", "0bsd", "cc0", "hpnd", "postgresql",
    "public domain", "zpl", "artistic",
)  # fmt: skip
"""Signs of a licence that asks for no more than to be named (MPL: and for its own files)."""
LIBRARY = ("lgpl", "lesser general public")
"""May be used as a library, unchanged; each by name below."""
LIBRARIES = {"psycopg", "psycopg-binary", "psycopg-pool"}
REFUSED = re.compile(r"\b(agpl|gpl|gnu affero|gnu general public|sspl|commons clause)", re.I)
CHOSEN = {"text-unidecode": "Artistic License"}
"""Licences read by a person: offered beside another, or not told in a form a program reads."""


def pins() -> dict[str, set[str]]:
    """Name and versions of everything in requirements/dev.txt: one for each Python that differs."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", PINS.read_text("utf-8"), re.M
    ):
        found.setdefault(_plain(name), set()).add(version)
    return found


def licence(distribution: metadata.Distribution) -> str:
    """What a package says of its licence, in one line."""
    told = distribution.metadata
    classifiers = [c for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    first = "".join(told.get_all("License") or [""])[:200].strip().splitlines()[:1]
    said = ["".join(told.get_all("License-Expression") or [""]), *classifiers, *first]
    return CHOSEN.get(_plain(told["Name"])) or "; ".join(part for part in said if part)


def faults(distribution: metadata.Distribution, pinned: dict[str, set[str]]) -> Iterator[str]:
    """What is wrong with one installed package, in sentences."""
    name, said = _plain(distribution.metadata["Name"]), licence(distribution)
    if name not in pinned:
        yield f"{name} is installed and not pinned: add it to requirements and run make lock."
    elif distribution.version not in pinned[name]:
        wanted = " or ".join(sorted(pinned[name]))
        yield f"{name} is {distribution.version}, pinned is {wanted}: run make setup."
    lower = said.lower()
    if any(sign in lower for sign in LIBRARY):
        if name not in LIBRARIES:
            yield f"{name} is under {said}: look at how it is used, then add it to LIBRARIES."
    elif REFUSED.search(lower):
        yield f"{name} is under {said}, which would bind the whole product: take another."
    elif not any(re.search(rf"\b{re.escape(sign)}", lower) for sign in PERMISSIVE):
        yield f"{name} says '{said}' of its licence: read it, then add it to CHOSEN."


def main() -> int:
    """Print every fault; 1 when there is any."""
    pinned = pins()
    installed = [d for d in metadata.distributions() if _plain(d.metadata["Name"]) not in OWN]
    found = sorted({fault for one in installed for fault in faults(one, pinned)})
    for fault in found:
        print(fault)
    if not found:
        print(f"{len(installed)} packages: as pinned, and under permissive licences.")
    return 1 if found else 0


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
