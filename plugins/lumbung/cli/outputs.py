"""Files that commands write where somebody names one: refused before the work, explained after it."""

from pathlib import Path

from lumbung.errors import LumbungError


def refuse_unfit(path: Path, force: bool) -> None:
    """Refuse a file that is there already, unless `force` replaces it, and one in no folder."""
    if path.exists() and not force:
        raise LumbungError(
            f"{path} is there already.", "Nothing was written.", "Name another file with -o, or add --force."
        )
    if not path.absolute().parent.is_dir():
        raise LumbungError(
            f"There is no folder {path.parent}.", "Nothing was written.", "Make it, or name another one."
        )


def unwritten(path: Path, error: OSError) -> LumbungError:
    """What to raise when a file could not be put in its place."""
    return LumbungError(
        f"{path} could not be written: {error.strerror}.",
        "The file that may have been there is unharmed.",
        "Name another file with -o; close the workbook where it is open.",
    )
