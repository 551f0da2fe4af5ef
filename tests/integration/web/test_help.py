"""Help: open to anyone, safe, complete, and the right page from everywhere."""

import pytest
from django.test import Client, override_settings

from cqrs.portal.web import documents, helping
from tests.house import addresses
from tests.integration.web.looking import lines, main


@pytest.fixture(autouse=True)
def _database(england: None) -> None:
    """Pages of people who haven't signed in still ask whose session it is."""


def test_every_address_has_a_page_of_help_that_exists() -> None:
    without = [name for name in addresses.served() if not helping.page_for(name)]
    assert not without, f"Name a document for these in web/helping.py: {without}"
    unknown = sorted(set(helping.HELP.values()) - documents.pages().keys())
    assert not unknown, f"web/helping.py names documents that aren't there: {unknown}"


def test_every_document_stands_in_the_contents_once() -> None:
    listed = [name for shelf in helping.shelves() for name, _ in shelf.pages]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(documents.pages())


@pytest.mark.parametrize("name", documents.pages())
def test_every_document_becomes_a_page(name: str) -> None:
    drawn = documents.document(name)
    assert drawn.title
    assert "<h1" not in drawn.html
    assert "<script" not in drawn.html
    assert 'href=""' not in drawn.html
    assert 'src=""' not in drawn.html
    assert 'href="../' not in drawn.html


def test_help_is_open_to_anyone_and_says_what_is_there() -> None:
    client = Client()
    assert "Practices and networks" in lines(client.get("/help/"))
    glossary = client.get("/help/GLOSSARY/")
    assert "achievement date" in lines(glossary)
    assert '<th scope="col"' in main(glossary) or 'scope="col"' in main(glossary)
    assert "Accessibility statement" in lines(client.get("/help/accessibility/"))


def test_links_and_pictures_of_a_document_lead_to_pages_of_the_portal() -> None:
    page = main(Client().get("/help/how-to/find-your-way/"))
    assert 'href="/help/GLOSSARY/"' in page
    tutorial = main(Client().get("/help/tutorials/from-counts-to-payment/"))
    assert 'src="/help/pictures/screenshots/' in tutorial
    name = next(iter(documents.pictures()))
    picture = Client().get(f"/help/pictures/{name}")
    assert picture["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "../GLOSSARY",
        "how-to/../../CHANGELOG",
        "..%2F..%2Fetc%2Fpasswd",
        "reference/README.md",
        "pictures/../README",
    ],
)
def test_nothing_but_documents_can_be_read(path: str) -> None:
    assert Client().get(f"/help/{path}/").status_code == 404


def test_html_in_a_document_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        documents, "_text", lambda page: "# T\n\n<script>x</script> [y](javascript:z) [w](../a.py)"
    )
    documents.document.cache_clear()
    drawn = documents.document("how-to/find-your-way").html
    documents.document.cache_clear()
    assert "&lt;script&gt;" in drawn
    assert "<script" not in drawn
    assert "href" not in drawn
    assert " w" in drawn, "a link that leads nowhere keeps its words"


def test_search_finds_by_words_and_says_when_there_is_nothing() -> None:
    client = Client()
    assert "Pay approved claims" in lines(client.get("/help/?words=releaser+run"))
    assert "No page has all these words." in lines(client.get("/help/?words=xylophone%00zz"))
    assert "<script>" not in main(client.get("/help/?words=<script>"))


def test_the_gallery_is_for_development_only() -> None:
    assert Client().get("/gallery/").status_code == 404
    with override_settings(GALLERY=True):
        page = Client().get("/gallery/?page=2")
    assert page.status_code == 200
    assert "Showing 21 to 40 of 6,300 practices" in lines(page)
