"""The floor of the register: files by COPY in the server, and the KPIs of regencies and programmes in SQL.

It takes every row for a unit of its own and every value for readable: no rules, no findings, no unit known by
its licence number over files and years, no changes, no near matches, nothing suppressed or published.
"""

from pathlib import Path

from psycopg import sql

from lumbung.settings import Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.benchmarks.measure import say, timed

_UNITS = """
tahun_data integer, nib text, nama_perusahaan text, nama_pemilik text, alamat text, desa text, kecamatan text,
kbli text, versi_kbli text, cabang_industri text, komoditi text, produk text, tenaga_kerja_l integer,
tenaga_kerja_p integer, nilai_investasi bigint, kapasitas_produksi numeric, satuan_kapasitas text,
nilai_produksi bigint, nilai_bahan_baku bigint, ekspor_persen numeric, subsektor_kreatif text, halal text,
sni text, merek text, status text
"""
_PRODUCTS = """
tahun integer, produk text, kelompok text, desa text, kecamatan text, bintang integer, jumlah_ikm integer,
tenaga_kerja integer, omzet bigint
"""
_TABLES = {"industry_units": _UNITS, "ovop_products": _PRODUCTS}

_AGGREGATES = """
create table bench.register_kpi as
with units as (
    select
        u.tahun_data as data_year,
        u.regency_code,
        u.tenaga_kerja_l as male,
        u.tenaga_kerja_p as female,
        u.tenaga_kerja_l + u.tenaga_kerja_p as workers,
        u.nilai_investasi as investment,
        u.nilai_produksi as production,
        u.nilai_produksi - u.nilai_bahan_baku as value_added,
        u.nilai_produksi * u.ekspor_persen / 100 as export,
        'ya' in (u.halal, u.sni, u.merek) as is_certified,
        -- Small or medium: everything but 20 workers and more with over 15 billion.
        not (u.tenaga_kerja_l + u.tenaga_kerja_p >= 20 and u.nilai_investasi > 15000000000) as is_ikm,
        p.produk is not null as is_ovop,
        u.subsektor_kreatif is not null as is_creative,
        exists (select 1 from build.agro_kbli as a where starts_with(u.kbli, a.kbli_prefix)) as is_agro,
        exists (
            select 1 from build.core_competences as c
            where
                c.regency_code = u.regency_code and starts_with(u.kbli, c.kbli_prefix)
                and (
                    c.product_word is null
                    or position(c.product_word in lower(u.produk || ' ' || u.komoditi)) > 0
                )
        ) as is_core_competence
    from bench.industry_units as u
    left join bench.ovop_products as p
        on
            u.regency_code = p.regency_code and u.tahun_data = p.tahun and u.desa = p.desa
            and u.produk = p.produk
    where u.status = 'aktif'
), classes as (
    select
        data_year, regency_code, is_ikm, is_ovop, is_creative, is_agro, is_core_competence,
        count(*) as units, sum(workers) as workers, sum(male) as male, sum(female) as female,
        sum(investment) as investment, sum(production) as production, sum(value_added) as value_added,
        sum(export) as export, count(*) filter (where is_certified) as certified
    from units
    group by 1, 2, 3, 4, 5, 6, 7
), figures as (
    select
        c.data_year, coalesce(c.regency_code, '35') as regency_code, p.programme,
        sum(c.units) as units, sum(c.workers) as workers, sum(c.male) as male, sum(c.female) as female,
        sum(c.investment) as investment, sum(c.production) as production,
        sum(c.value_added) as value_added, sum(c.export) as export, sum(c.certified) as certified
    from classes as c
    cross join lateral (
        values
        ('all', true), ('ikm', c.is_ikm), ('ovop', c.is_ovop), ('creative', c.is_creative),
        ('agro', c.is_agro), ('core_competence', c.is_core_competence)
    ) as p (programme, is_in)
    where p.is_in
    group by grouping sets ((1, c.regency_code, 3), (1, 3))
)
select
    make_date(f.data_year, 1, 1) as period_on,
    f.regency_code,
    f.programme,
    f.units as unit_count,
    f.workers as worker_count,
    f.male as male_count,
    f.female as female_count,
    f.investment as investment_idr,
    f.production as production_idr,
    f.value_added as value_added_idr,
    f.value_added / nullif(f.workers, 0) as productivity_idr,
    (f.units - before.units) * 100 / before.units as growth_pct,
    f.production * 100 / nullif(province.production, 0) as contribution_pct,
    f.workers * whole.workers / nullif(place.workers * province.workers, 0) as location_quotient,
    f.export * 100 / nullif(f.production, 0) as export_pct,
    f.certified * 100.0 / f.units as certified_pct
from figures as f
left join figures as before
    on
        f.data_year - 1 = before.data_year and f.regency_code = before.regency_code
        and f.programme = before.programme
inner join figures as province
    on (f.data_year, '35', f.programme) = (province.data_year, province.regency_code, province.programme)
inner join figures as place
    on (f.data_year, f.regency_code, 'all') = (place.data_year, place.regency_code, place.programme)
inner join figures as whole
    on (f.data_year, '35', 'all') = (whole.data_year, whole.regency_code, whole.programme)
"""

_EXACT = (
    "unit_count", "worker_count", "male_count", "female_count", "investment_idr", "production_idr",
    "value_added_idr",
)  # fmt: skip
_COMPUTED = (
    "productivity_idr", "growth_pct", "contribution_pct", "location_quotient", "export_pct", "certified_pct",
)  # fmt: skip


def make(settings: Settings, inbox: Path) -> float:
    """Seconds of the COPY and the aggregates; needs a build that has made the seeds."""
    took: dict[str, float] = {}
    with connect(SUPERUSER, settings, autocommit=True) as connection:
        connection.execute("set work_mem = '256MB'")
        connection.execute("drop schema if exists bench cascade")
        connection.execute("create schema bench")
        for table, columns in _TABLES.items():
            connection.execute(sql.SQL("create table bench.{} ({}, regency_code text)").format(
                sql.Identifier(table), sql.SQL(columns)
            ))  # fmt: skip
        with timed(took, "floor: COPY of the files"):
            for table, columns in _TABLES.items():
                names = [column.split()[0] for column in columns.split(",")]
                for path in sorted(inbox.glob(f"*/{table}/*.csv")):
                    connection.execute(
                        sql.SQL("alter table bench.{} alter regency_code set default {}").format(
                            sql.Identifier(table), sql.Literal(path.parts[-3])
                        )
                    )
                    connection.execute(
                        sql.SQL("copy bench.{} ({}) from {} with (format csv, header)").format(
                            sql.Identifier(table),
                            sql.SQL(", ").join(map(sql.Identifier, names)),
                            sql.Literal(str(path)),
                        )
                    )
        with timed(took, "floor: aggregates in SQL"):
            connection.execute(_AGGREGATES)
    return sum(took.values())


def compare(settings: Settings) -> None:
    """Make sure that the published KPIs are the floor's wherever they are not suppressed.

    Raises:
        RuntimeError: when one differs, or most are missing.
    """
    with connect(SUPERUSER, settings) as connection:
        for figures, is_other in (
            (_EXACT, "m.{0} <> f.{0}"),
            (_COMPUTED, "abs(m.{0} - f.{0}) > 1e-9 * greatest(1, abs(f.{0}))"),
        ):
            for figure in figures:
                found = connection.execute(
                    sql.SQL(
                        "select count(f.{0}), count(f.{0}) filter (where m.{0} is not null),"
                        " count(*) filter (where " + is_other + ")"
                        " from bench.register_kpi as f"
                        " left join marts.fct_industry_kpi as m using (period_on, regency_code, programme)"
                    ).format(sql.Identifier(figure))
                ).fetchone()
                assert found is not None
                by_hand, published, different = found
                if different or published < 0.5 * by_hand:
                    raise RuntimeError(
                        f"{figure}: {by_hand} by hand, {published} published, of which {different} differ"
                    )
                say(f"equal KPIs: {published} of {by_hand} x {figure}")
        missing = connection.execute(
            "select count(*) from marts.fct_industry_kpi as m"
            " left join bench.register_kpi as f using (period_on, regency_code, programme)"
            " where m.unit_count > 0 and f.unit_count is null"
        ).fetchone()
    if missing != (0,):
        raise RuntimeError(f"{missing} published KPIs have no counterpart by hand")
