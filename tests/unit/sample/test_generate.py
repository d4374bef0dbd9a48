"""The sample: repeatable, complete, and free of what would hold its history back."""

import csv
import hashlib
import itertools
import json
import re
from collections import Counter, defaultdict
from datetime import date, datetime, time
from pathlib import Path

import pytest

from lumbung.clock import JAKARTA
from lumbung.reference import Reference
from lumbung.sample.generate import HISTORY_FILE, SampleSummary, generate
from lumbung.settings import Settings


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(Settings.load())


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return generate(Settings.load(), tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def history(sample: SampleSummary, reference: Reference) -> dict[tuple[str, str], list[tuple[date, int]]]:
    """Observations per (market, commodity), by day."""
    series = defaultdict(list)
    for path in sorted(sample.history.glob(f"*/staple_prices/{HISTORY_FILE}")):
        regency = path.parts[-3]
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                market = reference.resolve_market(regency, row["pasar"])
                commodity = reference.resolve_commodity(row["komoditas"])
                assert market, f"{regency} has no {row['pasar']}"
                assert commodity, f"no commodity {row['komoditas']}"
                assert reference.resolve_unit(row["satuan"]) == reference.commodities[commodity].unit
                series[market, commodity].append((date.fromisoformat(row["tanggal"]), int(row["harga"])))
    return series


def _digests(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_times(sample: SampleSummary, tmp_path: Path) -> None:
    generate(Settings.load(), tmp_path)
    assert _digests(tmp_path) == _digests(sample.history.parent)


def test_another_seed_gives_other_prices(sample: SampleSummary, tmp_path: Path) -> None:
    other = generate(Settings.load(), tmp_path, seed=1)
    path = f"3578/staple_prices/{HISTORY_FILE}"
    assert (other.history / path).read_bytes() != (sample.history / path).read_bytes()


def test_history_has_thirteen_months_of_every_market(
    sample: SampleSummary, history: dict[tuple[str, str], list[tuple[date, int]]], reference: Reference
) -> None:
    assert len(list(sample.history.iterdir())) == 38
    assert 560_000 < sum(map(len, history.values())) < 580_000
    assert {market for market, _ in history} == set(reference.markets)
    assert len({commodity for _, commodity in history}) == 12
    days = {day for observations in history.values() for day, _ in observations}
    assert (min(days), max(days)) == (date(2025, 6, 28), date(2026, 7, 27))


def test_history_breaks_no_rule(
    history: dict[tuple[str, str], list[tuple[date, int]]], reference: Reference
) -> None:
    for (market, code), observations in history.items():
        commodity = reference.commodities[code]
        previous, run = None, 0
        for _, price in observations:
            assert commodity.plausible_min_idr <= price <= commodity.plausible_max_idr, (market, code)
            if previous is not None:
                assert abs(price / previous - 1) * 100 <= commodity.unusual_move_pct, (market, code)
            run = run + 1 if price == previous else 1
            previous = price
        assert run <= commodity.stale_after_days, (market, code)
        assert len({day for day, _ in observations}) == len(observations)


def test_prices_are_copied_forward_as_officers_do(
    history: dict[tuple[str, str], list[tuple[date, int]]],
) -> None:
    pairs = Counter(
        following == price
        for observations in history.values()
        for (_, price), (_, following) in itertools.pairwise(observations)
    )
    assert pairs[True] / pairs.total() == pytest.approx(0.85, abs=0.03)


def test_tonight_has_one_file_per_office_and_each_promised_fault(sample: SampleSummary) -> None:
    files = {path.parts[-3]: path for path in sample.inbox.glob("*/staple_prices/*")}
    assert len(files) == 38
    assert Counter(sample.expected_verdicts.values()) == {
        "accepted": 34,
        "partially_accepted": 2,
        "accepted_with_notes": 1,
        "rejected": 1,
    }
    assert sample.inbox_files == 6 * 38
    assert {path.suffix for path in files.values()} == {
        ".xlsx",
        ".csv",
        ".json",
        ".ods",
        ".xls",
        ".txt",
        ".zip",
    }


def test_files_arrive_before_noon_but_for_the_late(sample: SampleSummary) -> None:
    noon = datetime.combine(date(2026, 7, 28), time(12), tzinfo=JAKARTA)
    arrivals = {
        path.parts[-3]: datetime.fromtimestamp(path.stat().st_mtime, tz=JAKARTA)
        for path in sample.inbox.glob("*/staple_prices/*")
    }
    assert sorted(code for code, at in arrivals.items() if at > noon) == sorted(sample.late)
    assert len(sample.late) == 3
    assert {at.date() for at in arrivals.values()} == {date(2026, 7, 28)}
    assert min(arrivals.values()).time() >= time(7)


def test_tonight_shows_several_shapes_of_mess(sample: SampleSummary) -> None:
    raw = [path.read_bytes() for path in sample.inbox.glob("*/staple_prices/*.csv")]
    for trait in (
        rb"^\xef\xbb\xbf",
        rb"\x96[^\n]*\n(.|\n)*\t",
        rb";Rp [\d.]+,-\r\n",
        rb"\t\d+,\d{3}\r\n",
        rb"\n2026-07-28,",
    ):
        assert any(re.search(trait, content) for content in raw), trait
    contents = [json.loads(path.read_text()) for path in sample.inbox.glob("*/staple_prices/*.json")]
    lists = [content for content in contents if isinstance(content, list)]
    assert lists
    assert len(lists) < len(contents), "some are nested objects"
    assert all(isinstance(record["harga"], int | str) for content in lists for record in content)


def test_an_unknown_commodity_in_the_levels_is_told(tmp_path: Path, reference: Reference) -> None:
    from dataclasses import replace

    from lumbung.errors import LumbungError
    from lumbung.sample.places import load_goods

    fewer = {code: c for code, c in reference.commodities.items() if code != "bawang_merah"}
    with pytest.raises(LumbungError, match="bawang_merah"):
        load_goods(replace(reference, commodities=fewer))
