"""What the tasks of the night decide by themselves: whom to ask again tonight, and whom to answer."""

from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from lumbung.airflow import tasks
from lumbung.airflow.channels import channel_of
from lumbung.intake.channels.base import ChannelError, Whose
from lumbung.intake.channels.folder import FolderChannel

NIGHT = {"night_id": 1, "business_date": "2026-07-28", "inbox": "masuk", "short_codes": {}}
OFFICE: dict[str, str | None] = {
    "regency_code": "3510", "office_name": "Kantor", "channel": "folder", "connection_id": None,
}  # fmt: skip


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    made: dict[str, Any] = {"params": {}}
    monkeypatch.setattr(tasks, "get_current_context", lambda: made)
    return made


@pytest.mark.parametrize(
    ("whose", "seconds", "raised"),
    [
        (Whose.OURS, 1, AirflowFailException),
        (Whose.THEIRS, 1, AirflowFailException),
        (Whose.LINE, 1, ChannelError),
        (Whose.LINE, 90, AirflowFailException),
    ],
)
def test_only_a_line_that_failed_soon_is_asked_again(
    context: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    whose: Whose,
    seconds: int,
    raised: type[Exception],
) -> None:
    now = iter([100.0, 100.0 + seconds])

    def fails(*_: Any) -> None:
        raise ChannelError(whose, "It did not work.")

    monkeypatch.setattr(tasks.stages, "collect", fails)
    monkeypatch.setattr(tasks.time, "monotonic", lambda: next(now, 100.0 + seconds))
    with pytest.raises(raised, match="It did not work"):
        tasks.collect(OFFICE, NIGHT)
    assert context["office_name"] == "Kantor"


def test_a_folder_of_a_night_is_watched(context: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    monkeypatch.setattr(tasks.stages, "collect", lambda *arguments: given.append(arguments[-1]) or {})
    tasks.collect(OFFICE, NIGHT)
    assert isinstance(given[0], FolderChannel)
    assert given[0]._settle > 0


@pytest.mark.parametrize(("name", "connection_id"), [("carrier_pigeon", "x"), ("sftp", None), (None, None)])
def test_a_channel_that_there_is_not_fails_when_it_is_used_and_is_ours(
    name: str | None, connection_id: str | None
) -> None:
    channel = channel_of(name, connection_id)
    assert channel is not None
    with pytest.raises(ChannelError, match="registry") as caught:
        channel.fetch(None)  # type: ignore[arg-type]
    assert caught.value.whose is Whose.OURS


@pytest.mark.parametrize("inbox", [None, "/somewhere"])
def test_answers_go_out_unless_the_files_came_from_a_folder_named_for_the_run(
    context: dict[str, Any], monkeypatch: pytest.MonkeyPatch, inbox: str | None
) -> None:
    given: list[Any] = []
    monkeypatch.setattr(tasks.stages, "report", lambda *arguments: given.append(arguments[2:]) or {})
    context["params"]["inbox"] = inbox
    tasks.report(NIGHT)
    if inbox:
        assert given == [()]
    else:
        assert callable(given[0][0])
