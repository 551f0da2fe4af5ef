"""QOF of every year as it was published, and a short way to ask for a year's points."""

import pytest

from cqrs.definitions import load
from cqrs.definitions.rules import points_of
from cqrs.definitions.schema import Definition, PointsIndicator

# Year: indicators that pay, points in all, of them clinical, public health and quality improvement,
# the value of a point in pence, the average list.
PUBLISHED = {
    "2014-15": (81, 559, {"CL": 435, "PH": 124}, 15692, 7087),
    "2015-16": (77, 559, {"CL": 435, "PH": 124}, 16015, 7233),
    "2016-17": (77, 559, {"CL": 435, "PH": 124}, 16518, 7460),
    "2017-18": (77, 559, {"CL": 435, "PH": 124}, 17120, 7732),
    "2018-19": (77, 559, {"CL": 435, "PH": 124}, 17926, 8096),
    "2019-20": (68, 559, {"CL": 379, "PH": 106, "QI": 74}, 18774, 8479),
    "2020-21": (67, 567, {"CL": 386, "PH": 107, "QI": 74}, 19483, 8799),
    "2021-22": (66, 635, {"CL": 401, "PH": 160, "QI": 74}, 20116, 9085),
    "2022-23": (72, 635, {"CL": 401, "PH": 160, "QI": 74}, 20756, 9374),
    "2023-24": (76, 635, {"CL": 401, "PH": 160, "QI": 74}, 21343, 9639),
    "2024-25": (76, 635, {"CL": 401, "PH": 160, "QI": 74}, 22062, 9964),
    "2025-26": (44, 564, {"CL": 437, "PH": 127}, 22549, 10184),
    "2026-27": (43, 582, {"CL": 437, "PH": 145}, 22795, 10295),
}
each_year = pytest.mark.parametrize("year", PUBLISHED)
FIRST = "2014-15"


def qof(year: str) -> Definition:
    return load.load(f"qof/{year}")


def points(year: str) -> dict[str, int]:
    """Points by indicator; those that are only counted have none."""
    return {i.id: points_of(i) for i in qof(year).indicators}


def of_kind(year: str, kind: type[PointsIndicator]) -> set[str]:
    return {i.id for i in qof(year).paid if isinstance(i, kind)}


def counted(told: str) -> dict[str, int]:
    """Points as they are told: "AF007 13, CHD005 8"."""
    return {name: int(n) for name, n in (one.split() for one in told.split(", "))}


def worth(year: str, names: set[str]) -> int:
    found = points(year)
    return sum(found[name] for name in names)


def before(year: str) -> Definition:
    years = list(PUBLISHED)
    return qof(years[years.index(year) - 1])
