"""Rules of earlier years as trees: proven by published sums, used by no definition.

Sources: British Medical Association and Pulse on the contract of 2004 to 2010 (square root and 5%
floor of prevalence), Statement of Financial Entitlements 2004/05 to 2012/13 (average list of 5,891)
and 2005 (childhood immunisation targets: 70% pays a third of 90%).
"""

from fractions import Fraction

from cqrs.calculation.kinds.numbers import HUNDRED
from cqrs.calculation.nodes import (
    PEOPLE,
    PERCENT,
    RATIO,
    Band,
    Bands,
    Constant,
    Maximum,
    Named,
    Node,
    Product,
    Ratio,
    Root,
    Round,
    WhenPositive,
)

AVERAGE_LIST = Constant(5_891, PEOPLE, "average list", "entitlements 2004/05 to 2012/13")
ROOT_PLACES = 2
FLOOR = Constant(Fraction(5, 100), RATIO, "least share of the highest", "entitlements to 2009/10")
LOWER_TARGET = Constant(70, PERCENT, "lower target", "entitlements 2005")
HIGHER_TARGET = Constant(90, PERCENT, "higher target", "entitlements 2005")
LOWER_SHARE = Constant(
    Fraction(1, 3), RATIO, "share at the lower target", "Pulse, article 10924044"
)
NOBODY = "nobody on the register"


def list_factor(registered_list: Node) -> Named:
    """The CPI to 2012/13: the list over 5,891, whatever the average list of the year was."""
    return Named("cpi", "list size (CPI)", "factors", Ratio(registered_list, AVERAGE_LIST))


def square_root_factor(own: Node, national: Node) -> Named:
    """The disease factor from 2004/05 to 2008/09: √(own ÷ national prevalence), 2 decimals.

    Both prevalences are percentages; `national` must be above nought. 3.75% where England has 3%
    is √1.25 = 1.12.
    """
    root = WhenPositive(own, Root(Ratio(own, national), ROOT_PLACES), NOBODY)
    return Named("apdf", "disease (APDF)", "factors", root)


def linear_factor(own: Node, national: Node) -> Named:
    """The disease factor since 2009/10: own ÷ national prevalence, both percentages."""
    ratio = WhenPositive(own, Ratio(own, national), NOBODY)
    return Named("apdf", "disease (APDF)", "factors", ratio)


def floored_prevalence(own: Node, highest: Node) -> Named:
    """A practice's prevalence to 2009/10: never below 5% of the highest practice's."""
    least = Named("floor", "least prevalence", "factors", Product((highest, FLOOR)))
    return Named("prevalence", "your prevalence", "factors", Maximum((own, least)))


def pounds(points: Node, value: Node, cpi: Node, apdf: Node) -> Named:
    """Points x value of a point x CPI x disease factor, in pence, rounded half up once."""
    product = Product((points, value, cpi, apdf))
    return Named("pence", "pounds", "pounds", Round(product, 0))


def childhood_target(done: Node, eligible: Node, higher: Node) -> Named:
    """Childhood immunisations to 2020/21: all of `higher` from 90%, a third from 70%, in pence."""
    share = Product((Ratio(done, eligible), HUNDRED))
    achieved = Named("achieved", "share of patients achieved", "patients", share)
    bands = (
        Band(LOWER_TARGET, Product((higher, LOWER_SHARE))),
        Band(HIGHER_TARGET, higher),
    )
    paid = WhenPositive(eligible, Bands(achieved, bands, "amount by target"), "nobody was eligible")
    return Named("pence", "pounds", "pounds", Round(paid, 0))
