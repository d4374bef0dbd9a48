"""Which code made a release."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from lumbung import __version__
from lumbung.settings import Settings

_CODE_FOLDERS = ("dags", "plugins/lumbung", "dbt_project", "expectations")
_GENERATED = {"__pycache__", "target", "logs", "samples", ".user.yml", "dbt_packages"}


def code_version(settings: Settings) -> str:
    """The version and the first 8 hex digits of the sha256 over all code, models, seeds and contracts.

    It needs no version control, so it tells the same in a container image as in a clone.
    """
    digest = hashlib.sha256()
    for path in _code_files(settings.root):
        digest.update(str(path.relative_to(settings.root)).encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"


def _code_files(root: Path) -> Iterator[Path]:
    for folder in _CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not _GENERATED & set(path.relative_to(root).parts):
                yield path
