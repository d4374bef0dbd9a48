"""What there is to decode."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DecodeJob:
    """One file to decode.

    Attributes:
        submission_id: The receipt number.
        path: Where its bytes lie.
        file_name: What the office called it.
        office: The office's regency code, by which its markets are known; '' where nobody asks.
    """

    submission_id: str
    path: Path
    file_name: str
    office: str = ""
