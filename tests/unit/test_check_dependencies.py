"""The check of dependencies tells a binding licence and a wrong version from what is fine."""

from email.message import Message
from importlib import metadata
from typing import Any, cast

import pytest

from scripts import check_dependencies as check


class Package:
    """A made-up package."""

    def __init__(self, name: str, version: str, said: str) -> None:
        self.version = version
        self.metadata = Message()
        self.metadata["Name"] = name
        self.metadata["License-Expression"] = said


def found(name: str, version: str, said: str, **pinned: set[str]) -> list[str]:
    return list(check.faults(cast(metadata.Distribution, Package(name, version, said)), pinned))


@pytest.mark.parametrize("said", ["MIT", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "PSF-2.0"])
def test_a_permissive_licence_at_its_pin_is_fine(said: str) -> None:
    assert found("thing", "1.0", said, thing={"1.0", "1.1"}) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("AGPL-3.0-only", "would bind the whole product"),
        ("GPL-2.0-or-later", "would bind the whole product"),
        ("LGPL-3.0-only", "look at how it is used"),
        ("", "of its licence: read it"),
        ("Made up", "of its licence: read it"),
    ],
)
def test_another_licence_is_told(said: str, told: str) -> None:
    (fault,) = found("thing", "1.0", said, thing={"1.0"})
    assert told in fault


def test_what_is_not_pinned_or_at_another_version_is_told() -> None:
    assert "not pinned" in found("thing", "1.0", "MIT")[0]
    assert "pinned is 2.0" in found("thing", "1.0", "MIT", thing={"2.0"})[0]


def test_what_is_installed_here_passes() -> None:
    pinned: Any = check.pins()
    assert len(pinned) > 80
