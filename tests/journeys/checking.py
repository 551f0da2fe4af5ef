"""What every page must hold, whoever looks at it: nothing for axe, one heading, a title, a fit."""

import json
from pathlib import Path

from playwright.sync_api import Error, Page

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# NHS.UK radios with conditional fields set aria-expanded on the input: a fault of the component.
UPSTREAM = {"aria-allowed-attr": "nhsuk-radios__input"}
OPTIONS = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
RUN = f"async () => (await axe.run(document, {json.dumps(OPTIONS)})).violations"
NARROW = (390, 320)
"""Widths in pixels of a phone, and of a page at 400% on a small screen (WCAG 1.4.10)."""
FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"
SETTLES_MS = 1000
"""How long a page may take after its width changed: the menu is folded again a moment later."""
WIDEST = """() => {
  const range = document.createRange()
  const words = (one) => [...one.childNodes].filter((n) => n.nodeType === 3 && n.data.trim())
  const right = (node) => { range.selectNode(node); return range.getBoundingClientRect().right }
  const wide = [...document.querySelectorAll('body *')].find((one) =>
    one.getBoundingClientRect().width > 1 && !one.closest('.nhsuk-u-visually-hidden') &&
    (words(one).some((n) => right(n) > window.innerWidth) ||
      (one.matches('input, select, textarea, img') && right(one) > window.innerWidth)))
  return wide ? wide.outerHTML.slice(0, 160) : 'nothing one can read'
}"""


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in the order in which one would mend it."""
    return heading_and_title(page) + axe(page) + sideways(page)


def axe(page: Page) -> list[str]:
    """What axe finds."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in page.evaluate(RUN)
        for node in violation["nodes"]
        if UPSTREAM.get(violation["id"], "\0") not in node["html"]
    ]


def heading_and_title(page: Page) -> list[str]:
    """One heading of the first level, and a title that names the page and then the service."""
    found = []
    headings = page.locator("h1").count()
    if headings != 1:
        found.append(f"{headings} headings of the first level")
    service = page.locator(".nhsuk-header__service-name").inner_text()
    named, _, last = page.title().rpartition(" – ")
    if last != service or not named.removeprefix("Error: ").strip(" –"):
        found.append(f"the title {page.title()!r} doesn't name the page and then {service!r}")
    return found


def sideways(page: Page) -> list[str]:
    """Whether it scrolls sideways, and what makes it, at the width at which it stands."""
    try:
        page.wait_for_function(FITS, timeout=SETTLES_MS)
    except Error:
        width = page.evaluate("() => window.innerWidth")
        return [f"scrolls sideways at {width} px: {page.evaluate(WIDEST)}"]
    return []


def sideways_when_narrow(page: Page) -> list[str]:
    """The same on a phone and on the narrowest screen; the page is as wide as before after it."""
    before = page.viewport_size
    assert before
    found = []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": before["height"]})
        found += sideways(page)
    page.set_viewport_size(before)
    return found
