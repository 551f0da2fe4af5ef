"""The checks of permissions in the portal's code, and running it with one of them gone."""

import ast
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

from .sources import PORTAL, name, tree, under

EVERYBODY = "__import__('django.db.models').db.models.Q()"
EVERYWHERE = (
    "__import__('cqrs.portal.organisations.models', fromlist=['x']).Organisation.objects.all()"
)
GONE = {
    "require": "None", "may": "True", "may_for": "True", "everywhere": "True",
    "reached_by": "True", "_covers": "True", "reaches_all": "True",
    "within": EVERYBODY, "seen": EVERYBODY, "visible": EVERYBODY, "own": EVERYBODY,
    "deciding": EVERYBODY, "looked_after": EVERYBODY,
    "visible_organisations": EVERYWHERE,
    "refusal": "''", "deciding_refusal": "''", "_not_this_person": "''",
}  # fmt: skip
"""Each way to ask for a permission, and the answer that lets everybody do it."""
OF_CLAIMS = {"seen", "visible", "own", "deciding", "refusal"}
"""Names that mean a check only where claims are; elsewhere they are other functions."""


@dataclass(frozen=True)
class Check:
    """One place where the code asks for a permission."""

    path: Path
    line: int
    column: int
    asks: str
    function: str
    """The function of the module, or method, in which it stands."""
    text: str = field(compare=False)

    @property
    def room(self) -> str:
        """The room or door it stands in."""
        return self.path.relative_to(PORTAL).parts[0]

    def __str__(self) -> str:
        return f"{name(self.path)}:{self.line}: {self.function}: {self.text}"


def _asks(node: ast.AST) -> str:
    """What a call asks, as GONE names it; empty for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name) and node.func.id != "may":
        return node.func.id if node.func.id in GONE else ""
    if not isinstance(node.func, ast.Attribute):
        return ""
    called = node.func.attr
    by_a_person = called == "may" and ast.unparse(node.func.value) in ("actor", "acting(request)")
    of_a_module = called in ("refusal",) and ast.unparse(node.func.value) == "remit"
    return called if by_a_person or of_a_module else ""


def _counts(node: ast.Call, path: Path) -> bool:
    asks = _asks(node)
    if asks in OF_CLAIMS and isinstance(node.func, ast.Name):
        return path.relative_to(PORTAL).parts[0] in ("claims", "payments")
    return bool(asks)


@cache
def checks() -> tuple[Check, ...]:
    """Every check of a permission in the portal, in the order of files and lines."""
    found = []
    for path in under(PORTAL, ".py"):
        for top in ast.walk(tree(path)):
            if not isinstance(top, ast.Module | ast.ClassDef):
                continue
            for function in top.body:
                if not isinstance(function, ast.FunctionDef):
                    continue
                found += [
                    Check(
                        path, node.lineno, node.col_offset, _asks(node), function.name,
                        ast.unparse(node),
                    )
                    for node in ast.walk(function)
                    if isinstance(node, ast.Call) and _counts(node, path)
                ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.column)))


class _Removal(ast.NodeTransformer):
    """Puts the answer that lets everybody through in the place of one call."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        here = (node.lineno, node.col_offset, _asks(node))
        if here != (self.check.line, self.check.column, self.check.asks):
            return node
        return ast.copy_location(ast.parse(GONE[self.check.asks], mode="eval").body, node)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


@cache
def _live(path: Path) -> dict[tuple[str, int], FunctionType]:
    """The functions of a loaded module, decorated ones too, by name and first line."""
    return {
        (one.__code__.co_name, one.__code__.co_firstlineno): one
        for one in gc.get_objects()
        if type(one) is FunctionType and one.__code__.co_filename == str(path)
    }


@contextmanager
def without(check: Check) -> Iterator[None]:
    """Run with this one check gone: whoever calls the function runs the changed one."""
    fresh = ast.parse(check.path.read_text(encoding="utf-8"))
    changed = ast.fix_missing_locations(_Removal(check).visit(fresh))
    codes = {
        (code.co_name, code.co_firstlineno): code
        for code in _codes(compile(changed, str(check.path), "exec"))
    }
    inside = next(
        node
        for node in ast.walk(tree(check.path))
        if isinstance(node, ast.FunctionDef)
        and node.name == check.function
        and node.lineno <= check.line <= (node.end_lineno or 0)
    )
    first = min([node.lineno for node in inside.decorator_list], default=inside.lineno)
    function = _live(check.path)[check.function, first]
    before, function.__code__ = function.__code__, codes[check.function, first]
    try:
        yield
    finally:
        function.__code__ = before


def unnoticed(check: Check, notice: Callable[[], None]) -> bool:
    """Whether nothing fails when the check is gone."""
    with without(check):
        try:
            notice()
        except Exception:
            return False
    return True
