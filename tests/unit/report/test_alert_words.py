"""Why an alert fired, in words."""

from decimal import Decimal
from typing import Any

import pytest

from lumbung.report.alerts import sentence


def _alert(rule: str, figure: str, baseline: str | None, measured: str, threshold: str, **more: Any) -> Any:
    numbers = {
        "figure_value": Decimal(figure),
        "baseline_value": None if baseline is None else Decimal(baseline),
        "measured_value": Decimal(measured),
        "threshold_value": Decimal(threshold),
    }
    return {"rule_code": rule, "unit": "kg", "alert_class": "fired"} | numbers | more


@pytest.mark.parametrize(
    ("alert", "words"),
    [
        (
            _alert("above_ceiling", "14933.33", "14900", "0.2237", "0"),
            "Rp 14.933/kg, 0,2 % di atas harga acuan Rp 14.900/kg",
        ),
        (
            _alert("jump_1d", "12000", "10000", "20", "20"),
            "Rp 12.000/kg, naik 20,0 % dari Rp 10.000/kg kemarin (batas 20 %)",
        ),
        (
            _alert("jump_7d", "7000", "10000", "30", "25"),
            "Rp 7.000/kg, turun 30,0 % dari Rp 10.000/kg sepekan lalu (batas 25 %)",
        ),
        (_alert("wide_spread", "10000", None, "26.04", "25"), "sebaran antarwilayah 26,0 % (batas 25 %)"),
        (_alert("stale", "9000", "9000", "60", "60"), "Rp 9.000/kg, tidak berubah sedikitnya 60 hari"),
        (
            _alert("ifpa", "9000", None, "1.234", "0.5", alert_class="abnormally_high"),
            "IFPA 1,23 (tinggi tidak wajar) pada harga Rp 9.000/kg",
        ),
        (
            _alert("alps", "9000", "7500", "2.5", "1", alert_class="crisis"),
            "ALPS 2,50 (krisis): Rp 9.000/kg, sedangkan tren dan musim memperkirakan Rp 7.500/kg",
        ),
        (
            _alert("shortage", "410.3", "87.8", "4.67", "7"),
            "stok 410,3 ton cukup untuk 4,7 hari (batas 7 hari)",
        ),
    ],
    ids=lambda value: value["rule_code"] if isinstance(value, dict) else "",
)
def test_sentence(alert: dict[str, Any], words: str) -> None:
    assert sentence(alert) == words
