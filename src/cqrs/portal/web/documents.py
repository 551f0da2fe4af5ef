"""The documents of the project as pages: Markdown in, NHS.UK markup out, and a search by words.

Only files named here are ever opened: what stands under `docs/` when the process begins, and the
glossary. HTML in a document is shown as text; links to other documents and pictures lead to pages
of this portal, links to anything else in the source become plain words.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

GLOSSARY = "GLOSSARY"
CLASSES = {
    "h2": "nhsuk-heading-l",
    "h3": "nhsuk-heading-m",
    "h4": "nhsuk-heading-s",
    "ul": "nhsuk-list nhsuk-list--bullet",
    "ol": "nhsuk-list nhsuk-list--number",
    "table": "nhsuk-table app-table",
    "thead": "nhsuk-table__head",
    "tbody": "nhsuk-table__body",
    "tr": "nhsuk-table__row",
    "th": "nhsuk-table__header",
    "td": "nhsuk-table__cell",
}
MOST_FOUND = 30
SCROLLS = '<div class="app-scroll" role="region" tabindex="0" aria-label="{}">'


@dataclass(frozen=True)
class Part:
    """A heading of a document, and the anchor it has."""

    title: str
    anchor: str


@dataclass(frozen=True)
class Document:
    """One document as a page shows it."""

    page: str
    title: str
    html: SafeString
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Found:
    """A document that holds every word searched for, with the words round the first."""

    page: str
    title: str
    near: str


@cache
def pages() -> Mapping[str, Path]:
    """Every document by its name: "how-to/forecast"; the folders' own README is the folder."""
    root = settings.DOCUMENTS
    found = {}
    for path in sorted(root.rglob("*.md")):
        name = path.relative_to(root).with_suffix("").as_posix()
        found[name.removesuffix("/README")] = path
    found.pop("README", None)
    glossary = root.parent / "GLOSSARY.md"
    if glossary.exists():
        found[GLOSSARY] = glossary
    return MappingProxyType(found)


@cache
def pictures() -> Mapping[str, Path]:
    """Every picture of the documents by its path under docs/."""
    root = settings.DOCUMENTS
    return MappingProxyType(
        {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.png"))}
    )


@cache
def _text(page: str) -> str:
    return pages()[page].read_text(encoding="utf-8")


@cache
def title(page: str) -> str:
    """The first heading of a document, without its marks."""
    first = next((line for line in _text(page).splitlines() if line.startswith("# ")), f"# {page}")
    return re.sub(r"[`*]", "", first[2:]).strip()


def search(words: str) -> tuple[Found, ...]:
    """Documents with every word, titles first, then by how often; thirty at most."""
    wanted = words.lower().split()
    scored = []
    for page in pages() if wanted else ():
        text, heading = _text(page).lower(), title(page).lower()
        if all(word in text for word in wanted):
            in_title = sum(word in heading for word in wanted)
            often = sum(text.count(word) for word in wanted) / (1 + len(text) // 2_000)
            scored.append((-in_title, -often, page))
    return tuple(
        Found(page, title(page), _near(page, wanted[0]))
        for _, _, page in sorted(scored)[:MOST_FOUND]
    )


def _near(page: str, word: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*|#>]|-{3,}", r"\1", _text(page).partition("\n")[2])
    plain = " ".join(plain.split())
    at = max(0, plain.lower().find(word) - 60)
    start = plain.find(" ", at) + 1 if at else 0
    return ("… " if at else "") + plain[start : start + 180].rsplit(" ", 1)[0] + " …"


@lru_cache(maxsize=64)
def document(page: str) -> Document:
    """A document by its name. KeyError when there is none."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_text(page))
    parts = _dress(tokens, page)
    html = parser.renderer.render(tokens, parser.options, {})
    # Safe: the renderer escapes text, and no HTML of the document gets through it.
    return Document(page, title(page), mark_safe(html), tuple(parts))  # noqa: S308 (see above)


def _dress(tokens: list[Token], page: str) -> list[Part]:
    """Classes, anchors, regions that scroll, and links that lead somewhere; in place."""
    parts: list[Part] = []
    for n, token in enumerate(tokens):
        if token.type == "heading_open":
            _head(token, tokens[n + 1], parts)
        elif token.type == "heading_close" and token.tag == "h1":
            token.hidden = True
        if token.tag in CLASSES and token.nesting == 1:
            token.attrSet("class", CLASSES[token.tag])
        if token.tag == "th" and token.nesting == 1:
            _heading_of_column(token, tokens[n + 1], tokens[n + 2])
        for child in token.children or ():
            _lead(child, page)
        if token.children:
            token.children = _without_dead_links(token.children)
    _drop_first_heading(tokens)
    _wrap(tokens)
    return parts


def _heading_of_column(opens: Token, inline: Token, closes: Token) -> None:
    """A heading without words is a plain cell."""
    if inline.content.strip():
        opens.attrSet("scope", "col")
    else:
        opens.tag = closes.tag = "td"


def _head(token: Token, inline: Token, parts: list[Part]) -> None:
    if token.tag == "h1":
        return
    words = "".join(child.content for child in inline.children or ())
    anchor = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "part"
    taken = {part.anchor for part in parts}
    if anchor in taken:
        anchor = next(f"{anchor}-{n}" for n in range(2, 999) if f"{anchor}-{n}" not in taken)
    token.attrSet("id", anchor)
    parts.append(Part(words, anchor))


def _drop_first_heading(tokens: list[Token]) -> None:
    """The first h1 stands in the page already; others become h2."""
    first = next(
        (n for n, t in enumerate(tokens) if t.type == "heading_open" and t.tag == "h1"), None
    )
    if first is not None:
        del tokens[first : first + 3]
    for token in tokens:
        if token.tag == "h1":
            token.tag, token.hidden = "h2", False
            if token.nesting == 1:
                token.attrSet("class", CLASSES["h2"])


def _wrap(tokens: list[Token]) -> None:
    """Tables and code that may be wider than a phone scroll inside a region of their own."""
    n = regions = 0
    while n < len(tokens):
        token = tokens[n]
        if token.type in ("table_open", "fence", "code_block"):
            regions += 1
            label = "Table" if token.type == "table_open" else "Example"
            tokens.insert(n, _raw(SCROLLS.format(f"{label}, part {regions} of the page")))
            end = n + 1
            while token.type == "table_open" and tokens[end].type != "table_close":
                end += 1
            tokens.insert(end + 1, _raw("</div>"))
            n = end + 1
        n += 1


def _raw(html: str) -> Token:
    return Token("html_block", "", 0, content=html)


def _lead(child: Token, page: str) -> None:
    if child.type == "image":
        source = _beside(page, str(child.attrGet("src") or ""))
        child.attrSet("class", "app-picture")
        child.attrSet("loading", "lazy")
        known = source in pictures()
        child.attrSet("src", reverse("help-picture", args=[source]) if known else "")
    elif child.type == "link_open":
        child.attrSet("href", _address(page, str(child.attrGet("href") or "")))


def _address(page: str, target: str) -> str:
    """Where a link of a document leads in the portal; empty when nowhere."""
    if target.startswith(("https://", "http://", "mailto:", "#")):
        return target
    path, _, anchor = target.partition("#")
    name = _beside(page, path).removesuffix(".md")
    name = name.removesuffix("/README")
    if name in ("README", "", "."):
        return reverse("help")
    if name not in pages():
        return ""
    return reverse("help-page", args=[name]) + (f"#{anchor}" if anchor else "")


def _beside(page: str, path: str) -> str:
    """A path written in a document, as seen from docs/."""
    folder = "" if page == GLOSSARY else posixpath.dirname(_place(page))
    joined = posixpath.normpath(posixpath.join(folder, path))
    if page == GLOSSARY:
        return joined.removeprefix("docs/")
    return GLOSSARY if joined in ("../GLOSSARY.md", "../GLOSSARY") else joined


def _place(page: str) -> str:
    return pages()[page].relative_to(settings.DOCUMENTS).as_posix()


def _without_dead_links(children: Sequence[Token]) -> list[Token]:
    """Links that lead nowhere in the portal keep their words."""
    kept: list[Token] = []
    dead = False
    for child in children:
        if child.type == "link_open" and not child.attrGet("href"):
            dead = True
        elif child.type == "link_close" and dead:
            dead = False
        elif child.type != "image" or child.attrGet("src"):
            kept.append(child)
    return kept
