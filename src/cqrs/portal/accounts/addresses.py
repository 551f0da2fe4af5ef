"""Whose work email address may have an account: allowed domains, no shared mailbox, a real name.

Source: product.md, section 2: work email at configurable domains, full name, no shared mailboxes.
"""

import re
import unicodedata

from django.conf import settings

from cqrs.portal.accounts.permissions import Refused

SHARED = frozenset(
    """reception receptionist enquiries enquiry mailbox noreply donotreply prescriptions pharmacy
    surgery secretaries reports results referrals appointments dispensary helpdesk postmaster
    webmaster team""".split()  # noqa: SIM905 - a list of words to read and add to
)
"""Words that no person is called: one of them is enough to make a mailbox a shared one."""
ROLE_WORDS = SHARED | frozenset(
    """admin administrator administration info information contact contacts office manager managers
    management practice practicemanager pm deputy assistant finance accounts payments payroll
    claims data it support help hello mail email post gp doctor doctors nurse nurses nursing
    staff user users test generic shared group the clinical clerk coding secretary medical
    centre center clinic health nhs icb pcn network commissioning commissioner contracting
    qof cqrs quality""".split()  # noqa: SIM905 - as above
)
"""Words that name a job or a place: a name or address made of nothing else is nobody's."""
TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame"})
ADDRESS = re.compile(r"[a-z0-9][a-z0-9._'+&-]*@[a-z0-9-]+(\.[a-z0-9-]+)+")
"""What people's work addresses are made of. Mail servers take far more, and each reads it in its
own way: commas, comments, line breaks and letters of other alphabets lead to somebody else."""
LONGEST_ADDRESS = 254
NAME_SIGNS = frozenset(" '’‘.-,")
LINKED = re.compile(r"\w\w\.\w|\w\.\w\w")
"""A full stop between words: mail programs make a link of it."""
CODE = re.compile(r"[a-z]\d{5}|[a-z]{1,2}\d{2}[a-z\d]?")
"""An organisation's code, such as A99001 or QZ9."""


def address_refusal(email: str) -> str:
    """Why this address can't have an account; empty when it can."""
    address = email.strip().lower()
    local, _, domain = address.rpartition("@")
    if not ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        return "Enter an email address in the correct format, like name.surname@nhs.net."
    allowed = tuple(one.strip().lower() for one in settings.EMAIL_DOMAINS if one.strip())
    if not any(domain == one or domain.endswith(f".{one}") for one in allowed):
        return (
            f"{email.strip()} isn't a work address we accept. It must end in "
            f"{_either(allowed)}. Use the person's own work address."
        )
    words = [word for word in re.split(r"[^a-z]+", local) if word]
    coded = any(CODE.fullmatch(part) for part in re.split(r"[^a-z\d]+", local))
    if coded or not words or set(words) & SHARED or set(words) <= ROLE_WORDS:
        return (
            f"{email.strip()} looks like a shared mailbox. An account belongs to one person, so "
            "that everybody can see who did what. Use the person's own work address."
        )
    return ""


def name_refusal(full_name: str) -> str:
    """Why this isn't a person's full name; empty when it is."""
    if LINKED.search(full_name) or not all(_in_a_name(sign) for sign in full_name.strip()):
        return (
            "Enter the full name in letters, with blanks, hyphens and apostrophes. Leave a blank "
            "after a full stop, as in “J. Smith”."
        )
    words = [word for word in re.findall(r"[^\W\d_]+", full_name.lower()) if word not in TITLES]
    if len(words) < 2:
        return "Enter the person's full name: a first name and a last name."
    if set(words) & SHARED or set(words) <= ROLE_WORDS:
        return (
            f"'{full_name.strip()}' looks like a job or a place. Enter the full name of one person."
        )
    return ""


def _in_a_name(sign: str) -> bool:
    """Letters and marks of any script, and the few signs between them: names go into emails."""
    return sign in NAME_SIGNS or unicodedata.category(sign)[0] in "LM"


def require_person(email: str, full_name: str) -> None:
    """Refuse what isn't one person's work address and full name."""
    no = address_refusal(email) or name_refusal(full_name)
    if no:
        raise Refused(no)


def _either(domains: tuple[str, ...]) -> str:
    named = [f"@{one}" for one in domains]
    return " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
