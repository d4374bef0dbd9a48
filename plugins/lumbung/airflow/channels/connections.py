"""What the offices' connections say, checked before anything is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowException

from lumbung.intake.channels.base import ChannelError, Whose


@dataclass(frozen=True)
class Place:
    """An Airflow connection as a channel needs it.

    Attributes:
        connection_id: Its id.
        connection: The connection itself; its password stays out of every message.
        extra: Its extra, a JSON object.
    """

    connection_id: str
    connection: Connection
    extra: Mapping[str, Any]

    def text(self, name: str, default: str | None = None) -> str:
        """A text of the extra; without a default it must be there.

        Raises:
            ChannelError: It is missing, or no text: ours to mend.
        """
        value = self.extra.get(name, default)
        if not isinstance(value, str) or (not value and default is None):
            raise self.wrong(f"`{name}` is not a text", f"Give the extra a text `{name}`.")
        return value

    def number(self, name: str, default: float, most: float) -> float:
        """A number of the extra above 0 and up to `most`.

        Raises:
            ChannelError: It is something else: ours to mend.
        """
        value = self.extra.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            raise self.wrong(
                f"`{name}` is no number above 0 and up to {most:g}", f"Correct `{name}` in the extra."
            )
        return float(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts of the extra, at least one.

        Raises:
            ChannelError: It is missing or something else: ours to mend.
        """
        value = self.extra.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise self.wrong(f"`{name}` is no list of texts", f"Give the extra a list `{name}`.")
        return tuple(value)

    def wrong(self, what: str, remedy: str) -> ChannelError:
        """The error for a connection that says too little or something impossible."""
        return ChannelError(
            Whose.OURS, f"The connection {self.connection_id} cannot be used: {what}.", remedy=remedy
        )


def place_of(connection_id: str) -> Place:
    """Look a connection up.

    Raises:
        ChannelError: There is none of that id, or its extra is no JSON object: ours to mend.
    """
    try:
        connection = BaseHook.get_connection(connection_id)
        extra = connection.extra_dejson
    except (AirflowException, ValueError) as error:
        raise ChannelError(
            Whose.OURS,
            f"There is no usable connection {connection_id} ({type(error).__name__}).",
            remedy=f"Add it in Airflow, or set AIRFLOW_CONN_{connection_id.upper()}; docs/channels.md has"
            " examples.",
        ) from error
    if not isinstance(extra, dict):
        extra = {}
    return Place(connection_id, connection, extra)
