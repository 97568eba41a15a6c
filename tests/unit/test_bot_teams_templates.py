"""Templates are filled on parsed JSON: what people wrote stays text."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.templates import TemplateError, fill

TEMPLATE = {
    "title": "${title}",
    "body": [
        {"$data": "${facts}", "text": "${$index}. ${label}: ${value} of ${$root.title}"},
        {"$when": "${is_urgent}", "text": "now"},
        {"$data": "${buttons}", "$when": "${shown}", "data": {"id": "${id}", "count": "${count}"}},
    ],
    "refresh": {"$when": "${is_urgent}", "users": ["29:a"]},
}
DATA = {
    "title": "Credits",
    "facts": [{"label": "yours", "value": "10"}, {"label": "pool", "value": "20"}],
    "is_urgent": False,
    "buttons": [{"id": "a", "count": 3, "shown": True}, {"id": "b", "count": 4, "shown": False}],
}


def test_lists_are_repeated_and_what_does_not_hold_is_left_out() -> None:
    before = copy.deepcopy(TEMPLATE)
    assert fill(TEMPLATE, DATA) == {
        "title": "Credits",
        "body": [
            {"text": "0. yours: 10 of Credits"},
            {"text": "1. pool: 20 of Credits"},
            {"data": {"id": "a", "count": 3}},
        ],
    }
    assert before == TEMPLATE


def test_a_blank_alone_keeps_the_kind_of_its_value() -> None:
    assert fill({"a": "${list}", "b": "${yes}", "c": "${none}"}, {"list": [1], "yes": True, "none": None}) == {
        "a": [1],
        "b": True,
        "c": None,
    }


@pytest.mark.parametrize("template", [{"a": "${missing}"}, {"a": "${title.x}"}, [{"$data": "${title}"}]])
def test_a_template_that_asks_for_too_much_is_a_defect(template: object) -> None:
    with pytest.raises(TemplateError):
        fill(template, DATA)


@given(st.text())
def test_no_text_becomes_structure_or_another_blank(text: str) -> None:
    filled = fill({"body": [{"text": "so: ${said}", "kind": "TextBlock"}]}, {"said": text})
    assert json.loads(json.dumps(filled)) == {"body": [{"text": f"so: {text}", "kind": "TextBlock"}]}


def test_what_people_wrote_is_never_filled_again() -> None:
    assert fill({"a": "${said}"}, {"said": "${secret}", "secret": "x"}) == {"a": "${secret}"}
