"""The chat platforms whose accounts can be somebody here."""

from __future__ import annotations

from enum import StrEnum


class Platform(StrEnum):
    """A workspace is Slack's team (or enterprise) id, Teams' tenant id."""

    SLACK = "slack"
    TEAMS = "teams"
