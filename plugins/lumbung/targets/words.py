"""A target and what is left of it, on the terminal in Indonesian."""

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lumbung.labels import NO_VALUE, format_date, format_number, format_percent, format_rupiah, label
from lumbung.reference import PROVINCE
from lumbung.targets.ledger import version_words
from lumbung.targets.scenario import Standing, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

_DECIMALS = {"percent": 2, "day": 1, "idr": 0}


def print_scenario(found: Standing, left: "Sequence[Step]", regency: str | None, console: Console) -> None:
    """Print where a target stands, what each month left has to bring, and what the province's figure becomes.

    Args:
        found: The target.
        left: The months that are left.
        regency: Its name; None for the province.
        console: Where to.
    """
    place = regency or label("targets.province")
    title = label("targets.whatif.title").format(
        name=found.indicator_name, place=place, year=found.target_year
    )
    console.print(Text(title, "bold"))
    facts = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    for name, words in _facts(found):
        facts.add_row(Text(label("targets.whatif", name), "dim"), Text(words))
    console.print(facts)
    for text in _sentences(found, left, place):
        console.print(_paragraph(text))
    if left and left[0].needed_value is not None and not _is_reached(found):
        console.print(_months(found, left))
    for text in _province(found, left, place):
        console.print(_paragraph(text))


def _paragraph(text: str) -> Text:
    """Text in which no amount is torn from its currency or sign of percent."""
    return Text(text.replace("Rp ", "Rp\u00a0").replace(" %", "\u00a0%"))


def _is_reached(found: Standing) -> bool:
    """Whether nothing more is needed than to keep what there is."""
    is_kept = found.over_time in ("sum", "last") and not (
        found.over_time == "sum" and found.direction == "lower"
    )
    return is_kept and found.attainment_pct is not None and found.attainment_pct >= 100


def _facts(found: Standing) -> list[tuple[str, str]]:
    version = version_words(found.target_version)
    facts = [("target", f"{_target(found)} ({version}, {found.decree})")]
    if found.realised_value is None:
        facts.append(("realised", label("targets.status", found.status)))
    else:
        until = label("targets.whatif.until").format(day=format_date(found.realised_to_on))
        facts.append(("realised", f"{amount(found.realised_value, found.unit)} {until}"))
        if found.regency_code == PROVINCE and found.reporting_count < found.obliged_count:
            known = {"count": found.reporting_count, "all": found.obliged_count}
            facts.append(("reporters", label("targets.whatif.reporters_words").format(**known)))
    if found.attainment_pct is not None and found.band:
        facts.append(("attainment", _judged(found.attainment_pct, found.band)))
    elif found.realised_value is not None and found.attainment_pct_reason:
        facts.append(("attainment", label("targets.reason", found.attainment_pct_reason)))
    if found.pace_pct is not None and found.pace_band:
        facts.append(("pace", _judged(found.pace_pct, found.pace_band)))
    if found.forecast_value is not None and found.forecast_method:
        method = label("targets.method", found.forecast_method)
        facts.append(("forecast", f"{amount(found.forecast_value, found.unit)} ({method})"))
    if found.rank_among_regencies is not None:
        facts.append(("rank", format_number(found.rank_among_regencies)))
    facts += [(key, text) for key, text in (("cause", found.cause), ("follow_up", found.follow_up)) if text]
    return facts


def _sentences(found: Standing, left: "Sequence[Step]", place: str) -> list[str]:
    if not left:
        return [label("targets.whatif.nothing_left")]
    if found.realised_value is None or left[0].needed_value is None:
        return [label("targets.whatif.unknown").format(place=place)]
    needed, months = left[0].needed_value, left[0].remaining_months
    if _is_reached(found):
        return [label("targets.whatif.reached").format(place=place)]
    kind = "step" if found.over_time in ("sum", "last") else "level"
    if found.direction == "lower" and found.over_time == "sum":
        kind = "allowance"
    elif found.over_time == "last" and needed < 0:
        kind = "fall"
    elif kind == "level" and found.direction == "lower":
        kind = "level_lower"
    unit = _unit_of_step(found)
    known = {"place": place, "needed": amount(abs(needed) if kind == "fall" else needed, unit)}
    text = label("targets.whatif", kind).format(months=months, **known)
    if left[0].monthly_so_far is not None:
        text += " " + label("targets.whatif.so_far").format(amount=amount(left[0].monthly_so_far, found.unit))
    return [text]


def _months(found: Standing, left: "Sequence[Step]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(label("targets.whatif.month"), no_wrap=True)
    level = "needed_step" if found.over_time in ("sum", "last") else "needed_level"
    table.add_column(label("targets.whatif", level), justify="right", no_wrap=True)
    table.add_column(label("targets.whatif.by_month_end"), justify="right", no_wrap=True)
    for step in left:
        month = f"{label('month', str(step.month_on.month))} {step.month_on.year}"
        needed = amount(step.needed_value, _unit_of_step(found))
        table.add_row(month, needed, amount(step.needed_by_month_end, found.unit))
    return table


def _province(found: Standing, left: "Sequence[Step]", place: str) -> list[str]:
    if not left or found.regency_code == PROVINCE:
        return []
    step = left[0]
    if step.province_value_if_missed is None or step.province_value_if_met is None:
        return [label("targets.whatif.province_unknown", step.province_value_if_met_reason or "no_figure")]
    known = {
        "place": place,
        "target": _of_province(step, found.unit),
        "missed": amount(step.province_value_if_missed, found.unit),
        "met": amount(step.province_value_if_met, found.unit),
        "missed_pct": format_percent(step.province_attainment_if_missed_pct),
        "met_pct": format_percent(step.province_attainment_if_met_pct),
    }
    is_same = step.province_value_if_missed == step.province_value_if_met
    return [label("targets.whatif", "province_same" if is_same else "province_words").format(**known)]


def _of_province(step: Step, unit: str) -> str:
    if step.province_target_value is None:
        return label("targets.whatif.province_range")
    return label("targets.whatif.province_value").format(target=amount(step.province_target_value, unit))


def _unit_of_step(found: Standing) -> str:
    """A rate that rises by 0.5 rises by percentage points."""
    return "point" if found.unit == "percent" and found.over_time in ("sum", "last") else found.unit


def amount(value: Decimal | None, unit: str) -> str:
    """A figure with its unit: Rp 1.250, 5,53 %, 1.250 orang."""
    if value is None:
        return NO_VALUE
    if unit == "idr":
        return format_rupiah(value)
    if unit == "percent":
        return format_percent(value)
    if unit == "point":
        return f"{format_number(value, 2)} {label('targets.whatif.point')}"
    decimals = _DECIMALS.get(unit, 0 if value == value.to_integral_value() else 1)
    return f"{format_number(value, decimals)} {label('template.measure', unit)}"


def _target(found: Standing) -> str:
    if found.target_value is not None:
        return amount(found.target_value, found.unit)
    lower, upper = (amount(value, found.unit) for value in (found.lower_value, found.upper_value))
    return label("targets.range").format(lower=lower, upper=upper)


def _judged(value: Decimal, band: str) -> str:
    return f"{format_percent(value)}, {label('targets.band', band)}"
