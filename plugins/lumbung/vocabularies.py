"""The closed lists behind a contract's fields, each as one vocabulary: codes, what resolves to them, names.

What stands in a list is reference data (the seeds) or, for the list ``choice``, the contract's own.
A text that fits two entries fits none.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lumbung.contracts.model import Contract, Field
from lumbung.contracts.vocabulary import CHOICE
from lumbung.reference import PRICE_LEVELS, Reference, index_of, market_key, name_key
from lumbung.values.text import nearest_meanings, normalise_name

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_SHORT_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_MORE_MONTHS = {"pebruari": 2, "peb": 2, "nopember": 11, "nop": 11, "ags": 8, "agt": 8, "agust": 8, "sept": 9}
_NUMBER_OF_MONTH = re.compile(r"'?(?:bulan[\s:_-]*(?:ke[\s_-]*)?)?([0-9]{1,2})\.?")
_ROMAN = ("i", "ii", "iii", "iv")
_QUARTER_WORDS = ("tw", "triwulan", "triw", "q", "kuartal")
_YEARLY = "tahunan"
_YES = ("ya", "y", "yes", "ada", "sudah", "benar", "true", "1", "v", "x", "✓", "√", "punya", "bersertifikat")
_NO = ("tidak", "t", "tdk", "no", "n", "belum", "false", "0", "tidak ada", "salah", "tanpa")
_EXPECTED_AT_MOST = 12
"""Lists no longer than this are told in full to whoever wrote something else."""


@dataclass(frozen=True)
class Vocabulary:
    """One list.

    Attributes:
        codes: All codes, in the order of the list.
        resolve: The code that an office's text means; None when it means none or several.
        spellings: What an office may call the codes, as (text, code), to find the nearest ones.
        name: What people call a code.
        form: The form in which two spellings are compared to find the nearest ones.
        is_coded: Offices write codes rather than names, so that suggestions tell both.
    """

    codes: tuple[str, ...]
    resolve: Callable[[str, str], str | None]
    spellings: Callable[[str], Iterable[tuple[str, str]]]
    name: Callable[[str], str]
    form: Callable[[str], str] = normalise_name
    is_coded: bool = False

    def nearest(self, office: str, text: str) -> list[tuple[str, float]]:
        """At most three codes whose spellings resemble an office's text, with how much, best first."""
        return nearest_meanings(text, self.spellings(office), form=self.form)

    def suggest(self, office: str, text: str) -> list[str]:
        """What to tell of the nearest codes, best first."""
        codes = [code for code, _ in self.nearest(office, text)]
        return [f"{code} ({self.name(code)})" if self.is_coded else self.name(code) for code in codes]

    @property
    def expected(self) -> str:
        """The names of a short list, for messages; '' for a long one."""
        return ", ".join(map(self.name, self.codes)) if len(self.codes) <= _EXPECTED_AT_MOST else ""


def vocabularies_of(contract: Contract, reference: Reference) -> dict[str, Vocabulary]:
    """The vocabulary of every field of a contract that has one, by the field's name."""
    return {
        field.name: _chosen(field) if field.reference == CHOICE else vocabulary(field.reference, reference)
        for field in contract.fields
        if field.reference is not None
    }


def vocabulary(kind: str, reference: Reference) -> Vocabulary:
    """The vocabulary of a reference list by its name in contracts."""
    return _KINDS[kind](reference)


def _simple(
    names: Mapping[str, str], aliases: Mapping[str, str] | None = None, *, is_coded: bool = False
) -> Vocabulary:
    """Codes by name, resolved by code, name or alias."""
    spellings = [(code, code) for code in names]
    spellings += [(name, code) for code, name in names.items()]
    spellings += list((aliases or {}).items())
    by_key = index_of((name_key(text), code) for text, code in spellings)
    return Vocabulary(
        tuple(names),
        lambda _office, text: by_key.get(name_key(text)),
        lambda _office: spellings,
        lambda code: names.get(code, code),
        is_coded=is_coded,
    )


def _chosen(field: Field) -> Vocabulary:
    return _simple({c.code: c.label for c in field.choices}, dict(field.choice_aliases))


def _regency(reference: Reference) -> Vocabulary:
    return Vocabulary(
        tuple(reference.regencies),
        lambda _office, text: reference.resolve_regency(text),
        lambda _office: reference.regency_spellings(),
        lambda code: reference.regencies[code].name,
    )


def _market(reference: Reference) -> Vocabulary:
    return Vocabulary(
        tuple(reference.markets),
        reference.resolve_market,
        reference.market_spellings,
        lambda code: reference.markets[code].name,
        market_key,
    )


def _commodity(reference: Reference) -> Vocabulary:
    return Vocabulary(
        tuple(reference.commodities),
        lambda _office, text: reference.resolve_commodity(text),
        lambda _office: reference.commodity_spellings(),
        lambda code: reference.commodities[code].name,
    )


def _price_level(reference: Reference) -> Vocabulary:
    names = {"consumer": "konsumen", "producer": "produsen", "wholesale": "grosir"}
    return Vocabulary(
        PRICE_LEVELS,
        lambda _office, text: reference.resolve_price_level(text),
        lambda _office: reference.price_level_spellings(),
        lambda code: names[code],
    )


def _unit(reference: Reference) -> Vocabulary:
    return Vocabulary(
        tuple(reference.unit_candidates()),
        lambda _office, text: reference.resolve_unit(text),
        lambda _office: reference.unit_spellings(),
        lambda code: code,
    )


def _yes_no(_reference: Reference) -> Vocabulary:
    aliases = dict.fromkeys(_YES, "true") | dict.fromkeys(_NO, "false")
    by_text = {" ".join(word.split()): code for word, code in aliases.items()}
    return Vocabulary(
        ("true", "false"),
        lambda _office, text: by_text.get(" ".join(text.casefold().split())),
        lambda _office: (),
        {"true": "ya", "false": "tidak"}.__getitem__,
    )


def _month_number(text: str) -> int | None:
    number = _NUMBER_OF_MONTH.fullmatch(text.strip().casefold())
    if number:
        return int(number[1]) if 1 <= int(number[1]) <= 12 else None
    word = re.sub(r"[\W_]+", "", text.casefold()).removeprefix("bulan")
    known = {name.casefold(): number for number, name in enumerate(MONTHS, start=1)}
    known |= {name: number for number, name in enumerate(_SHORT_MONTHS, start=1)} | _MORE_MONTHS
    return known.get(word)


def _month(_reference: Reference) -> Vocabulary:
    def resolve(_office: str, text: str) -> str | None:
        number = _month_number(text)
        return None if number is None else str(number)

    return Vocabulary(
        tuple(map(str, range(1, 13))),
        resolve,
        lambda _office: [(name, str(number)) for number, name in enumerate(MONTHS, start=1)],
        lambda code: MONTHS[int(code) - 1],
    )


def _reporting_period(_reference: Reference) -> Vocabulary:
    """TW1 to TW4, 01 to 12, tahunan."""

    def resolve(_office: str, text: str) -> str | None:
        word = re.sub(r"[\W_]+", "", text.casefold())
        if word in ("tahunan", "tahun", "setahun", "1tahun"):
            return _YEARLY
        for prefix in _QUARTER_WORDS:
            rest = word.removeprefix(prefix)
            if rest != word:
                number = str(_ROMAN.index(rest) + 1) if rest in _ROMAN else rest
                return f"TW{number}" if number in ("1", "2", "3", "4") else None
        month = _month_number(text)
        return None if month is None else f"{month:02d}"

    names = {f"TW{n}": f"Triwulan {_ROMAN[n - 1].upper()}" for n in range(1, 5)}
    names |= {f"{n:02d}": name for n, name in enumerate(MONTHS, start=1)} | {_YEARLY: "Tahunan"}
    return Vocabulary(
        tuple(names),
        resolve,
        lambda _office: [*((code, code) for code in names), *((name, code) for code, name in names.items())],
        names.__getitem__,
    )


def _kbli_version(reference: Reference) -> Vocabulary:
    return _simple(
        {version: version for version, _ in reference.kbli_versions},
        {alias: version for version, alias in reference.kbli_versions},
    )


_KINDS: dict[str, Callable[[Reference], Vocabulary]] = {
    "regency": _regency,
    "market": _market,
    "commodity": _commodity,
    "price_level": _price_level,
    "unit": _unit,
    "yes_no": _yes_no,
    "month": _month,
    "reporting_period": _reporting_period,
    "kbli_version": _kbli_version,
    "creative_subsector": lambda reference: _simple(
        dict(reference.creative_subsectors), dict(reference.creative_subsector_aliases)
    ),
    "indicator": lambda reference: _simple(
        {code: one.name for code, one in reference.indicators.items()}, is_coded=True
    ),
    "provincial_programme": lambda reference: _simple(dict(reference.provincial_programmes), is_coded=True),
}
