"""Tintype's conformance kit: what holds for every plugin holds for this one."""

from __future__ import annotations

import pytest
from tintype.testing import Check, checks_of


@pytest.mark.parametrize("check", checks_of("example"), ids=str)
def test_the_contract_is_kept(check: Check) -> None:
    check()
