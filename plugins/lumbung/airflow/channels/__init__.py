"""The channels that need an Airflow connection, by the name they have in the offices' registry."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from lumbung.intake.channels.base import Arrival, ChannelError, Errand, Notice, Whose

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


class NoChannel:
    """Stands where the registry names no channel that there is, so that the night notes whose fault it is."""

    def __init__(self, name: str | None, connection_id: str | None) -> None:
        """As the registry has them."""
        self.name = name or "none"
        self._connection_id = connection_id

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """Nothing.

        Raises:
            ChannelError: Always: ours to mend.
        """
        raise ChannelError(
            Whose.OURS,
            f"The offices' registry names the channel {self.name!r} with the connection"
            f" {self._connection_id!r}.",
            "Nothing was collected from this office; the others go on.",
            "Correct its line in LUMBUNG_HOME/channels.csv or dbt_project/seeds/offices.csv: a channel out"
            f" of {', '.join(CHANNELS)}, and for all but {FOLDER} the id of an Airflow connection.",
        )


def channel_of(name: str | None, connection_id: str | None) -> "Channel | None":
    """The channel of an office; None for the local folder, which the night knows itself.

    Args:
        name: Its name in the offices' registry; where that names nothing there is, fetching says so.
        connection_id: The Airflow connection that says where and as whom.
    """
    if name == FOLDER:
        return None
    if name not in _PLACES or not connection_id:
        return NoChannel(name, connection_id)
    module, kind = _PLACES[name].split(":")
    make: Callable[[str], Channel] = getattr(import_module(f"{__name__}.{module}"), kind)
    return make(connection_id)
