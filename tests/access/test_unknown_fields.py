"""A command takes the fields it has; anything else that a payload brings along is an error, not ignored."""

from __future__ import annotations

from typing import Any

import pytest

from core.access.matrix import Role
from core.directory.grant_role import GrantRole
from tests.company import Company


async def test_an_unknown_field_is_an_error(company: Company) -> None:
    known: dict[str, Any] = {
        "user_id": company.user("dan"),
        "role": Role.TEAM_LEAD,
        "scope_id": company.node("Platform"),
    }
    with pytest.raises(TypeError, match="unexpected keyword argument 'for_ever'"):
        await company.run(GrantRole, by="grace", **known, for_ever=True)
    await company.run(GrantRole, by="grace", **known)
