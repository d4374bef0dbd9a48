"""The table of allowed changes; that the database obeys it is tested in tests/integration/test_ledger.py."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from lumbung.intake.states import ALLOWED, FIRST, State, transition

LIBRARY = Path(__file__).parents[3] / "plugins" / "lumbung"
LAST = State.REPORTED


def test_every_state_has_its_line() -> None:
    assert set(ALLOWED) == set(State)


def test_every_state_is_reachable() -> None:
    reached, new = set(), {FIRST}
    while new:
        reached |= new
        new = {follower for state in new for follower in ALLOWED[state]} - reached
    assert reached == set(State)


def test_the_flow_is_a_line() -> None:
    flow = [State.RECEIVED, State.DECODED, State.CHECKED, State.LOADED, State.REPORTED]
    for state, follower in pairwise(flow):
        assert ALLOWED[state] - {State.FAILED} == {follower}


def test_failing_is_possible_from_any_state_but_the_last_and_leads_back_to_the_beginning() -> None:
    assert {state for state in State if State.FAILED in ALLOWED[state]} == set(State) - {LAST, State.FAILED}
    assert ALLOWED[State.FAILED] == {FIRST}


def test_what_is_reported_can_only_begin_again() -> None:
    assert ALLOWED[LAST] == {FIRST}


@pytest.mark.parametrize(("to", "reason"), [(State.LOADED, "aturan baru"), (FIRST, " ")])
def test_a_replay_leads_to_the_beginning_and_has_a_reason(to: State, reason: str) -> None:
    with pytest.raises(TypeError, match="a replay"):
        transition(cast(Any, None), "3510-SP-0000000000", to, replay_reason=reason)


def test_nothing_else_writes_a_state() -> None:
    writing = re.compile(r"update\s+intake\.submissions|set\s+state\s*=", re.IGNORECASE)
    files = [
        path
        for path in LIBRARY.rglob("*")
        if path.suffix in (".py", ".sql") and "migrations" not in path.parts
    ]
    assert [path.name for path in files if writing.search(path.read_text())] == ["states.py"]


def test_a_change_of_state_writes_no_other_column() -> None:
    nobody = cast(Any, None)

    with pytest.raises(TypeError, match="sha256"):
        transition(nobody, "3510-SP-0000000000", State.FAILED, sha256="0")


def test_no_submissions_need_no_connection() -> None:
    transition(cast(Any, None), [], State.DECODED)
