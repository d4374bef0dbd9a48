"""The table of allowed changes; that the database obeys it is tested in tests/integration/test_ledger.py."""

from itertools import pairwise
from typing import Any, cast

import pytest

from lumbung.intake.states import ALLOWED, FIRST, State, transition

FINAL = {State.REPORTED}


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


def test_failing_is_possible_from_any_state_that_is_not_final_and_leads_back_to_the_beginning() -> None:
    assert {state for state in State if State.FAILED in ALLOWED[state]} == set(State) - FINAL - {State.FAILED}
    assert ALLOWED[State.FAILED] == {FIRST}
    assert {state for state in State if not ALLOWED[state]} == FINAL


def test_a_change_of_state_writes_no_other_column() -> None:
    nobody = cast(Any, None)

    with pytest.raises(TypeError, match="sha256"):
        transition(nobody, "3510-SP-0000000000", State.FAILED, sha256="0")


def test_no_submissions_need_no_connection() -> None:
    transition(cast(Any, None), [], State.DECODED)
