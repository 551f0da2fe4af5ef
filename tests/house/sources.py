"""The files of this repository and what stands in them, for rules about code."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "cqrs"
PORTAL = SOURCE / "portal"


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Every file git knows, or would once added, with one of these endings."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = (ROOT / name for name in listed if name.endswith(suffixes))
    return tuple(sorted({path for path in found if path.is_file()}))


def under(folder: Path, *suffixes: str) -> tuple[Path, ...]:
    """Those of a folder, or the one file itself."""
    return tuple(p for p in files(*suffixes) if p == folder or folder in p.parents)


def name(path: Path) -> str:
    """A path as messages show it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), name(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, nested ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_with(paths: tuple[Path, ...], *words: str) -> list[str]:
    """ "file:line: text" of every line that holds one of the words."""
    return [
        f"{name(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(word in line for word in words)
    ]


# Actions -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Action:
    """A function through which a room is written to."""

    room: str
    function: ast.FunctionDef
    calls: frozenset[str]
    """Every name called by it, or by functions of the same room that it calls."""

    @property
    def name(self) -> str:
        """ "claims.declare"."""
        return f"{self.room}.{self.function.name}"


def actions() -> list[Action]:
    """Every action of every room: public functions of actions.py, or those its package exports."""
    found = []
    for room in sorted(path for path in PORTAL.iterdir() if path.is_dir()):
        single, package = room / "actions.py", room / "actions"
        modules = [single] if single.exists() else sorted(package.glob("*.py"))
        known = {
            node.name: node
            for module in modules
            for node in tree(module).body
            if isinstance(node, ast.FunctionDef)
        }
        public = _exported(package / "__init__.py") if package.exists() else set(known)
        found += [
            Action(room.name, node, frozenset(_reached(node, known)))
            for node in known.values()
            if node.name in public and not node.name.startswith("_")
        ]
    return found


def _exported(module: Path) -> set[str]:
    if not module.exists():
        return set()
    for node in tree(module).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def _reached(start: ast.FunctionDef, known: dict[str, ast.FunctionDef]) -> set[str]:
    """Names called from a function, following those that the room itself defines."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called not in seen:
                seen.add(called)
                if called in known:
                    waiting.append(known[called])
    return seen
