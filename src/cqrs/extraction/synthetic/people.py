"""Who a practice's patients are: older or younger, poorer or richer, and on which registers."""

from collections.abc import Mapping
from dataclasses import dataclass

from cqrs.extraction.synthetic.chance import Chance
from cqrs.extraction.synthetic.organisations import Practice
from cqrs.extraction.synthetic.rates import rates

LOADINGS = {
    "AF": (0.30, -0.04), "AST": (-0.02, 0.05), "CAN": (0.25, -0.06), "CHD": (0.24, 0.10),
    "CKD": (0.28, 0.05), "COPD": (0.18, 0.30), "DEM": (0.35, -0.04), "DEP": (-0.03, 0.15),
    "DM": (0.12, 0.20), "EP": (0.02, 0.15), "HF": (0.26, 0.10), "HYP": (0.20, 0.04),
    "LD": (0.02, 0.20), "MH": (-0.06, 0.25), "NDH": (0.12, 0.08), "OB": (0.05, 0.20),
    "OST": (0.30, -0.04), "PAD": (0.22, 0.16), "PC": (0.25, 0.0), "RA": (0.14, 0.04),
    "SMOK": (0.14, 0.10), "STIA": (0.27, 0.04),
}  # fmt: skip
"""How much commoner a disease is per deviation of age and of deprivation."""

OWN = 0.11
"""How far practices differ in a register beyond their patients' age and deprivation."""

OUTLIERS = 0.03
"""Share of practices that are unlike the others: students, care homes, trouble."""


@dataclass(frozen=True, slots=True)
class People:
    """A practice in four words, each a number of deviations from England, and its registers."""

    age: float
    deprivation: float
    care: float
    """How much of what is due gets done."""
    removal: float
    """How readily patients are removed."""
    registers: Mapping[str, int]


def people_of(practice: Practice, *, seed: int) -> People:
    """The same patients at every date: drawn from the practice's code and its area's."""
    chance = Chance(seed, f"{practice.code}:people")
    area = Chance(seed, f"{practice.icb_code}:area")
    far = 2.2 if chance.share() < OUTLIERS else 1.0
    age = far * (0.3 * area.normal() + 0.9 * chance.normal())
    deprivation = 0.5 * area.normal() + 0.85 * chance.normal()
    care = far * (0.3 * area.normal() + 0.9 * chance.normal() - 0.25 * deprivation)
    registers = _registers(practice, age, deprivation, chance)
    return People(age, deprivation, care, chance.normal(), registers)


def _registers(
    practice: Practice, age: float, deprivation: float, chance: Chance
) -> dict[str, int]:
    registers: dict[str, int] = {}
    england = rates().registers
    for name, (older, poorer) in LOADINGS.items():
        tilt = 1 + older * age + poorer * deprivation + OWN * chance.normal()
        most = practice.registered_list
        registers[name] = min(chance.around(most * england[name] * max(tilt, 0.01)), most)
    registers["HF_LVSD"] = chance.some_of(registers["HF"], england["HF_LVSD"] / england["HF"])
    return registers
