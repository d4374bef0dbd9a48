"""Errors that a person can act on."""


class LumbungError(Exception):
    """A failure said in three lines: what happened, what it means, what to do.

    Args:
        what: What happened, one sentence.
        meaning: What it means for the night or the installation.
        remedy: What the reader should do next, a command where there is one.
    """

    def __init__(self, what: str, meaning: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.meaning = meaning
        self.remedy = remedy

    def __str__(self) -> str:
        return "\n".join(part for part in (self.what, self.meaning, self.remedy) if part)
