"""What there is to decode."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DecodeJob:
    """One file to decode: the receipt number, where its bytes lie, and what the office called it."""

    submission_id: str
    path: Path
    file_name: str
