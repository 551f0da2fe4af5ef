"""The fewest patients for a gain: an exact search over steps of any shape.

Each option gains gains[k] with k patients, from gains[0] = 0, never less with more patients. Below
a lower threshold patients gain nothing at first, then much: taking the best next patient again and
again ("greedy") goes wrong there. So every option is first laid under its concave hull, which
bounds from above what any patients can gain; a search over patients then looks only where that
bound leaves room for fewer patients than are known to do.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

Gains = Sequence[int]
Edge = tuple[int, int, int]
"""A straight piece of a hull: patients, gain, and the option it belongs to."""


def cheapest(options: Sequence[Gains], target: int) -> tuple[int, ...] | None:
    """How many patients of each option gain at least `target` with the fewest patients in all.

    None where even all of them don't suffice. Gains are whole numbers, such as pence.
    """
    if target <= 0:
        return (0,) * len(options)
    if sum(gains[-1] for gains in options) < target:
        return None
    edges = [edge for number, gains in enumerate(options) for edge in _hull(gains, number)]
    edges.sort(key=_Steepness)
    known, least = _along_the_hulls(options, edges, target)
    if sum(known) == least:
        return known
    return _search(options, edges, target, sum(known) - 1) or known


class _Steepness:
    """Sorts edges from steep to flat, by cross-multiplying: no fraction is made."""

    __slots__ = ("gain", "number", "patients")

    def __init__(self, edge: Edge) -> None:
        self.patients, self.gain, self.number = edge

    def __lt__(self, other: "_Steepness") -> bool:
        mine, others = self.gain * other.patients, other.gain * self.patients
        return mine > others or (mine == others and self.number < other.number)


def _hull(gains: Gains, number: int) -> list[Edge]:
    """The edges of the smallest concave function that is nowhere below the gains."""
    corners: list[int] = []
    for k in range(len(gains)):
        while len(corners) > 1 and _is_below(gains, corners[-2], corners[-1], k):
            corners.pop()
        corners.append(k)
    found = [(b - a, gains[b] - gains[a], number) for a, b in pairwise(corners)]
    return [edge for edge in found if edge[1] > 0]


def _is_below(gains: Gains, a: int, b: int, c: int) -> bool:
    """Whether corner b lies on or below the straight line from a to c."""
    return (gains[b] - gains[a]) * (c - a) <= (gains[c] - gains[a]) * (b - a)


def _along_the_hulls(
    options: Sequence[Gains], edges: Sequence[Edge], target: int
) -> tuple[tuple[int, ...], int]:
    """An answer that takes whole edges, steepest first, and the number none can go below."""
    taken = [0] * len(options)
    patients, gained = 0, 0
    for width, height, number in edges:
        if gained + height >= target:
            least = patients + -(-(target - gained) * width // height)
            before = options[number][taken[number]]
            wanted = before + target - gained
            taken[number] = next(
                k
                for k in range(taken[number], len(options[number]))
                if options[number][k] >= wanted
            )
            return tuple(taken), least
        patients, gained = patients + width, gained + height
        taken[number] += width
    raise AssertionError("the options together reach the target")


def _search(
    options: Sequence[Gains], edges: Sequence[Edge], target: int, most: int
) -> tuple[int, ...] | None:
    """The fewest patients, at most `most`, or None. Option by option, the best gain for each sum.

    A sum is followed only while the hulls of the options still to come could lift it to the target.
    """
    bounds = _bounds(len(options), edges, most)
    best: dict[int, int] = {0: 0}
    ways: list[dict[int, int]] = []
    for number, gains in enumerate(options):
        steps = [k for k in range(1, min(len(gains), most + 1)) if gains[k] > gains[k - 1]]
        ahead = bounds[number + 1]
        found: dict[int, int] = {}
        way: dict[int, int] = {}
        for patients, gained in best.items():
            for k in (0, *steps):
                total, reached = patients + k, gained + gains[k]
                if total > most:
                    break
                if reached + ahead[most - total] < target or reached <= found.get(total, -1):
                    continue
                found[total], way[total] = reached, k
        best = _undominated(found)
        ways.append(way)
        if not best:
            return None
    patients = min(total for total, gained in best.items() if gained >= target)
    chosen = []
    for way in reversed(ways):
        chosen.append(way[patients])
        patients -= way[patients]
    return tuple(reversed(chosen))


def _undominated(found: dict[int, int]) -> dict[int, int]:
    """Without the sums that gain no more than a smaller one does."""
    kept, most = {}, -1
    for patients in sorted(found):
        if found[patients] > most:
            most = kept[patients] = found[patients]
    return kept


def _bounds(count: int, edges: Sequence[Edge], most: int) -> list[list[int]]:
    """For each option, the most that it and those after it can gain with 0, 1, … patients."""
    found = []
    for first in range(count + 1):
        reached = [0]
        for width, height, number in edges:
            if number < first:
                continue
            start = reached[-1]
            reached += (start + height * k // width for k in range(1, width + 1))
            if len(reached) > most:
                break
        reached += [reached[-1]] * (most + 1 - len(reached))
        found.append(list(accumulate(reached[: most + 1], max)))
    return found
