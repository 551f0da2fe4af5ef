"""Comparing files of the Organisation Data Service with what the portal knows."""

from collections.abc import Sequence
from datetime import date, timedelta

from cqrs.definitions.counts import Problem
from cqrs.exchange.ods import TIES, OdsFile, OdsOrganisation, OdsTie, problems_of, same_name
from cqrs.portal.organisations.difference import (
    CHANGED,
    CLOSED,
    LEFT_CLOSED,
    MOVED,
    NOT_KNOWN_AND_CLOSED,
    OPENED,
    RENAMED,
    Change,
    Difference,
    Held,
    HeldOrganisation,
    HeldTie,
    NewTie,
    Plan,
    ties_by_child,
    wanted_organisations,
)
from cqrs.portal.organisations.models import OrganisationKind
from cqrs.portal.words import day_text

ENOUGH_TO_JUDGE = 20
"""Practices that must be known before few matches are suspicious."""
PARENTS = {
    "commissioned_by": ("sub_icb", "icb", "region"),
    "part_of": ("icb", "region", "national"),
    "member_of": ("pcn", "federation"),
}
ONE_DAY = timedelta(days=1)


def compare(
    held: Held, files: Sequence[OdsFile], effective_date: date, *, expect_fewer: bool
) -> Difference:
    """The difference; with problems in a file, those alone.

    A tie without a date of its own starts on `effective_date`. `expect_fewer` loads lists in
    which fewer than half of the practices known here stand.
    """
    found = problems_of(files)
    comparing = _Comparing(held, files, effective_date)
    if not found:
        comparing.run()
        comparing.refuse_few(expect_fewer=expect_fewer)
    return Difference(
        tuple(files),
        effective_date,
        tuple(comparing.changes),
        comparing.unchanged,
        comparing.absent,
        comparing.passed_over,
        (*found, *comparing.problems),
        comparing.plan,
    )


class _Comparing:
    """One comparison while it goes on."""

    def __init__(self, held: Held, files: Sequence[OdsFile], effective_date: date) -> None:
        self.held, self.files, self.effective_date = held, files, effective_date
        self.wanted = wanted_organisations(files)
        self.ties = ties_by_child(files)
        self.changes: list[Change] = []
        self.problems: list[Problem] = []
        self.passed_over: dict[str, int] = {}
        self.plan = Plan()
        self.unchanged = self.absent = 0
        for file in files:
            for reason, number in file.passed_over.items():
                self.passed_over[reason] = self.passed_over.get(reason, 0) + number
        for code, (_, one) in list(self.wanted.items()):
            if one.close_date and code not in held.organisations:
                del self.wanted[code]
                self._pass_over(NOT_KNOWN_AND_CLOSED)

    def run(self) -> None:
        """Compare every organisation, then its ties."""
        for code in sorted(self.wanted):
            file, one = self.wanted[code]
            before = self.held.organisations.get(code)
            changes = len(self.changes)
            if before is None:
                self._open(one)
            elif before.kind != one.kind:
                words = f"{code} is known here as a {_kind(before.kind)}, not a {_kind(one.kind)}"
                self._refuse(file, one.row, "kind", words, "Correct the code in the file")
            else:
                self._compare(before, one)
            for kind in PARENTS:
                for source, tie in self.ties.get((code, kind), ()):
                    self._tie(source, tie, before, one)
            self.unchanged += before is not None and len(self.changes) == changes
        for child, kind in sorted(set(self.ties) - {(c, k) for c in self.wanted for k in PARENTS}):
            if child in self.held.organisations:
                self._ties_alone(child, kind)
        open_here = self._open_practices()
        self.absent = sum(code not in self.wanted for code in open_here)

    def refuse_few(self, *, expect_fewer: bool) -> None:
        """Stop lists in which oddly few of the practices known here stand."""
        whole = [file for file in self.files if file.whole]
        here = self._open_practices()
        matched = len(here) - self.absent
        if not whole or expect_fewer or len(here) < ENOUGH_TO_JUDGE or matched * 2 >= len(here):
            return
        words = (
            f"only {matched:,} of the {len(here):,} open practices known here are in the file"
            f"{'s' if len(self.files) > 1 else ''}"
        )
        remedy = (
            "Check that it is the whole list; to load it all the same, say that you expect fewer"
        )
        self._refuse(whole[0], None, "", words, remedy)

    def _open_practices(self) -> list[str]:
        known = self.held.organisations.values()
        return [one.code for one in known if one.kind == "practice" and one.close_date is None]

    def _open(self, one: OdsOrganisation) -> None:
        self.plan.new.append(one)
        parents = [
            f"{TIES[tie.kind]} {self._called(tie.parent)}"
            for kind in PARENTS
            for _, tie in self.ties.get((one.code, kind), ())
        ]
        self._change(OPENED, one, "", "; ".join(parents))

    def _compare(self, before: HeldOrganisation, one: OdsOrganisation) -> None:
        values: dict[str, str | date | None] = {}
        if not same_name(before.name, one.name):
            values["name"] = one.name
            self._change(RENAMED, one, before.name, one.name)
        if one.open_date and one.open_date != before.open_date:
            values["open_date"] = one.open_date
            self._change(
                CHANGED, one, _day("opened", before.open_date), _day("opened", one.open_date)
            )
        if one.close_date and before.close_date is None:
            values["close_date"] = one.close_date
            self._change(CLOSED, one, "", f"on {day_text(one.close_date)}")
        elif one.close_date and one.close_date != before.close_date and not before.succeeded:
            values["close_date"] = one.close_date
            self._change(
                CHANGED, one, _day("closed", before.close_date), _day("closed", one.close_date)
            )
        elif before.close_date and one.leads and one.close_date is None:
            self._pass_over(LEFT_CLOSED)
        if values:
            self.plan.updates[before.id] = values

    def _ties_alone(self, child: str, kind: str) -> None:
        """A file may tell of a tie without telling of its child."""
        before = self.held.organisations[child]
        for source, tie in self.ties[child, kind]:
            self._tie(source, tie, before, before)

    def _tie(
        self,
        file: OdsFile,
        tie: OdsTie,
        before: HeldOrganisation | None,
        child: OdsOrganisation | HeldOrganisation,
    ) -> None:
        parent_kind = self._kind_of(tie.parent)
        if not parent_kind:
            words = f"{tie.child} {TIES[tie.kind]} {tie.parent}, which is not known"
            remedy = "Load the file that names it together with this one, or correct the code"
            self._refuse(file, tie.row, "parent", words, remedy)
        elif parent_kind not in PARENTS[tie.kind]:
            words = f"{tie.child} {TIES[tie.kind]} {tie.parent}, which is a {_kind(parent_kind)}"
            self._refuse(file, tie.row, "parent", words, "Correct the code")
        elif before is None or not (before.close_date or child.close_date):
            # What belongs to a closed provider is settled by its closure, not by a file.
            self._place(file, tie, before, child, parent_kind)

    def _place(
        self,
        file: OdsFile,
        tie: OdsTie,
        before: HeldOrganisation | None,
        child: OdsOrganisation | HeldOrganisation,
        parent_kind: str,
    ) -> None:
        start = tie.start_date or self.effective_date
        if tie.start_date is None and child.open_date:
            start = max(start, child.open_date)
        new = NewTie(tie.child, tie.parent, tie.kind, start, tie.end_date)
        if before is None:
            self.plan.ties.append(new)
            return
        others = [
            one
            for one in self.held.ties.get((tie.child, tie.kind), ())
            if _meet(one, new) and self._kind_of(one.parent) in _instead_of(parent_kind)
        ]
        if any(one.parent == tie.parent for one in others):
            return
        late = next((one for one in others if one.start_date >= start), None)
        if late or len(others) > 1:
            other = late or others[0]
            words = (
                f"the dates overlap: {tie.child} {TIES[tie.kind]} {tie.parent} from "
                f"{day_text(start)}, but here {other.parent} from {day_text(other.start_date)}"
            )
            remedy = "Correct the date, or load the file with a later date to start from"
            self._refuse(file, tie.row, "dates", words, remedy)
            return
        for one in others:
            self.plan.endings[one.id] = start - ONE_DAY
        self.plan.ties.append(new)
        was = ", ".join(f"{TIES[tie.kind]} {self._called(one.parent)}" for one in others)
        now = f"{TIES[tie.kind]} {self._called(tie.parent)} from {day_text(start)}"
        self._change(MOVED, child, was, now)

    def _called(self, code: str) -> str:
        wanted = self.wanted.get(code)
        held = self.held.organisations.get(code)
        name = held.name if held else wanted[1].name if wanted else ""
        return f"{name} ({code})" if name else code

    def _kind_of(self, code: str) -> str:
        held, wanted = self.held.organisations.get(code), self.wanted.get(code)
        return held.kind if held else wanted[1].kind if wanted else ""

    def _change(
        self, what: str, one: OdsOrganisation | HeldOrganisation, before: str, after: str
    ) -> None:
        name = one.name
        self.changes.append(Change(what, one.code, name, one.kind, before, after))

    def _refuse(self, file: OdsFile, row: int | None, column: str, words: str, remedy: str) -> None:
        self.problems.append(
            Problem(words=words, remedy=remedy, file=file.name, row=row, field=column)
        )

    def _pass_over(self, reason: str) -> None:
        self.passed_over[reason] = self.passed_over.get(reason, 0) + 1


def _instead_of(parent_kind: str) -> tuple[str, ...]:
    """Kinds of parent that a parent of this kind takes the place of: federations stand beside."""
    return (
        ("federation",)
        if parent_kind == "federation"
        else tuple(kind for kinds in PARENTS.values() for kind in kinds if kind != "federation")
    )


def _meet(held: HeldTie, new: NewTie) -> bool:
    last = new.end_date or date.max
    return held.start_date <= last and (held.end_date or date.max) >= new.start_date


def _kind(code: str) -> str:
    return OrganisationKind(code).label.lower().replace("icb", "ICB")


def _day(word: str, day: date | None) -> str:
    return f"{word} {day_text(day)}" if day else f"{word} on a day not known"
