"""Registers of industry units and of OVOP products, one office and data year after another.

Who is in them and with which figures is decided in `population.py`; here they get names and become files.
What is written for one office is forgotten before the next one is made, whatever the size of the province.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from lumbung.reference import Reference
from lumbung.sample import trades
from lumbung.sample.files import Cell
from lumbung.sample.population import Ints, YearOfUnits, quotas, units_of_year, years_of_regency
from lumbung.sample.tables import Table

UNIT_HEADER = (
    "tahun_data", "nib", "nama_perusahaan", "nama_pemilik", "alamat", "desa", "kecamatan", "kbli",
    "versi_kbli", "cabang_industri", "komoditi", "produk", "tenaga_kerja_l", "tenaga_kerja_p",
    "nilai_investasi", "kapasitas_produksi", "satuan_kapasitas", "nilai_produksi", "nilai_bahan_baku",
    "ekspor_persen", "subsektor_kreatif", "halal", "sni", "merek", "status",
)  # fmt: skip
OVOP_HEADER = (
    "tahun", "produk", "kelompok", "desa", "kecamatan", "bintang", "jumlah_ikm", "tenaga_kerja", "omzet",
)  # fmt: skip
SMALL = 8_000
"""Units in the last year's registers of the small profile; the large profile has them all (None)."""
FILE = "direktori_industri_{year}.csv"

_OVOP_PRODUCTS = 5
_STRIDE = 36_529
"""Shares no factor with the number of names, so that no two units of a regency have the same name."""


def registers_of_regency(
    reference: Reference, code: str, years: Sequence[int], seed: int, units: int | None = SMALL
) -> list[YearOfUnits]:
    """The registers of one regency for successive years.

    Args:
        reference: Its regencies share the province's totals.
        code: BPS code.
        years: Successive data years.
        seed: The same seed and years always give the same units.
        units: Units of the province in the last year, drawn from the whole population; None = all.
    """
    codes = sorted(reference.regencies)
    due = [quotas(year, codes, seed)[code] for year in years]
    share = 1.0 if units is None else units / units_of_year(years[-1])
    return years_of_regency(code, years, due, seed, share)


def write_registers(
    reference: Reference, folder: Path, years: Sequence[int], seed: int, units: int | None = SMALL
) -> Iterator[tuple[Path, int]]:
    """Write ``<folder>/<regency>/industry_units/direktori_industri_<year>.csv``, one regency after another.

    Yields:
        Each file and the rows in it, as soon as it is there.
    """
    for code in sorted(reference.regencies):
        target = folder / code / "industry_units"
        target.mkdir(parents=True, exist_ok=True)
        for register in registers_of_regency(reference, code, years, seed, units):
            path = target / FILE.format(year=register.year)
            columns = [list(map(str, column)) for column in _columns(reference, code, register)]
            lines = map(",".join, zip(*columns, strict=True))
            path.write_text("\n".join([",".join(UNIT_HEADER), *lines]) + "\n", encoding="utf-8")
            yield path, len(register.slot)


def register_table(reference: Reference, code: str, register: YearOfUnits) -> Table:
    """A register as an office hands it in; numbers of licence and owners belong to nobody."""
    return Table(UNIT_HEADER, list(zip(*_columns(reference, code, register), strict=True)))


def ovop_table(reference: Reference, code: str, registers: Sequence[YearOfUnits], seed: int) -> Table:
    """The OVOP products of one regency over the years of its registers.

    A product is what the units of one line of business make in one village; its units, workers and turnover
    are theirs. The number of stars stays or rises.
    """
    chosen = _ovop_choice(registers[0])
    rng = np.random.default_rng([seed, 8, int(code)])
    stars = rng.choice(5, len(chosen), p=(0.3, 0.28, 0.24, 0.12, 0.06)) + 1
    rows: list[list[Cell]] = []
    for register in registers:
        for number, (trade, village) in enumerate(chosen):
            made_here = register.is_open & (register.trade == trade) & (register.village == village)
            if made_here.any():
                rows.append(
                    [
                        register.year,
                        trades.TRADES[trade].product,
                        f"Kelompok {trades.GROUPS[(number + int(code)) % len(trades.GROUPS)]}",
                        _village(village),
                        _district(reference, code, village),
                        int(stars[number]),
                        int(made_here.sum()),
                        int(register.workers[made_here].sum()),
                        int(register.production_idr[made_here].sum()),
                    ]
                )
        stars = np.minimum(stars + (rng.random(len(stars)) < 0.15), 5)
    return Table(OVOP_HEADER, rows, titles=(f"PRODUK OVOP TAHUN {registers[-1].year}",))


def _ovop_choice(register: YearOfUnits) -> list[tuple[int, int]]:
    """Where most units make the same in one village: trade and village, each trade once."""
    villages = len(trades.VILLAGE_HEADS) * len(trades.VILLAGE_TAILS)
    places, counts = np.unique(
        (register.trade * villages + register.village)[register.is_open], return_counts=True
    )
    chosen: dict[int, int] = {}
    for place in places[np.argsort(-counts, kind="stable")].tolist():
        chosen.setdefault(place // villages, place % villages)
    return list(chosen.items())[:_OVOP_PRODUCTS]


def _columns(reference: Reference, code: str, register: YearOfUnits) -> list[Sequence[Cell]]:
    """The columns of UNIT_HEADER. What a closed unit no longer has is empty."""
    slot, trade = register.slot, register.trade
    count = len(slot)
    forms, names, owners = _words(code, register)
    kept = register.is_open.tolist()

    def figures(values: Ints) -> list[Cell]:
        return [value if is_open else "" for value, is_open in zip(values.tolist(), kept, strict=True)]

    def of_trade(name: str) -> list[Cell]:
        values = [getattr(trade, name) for trade in trades.TRADES]
        return [values[at] for at in trade.tolist()]

    def yes_no(flags: Sequence[bool]) -> list[Cell]:
        return ["ya" if flag else "tidak" for flag in flags]

    villages = len(trades.VILLAGE_HEADS) * len(trades.VILLAGE_TAILS)
    village_names = [_village(at) for at in range(villages)]
    district_names = [_district(reference, code, at) for at in range(villages)]
    return [
        [register.year] * count,
        [
            f"91{code}{number:07d}" if has_nib else ""
            for number, has_nib in zip(slot.tolist(), register.has_nib.tolist(), strict=True)
        ],
        [f"{form} {name}" for form, name in zip(forms, names, strict=True)],
        owners,
        [f"Jalan Melati {number}" for number in (slot % 90 + 1).tolist()],
        [village_names[at] for at in register.village.tolist()],
        [district_names[at] for at in register.village.tolist()],
        of_trade("kbli"),
        ["2020"] * count,
        of_trade("branch"),
        of_trade("commodity"),
        of_trade("product"),
        figures(register.workers - register.women),
        figures(register.women),
        figures(register.investment_idr),
        figures(register.workers * (slot % 40 + 5) * 10),
        of_trade("capacity_unit"),
        figures(register.production_idr),
        figures(register.material_idr),
        figures(register.export_pct),
        of_trade("creative"),
        yes_no(register.is_halal.tolist()),
        yes_no(register.is_sni.tolist()),
        yes_no(register.has_brand.tolist()),
        ["aktif" if is_open else "tutup" for is_open in kept],
    ]


def _words(code: str, register: YearOfUnits) -> tuple[list[str], list[str], list[str]]:
    """Legal forms, names and owners; a unit keeps its own, whatever becomes of it."""
    firsts, seconds, givens = trades.FIRST_WORDS, trades.SECOND_WORDS, trades.GIVEN
    number = (register.slot * _STRIDE + int(code)) % (len(firsts) * len(seconds) * len(givens))
    name, given = np.divmod(number, len(givens))
    first, second = np.divmod(name, len(seconds))
    surname = (number // 7) % len(trades.SURNAMES)
    forms = [trades.FORMS[at] for at in register.first_size.tolist()]
    pairs = list(zip(first.tolist(), second.tolist(), given.tolist(), surname.tolist(), strict=True))
    names = [f"{firsts[a]} {seconds[b]} {givens[c]}" for a, b, c, _ in pairs]
    return forms, names, [f"{givens[c]} {trades.SURNAMES[d]}" for _, _, c, d in pairs]


def _village(at: int) -> str:
    head, tail = divmod(at, len(trades.VILLAGE_TAILS))
    return trades.VILLAGE_HEADS[head] + trades.VILLAGE_TAILS[tail]


def _district(reference: Reference, code: str, village: int) -> str:
    """Villages of one beginning lie in one district."""
    head = village // len(trades.VILLAGE_TAILS)
    return f"{reference.regencies[code].short_name} {trades.DISTRICTS[head % len(trades.DISTRICTS)]}"
