"""The verdict on a file: what its findings mean for it as a whole."""

from lumbung.intake.states import Verdict


def exceeds_held_limit(held: int, rows: int, max_held_pct: float) -> bool:
    """Whether so many of a file's rows are held that none of it is accepted.

    Args:
        held: Rows that broke a galat rule.
        rows: Rows that are not blank.
        max_held_pct: The contract's limit; a share equal to it is within.
    """
    return rows > 0 and held * 100 > max_held_pct * rows


def verdict_of(accepted: int, held: int, notes: int) -> Verdict:
    """The verdict on a file by its rows and its findings of severity konfirmasi.

    Args:
        accepted: Rows accepted; 0 rejects the file, whatever the reason.
        held: Rows held.
        notes: Findings that ask for confirmation.
    """
    if accepted == 0:
        return Verdict.REJECTED
    if held > 0:
        return Verdict.PARTIALLY_ACCEPTED
    return Verdict.ACCEPTED_WITH_NOTES if notes else Verdict.ACCEPTED
