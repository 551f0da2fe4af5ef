"""A plugin for mutation testing: each test builds its formulas anew, so that it sees a mutant."""

from collections.abc import Iterator

import pytest

from cqrs.calculation import kinds


@pytest.fixture(autouse=True)
def built_anew() -> Iterator[None]:
    """Forget the formulas that another test, or the import of one, has built."""
    kinds.formulas.forget()
    yield
    kinds.formulas.forget()
