"""Every address of the portal, read from Django, and the list that says who may."""

from dataclasses import dataclass
from functools import cache

from .sources import ROOT

LIST = ROOT / "tests" / "routes.txt"
ANYONE, SIGNED_IN = "anyone", "signed in"


@dataclass(frozen=True)
class Route:
    """An address, its name, and who may open it: words, or permissions of which one is enough."""

    name: str
    path: str
    who: str

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permissions named; none for "anyone" and "signed in"."""
        return () if self.who in (ANYONE, SIGNED_IN) else tuple(self.who.split(" or "))

    def __str__(self) -> str:
        return f"{self.name:36} /{self.path:56} {self.who}".rstrip()


@cache
def listed() -> dict[str, Route]:
    """The stored list by name: name, path and who, apart by spaces."""
    routes = {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, path, who = line.split(None, 2)
            routes[name.strip()] = Route(name.strip(), path.strip().lstrip("/"), who.strip())
    return routes


def served() -> dict[str, Route]:
    """What Django serves, by name; `who` only tells anyone from signed in."""
    from django.urls import URLPattern, URLResolver, get_resolver

    routes: dict[str, Route] = {}

    def walk(patterns: list[URLPattern | URLResolver], path: str, space: str) -> None:
        for pattern in patterns:
            here = path + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                walk(pattern.url_patterns, here, space + inner)
            else:
                who = SIGNED_IN if getattr(pattern.callback, "login_required", True) else ANYONE
                name = space + (pattern.name or f"unnamed {here}")
                routes[name] = Route(name, here, who)

    walk(get_resolver().url_patterns, "", "")
    return routes
