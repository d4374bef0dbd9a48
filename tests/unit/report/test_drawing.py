"""What is drawn while pages are written: lines, the map, its shades."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from lumbung.report.drawing.choropleth import NO_DATA, banded, diverging, sequential
from lumbung.report.drawing.lines import Trend, daily, spark
from lumbung.report.drawing.regions import INSETS, atlas


def _points(drawn: str) -> list[list[str]]:
    (path,) = re.findall(r'<path d="([^"]*)"', drawn)
    return [run.split("L") for run in path.split("M")[1:]]


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    trend = daily(
        [date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 4), date(2026, 7, 5)],
        [1000, 2000, 1500, 1000],
        date(2026, 7, 1),
        date(2026, 7, 5),
    )
    assert list(trend.values) == [1000, 2000, None, 1500, 1000]
    assert [len(run) for run in _points(spark(trend))] == [2, 2]


def test_a_line_spans_its_box_and_ends_with_a_dot_on_the_last_known_day() -> None:
    drawn = spark(Trend([1000, 2000, None], "3 hari terakhir"))
    assert _points(drawn) == [["3 25", "56 3"]]
    assert '<circle cx="56" cy="3"' in drawn
    assert "3 hari terakhir: Rp 1.000 hingga Rp 2.000" in drawn


def test_a_flat_line_runs_through_the_middle() -> None:
    assert _points(spark(Trend([1000, 1000], ""))) == [["3 14", "109 14"]]


@pytest.mark.parametrize("values", [[], [None, 1000]])
def test_fewer_than_two_figures_are_no_line(values: list[int | None]) -> None:
    assert spark(Trend(values, "")) == '<span class="none">–</span>'
    assert spark(None) == '<span class="none">–</span>'


def test_the_map_has_all_38_inside_its_box() -> None:
    found = atlas()
    assert len({region.regency_code for region in found.regions}) == 38
    for region in found.regions:
        assert 0 <= region.x <= found.width
        assert 0 <= region.y <= found.height
        assert region.path.startswith("M")


def test_places_lie_as_they_do_in_the_world() -> None:
    at = {region.regency_code: region for region in atlas().regions}
    banyuwangi, pacitan, tuban, bangkalan = (at[code] for code in ("3510", "3501", "3523", "3526"))
    assert pacitan.x < tuban.x < banyuwangi.x
    assert tuban.y < pacitan.y
    assert bangkalan.y < banyuwangi.y


def test_a_kota_lies_on_the_kabupaten_around_it() -> None:
    order = [region.regency_code for region in atlas().regions]
    for kota, around in (("3571", "3506"), ("3573", "3507"), ("3574", "3513"), ("3577", "3519")):
        assert order.index(kota) > order.index(around)


def test_far_islands_are_brought_near_into_frames_that_do_not_overlap() -> None:
    frames = atlas().frames
    assert len(frames) == len(INSETS) == 3
    spans = sorted((x, x + width) for x, _, width, _ in frames)
    assert all(right < left for (_, right), (left, _) in pairwise(spans))
    assert 1.3 < atlas().width / atlas().height < 1.5


def test_bands_are_drawn_as_published() -> None:
    bands = {
        "3501": ("above", "a"),
        "3502": ("within", "b"),
        "3503": ("below", "c"),
        "3504": ("no_data", "d"),
    }
    layer = banded("band", "", bands, "10")
    assert [layer.of(code).shade for code in bands] == ["above", "within", "below", NO_DATA]
    assert layer.of("3579").shade == NO_DATA, "an absent regency has no data"
    assert [shade for shade, _ in layer.legend] == ["above", "within", "below", NO_DATA]


def test_deviations_are_neutral_around_zero_and_alike_on_both_sides() -> None:
    """Reach 14, three and a half steps of 4 %: neutral to 2 %, then 6 %, 10 %."""
    figures = {"a": Decimal("1.9"), "b": Decimal("-2.1"), "c": Decimal("6.1"), "d": Decimal("-30"), "e": 14}
    layer = diverging("", "", figures, (Decimal("-12"), Decimal("14")), lambda value: f"{value:g}")
    assert [layer.of(code).shade for code in figures] == ["zero", "m1", "p2", "m3", "p3"]
    assert layer.legend == (
        ("p3", "> 10"), ("p2", "> 6"), ("p1", "> 2"), ("zero", "-2 – 2"), ("m1", "< -2"), ("m2", "< -6"),
        ("m3", "< -10"), (NO_DATA, "tidak ada data"),
    )  # fmt: skip


def test_amounts_are_in_five_equal_steps() -> None:
    figures = {str(value): value for value in (0, 19, 20, 99, 100)}
    layer = sequential("", "", figures, lambda value: f"{value:g} hari")
    assert [layer.of(code).shade for code in figures] == ["s0", "s0", "s1", "s4", "s4"]
    assert layer.legend[0] == ("s0", "0 – 20 hari")


def test_counts_are_in_whole_steps() -> None:
    figures = {str(value): value for value in (0, 1, 3)}
    layer = sequential("", "", figures, lambda value: f"{value:g} buah", whole=True)
    assert layer.legend[:-1] == (("s0", "0 buah"), ("s1", "1 buah"), ("s3", "3 buah"))
    wide = sequential("", "", {"a": 0, "b": 9}, lambda value: f"{value:g} buah", whole=True)
    assert wide.legend[:-1] == (("s0", "0 – 1 buah"), ("s4", "8 – 9 buah"))


def test_a_map_without_figures_has_only_the_shade_for_none() -> None:
    assert sequential("", "", {}, str).legend == ((NO_DATA, "tidak ada data"),)
