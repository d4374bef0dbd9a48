"""The sentences of an answer, made from its counts and dates."""

from datetime import date, datetime, timedelta

from lumbung.clock import JAKARTA
from lumbung.contracts.model import Calendar, Contract, Severity
from lumbung.feedback.model import Answer
from lumbung.labels import format_date, format_instant, format_number, label

_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def verdict_line(answer: Answer) -> str:
    """The verdict in words and counts."""
    return label("answer.verdict", _kind(answer)).format(**_counts(answer))


def verdict_word(answer: Answer) -> str:
    """The verdict in a word or two."""
    if answer.is_ours:
        return label("state.failed")
    return label("answer.withdrawn") if answer.is_withdrawn else label("verdict", str(answer.verdict))


def next_line(answer: Answer) -> str:
    """What the office is to do now, and by when."""
    kind = "failed" if answer.is_ours else "withdrawn" if answer.is_withdrawn else _what_remains(answer)
    group = "answer.trial" if answer.is_trial else "answer.next"
    counts = _counts(answer) | {
        "galat": format_number(answer.open(Severity.GALAT)),
        "konfirmasi": format_number(answer.open(Severity.KONFIRMASI)),
    }
    said = label(group, kind).format(deadline=deadline(answer), **counts)
    if kind == "partially_accepted" and answer.open(Severity.KONFIRMASI):
        said += " " + label("answer.also_konfirmasi").format(**counts)
    return said


def _what_remains(answer: Answer) -> str:
    """The verdict, or a better one where people released rows and offices explained findings since."""
    verdict = str(answer.verdict)
    if verdict == "partially_accepted" and not answer.open(Severity.GALAT):
        verdict = "accepted_with_notes"
    if verdict == "accepted_with_notes" and not answer.open(Severity.KONFIRMASI):
        verdict = "accepted"
    return verdict


def since_lines(answer: Answer) -> list[str]:
    """What people changed since the file was judged, where they did."""
    counts = {
        "released": sum(len(places) for places in answer.released.values()),
        "withdrawn": sum(len(places) for places in answer.withdrawn.values()),
        "explained": sum(
            one.severity == Severity.KONFIRMASI and bool(one.explanation) for one in answer.findings
        ),
    }
    counted = label("answer.unit", unit(answer))
    return [
        label("answer.since", key).format(count=format_number(count), unit=counted)
        for key, count in counts.items()
        if count and not (key == "withdrawn" and answer.is_withdrawn)  # the first line says it
    ]


def deadline(answer: Answer) -> str:
    """By when a corrected file is to be there, as of the answer's business date."""
    if answer.period_first_on is None or answer.period_last_on is None:
        return label("answer.deadline.unknown")
    calendar, today = answer.contract.calendar, answer.business_date
    due = due_at(calendar, answer.period_last_on)
    first = locked_from(calendar, answer.period_first_on)
    lock = coming_lock(calendar, answer.period_first_on, answer.period_last_on, today)
    # A night looks back on its business date; who tries a file may still send it on that day.
    last_call = today if answer.is_trial else today + timedelta(days=1)
    if today >= lock:
        kind = "locked"
    elif due.date() >= last_call:
        kind = "before"
    else:
        kind = "after"
    said = label("answer.deadline", kind).format(due=format_instant(due), lock=format_date(lock))
    if first <= today < lock:
        said += label("answer.deadline.partly").format(until=format_date(_locked_until(calendar, today)))
    return said


def coming_lock(calendar: Calendar, period_first_on: date, period_last_on: date, today: date) -> date:
    """When a file's periods are locked: the first of them, or the last where the first is locked already.

    One row of an old period must not make an office believe that today's period is closed too.
    """
    first = locked_from(calendar, period_first_on)
    return first if today < first else locked_from(calendar, _first_day(calendar.period, period_last_on))


def due_at(calendar: Calendar, period_last_on: date) -> datetime:
    """When the file of a period is due."""
    day = period_last_on + timedelta(days=calendar.due_days_after)
    return datetime.combine(day, calendar.due_time, JAKARTA)


def locked_from(calendar: Calendar, period_first_on: date) -> date:
    """The first day on which a period's values can no longer be changed."""
    return _last_day(calendar.period, period_first_on) + timedelta(days=calendar.lock_days_after + 1)


def period(answer: Answer) -> str:
    """The days that the file is about."""
    first, last = answer.period_first_on, answer.period_last_on
    if first is None or first == last:
        return format_date(first)
    return f"{format_date(first)} – {format_date(last)}"


def contact(help_desk: str, *, is_trial: bool = False) -> str:
    """Whom to call, and what to say then; a file that was only tried has no receipt to name."""
    key = "contact_trial" if is_trial else "contact"
    return label("answer", key).format(help_desk=whom(help_desk))


def whom(help_desk: str) -> str:
    """Whom to call; where nobody is named, the people who read the files."""
    return help_desk or label("answer.contact_default")


def print_line(answer: Answer, help_desk: str) -> str:
    """What stands at the foot of every printed page: the receipt number and whom to call."""
    key = "print_trial" if answer.is_trial else "print_receipt"
    receipt = label("answer", key).format(receipt=answer.submission_id)
    return f"{receipt} · {label('answer.section_contact')}: {whom(help_desk)}"


def unit(answer: Answer) -> str:
    """What is counted: `row`, or `cell` where a row of a sheet holds several figures."""
    return "cell" if answer.is_wide else "row"


def rule_name(contract: Contract, rule_id: str) -> str:
    """The name of a rule; its id when the contract no longer has it."""
    return next((rule.name for rule in contract.rules if rule.rule_id == rule_id), rule_id)


def _kind(answer: Answer) -> str:
    if answer.is_ours:
        return "failed"
    if answer.is_withdrawn:
        return "withdrawn"
    if answer.verdict == "rejected" and not answer.rows_with_data:
        return "unread"
    return str(answer.verdict)


def _counts(answer: Answer) -> dict[str, str]:
    return {
        "unit": label("answer.unit", unit(answer)),
        "rows": format_number(answer.rows_with_data),
        "accepted": format_number(answer.rows_accepted),
        "held": format_number(answer.rows_held),
        "withdrawn": format_number(sum(map(len, answer.withdrawn.values()))),
        "galat": format_number(answer.total(Severity.GALAT)),
        "konfirmasi": format_number(answer.total(Severity.KONFIRMASI)),
    }


def _locked_until(calendar: Calendar, today: date) -> date:
    """The last day whose period is locked."""
    over = today - timedelta(days=calendar.lock_days_after + 1)
    first = _first_day(calendar.period, over)
    return over if _last_day(calendar.period, first) == over else first - timedelta(days=1)


def _first_day(period: str, day: date) -> date:
    """First day of the period that a day lies in."""
    if period == "daily":
        return day
    if period == "weekly":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[period]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _last_day(period: str, first: date) -> date:
    if period == "daily":
        return first
    if period == "weekly":
        return first + timedelta(days=6)
    months = first.year * 12 + first.month - 1 + _MONTHS[period]
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)
