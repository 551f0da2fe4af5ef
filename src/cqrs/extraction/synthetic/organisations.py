"""What a made-up England consists of: regions, commissioners, networks and practices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A region of NHS England."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Icb:
    """An integrated care board: the commissioner of the practices in its area."""

    code: str
    name: str
    region_code: str


@dataclass(frozen=True, slots=True)
class Network:
    """A primary care network (PCN)."""

    code: str
    name: str
    icb_code: str


@dataclass(frozen=True, slots=True)
class Practice:
    """A general practice with its patients on 1 January of the QOF year."""

    code: str
    name: str
    icb_code: str
    pcn_code: str
    supplier: str
    registered_list: int
    payee_reference: str
