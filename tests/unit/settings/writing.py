"""Settings as an operator writes them, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alfred.settings import SettingsError, load_settings

KEY = "0123456789abcdef0123456789abcdef"


COMPLETE = f"database_url: sqlite:///alfred.db\nsecret_key: {KEY}\n"


Write = Callable[[str], None]


def problems() -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return str(refused.value).splitlines()
