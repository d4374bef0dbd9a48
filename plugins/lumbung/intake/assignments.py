"""By which channel each office's files come in this installation.

The seed ``offices`` says it for all installations. ``LUMBUNG_HOME/channels.csv`` may say otherwise for this
one: a second installation must not knock at the offices' doors or answer them, and an office that is moved to
another channel on Monday should not wait for a new image.
"""

import csv
import logging
from collections.abc import Mapping
from dataclasses import replace

from lumbung.errors import LumbungError
from lumbung.reference import Office
from lumbung.settings import Settings

_LOG = logging.getLogger(__name__)
_COLUMNS = ["regency_code", "channel", "connection_id"]


def offices_here(settings: Settings, offices: Mapping[str, Office]) -> list[Office]:
    """The offices by code, each with its channel and connection in this installation.

    Args:
        settings: The installation.
        offices: The seed's, by BPS code.

    Raises:
        LumbungError: The installation's file is there and cannot be read.
    """
    here = dict(offices)
    for code, (channel, connection_id) in _said_otherwise(settings).items():
        if code in here:
            here[code] = replace(here[code], channel=channel, connection_id=connection_id)
        else:
            _LOG.warning("%s names %r, which is no office", settings.channels_file, code)
    return sorted(here.values(), key=lambda office: office.regency_code)


def _said_otherwise(settings: Settings) -> dict[str, tuple[str, str | None]]:
    path = settings.channels_file
    found: dict[str, tuple[str, str | None]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(line for line in file if line.strip() and not line.startswith("#"))
            if [name.strip() for name in reader.fieldnames or ()] != _COLUMNS:
                raise _unreadable(settings, f"its header is not {','.join(_COLUMNS)}")
            for row in reader:
                cells = [(row[name] or "").strip() for name in reader.fieldnames or ()]
                if None in row or not cells[0] or cells[0] in found:
                    raise _unreadable(settings, f"line {reader.line_num} lacks a code, or has one again")
                found[cells[0]] = (cells[1], cells[2] or None)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(settings, type(error).__name__) from error
    return found


def _unreadable(settings: Settings, why: str) -> LumbungError:
    return LumbungError(
        f"{settings.channels_file} cannot be read: {why}.",
        "It says by which channels this installation collects, so nothing was collected.",
        "Mend it (docs/channels.md shows one), or move it away: then the seed `offices` alone decides.",
    )
