"""Every form, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.commands.forms import answer, decide, ooo, override, question, request, send, settings
from bot.commands.forms.kind import FormKind

FORMS: Final[Mapping[str, FormKind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            send.FORM,
            request.FORM,
            ooo.FORM,
            override.FORM,
            decide.FORM,
            question.FORM,
            answer.FORM,
            settings.FORM,
        )
    }
)
