"""QOF as a tax and benefit system, for the two engines that share openfisca's way of writing one.

A practice is the person; each indicator has variables for what is submitted, its points and its
pounds; rules are parameters of the year. openfisca-core and policyengine-core keep numbers in
32-bit floats.
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np
from peers.folder import Array, Indicator, Year, answer, given, read, timed, whole

PERIOD = "2023"
START = "2023-01-01"
SUBMITTED = ("numerator", "denominator", "register", "flag")


def main(package: str) -> None:
    """Answer for the folder given with the engine of that name."""
    year = read(given())
    simulation = _simulation(package, year)
    points, pounds, seconds = timed(lambda: _calculate(simulation, year))
    name = package.replace("_", "-")
    answer(given(), whole(points), whole(pounds), seconds, f"{name} {version(name)}")


def _calculate(simulation: Any, year: Year) -> tuple[Array, Array]:
    """Every indicator's points and pounds, practice by practice."""
    both = [
        np.stack([simulation.calculate(f"{i.id}_{what}", PERIOD) for i in year.indicators], axis=1)
        for what in ("points", "pounds")
    ]
    return both[0].ravel(), both[1].ravel()


def _simulation(package: str, year: Year) -> Any:
    """The system with every practice's figures set."""
    practice = import_module(f"{package}.entities").build_entity(
        key="practice", plural="practices", label="A practice", is_person=True
    )
    system = import_module(f"{package}.taxbenefitsystems").TaxBenefitSystem([practice])
    node = import_module(f"{package}.parameters").ParameterNode
    system.parameters = node("", data={"qof": _parameters(year)})
    variable = import_module(f"{package}.variables").Variable
    yearly = import_module(f"{package}.periods").YEAR
    common = {"entity": practice, "definition_period": yearly}

    def add(name: str, value_type: type, **more: Any) -> None:
        attributes = {"value_type": value_type, "label": name, **common, **more}
        system.add_variable(type(name, (variable,), attributes))

    add("list_size", int)
    for indicator in year.indicators:
        for field in SUBMITTED:
            add(f"{indicator.id}_{field}", int)
        add(f"{indicator.id}_points", float, formula=_points(indicator))
        add(f"{indicator.id}_pounds", float, formula=_pounds(indicator))
    builder = import_module(f"{package}.simulations").SimulationBuilder()
    simulation = builder.build_default_simulation(system, count=len(year.lists))
    simulation.set_input("list_size", PERIOD, np.array(year.lists))
    for number, indicator in enumerate(year.indicators):
        for field in SUBMITTED:
            column = year.column(field)[number :: len(year.indicators)]
            simulation.set_input(f"{indicator.id}_{field}", PERIOD, column)
    return simulation


def _points(indicator: Indicator) -> Any:
    """The formula of an indicator's points."""

    def fraction(practice: Any, period: Any, parameters: Any) -> Any:
        rule = parameters(period).qof[indicator.id]
        numerator = practice(f"{indicator.id}_numerator", period)
        denominator = practice(f"{indicator.id}_denominator", period)
        achieved = 100 * numerator / np.maximum(denominator, 1)
        share = np.clip((achieved - rule.lower) / (rule.upper - rule.lower), 0, 1)
        return np.where(denominator > 0, np.round(rule.points * share, 2), 0)

    def register(practice: Any, period: Any, parameters: Any) -> Any:
        rule = parameters(period).qof[indicator.id]
        kept = practice(f"{indicator.id}_register", period) > 0
        return rule.points * (kept | (rule.paid_at_nil > 0))

    def yes_no(practice: Any, period: Any, parameters: Any) -> Any:
        points = parameters(period).qof[indicator.id].points
        return points * practice(f"{indicator.id}_flag", period)

    return {"fraction": fraction, "register": register, "yes_no": yes_no}[indicator.kind]


def _pounds(indicator: Indicator) -> Any:
    """The formula of an indicator's pounds."""

    def pounds(practice: Any, period: Any, parameters: Any) -> Any:
        qof = parameters(period).qof
        points = practice(f"{indicator.id}_points", period)
        patients = practice("list_size", period)
        amount = points * qof.point_value * (patients / qof.average_list)
        if indicator.national_register:
            prevalence = practice(f"{indicator.id}_register", period) / patients
            amount = amount * (prevalence / qof[indicator.id].national_prevalence)
        return np.round(amount, 2)

    return pounds


def _parameters(year: Year) -> dict[str, Any]:
    """The figures of the year as a tree of parameters."""

    def figure(value: int | float) -> dict[str, Any]:
        return {"values": {START: {"value": value}}}

    tree: dict[str, Any] = {
        "point_value": figure(year.point_value / 100),
        "average_list": figure(year.average_list),
    }
    for i in year.indicators:
        tree[i.id] = {n: figure(getattr(i, n)) for n in ("points", "lower", "upper", "paid_at_nil")}
        if i.national_register:
            tree[i.id]["national_prevalence"] = figure(i.national_register / i.national_list)
    return tree
