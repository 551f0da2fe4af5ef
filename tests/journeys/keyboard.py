"""A keyboard and nothing else: tab until something is reached, and see that focus shows."""

import re

from playwright.sync_api import Page

FARTHEST = 120
"""Presses of the tab key after which something counts as out of reach."""
NAME = """() => {
  const here = document.activeElement
  if (!here || here === document.body) return ''
  const label = here.labels && here.labels[0]
  return (label || here).innerText.trim()
}"""
SHOWS = """() => {
  const here = document.activeElement
  const box = here.getBoundingClientRect()
  const drawn = (one) => {
    const style = getComputedStyle(one)
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
  }
  const label = here.labels && here.labels[0]
  const onScreen = box.bottom > 0 && box.top < window.innerHeight
  return onScreen && (drawn(here) || Boolean(label && drawn(label)))
}"""


def focused(page: Page) -> str:
    """The words of what has the focus; its label for a field."""
    return str(page.evaluate(NAME))


def tab_to(page: Page, name: str | re.Pattern[str]) -> None:
    """Tab until something of this name has the focus; every stop on the way must show it."""
    wanted = re.compile(re.escape(name)) if isinstance(name, str) else name
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        here = focused(page)
        if here:
            assert page.evaluate(SHOWS), f"{page.url}: focus doesn't show on {here!r}"
        if wanted.search(here):
            return
    raise AssertionError(f"{page.url}: {name!r} is out of the keyboard's reach")


def open_by_key(page: Page, name: str | re.Pattern[str]) -> None:
    """Tab to a link or button, press enter, and wait for the page it leads to."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_in(page: Page, label: str, text: str) -> None:
    """Tab to a field and type."""
    tab_to(page, label)
    page.keyboard.type(text)
