"""Help: the documents inside the portal, open to anyone, and which of them explains which page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.web import documents
from cqrs.portal.web.middleware import NUL

HELP: Mapping[str, str] = {
    "home": "how-to/find-your-way",
    "switch": "how-to/find-your-way",
    "help": "how-to/find-your-way",
    "help-page": "how-to/find-your-way",
    "help-picture": "how-to/find-your-way",
    "accessibility": "how-to/find-your-way",
    "gallery": "how-to/find-your-way",
    "practice": "how-to/declare-a-claim",
    "shared": "how-to/declare-a-claim",
    "shared:explain": "explanation/exactness",
    "shared:workings_csv": "explanation/exactness",
    "shared:decide": "how-to/approve-claims",
    "commissioner": "how-to/approve-claims",
    "national": "tutorials/from-counts-to-payment",
    "national:payments": "how-to/pay-approved-claims",
    "national:payments-build": "how-to/pay-approved-claims",
    "national:payment-run": "how-to/pay-approved-claims",
    "national:payment-run-release": "how-to/pay-approved-claims",
    "national:payment-run-cancel": "how-to/pay-approved-claims",
    "national:payment-run-file": "how-to/pay-approved-claims",
    "national:audit": "how-to/read-the-audit-trail",
    "account_": "how-to/find-your-way",
    "mfa_": "how-to/set-up-a-second-factor",
    "openid_": "how-to/sign-in-with-nhsmail",
    "socialaccount_": "how-to/find-your-way",
    "security": "how-to/set-up-a-second-factor",
    "security:networks": "how-to/manage-people",
    "security:network": "how-to/manage-people",
    "people": "how-to/manage-people",
    "join": "how-to/join",
    "invitation": "how-to/join",
    "support": "reference/roles",
    "inbox": "how-to/notifications",
    "notice": "how-to/notifications",
    "preferences": "how-to/notifications",
    "announce": "how-to/notifications",
    "unsent-mail": "how-to/notifications",
    "organisations": "how-to/load-organisations",
    "mergers": "how-to/merge-or-close-a-provider",
    "audit": "how-to/read-the-audit-trail",
    "trail": "how-to/read-the-audit-trail",
    "join_": "how-to/join",
    "invitation_": "how-to/join",
    "inbox-read": "how-to/notifications",
    "announcements": "how-to/notifications",
    "announcement-": "how-to/notifications",
    "unsent-": "how-to/notifications",
}
"""For each page, by the name of its address, its namespace, or the start of its name."""

AUDIENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Everybody", "Getting round the portal, and what the words mean.",
     ("how-to/find-your-way", "how-to/join", "how-to/set-up-a-second-factor",
     "how-to/notifications", documents.GLOSSARY, "reference/roles", "reference/claim-states")),
    ("Practices and networks", "Counts, points and pounds, and declaring them.",
     ("how-to/declare-a-claim", "tutorials/from-counts-to-payment", "explanation/exactness",
      "how-to/forecast", "how-to/what-if")),
    ("Commissioners", "Approving claims, and schemes of your own.",
     ("how-to/approve-claims", "how-to/write-a-local-scheme", "how-to/compare-years")),
    ("National and payments", "Striking figures, calculating, paying.",
     ("how-to/pay-approved-claims", "explanation/facts", "how-to/calculate-from-a-file")),
)  # fmt: skip
"""Who reads what first. Documents that stand nowhere here are listed by their folder."""
FOLDERS = (
    ("how-to", "More that you can do"),
    ("tutorials", "Learn step by step"),
    ("explanation", "Understand"),
    ("security", "Security"),
    ("reference", "The rules of each service, kinds of payment, commands"),
    ("decisions", "Decisions behind the design"),
)


def help_of(request: HttpRequest) -> str:
    """The document that explains this page; empty when there is none or no page."""
    match = getattr(request, "resolver_match", None)
    return page_for(match.view_name) if match and match.view_name else ""


def page_for(view_name: str) -> str:
    """The document for an address: by its name, its namespace, or how its name begins."""
    begins = next(
        (HELP[key] for key in HELP if key.endswith(("_", "-")) and view_name.startswith(key)), ""
    )
    page = HELP.get(view_name) or HELP.get(view_name.partition(":")[0]) or begins
    return page if page in documents.pages() else ""


@dataclass(frozen=True)
class Shelf:
    """Some documents under one heading."""

    title: str
    about: str
    pages: tuple[tuple[str, str], ...]
    """Name and title of each."""
    folded: bool = False


def shelves() -> tuple[Shelf, ...]:
    """Every document once: by audience first, then by folder."""
    known = documents.pages()
    named = {page for _, _, many in AUDIENCES for page in many}
    found = [
        Shelf(title, about, tuple((p, documents.title(p)) for p in many if p in known))
        for title, about, many in AUDIENCES
    ]
    for folder, title in FOLDERS:
        rest = tuple(
            (p, documents.title(p))
            for p in known
            if p not in named and (p == folder or p.startswith(f"{folder}/"))
        )
        if rest:
            found.append(Shelf(title, "", rest, folded=len(rest) > 12))
    return tuple(found)


@require_GET
@login_not_required
def contents(request: HttpRequest) -> HttpResponse:
    """Every document by who needs it, and a search by words."""
    words = request.GET.get("words", "").replace(NUL, "").strip()[:80]
    context = {
        "words": words,
        "found": documents.search(words) if words else (),
        "shelves": shelves(),
    }
    return render(request, "help/contents.jinja", context)


@require_GET
@login_not_required
def page(request: HttpRequest, page: str) -> HttpResponse:
    """One document. Not found for anything that isn't one."""
    if page not in documents.pages():
        raise NotFound("There is no such page of help.")
    context = {"document": documents.document(page), "crumbs": [("Help", "/help/")]}
    return render(request, "help/page.jinja", context)


@require_GET
@login_not_required
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """One picture of the documents."""
    if name not in documents.pictures():
        raise NotFound("There is no such picture.")
    return HttpResponse(documents.pictures()[name].read_bytes(), content_type="image/png")


@require_GET
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the portal is, how that was checked, and what isn't there yet."""
    return render(request, "help/accessibility.jinja", {"crumbs": [("Help", "/help/")]})
