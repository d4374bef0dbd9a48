"""Answers handed to the offices through the channels by which their files come."""

import hashlib
import html
import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung import clock
from lumbung.intake.channels.base import ChannelError, Whose
from lumbung.intake.channels.names import ANSWERS

if TYPE_CHECKING:
    from lumbung.feedback.delivery import Parcel, Receiver, ReceiverOf

_SECONDS = 20.0


class SftpReceiver:
    """Puts answers into ``<folder>/umpan_balik`` of the office's server."""

    name = "sftp"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection; it is opened once for all parcels."""
        self._connection_id = connection_id
        self._opened = ExitStack()
        self._sftp: Any = None

    def close(self) -> None:
        """Close the connection; a later parcel opens it again."""
        self._sftp = None
        self._opened.close()

    def deliver(self, regency_code: str, parcel: "Parcel") -> None:
        """Write each file under a passing name first, so that nobody opens half of one.

        Raises:
            ChannelError: It was not taken; whose side must act.
        """
        from lumbung.airflow.channels.connections import place_of
        from lumbung.airflow.channels.sftp import opened, said

        place = place_of(self._connection_id)
        folder = f"{place.text('folder', '.')}/{ANSWERS}"
        with said(place):
            sftp = self._sftp = self._sftp or self._opened.enter_context(opened(place, _SECONDS))
            if ANSWERS not in sftp.listdir(place.text("folder", ".")):
                sftp.mkdir(folder)
            for name, content in _files(parcel):
                passing = f"{folder}/.{name}.part"
                with sftp.open(passing, "wb") as remote:
                    remote.write(content)
                sftp.posix_rename(passing, f"{folder}/{name}")


class S3Receiver:
    """Puts answers below ``<prefix>/umpan_balik`` of the office's bucket."""

    name = "s3"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection."""
        self._connection_id = connection_id
        self._client: Any = None

    def close(self) -> None:
        """Forget the client; a later parcel makes another."""
        self._client = None

    def deliver(self, regency_code: str, parcel: "Parcel") -> None:
        """Put each file.

        Raises:
            ChannelError: It was not taken; whose side must act.
        """
        from lumbung.airflow.channels.connections import place_of
        from lumbung.airflow.channels.s3 import client_of, prefix_of, said

        place = place_of(self._connection_id)
        with said(place):
            client = self._client = self._client or client_of(place, _SECONDS)
            for name, content in _files(parcel):
                client.put_object(
                    Bucket=place.text("bucket"), Key=f"{prefix_of(place)}{ANSWERS}/{name}", Body=content
                )


class MailReceiver:
    """Writes to the office's ``address`` through the connection that ``smtp_connection_id`` names."""

    name = "imap"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection of the mailbox."""
        self._connection_id = connection_id

    def close(self) -> None:
        """Nothing stays open between messages."""

    def deliver(self, regency_code: str, parcel: "Parcel") -> None:
        """Send one message.

        Raises:
            ChannelError: It was not taken; whose side must act.
        """
        from airflow.providers.smtp.hooks.smtp import SmtpHook
        from airflow.sdk.exceptions import AirflowException

        from lumbung.airflow.channels.connections import place_of

        class Once(SmtpHook):
            """The hook sends up to six times where an answer is lost, and the message may have been taken."""

            smtp_retry_limit = 0
            timeout = int(_SECONDS)

        place = place_of(self._connection_id)
        address, smtp = place.text("address"), place.text("smtp_connection_id")
        place_of(smtp)
        try:
            with Once(smtp_conn_id=smtp) as hook:
                hook.send_email_smtp(
                    to=address,
                    subject=" ".join(parcel.subject.split()),
                    html_content=f"<pre>{html.escape(parcel.letter)}</pre>",
                    files=[str(path) for path in parcel.attachments],
                    custom_headers={"Message-ID": _message_id(parcel), "Auto-Submitted": "auto-generated"},
                )
        except (smtplib.SMTPAuthenticationError, AirflowException) as error:
            if isinstance(error.__context__, smtplib.SMTPServerDisconnected):
                raise _line(smtp, error.__context__) from error
            raise ChannelError(
                Whose.OURS,
                f"The connection {smtp} cannot send ({type(error).__name__}).",
                remedy="Correct its login, password and `from_email`.",
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            raise ChannelError(
                Whose.THEIRS,
                f"The address of {regency_code} is refused.",
                remedy=f"Ask the office for its address and correct {self._connection_id}.",
            ) from error
        except OSError as error:  # what smtplib raises is one, too
            raise _line(smtp, error) from error


def _line(smtp: str, error: BaseException) -> ChannelError:
    return ChannelError(
        Whose.LINE,
        f"The mail server of {smtp} did not answer, or broke off ({type(error).__name__}).",
        remedy="The next night tries again.",
    )


_RECEIVERS: "dict[str, Callable[[str], Receiver]]" = {
    "sftp": SftpReceiver,
    "s3": S3Receiver,
    "imap": MailReceiver,
}


def receiver_of(offices: Sequence[Mapping[str, Any]]) -> "ReceiverOf":
    """What gives each office's receiving channel.

    Args:
        offices: Each with regency_code, channel and connection_id, as the registry has them. A mailbox
            without ``smtp_connection_id`` in its connection's extra receives nothing.
    """
    known = {str(office["regency_code"]): office for office in offices}

    def receiver(regency_code: str) -> "Receiver | None":
        office = known.get(regency_code, {})
        kind, connection_id = _RECEIVERS.get(str(office.get("channel"))), office.get("connection_id")
        if kind is None or not connection_id:
            return None
        if kind is MailReceiver:
            from lumbung.airflow.channels.connections import place_of

            if not place_of(connection_id).extra.get("smtp_connection_id"):
                return None
        return kind(connection_id)

    return receiver


def _message_id(parcel: "Parcel") -> str:
    """The same for the same answer, so that a mail server knows one that reaches it again."""
    said = hashlib.sha256(f"{parcel.regency_code}\n{parcel.subject}\n{parcel.letter}".encode()).hexdigest()
    return f"<{said[:32]}@lumbung.invalid>"


def _files(parcel: "Parcel") -> Iterator[tuple[str, bytes]]:
    """The parcel as files: its attachments, then the letter."""
    for path in parcel.attachments:
        yield path.name, path.read_bytes()
    stem = parcel.submission_id or f"tanda_terima_{clock.now():%Y-%m-%d}"
    if parcel.attachments:
        stem = Path(parcel.attachments[0]).stem
    yield f"{stem}.txt", parcel.letter.encode()
