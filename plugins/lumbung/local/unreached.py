"""Offices that a night could not collect from or answer, in words for the terminal: what to do."""

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import psycopg

_UNREACHED = """
select o.regency_code, f.office_name, o.channel, o.outcome, o.problem, o.remedy
from intake.channel_outcomes as o
inner join intake.offices as f using (regency_code)
where o.night_id = %s and o.outcome <> 'ok'
order by o.regency_code
"""
_UNANSWERED = """
select b.regency_code, f.office_name, count(*), (array_agg(b.failure order by b.outbox_id desc))[1]
from intake.outbox as b
inner join intake.offices as f using (regency_code)
where b.delivered_at is null and b.failure is not null
group by b.regency_code, f.office_name
order by b.regency_code
"""
_WHOSE = {"ours": "ours to mend", "theirs": "theirs to mend", "line": "the line"}


def offices_unreached(connection: "psycopg.Connection[Any]", night_id: int) -> Table | None:
    """A table of the offices that a night could not collect from in full; None when there are none.

    Args:
        connection: A connection of the engineer's role.
        night_id: The night.
    """
    rows = connection.execute(_UNREACHED, [night_id]).fetchall()
    if not rows:
        return None
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    table.title = "Not collected in full; the next night fetches again"
    for heading in ("Office", "Channel", "Whose", "What happened, what to do"):
        table.add_column(heading, overflow="fold")
    for code, name, channel, outcome, problem, remedy in rows:
        told = Text(problem)
        if remedy:
            told.append(f" {remedy}", style="dim")
        table.add_row(Text(f"{code} {name}"), channel, _WHOSE[outcome], told)
    return table


def offices_unanswered(connection: "psycopg.Connection[Any]") -> Table | None:
    """A table of the offices that could not be sent their answers; None when there are none.

    Args:
        connection: A connection of the engineer's role.
    """
    rows = connection.execute(_UNANSWERED).fetchall()
    if not rows:
        return None
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    table.title = "Not answered yet; the next night sends again"
    for heading in ("Office", "Files", "What happened"):
        table.add_column(heading, justify="right" if heading == "Files" else "left", overflow="fold")
    for code, name, files, failure in rows:
        table.add_row(Text(f"{code} {name}"), f"{files:,}", Text(failure))
    return table
