"""What `make nightly` runs: the sample or one's own submissions, never both in one warehouse."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from lumbung.errors import LumbungError
from lumbung.local import nightly
from lumbung.local.nightly import SAMPLE_DATE
from lumbung.settings import Settings

Holding = Callable[..., None]
TODAY = date(2026, 11, 23)


class _Nights:
    """A connection that knows of nights only whether they were the sample's."""

    def __init__(self, kinds: set[bool]) -> None:
        self._kinds = kinds

    def __enter__(self) -> "_Nights":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, *_: Any) -> "_Nights":
        return self

    def fetchall(self) -> list[tuple[bool]]:
        return [(kind,) for kind in self._kinds]


@pytest.fixture
def holding(monkeypatch: pytest.MonkeyPatch) -> Holding:
    """Let the warehouse hold nights of the sample (True), of one's own (False), or none."""

    def hold(*kinds: bool) -> None:
        monkeypatch.setattr("lumbung.warehouse.connection.connect", lambda *_: _Nights(set(kinds)))

    monkeypatch.setattr("lumbung.clock.today", lambda: TODAY)
    return hold


@pytest.mark.parametrize("kinds", [(), (True,)])
@pytest.mark.parametrize("day", [None, SAMPLE_DATE])
def test_without_inbox_the_sample_runs_on_its_own_date(
    holding: Holding, settings: Settings, kinds: tuple[bool, ...], day: date | None
) -> None:
    holding(*kinds)
    plan = nightly._plan(settings, None, day)
    assert (plan.inbox, plan.business_date) == (settings.home / "sample" / "inbox", SAMPLE_DATE)


@pytest.mark.parametrize("kinds", [(), (False,)])
def test_an_inbox_runs_on_the_date_named_or_today(
    holding: Holding, settings: Settings, kinds: tuple[bool, ...], tmp_path: Path
) -> None:
    holding(*kinds)
    named = nightly._plan(settings, tmp_path, date(2026, 7, 1))
    assert (named.inbox, named.business_date) == (tmp_path, date(2026, 7, 1))
    assert nightly._plan(settings, tmp_path, None).business_date == TODAY


def test_a_night_from_channels_names_no_inbox(settings: Settings, holding: Holding) -> None:
    holding()
    plan = nightly._plan(settings, None, date(2026, 7, 1), is_from_channels=True)
    assert (plan.inbox, plan.name) == (None, "night")
    holding(True)
    with pytest.raises(LumbungError, match="sample"):
        nightly._plan(settings, None, None, is_from_channels=True)


def test_an_inbox_is_passed_on_as_an_absolute_folder(
    holding: Holding, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding()
    (tmp_path / "kotak masuk").mkdir()
    monkeypatch.chdir(tmp_path)
    assert nightly._plan(settings, Path("kotak masuk"), None).inbox == tmp_path / "kotak masuk"


def test_a_warehouse_with_the_sample_refuses_an_inbox(
    holding: Holding, settings: Settings, tmp_path: Path
) -> None:
    holding(True)
    with pytest.raises(LumbungError) as raised:
        nightly._plan(settings, tmp_path, None)
    assert "holds the sample" in raised.value.what
    assert "LUMBUNG_HOME" in raised.value.remedy
    assert "make clean" in raised.value.remedy


def test_a_warehouse_with_own_submissions_refuses_the_sample(holding: Holding, settings: Settings) -> None:
    holding(False)
    with pytest.raises(LumbungError) as raised:
        nightly._plan(settings, None, None)
    assert "submissions of its own" in raised.value.what
    assert "INBOX=folder" in raised.value.remedy


def test_the_sample_refuses_another_date(holding: Holding, settings: Settings) -> None:
    holding()
    with pytest.raises(LumbungError) as raised:
        nightly._plan(settings, None, date(2026, 7, 29))
    assert "2026-07-28" in raised.value.what
    assert "2026-07-29" in raised.value.what


def test_a_folder_that_is_not_there_is_refused_before_anything_is_begun(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "ensure_setup", lambda *_: pytest.fail("set-up was begun"))
    with pytest.raises(LumbungError, match="There is no folder") as raised:
        nightly.nightly(settings, Console(quiet=True), tmp_path / "nowhere", None)
    assert "3510/staple_prices" in raised.value.remedy
