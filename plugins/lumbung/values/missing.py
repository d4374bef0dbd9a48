"""Words that offices write where they have nothing to report, and whether a cell holds anything."""

MISSING_WORDS = frozenset(
    {
        "", "-", "--", "---", ".", "..", "...", "…",
        "n/a", "n.a", "n.a.", "na", "null", "nil",
        "nihil", "kosong", "tad", "t.a.d", "t.a.d.",
        "tidak ada", "tidak ada data", "tdk ada", "tdk ada data", "belum ada", "belum ada data",
    }
)  # fmt: skip
"""Lower-case, single spaces, dashes as hyphens."""

_TYPOGRAPHY = str.maketrans(
    {
        "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ",
        "\ufeff": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u2060": "",
        "\u00ad": "",
        "\u2212": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2011": "-",
        "\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'",
    }
)  # fmt: skip


def tidy(text: str) -> str:
    """Text with plain hyphens and apostrophes and single spaces, trimmed; letters and digits as they are.

    Signs that nobody sees and that change nothing seen are dropped: dates copied from Windows begin with one.
    """
    if not text.isascii():
        text = text.translate(_TYPOGRAPHY)
    return " ".join(text.split())


def is_missing(text: str) -> bool:
    """Whether a cell of text holds nothing, or only a word that means so."""
    return tidy(text).casefold() in MISSING_WORDS
