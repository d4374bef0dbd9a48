"""The statements that make published tables from dbt contracts. Run by set-up alone, never in publication."""

import hashlib
from collections.abc import Iterable, Iterator

from psycopg import sql

from lumbung.build.mart import ForeignKey, MartModel

READERS = {"marts": "lumbung_reader", "restricted": "lumbung_planner"}
"""Who reads what is published where; `lumbung_planner` is a `lumbung_reader` too."""

PUBLISHER = "lumbung_publish"

RELEASE_FROM = "Rilis yang memuat baris ini pertama kali (marts.release) — the release that brought this row."
RELEASE_TO = (
    "Rilis yang menggantikan atau menghapus baris ini — the release that superseded or removed this row."
)

CHOSEN_RELEASE = "nullif(current_setting('lumbung.release', true), '')::bigint"
"""The release that a session asked for; null = the current one."""

INFRASTRUCTURE = """
create table if not exists marts.release (
    release_id        bigint primary key,
    published_at      timestamptz not null,
    business_date     date not null,
    code_version      text not null,
    changed_rows      bigint not null,
    is_current        boolean not null,
    kind              text not null check (kind in ('night', 'rollback')),
    equals_release_id bigint references marts.release,
    reason            text,
    made_by           text,
    check ((kind = 'rollback') = (equals_release_id is not null))
);
create unique index if not exists release_is_current on marts.release (is_current) where is_current;
grant select, insert, update on marts.release to lumbung_publish;
grant select on marts.release to lumbung_reader;

create or replace view asof.release as
select
    release_id, published_at, business_date, code_version, changed_rows,
    case
        when chosen.n is null then is_current
        else release_id = (select max(r.release_id) from marts.release as r where r.release_id <= chosen.n)
    end as is_current,
    kind, equals_release_id, reason, made_by
from marts.release
cross join (select {chosen} as n) as chosen
where chosen.n is null or release_id <= chosen.n;
grant select on asof.release to lumbung_reader;

create table if not exists build.work_state (
    is_the_only_row    boolean primary key default true check (is_the_only_row),
    project_hash       text not null,
    intake_hash        text not null,
    business_date      date not null,
    to_load_seq        bigint not null,
    build_id           bigint not null,
    compare_everything boolean not null,
    is_published       boolean not null
);
comment on table build.work_state is
    'What the work schema holds: of which code, business date and loads; whether the next publication must '
    'compare whole tables; whether all is published. No row: nothing is known, the next build is a full one. '
    'Grain: one row.';
grant select, insert, update, delete on build.work_state to lumbung_transform;
grant select, update (compare_everything, is_published) on build.work_state to lumbung_publish;
"""

RELEASE_COMMENTS = {
    None: "Satu baris per rilis: satu penerbitan yang utuh — one atomic publication. Grain: release.",
    "release_id": "Nomor rilis, berurutan tanpa celah — the release's number, without gaps.",
    "published_at": "Saat rilis diterbitkan — the instant of publication.",
    "business_date": "Tanggal kerja malam yang menerbitkan — business date of the night that published.",
    "code_version": "Versi program yang membuat rilis — version of the code that made the release.",
    "changed_rows": "Banyaknya baris yang berbeda dari rilis sebelumnya — rows that differ from the last.",
    "is_current": "Benar untuk rilis yang berlaku; di asof: yang dipilih — the release in force or chosen.",
    "kind": "night = terbit malam hari, rollback = pengembalian — nightly, or a return to an earlier one.",
    "equals_release_id": "Untuk pengembalian: rilis yang diulang — for a rollback: the release it equals.",
    "reason": "Untuk pengembalian: alasannya — for a rollback: why.",
    "made_by": "Untuk pengembalian: siapa yang memintanya — for a rollback: who asked for it.",
}


def names(identifiers: Iterable[str]) -> sql.Composed:
    """Quoted names with commas between."""
    return sql.SQL(", ").join(sql.Identifier(name) for name in identifiers)


def create_table(mart: MartModel) -> Iterator[sql.Composed]:
    """The published table and its twin in ``history``, without foreign keys."""
    columns = sql.SQL(",\n    ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.data_type))
        for column in mart.columns
    )
    current, past = sql.Identifier(mart.schema, mart.name), sql.Identifier("history", mart.name)
    yield sql.SQL(
        "create table {} (\n    {},\n    release_from bigint not null,\n    primary key ({})\n)"
    ).format(current, columns, names(mart.key))
    yield sql.SQL(
        "create table {} (\n    {},\n    release_from bigint not null,\n    release_to bigint not null,\n"
        "    check (release_to > release_from)\n)"
    ).format(past, columns)
    yield sql.SQL("create index {} on {} ({}, release_to)").format(
        sql.Identifier(short(f"{mart.name}_history_key")), past, names(mart.key)
    )


def add_column(mart: MartModel, column: str, data_type: str) -> Iterator[sql.Composed]:
    """A column that the contract gained, in both tables; rows published before hold null."""
    for schema in (mart.schema, "history"):
        yield sql.SQL("alter table {} add column {} {}").format(
            sql.Identifier(schema, mart.name), sql.Identifier(column), sql.SQL(data_type)
        )


def indexes(mart: MartModel) -> Iterator[tuple[str, sql.Composed]]:
    """Names and statements of the indexes of the published table beside its key."""
    for columns in (("release_from",), *mart.indexes):
        name = short(f"{mart.name}_{'_'.join(columns)}_idx")
        yield (
            name,
            sql.SQL("create index if not exists {} on {} ({})").format(
                sql.Identifier(name), sql.Identifier(mart.schema, mart.name), names(columns)
            ),
        )


def foreign_key_name(mart: MartModel, key: ForeignKey) -> str:
    """The constraint's name, telling all of it: a changed reference has another name."""
    return short(f"{mart.name}_{'_'.join(key.columns)}_to_{key.to}_{'_'.join(key.to_columns)}_fkey")


def add_foreign_key(mart: MartModel, key: ForeignKey) -> sql.Composed:
    """Deferred, so that one transaction may replace a dimension's row and its facts in any order."""
    return sql.SQL(
        "alter table {} add constraint {} foreign key ({}) references {} ({}) deferrable initially deferred"
    ).format(
        sql.Identifier(mart.schema, mart.name),
        sql.Identifier(foreign_key_name(mart, key)),
        names(key.columns),
        sql.Identifier("marts", key.to),
        names(key.to_columns),
    )


def view(mart: MartModel, column_order: Iterable[str]) -> sql.Composed:
    """The as-of view: the current table when no release is chosen, else what was valid at the chosen one.

    The conditions on the chosen release alone are evaluated once per scan, so a session that chose none pays
    for the current table only.

    Args:
        mart: The table.
        column_order: Its columns as the table holds them; new ones come last, as ``create or replace`` needs.
    """
    return sql.SQL(
        """create or replace view {view} as
select {columns} from {current} where {n} is null
union all
select {columns} from {current} where {n} is not null and release_from <= {n}
union all
select {columns} from {past} where {n} is not null and release_from <= {n} and release_to > {n}"""
    ).format(
        view=sql.Identifier("asof", mart.name),
        columns=names(column_order),
        current=sql.Identifier(mart.schema, mart.name),
        past=sql.Identifier("history", mart.name),
        n=sql.SQL(CHOSEN_RELEASE),
    )


def grants(mart: MartModel) -> Iterator[sql.Composed]:
    """Readers read the table and its as-of view, planners alone what is restricted; nobody reads history.

    The publisher writes, may analyze, and can neither alter nor delete history.
    """
    current, past, as_of = (sql.Identifier(schema, mart.name) for schema in (mart.schema, "history", "asof"))
    publisher = sql.Identifier(PUBLISHER)
    yield sql.SQL("grant select, insert, delete, maintain on {} to {}").format(current, publisher)
    yield sql.SQL("grant select, insert, maintain on {} to {}").format(past, publisher)
    yield sql.SQL("grant select on {}, {} to {}").format(current, as_of, sql.Identifier(READERS[mart.schema]))


def comments(mart: MartModel) -> Iterator[sql.Composed]:
    """Descriptions on the tables, the view and all their columns."""
    described = {column.name: column.description for column in mart.columns} | {"release_from": RELEASE_FROM}
    for schema, kind in ((mart.schema, "table"), ("history", "table"), ("asof", "view")):
        relation = sql.Identifier(schema, mart.name)
        yield sql.SQL("comment on {} {} is {}").format(
            sql.SQL(kind), relation, sql.Literal(_INTRODUCTION.get(schema, "") + mart.description)
        )
        own = described | {"release_to": RELEASE_TO} if schema == "history" else described
        for column, text in own.items():
            yield sql.SQL("comment on column {} is {}").format(
                sql.Identifier(schema, mart.name, column), sql.Literal(text)
            )


def release_comments() -> Iterator[sql.Composed]:
    """Comments on ``marts.release``, its view and their columns."""
    for schema, kind in (("marts", "table"), ("asof", "view")):
        for column, text in RELEASE_COMMENTS.items():
            if column is None:
                head = sql.SQL("comment on {} {}").format(sql.SQL(kind), sql.Identifier(schema, "release"))
            else:
                head = sql.SQL("comment on column {}").format(sql.Identifier(schema, "release", column))
            yield sql.SQL("{} is {}").format(head, sql.Literal(text))


def short(name: str) -> str:
    """A name within PostgreSQL's 63 bytes, still unique when it had to be cut."""
    if len(name) <= 63:
        return name
    return f"{name[:54]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


_INTRODUCTION = {
    "history": "Baris yang telah digantikan — superseded rows. ",
    "asof": "Menurut rilis pilihan: set lumbung.release = N — as of a chosen release. ",
}
