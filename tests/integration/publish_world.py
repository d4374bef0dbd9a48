"""A small world to publish: two marts by hand, their build tables, and what was published when."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from lumbung.build.mart import Column, ForeignKey, MartModel
from lumbung.publish.ledger import Release
from lumbung.publish.release import publish
from lumbung.publish.schema import sync
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

NIGHT = date(2026, 7, 28)

PLACE = MartModel(
    name="dim_place",
    description="Tempat — places. Grain: place.",
    columns=(
        Column("place_code", "text", "Kode tempat — the place's code."),
        Column("place_name", "text", "Nama tempat — the place's name."),
    ),
    key=("place_code",),
)
FIGURE = MartModel(
    name="fct_figure",
    description="Angka per tempat dan hari — figures. Grain: place x day.",
    columns=(
        Column("place_code", "text", "Kode tempat — the place's code."),
        Column("day_no", "int", "Hari ke- — number of the day."),
        Column("figure", "numeric(18, 2)", "Angka — the figure."),
        Column("note", "varchar(40)", "Catatan — a note."),
    ),
    key=("place_code", "day_no"),
    touched="touched_figure",
    foreign_keys=(ForeignKey(("place_code",), "dim_place", ("place_code",)),),
)
MARTS = [PLACE, FIGURE]

BUILD_TABLES = """
create table build.dim_place (place_code text, place_name text);
create table build.fct_figure (place_code text, day_no int, figure numeric(18, 2), note varchar(40));
create table build.touched_figure (place_code text, day_no int);
"""

Places = dict[str, str]
Figures = dict[tuple[str, int], tuple[int | None, str | None]]


@dataclass(frozen=True)
class State:
    """The content of both marts."""

    places: Places = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)

    def rows(self) -> tuple[set[Any], set[Any]]:
        return set(self.places.items()), set(self.figures.items())

    def changes_since(self, before: "State") -> int:
        """Rows that differ, as a release counts them."""
        return sum(
            len({k for k in new.keys() | old.keys() if new.get(k, ...) != old.get(k, ...)})
            for new, old in ((self.places, before.places), (self.figures, before.figures))  # type: ignore[attr-defined]
        )


class World:
    """The warehouse of a test, with hands to build, publish and read."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.load_seq = 0
        self.night_id = self._one(
            Role.INGEST,
            "insert into audit.nights (business_date, run_id) values (%s, 'test') returning night_id",
            [NIGHT],
        )
        with connect(Role.OWNER, settings) as owner:
            sync(owner, MARTS)
        self.run(Role.TRANSFORM, BUILD_TABLES)

    def run(self, role: Role, statement: str) -> None:
        with connect(role, self.settings, autocommit=True) as connection:
            connection.execute(statement)

    def _one(self, role: Role, query: str, values: Iterable[Any] = ()) -> Any:
        with connect(role, self.settings, autocommit=True) as connection:
            row = connection.execute(query, list(values)).fetchone()
            assert row is not None
            return row[0]

    def one(self, query: str) -> Any:
        return self._one(Role.ENGINEER, query)

    def forget_everything(self) -> None:
        """An empty warehouse again, cheaper than a new database."""
        self.run(
            Role.OWNER,
            "truncate marts.dim_place, marts.fct_figure, marts.release;"
            "truncate history.dim_place, history.fct_figure;"
            "update audit.publication"
            " set load_seq_watermark = 0, is_paused = false, compare_everything = false",
        )

    def build(self, state: State, touched: Iterable[tuple[str, int]], is_success: bool | None = True) -> int:
        """Stand in for dbt: the work schema holds a state, and names the keys it touched."""
        self.load_seq += 1
        with connect(Role.TRANSFORM, self.settings) as connection, connection.cursor() as cursor:
            cursor.execute("truncate build.dim_place, build.fct_figure, build.touched_figure")
            with cursor.copy("copy build.dim_place from stdin") as copy:
                for place in state.places.items():
                    copy.write_row(place)
            with cursor.copy("copy build.fct_figure from stdin") as copy:
                for key, values in state.figures.items():
                    copy.write_row((*key, *values))
            with cursor.copy("copy build.touched_figure from stdin") as copy:
                for key in touched:
                    copy.write_row(key)
            cursor.execute(
                "insert into audit.builds (night_id, from_load_seq, to_load_seq, is_success) "
                "values (%s, 0, %s, %s)",
                [self.night_id, self.load_seq, is_success],
            )
        return self.load_seq

    def publish(self, to_load_seq: int | None = None, marts: list[MartModel] | None = None) -> Release | None:
        to_load_seq = self.load_seq if to_load_seq is None else to_load_seq
        return publish(self.settings, self.night_id, NIGHT, "test", marts or MARTS, to_load_seq)

    def release(self, state: State, touched: Iterable[tuple[str, int]] | None = None) -> Release | None:
        """Build and publish a state; every key it holds is touched unless said otherwise."""
        self.build(state, state.figures if touched is None else touched)
        return self.publish()

    @contextmanager
    def reader(self, release_id: int | None = None) -> Iterator[psycopg.Connection[Any]]:
        with connect(Role.READER, self.settings, autocommit=True) as connection:
            if release_id is not None:
                connection.execute(f"set lumbung.release = {release_id}")
            yield connection

    def read(self, schema: str = "marts", release_id: int | None = None) -> State:
        """Both marts as the reader sees them, in one query each."""
        with self.reader(release_id) as connection:
            return read_state(connection, schema)


def read_state(connection: psycopg.Connection[Any], schema: str) -> State:
    places = connection.execute(f"select place_code, place_name from {schema}.dim_place").fetchall()
    figures = connection.execute(
        f"select place_code, day_no, figure, note from {schema}.fct_figure"
    ).fetchall()
    state = State(dict(places), {(code, day): (figure, note) for code, day, figure, note in figures})
    assert len(state.places) == len(places), "a key came twice"
    assert len(state.figures) == len(figures), "a key came twice"
    return state
