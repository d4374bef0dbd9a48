"""Statements that make published tables."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lumbung.build.mart import Column, ForeignKey, MartModel
from lumbung.publish import ddl
from lumbung.publish.schema import fingerprint

PRICE = MartModel(
    name="fct_price",
    description="Harga — prices. Grain: market x day.",
    columns=(
        Column("market_id", "text", "Pasar — the market."),
        Column("day_on", "date", "Hari — the day."),
        Column("price_idr", "numeric(18, 2)", "Harga, 'apa adanya' — the price as it is."),
    ),
    key=("market_id", "day_on"),
    foreign_keys=(ForeignKey(("market_id",), "dim_market", ("market_id",)),),
    indexes=(("day_on",),),
)


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_tables_have_key_release_and_history_its_end() -> None:
    current, past, index = (_flat(statement.as_string()) for statement in ddl.create_table(PRICE))
    assert current == (
        'create table "marts"."fct_price" ( "market_id" text, "day_on" date, "price_idr" numeric(18, 2), '
        'release_from bigint not null, primary key ("market_id", "day_on") )'
    )
    assert "release_to bigint not null" in past
    assert index.endswith('on "history"."fct_price" ("market_id", "day_on", release_to)')


def test_foreign_keys_are_deferred() -> None:
    (key,) = PRICE.foreign_keys
    assert ddl.add_foreign_key(PRICE, key).as_string().endswith("deferrable initially deferred")


def test_readers_read_only_what_is_published() -> None:
    rights = [statement.as_string() for statement in ddl.grants(PRICE)]
    to_readers = [right for right in rights if "lumbung_reader" in right]
    assert to_readers == ['grant select on "marts"."fct_price", "asof"."fct_price" to "lumbung_reader"']


def test_what_is_restricted_is_made_apart_and_read_by_planners_alone() -> None:
    restricted = replace(PRICE, schema="restricted")
    statements = [
        *ddl.create_table(restricted),
        *ddl.grants(restricted),
        *ddl.comments(restricted),
        *(index for _, index in ddl.indexes(restricted)),
        *ddl.add_column(restricted, "note", "text"),
        ddl.add_foreign_key(restricted, restricted.foreign_keys[0]),
        ddl.view(restricted, ("market_id",)),
    ]
    texts = [statement.as_string() for statement in statements]
    assert [text for text in texts if "lumbung_reader" in text or '"marts"."fct_price"' in text] == []
    assert [text for text in texts if "lumbung_planner" in text] == [
        'grant select on "restricted"."fct_price", "asof"."fct_price" to "lumbung_planner"'
    ]
    assert any('create table "history"."fct_price"' in text for text in texts)


def test_quotes_in_descriptions_do_no_harm() -> None:
    texts = [statement.as_string() for statement in ddl.comments(PRICE)]
    column = '"marts"."fct_price"."price_idr"'
    assert f"comment on column {column} is 'Harga, ''apa adanya'' — the price as it is.'" in texts


@given(st.text("abcdefghij_", min_size=1, max_size=120), st.text("abcdefghij_", min_size=1, max_size=120))
def test_short_names_fit_and_stay_apart(one: str, other: str) -> None:
    assert len(ddl.short(one).encode()) <= 63
    assert (ddl.short(one) == ddl.short(other)) == (one == other)


def test_the_fingerprint_tells_contracts_apart() -> None:
    reworded = replace(PRICE, description="Harga. Grain: market x day.")
    unreferenced = replace(PRICE, foreign_keys=())
    reindexed = replace(PRICE, indexes=())
    restricted = replace(PRICE, schema="restricted")
    prints = {fingerprint([mart]) for mart in (PRICE, reworded, unreferenced, reindexed, restricted)}
    assert len(prints) == 5
    assert fingerprint([PRICE]) == fingerprint([replace(PRICE)])
