"""Names and headers in one form, so that two spellings of one thing compare equal. Never used to guess."""

import difflib
import heapq
import re
import unicodedata
from collections.abc import Callable, Iterable

_NOT_PLAIN = re.compile(r"[^0-9a-z]+")
_APOSTROPHES = re.compile("['`´‘’ʼ]")


def normalise_name(text: str) -> str:
    """Casefolded words with single spaces between; punctuation separates words, apostrophes vanish.

    `Kab.  Malang` → `kab malang`, `Kol/Kubis` → `kol kubis`, `Jum'at` → `jumat`. A percent sign is a word
    (`persen`), because "Perubahan %" and "Perubahan" are two columns.
    """
    folded = _APOSTROPHES.sub("", text).casefold().replace("%", " persen ")
    if folded.isascii():
        return _NOT_PLAIN.sub(" ", folded).strip()
    folded = unicodedata.normalize("NFKC", folded).casefold()
    kept = (
        character if character.isalnum() else " "
        for character in folded
        if unicodedata.category(character) not in ("Cf", "Mn")
    )
    return " ".join("".join(kept).split())


def normalise_header(text: str) -> str:
    """A column's header in the form in which aliases are compared: `Tingkat_Harga` → `tingkat harga`."""
    return normalise_name(text)


def nearest(name: str, candidates: Iterable[str], n: int = 3, cutoff: float = 0.6) -> list[str]:
    """The candidates spelt most like the name, best first; for suggestions in messages, never for matching.

    Args:
        name: What an office wrote.
        candidates: The names that would have been understood.
        n: How many suggestions at most.
        cutoff: How much alike they must be, from 0 to 1.

    Returns:
        At most `n` of the candidates as given, none when nothing is close.
    """
    by_form: dict[str, str] = {}
    for candidate in candidates:
        by_form.setdefault(normalise_name(candidate), candidate)
    close = difflib.get_close_matches(normalise_name(name), list(by_form), n=n, cutoff=cutoff)
    return [by_form[form] for form in close]


def nearest_meanings(
    name: str,
    spellings: Iterable[tuple[str, str]],
    n: int = 3,
    cutoff: float = 0.6,
    form: Callable[[str], str] = normalise_name,
) -> list[tuple[str, float]]:
    """What a name may have been meant to say, best first, by the best-fitting spelling of each meaning.

    Args:
        name: What an office wrote.
        spellings: Everything that would have been understood, with what it means.
        n: How many meanings at most.
        cutoff: How much alike name and spelling must be, from 0 to 1.
        form: The form in which spellings are compared.

    Returns:
        At most `n` meanings with how much alike they are, none when nothing is close.
    """
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(form(name))
    best: dict[str, float] = {}
    for spelling, meaning in spellings:
        matcher.set_seq1(form(spelling))
        least = max(cutoff, best.get(meaning, 0.0))
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            ratio = matcher.ratio()
            if ratio >= least:
                best[meaning] = ratio
    return heapq.nsmallest(n, best.items(), key=lambda item: (-item[1], item[0]))
