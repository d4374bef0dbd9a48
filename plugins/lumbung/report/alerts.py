"""Why an alert fired, in one sentence with its numbers."""

from collections.abc import Mapping
from typing import Any

from lumbung import labels


def sentence(alert: Mapping[str, Any]) -> str:
    """The reason of an alert (a row of ``fct_price_alert`` with the commodity's unit)."""
    return _SENTENCES[alert["rule_code"]](alert)


def _price(alert: Mapping[str, Any], key: str = "figure_value") -> str:
    return labels.format_rupiah(alert[key], alert["unit"])


def _percent(value: Any) -> str:
    return labels.format_percent(value, 1)


def _above_ceiling(alert: Mapping[str, Any]) -> str:
    over = _percent(alert["measured_value"])
    return f"{_price(alert)}, {over} di atas harga acuan {_price(alert, 'baseline_value')}"


def _jump(alert: Mapping[str, Any]) -> str:
    span = "kemarin" if alert["rule_code"] == "jump_1d" else "sepekan lalu"
    verb = "naik" if alert["figure_value"] > alert["baseline_value"] else "turun"
    change = f"{verb} {_percent(alert['measured_value'])} dari {_price(alert, 'baseline_value')} {span}"
    return f"{_price(alert)}, {change} (batas {labels.format_percent(alert['threshold_value'], 0)})"


def _wide_spread(alert: Mapping[str, Any]) -> str:
    return (
        f"sebaran antarwilayah {_percent(alert['measured_value'])} "
        f"(batas {labels.format_percent(alert['threshold_value'], 0)})"
    )


def _stale(alert: Mapping[str, Any]) -> str:
    return f"{_price(alert)}, tidak berubah sedikitnya {labels.format_number(alert['measured_value'])} hari"


def _ifpa(alert: Mapping[str, Any]) -> str:
    status = labels.label("ifpa_status", alert["alert_class"])
    return f"IFPA {labels.format_number(alert['measured_value'], 2)} ({status}) pada harga {_price(alert)}"


def _alps(alert: Mapping[str, Any]) -> str:
    status = labels.label("alps_status", alert["alert_class"])
    return (
        f"ALPS {labels.format_number(alert['measured_value'], 2)} ({status}): {_price(alert)}, sedangkan "
        f"tren dan musim memperkirakan {_price(alert, 'baseline_value')}"
    )


def _shortage(alert: Mapping[str, Any]) -> str:
    return (
        f"stok {labels.format_number(alert['figure_value'], 1)} ton cukup untuk "
        f"{labels.format_number(alert['measured_value'], 1)} hari (batas "
        f"{labels.format_number(alert['threshold_value'])} hari)"
    )


_SENTENCES = {
    "above_ceiling": _above_ceiling,
    "jump_1d": _jump,
    "jump_7d": _jump,
    "wide_spread": _wide_spread,
    "stale": _stale,
    "ifpa": _ifpa,
    "alps": _alps,
    "shortage": _shortage,
}
