"""The channels that need an Airflow connection, by the name they have in the offices' registry."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from lumbung.errors import LumbungError

if TYPE_CHECKING:
    from lumbung.intake.channels.base import Channel

FOLDER = "folder"
_PLACES = {
    "http": "http:HttpChannel",
    "siskaperbapo": "siskaperbapo:SiskaperbapoChannel",
    "sftp": "sftp:SftpChannel",
    "s3": "s3:S3Channel",
    "imap": "imap:ImapChannel",
}
"""Module and class; imported only when an office uses them, since some hooks take a second to import."""
CHANNELS = (FOLDER, *_PLACES)
"""What the offices' registry may name."""


def channel_of(name: str | None, connection_id: str | None) -> "Channel | None":
    """The channel of an office; None for the local folder, which the night knows itself.

    Args:
        name: Its name in the offices' registry.
        connection_id: The Airflow connection that says where and as whom.

    Raises:
        LumbungError: There is no such channel, or it lacks a connection's name.
    """
    if name == FOLDER:
        return None
    if name not in _PLACES or not connection_id:
        raise LumbungError(
            f"The offices' registry names the channel {name!r} with the connection {connection_id!r}.",
            "Nothing was collected from this office; the others go on.",
            f"Correct dbt_project/seeds/offices.csv: a channel out of {', '.join(CHANNELS)}, and for all but"
            f" {FOLDER} the id of an Airflow connection.",
        )
    module, kind = _PLACES[name].split(":")
    make: Callable[[str], Channel] = getattr(import_module(f"{__name__}.{module}"), kind)
    return make(connection_id)
