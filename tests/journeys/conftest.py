"""The journeys' stage: a served demo of its own, a browser, and a check on every page.

The demo runs as a user would start it, in its own data folder and on a free port, with few
practices. Set CQRS_SCREENSHOTS=1 to write the screenshots of the documents.
"""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright

from . import backstage, places
from .browser import ARGUMENTS, WHAT_TO_DO, find_browser
from .checking import faults, heading_and_title, sideways_when_narrow
from .served import ROOT, Demo, running, serving

SCREENSHOTS = ROOT / "docs" / "screenshots"
TALLEST = 2400
"""Pixels of a page that a screenshot keeps: longer pages go on in the same way."""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start `cqrs demo` as a user would, wait until it serves, and stop it afterwards."""
    data = tmp_path_factory.mktemp("journey") / "var"
    log = data.parent / "demo.log"
    settings = {"CQRS_DATA": str(data), "CQRS_GALLERY": "1"}
    with running(["demo", "--practices", "300"], settings, log) as address:
        yield Demo(address, data, log.read_text())


@pytest.fixture(scope="session")
def strict(demo: Demo) -> Iterator[Demo]:
    """The demo's data served a second time, as everywhere else: a second factor is required."""
    with serving(demo.data, second_factor="required") as address:
        yield Demo(address, demo.data, demo.printed)


@pytest.fixture(scope="session")
def there(demo: Demo) -> places.World:
    """Something for every number in an address."""
    return places.world(backstage.make_things(demo))


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, headless, quiet."""
    path = find_browser()
    assert path, WHAT_TO_DO
    started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    yield started
    started.close()


class Person:
    """Somebody at a browser. Every page that is opened is checked before anything else."""

    def __init__(self, page: Page, demo: Demo, *, scripts: bool = True) -> None:
        self.page = page
        self.demo = demo
        self.scripts = scripts
        self.faults: list[str] = []
        self.pages: list[str] = []
        """Addresses of the pages that were shown, in order."""
        self.clicks = 0
        """Links followed and buttons pressed."""
        page.on("framenavigated", self._shown)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._console)

    def _shown(self, frame: Frame) -> None:
        if frame == self.page.main_frame and frame.url != "about:blank":
            self.pages.append(frame.url)

    def _console(self, message) -> None:
        # A refused action answers 4xx on purpose; the browser reports that as an error line.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def sign_in(self, role: str) -> None:
        """Sign in with the address printed for a role."""
        self.page.goto(f"{self.demo.address}/")
        self.give_password(self.demo.email(role), self.demo.password)

    def give_password(self, email: str, password: str) -> None:
        """Fill the page of signing in and send it, whatever comes of it."""
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")

    def open(self, path: str) -> None:
        """Go to a path and check the page."""
        self.page.goto(f"{self.demo.address}{path}")
        self.check()

    def stands(self) -> list[str]:
        """What is wrong with the page as it stands, on a phone too; empty when nothing is."""
        self.page.wait_for_load_state("load")
        found = [*self.faults, *faults(self.page), *sideways_when_narrow(self.page)]
        return [f"{self.page.url}: {fault}" for fault in found]

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Click the first link of this name in the page and check where it leads."""
        self.clicks += 1
        self.page.locator("main a").filter(has_text=name).first.click()
        self.check()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of this name and check the page that follows."""
        self.clicks += 1
        self.page.get_by_role("main").get_by_role("button", name=name).first.click()
        self.check()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """The text stands in the page."""
        self.page.get_by_text(text).first.wait_for(timeout=15_000)

    def check(self) -> None:
        """Nothing for axe, one heading, a title, no sideways scrolling, no script fault."""
        page = self.page
        page.wait_for_load_state("load")
        assert not self.faults, self.faults
        found = faults(page) if self.scripts else heading_and_title(page)
        assert not found, f"{page.url}\n" + "\n".join(found)

    def picture(self, name: str) -> None:
        """Keep the page as desktop and phone screenshots, when CQRS_SCREENSHOTS is set."""
        if not os.environ.get("CQRS_SCREENSHOTS"):
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width, suffix in ((1280, "desktop"), (390, "phone")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.check()
            height = self.page.evaluate("() => document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{suffix}.png")
        self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def person(browser: Browser, demo: Demo) -> Iterator[object]:
    """Make people, each with a browser of their own: person("practice manager").

    Without a role they are at no page yet; `at` is another server than the demo's own.
    """
    contexts: list[BrowserContext] = []

    def make(
        role: str = "", *, width: int = 1280, scripts: bool = True, at: Demo | None = None
    ) -> Person:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        someone = Person(context.new_page(), at or demo, scripts=scripts)
        if role:
            someone.sign_in(role)
        return someone

    yield make
    for context in contexts:
        context.close()
