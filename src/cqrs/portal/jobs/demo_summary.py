"""What the demonstration prints at the end: England's sums, the times, and who can sign in."""

from django.conf import settings

from cqrs.definitions.load import load
from cqrs.portal.claims import queries as claim_queries
from cqrs.portal.jobs import demo_people
from cqrs.portal.jobs.demo_load import YEAR_END, sign_ins
from cqrs.portal.jobs.demo_progress import Progress
from cqrs.portal.jobs.demo_world import QOF, World
from cqrs.portal.organisations import queries as organisations
from cqrs.values import pounds_text

SECOND_FACTOR = (
    "A second factor is offered here, and required everywhere else: CQRS_SECOND_FACTOR=required "
    "shows what approvers meet."
)


def text(world: World, progress: Progress) -> str:
    """The whole of it, ready to print."""
    return "\n".join(["", *_nation(world), "", *_times(progress), "", *_sign_ins(world), ""])


def _nation(world: World) -> list[str]:
    auditor = world.actor(demo_people.AUDITOR)
    summary = claim_queries.national_summary(auditor, world.collections[QOF, YEAR_END])
    practices = max(summary.claims, 1)
    return [
        f"{load(QOF).short_title}, England (made up), 31 March 2026",
        f"  practices  {summary.claims:,}",
        f"  points     {summary.points:,} of {summary.attainable:,} attainable",
        f"  pounds     {pounds_text(summary.pence or 0)}, "
        f"{pounds_text((summary.pence or 0) // practices)} a practice",
    ]


def _times(progress: Progress) -> list[str]:
    rows = [f"  {stage.seconds:>6.1f}  {stage.title}" for stage in progress.stages]
    return ["Seconds of each stage", *rows, f"  {progress.seconds:>6.1f}  all stages"]


SIDES = {
    "Practices": ("practice",),
    "Networks": ("pcn",),
    "Commissioners": ("icb", "region"),
    "National bodies and the payment agency": ("national", "agency"),
}


def _sign_ins(world: World) -> list[str]:
    people = sign_ins(world.country)
    places = {
        code: organisations.by_code(code)
        for code in dict.fromkeys(person.organisation_code for person in people)
    }
    role = max(len(person.title) for person in people)
    email = max(len(person.email) for person in people)
    lines = ["Sign in as"]
    for side, kinds in SIDES.items():
        lines += ["", f"  {side}"]
        lines += [
            f"    {p.title:<{role}}  {p.email:<{email}}  {p.name}, {place.name}"
            for p in people
            if (place := places[p.organisation_code]).kind in kinds
        ]
    password = demo_people.PASSWORD
    return [
        *lines,
        "",
        f"Password: {password} (the same for everybody, for this demonstration only)",
        SECOND_FACTOR,
        f"Emails are written as files to {settings.MAIL_FOLDER}",
    ]
