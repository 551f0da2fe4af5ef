"""Open an address, or send a form of it empty, and say what is wrong with what is shown."""

from urllib.parse import urlsplit

from . import places
from .conftest import Person

FORMS = """[...document.querySelectorAll('main form[method=post]')].filter((form) =>
  [...form.elements].some((one) => one.name && !['hidden', 'submit'].includes(one.type)))"""
SEND_EMPTY = f"""(number) => {{
  const form = {FORMS}[number]
  for (const one of form.elements) {{
    if (one.type === 'checkbox' || one.type === 'radio') one.checked = false
    else if (one.tagName === 'SELECT') one.selectedIndex = -1
    else if (one.type !== 'hidden' && one.tagName !== 'BUTTON') one.value = ''
  }}
  form.noValidate = true
  form.requestSubmit(form.querySelector('button:not([type=button])'))
}}"""
FOCUSED = "() => Boolean(document.activeElement.closest('.nhsuk-error-summary'))"


def opened(someone: Person, path: str, *, leads_on: bool) -> list[str]:
    """What is wrong with a page, or that it isn't shown."""
    answer = someone.page.goto(f"{someone.demo.address}{path}")
    assert answer
    found = [] if answer.status == 200 else [f"{path} answers {answer.status}"]
    shown = urlsplit(someone.page.url).path
    if (shown != urlsplit(path).path) != leads_on:
        found.append(f"{path} leads to {shown}")
    return found + someone.stands()


def forms(someone: Person) -> int:
    """How many forms of the page ask for something and change something."""
    return int(someone.page.evaluate(f"() => {FORMS}.length"))


def sent_empty(someone: Person, path: str, number: int, name: str) -> list[str]:
    """What is wrong with the page that answers a form with nothing in it."""
    page = someone.page
    page.goto(f"{someone.demo.address}{path}")
    with page.expect_navigation():
        page.evaluate(SEND_EMPTY, number)
    found = someone.stands()
    complains = page.locator(".nhsuk-error-summary").count() == 1
    if complains == (name in places.EMPTY_IS_FINE):
        found.append(f"{path}: form {number + 1} sent empty is answered by {page.title()!r}")
    if complains and not page.evaluate(FOCUSED):
        found.append(f"{path}: the summary of errors of form {number + 1} has not the focus")
    if complains and not page.title().startswith("Error: "):
        found.append(f"{path}: after an error the title is {page.title()!r}")
    return found
