"""What an organization's settings must be; shared by creating and changing one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from core.directory.texts import clean_domain, wrong
from core.directory.units import Metering, Units, UnitsError

MOST_DOMAINS: Final = 100
MOST_UNITS: Final = 100


def check_zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises Refused."""
    if name not in available_timezones():
        raise wrong("time_zone", "it should be an IANA time zone like Europe/Berlin")
    return ZoneInfo(name)


def check_units(metering: Metering, credits_per_usd: Decimal | None, *, custom: Mapping[str, int]) -> Units:
    """The units. Raises Refused where they would make what people type ambiguous."""
    if len(custom) > MOST_UNITS:
        raise wrong("custom_units", f"at most {MOST_UNITS} of them")
    try:
        return Units(metering, credits_per_usd, custom)
    except UnitsError as error:
        raise wrong("units", str(error)) from None


def check_domains(domains: Iterable[str]) -> list[str]:
    """The mail domains, each once. Raises Refused."""
    clean = list(dict.fromkeys(map(clean_domain, domains)))
    if len(clean) > MOST_DOMAINS:
        raise wrong("email_domains", f"at most {MOST_DOMAINS} of them")
    return clean
