"""A network's counts: those of the practices that are its members on the day, added up.

Source: facts on QOF, section 4: the Investment and Impact Fund scores a network on the counts of
all its members together, and membership is dated: a practice counts where it was on the day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cqrs.definitions.counts import Key, PracticeCounts, Problem


@dataclass(frozen=True)
class Membership:
    """A practice belongs to a network from one date to another, or until further notice."""

    network_code: str
    practice_code: str
    start_date: date
    end_date: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day <= self.end_date)


@dataclass(frozen=True)
class Networks:
    """What members come to together, and whom that leaves out."""

    counts: tuple[PracticeCounts, ...]
    """One set of counts a network, by its code."""
    lists: Mapping[str, int]
    """Registered patients of a network's members."""
    outside: tuple[str, ...]
    """Practices with counts that are in no network on the day."""
    problems: tuple[Problem, ...]


def together(
    practices: Iterable[PracticeCounts],
    lists: Mapping[str, int],
    memberships: Iterable[Membership],
    day: date,
) -> Networks:
    """Add up members' counts on a day. An error among the problems means: use nothing of it.

    Refused are a practice in two networks at once, a member without counts or list size, an
    indicator that some members of a network lack, and answers of yes or no, which don't add up.
    """
    problems: list[Problem] = []
    network_of = _on(day, memberships, problems)
    given = {one.practice_code: one for one in practices}
    members: dict[str, list[str]] = {}
    for practice, network in sorted(network_of.items()):
        members.setdefault(network, []).append(practice)
    made, sizes = [], {}
    for network, codes in sorted(members.items()):
        silent = [code for code in codes if code not in given or code not in lists]
        for code in silent:
            what = "counts" if code not in given else "a list size"
            words = f"{code} is a member on {day} but has not sent {what}"
            remedy = "Send it, or end the membership before that day"
            problems.append(_problem(words, remedy, network))
        if silent:
            continue
        made.append(_sum(network, day, [given[code] for code in codes], problems))
        sizes[network] = sum(lists[code] for code in codes)
    outside = tuple(sorted(set(given) - set(network_of)))
    return Networks(tuple(made), sizes, outside, tuple(problems))


def _on(day: date, memberships: Iterable[Membership], problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in memberships:
        if day not in one:
            continue
        before = found.setdefault(one.practice_code, one.network_code)
        if before != one.network_code:
            words = f"{one.practice_code} is in {before} and in {one.network_code} on {day}"
            remedy = "End one of the memberships before that day"
            problems.append(_problem(words, remedy, one.network_code))
    return found


def _sum(
    network: str, day: date, members: list[PracticeCounts], problems: list[Problem]
) -> PracticeCounts:
    totals: dict[Key, int] = {}
    carriers: dict[Key, int] = {}
    for one in members:
        for key, value in one.values.items():
            if isinstance(value, bool):
                words = f"{' '.join(key)} is a yes or no, which doesn't add up"
                problems.append(_problem(words, "Answer it for the network", network))
                continue
            totals[key] = totals.get(key, 0) + value
            carriers[key] = carriers.get(key, 0) + 1
    for key, count in carriers.items():
        if count < len(members):
            words = f"only {count} of {len(members)} members have sent {' '.join(key)}"
            problems.append(_problem(words, "Send it for all members", network))
    return PracticeCounts(network, day, totals, source="members together")


def _problem(words: str, remedy: str, network: str) -> Problem:
    return Problem(words=words, remedy=remedy, practice_code=network)
