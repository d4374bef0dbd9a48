"""Files that offices send by e-mail: attachments of the messages in a mailbox, which is only read."""

import contextlib
import imaplib
import re
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from airflow.providers.imap.hooks.imap import ImapHook

from lumbung.airflow.channels.attachments import (
    Attached,
    TooManyPartsError,
    attachments_of,
    header_of,
    sender_of,
)
from lumbung.airflow.channels.connections import Place, place_of
from lumbung.contracts.load import load_contracts
from lumbung.intake.assignments import offices_here
from lumbung.intake.channels.base import Arrival, ChannelError, Errand, Notice, Whose
from lumbung.intake.channels.download import TooLargeError, save
from lumbung.intake.channels.names import printable
from lumbung.reference import Reference
from lumbung.settings import Settings

_ANSWER_SECONDS = 20.0
_DAYS = 14.0
_PLAIN_PORT, _SSL_PORT = 143, 993
_MESSAGE_BYTES = 64 << 20
"""Largest message: it is held in memory, and mail servers refuse larger ones anyway."""
_BLOCK = 1 << 20
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEADERS = "(INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)])"
_NOT_WORD = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True)
class Message:
    """A message as the mailbox lists it."""

    uid: int
    arrived_at: datetime
    size: int
    sender: str | None
    subject: str


class ImapChannel:
    """Reads the attachments of an office's messages; neither marks nor moves any.

    The connection (type ``imap``) has host, port, login and password; its extra has ``senders`` (obligatory:
    the office's addresses) and may have ``mailbox`` (default INBOX), ``days`` (how far before the business
    date to look; default 14), ``use_ssl`` (default true) and ``answer_seconds`` (default 20).

    The dataset is the one whose name or Indonesian title stands in the attachment's name; where none or
    several do, in the subject. What names no single dataset is not taken.
    """

    name = "imap"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection; it is looked up when something is fetched."""
        self._connection_id = connection_id

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """The attachments of the office's messages, oldest message first.

        Raises:
            ChannelError: *ours*: connection, credentials or mailbox; *line*: nobody answers, too slow, cut
                off; *theirs*: the server shows a certificate that is not to be trusted.
        """
        place = place_of(self._connection_id)
        senders = _senders(place)
        since = errand.business_date - timedelta(days=int(place.number("days", _DAYS, 366)))
        seconds = errand.seconds_left(place.number("answer_seconds", _ANSWER_SECONDS, 60))
        with _opened(place, seconds) as client:
            with _said(place):
                validity = _select(place, client)
                messages = _list(client, errand, since)
            others = {one.sender for one in messages} - senders
            if others:
                others -= _of_other_offices(place)
            strangers = Counter(_masked(one.sender) for one in messages if one.sender in others)
            for who, count in sorted(strangers.items()):
                yield Notice(f"{errand.regency_code}: {count} messages from {who}, no sender of this office")
            for message in messages:
                key = f"{validity}:{message.uid}"
                if message.sender in senders and not _is_taken(errand, key):
                    yield from _taken(place, client, errand, message, key)


def _of_other_offices(place: Place) -> set[str | None]:
    """The senders of the offices that share the mailbox: their messages are theirs, not strangers'."""
    settings = Settings.load()
    senders: set[str | None] = set()
    for office in offices_here(settings, Reference.load(settings).offices):
        if office.channel != ImapChannel.name or office.connection_id in (None, place.connection_id):
            continue
        with contextlib.suppress(ChannelError):  # told where that office's own mail is fetched
            other = place_of(str(office.connection_id))
            if _mailbox(other) == _mailbox(place):
                senders.update(_senders(other))
    return senders


def _senders(place: Place) -> set[str | None]:
    return {address.strip().lower() for address in place.texts("senders")}


def _mailbox(place: Place) -> tuple[object, ...]:
    connection = place.connection
    return connection.host, connection.port, connection.login, place.text("mailbox", "INBOX")


def _taken(
    place: Place, client: Any, errand: Errand, message: Message, key: str
) -> Iterator[Arrival | Notice]:
    shown = f"{errand.regency_code}: message {message.uid} of {message.arrived_at:%Y-%m-%d}"
    if message.size > _MESSAGE_BYTES:
        yield Notice(f"{shown} is not taken: larger than {_MESSAGE_BYTES >> 20} MiB")
        return
    with _said(place):
        raw = _download(client, errand, message.uid)
    if raw is None:
        return
    titles = _titles()
    wanted: list[tuple[str, Attached]] = []
    try:
        found = list(attachments_of(raw))
    except TooManyPartsError:
        yield Notice(f"{shown} is not taken: it has too many parts; ask for several messages")
        return
    for attached in found:
        name = printable(attached.name[:200])
        dataset = _dataset(attached.name, message.subject, errand.datasets, titles)
        if dataset is None:
            yield Notice(f"{shown}: neither {name} nor the subject names one dataset")
        elif len(attached.content) > errand.most_bytes:
            yield Notice(f"{shown}: {name} is not taken: {TooLargeError(errand.most_bytes)}")
        else:
            wanted.append((dataset, attached))
    for number, (dataset, attached) in enumerate(wanted, start=1):
        path = save(errand, [attached.content], len(attached.content))
        item, mark = f"{key}:{number}", f"{key}/{len(wanted)}"
        yield Arrival(dataset, attached.name, path, message.arrived_at, item=item, mark=mark)


def _is_taken(errand: Errand, key: str) -> bool:
    """Whether every attachment of a message was taken before; the mark of the first tells how many."""
    first = errand.remembered.get(f"{key}:1", "")
    count = first.rpartition("/")[2]
    return count.isdecimal() and all(
        errand.remembered.get(f"{key}:{number}") == first for number in range(1, int(count) + 1)
    )


class _Hook(ImapHook):
    """The provider's hook with a limit of time, which it lacks."""

    seconds = _ANSWER_SECONDS

    def _build_client(self, conn: Any) -> imaplib.IMAP4:
        if conn.extra_dejson.get("use_ssl", True):
            context = ssl.create_default_context(cafile=conn.extra_dejson.get("ca_file"))
            port = conn.port or _SSL_PORT
            return imaplib.IMAP4_SSL(conn.host, port, ssl_context=context, timeout=self.seconds)
        return imaplib.IMAP4(conn.host, conn.port or _PLAIN_PORT, timeout=self.seconds)


@contextmanager
def _opened(place: Place, seconds: float) -> Iterator[Any]:
    hook = _Hook(imap_conn_id=place.connection_id)
    hook.seconds = seconds
    if not (place.connection.host and place.connection.login and place.connection.password):
        raise place.wrong("it lacks host, login or password", "Give it all three.")
    try:
        with _said(place):
            try:
                hook.get_conn()
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise ChannelError(
                    Whose.OURS,
                    f"{place.connection.host} does not let {place.connection.login!r} in: the password is"
                    " refused.",
                    remedy=f"Correct login and password of {place.connection_id}.",
                ) from error
        yield hook.mail_client
    finally:
        if hook.mail_client is not None:
            hook.mail_client.shutdown()


@contextmanager
def _said(place: Place) -> Iterator[None]:
    """Turn the errors of the IMAP library into whose side must act."""
    server = f"{place.connection.host}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise ChannelError(
            Whose.THEIRS,
            f"{server} shows a certificate that is not to be trusted.",
            "Nothing was sent to it.",
            "Ask its keepers to renew it; a certificate of their own needs `ca_file` in the extra.",
        ) from error
    except imaplib.IMAP4.abort as error:
        raise _cut_off(server, error) from error
    except imaplib.IMAP4.error as error:
        raise ChannelError(
            Whose.THEIRS,
            f"{server} answers with something that is not understood.",
            remedy="Run again later; if it stays, ask its keepers.",
        ) from error
    except (OSError, EOFError) as error:
        raise _cut_off(server, error) from error


def _cut_off(server: str, error: Exception) -> ChannelError:
    return ChannelError(
        Whose.LINE,
        f"{server} did not answer, or broke off ({type(error).__name__}).",
        remedy="Run again later; if it stays, ask the mail server's keepers whether it is up.",
    )


def _select(place: Place, client: Any) -> str:
    """Open the mailbox for reading; gives the validity of its UIDs."""
    mailbox = place.text("mailbox", "INBOX")
    if not mailbox.isascii() or not mailbox.isprintable():
        raise place.wrong("`mailbox` is not plain ASCII", "Write it as the server names it.")
    quoted = mailbox.replace("\\", "\\\\").replace('"', '\\"')
    status, _ = client.select(f'"{quoted}"', readonly=True)
    if status != "OK":
        raise place.wrong(f"there is no mailbox {mailbox!r}", "Correct `mailbox` in the extra.")
    _, found = client.response("UIDVALIDITY")
    return found[0].decode() if found and found[0] else "0"


def _list(client: Any, errand: Errand, since: date) -> list[Message]:
    day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
    _, found = client.uid("SEARCH", "SINCE", day)
    uids = [int(uid) for uid in (found[0] or b"").split()]
    messages = []
    for start in range(0, len(uids), 200):
        errand.seconds_left()
        batch = ",".join(str(uid) for uid in uids[start : start + 200])
        _, answers = client.uid("FETCH", batch, _HEADERS)
        for number, answer in enumerate(answers or ()):
            if isinstance(answer, tuple):
                after = answers[number + 1] if number + 1 < len(answers) else b""
                messages.append(_message(answer[0] + (after if isinstance(after, bytes) else b""), answer[1]))
    return sorted(messages, key=lambda message: (message.arrived_at, message.uid))


def _message(about: bytes, headers: bytes) -> Message:
    uid, size = re.search(rb"\bUID (\d+)", about), re.search(rb"RFC822\.SIZE (\d+)", about)
    arrived = imaplib.Internaldate2tuple(about)
    if uid is None or size is None or arrived is None:
        raise imaplib.IMAP4.error("a message without UID, size or date")
    return Message(
        int(uid[1]),
        datetime.fromtimestamp(time.mktime(arrived), UTC),
        int(size[1]),
        sender_of(headers),
        header_of(headers, "Subject"),
    )


def _download(client: Any, errand: Errand, uid: int) -> bytes | None:
    """A message in pieces, so that the errand's time is watched; None when it is gone."""
    raw = bytearray()
    while len(raw) <= _MESSAGE_BYTES:
        errand.seconds_left()
        _, answers = client.uid("FETCH", str(uid), f"(BODY.PEEK[]<{len(raw)}.{_BLOCK}>)")
        piece = next((answer[1] for answer in answers or () if isinstance(answer, tuple)), b"")
        raw += piece
        if len(piece) < _BLOCK:
            break
    return bytes(raw) or None


@cache
def _titles() -> dict[str, str]:
    contracts = load_contracts(Settings.load().expectations)
    return {dataset: contract.title for dataset, contract in contracts.items()}


def _dataset(name: str, subject: str, datasets: frozenset[str], titles: dict[str, str]) -> str | None:
    for text in (name, subject):
        words = _plain(text)
        named = {
            dataset
            for dataset in datasets
            if any(_plain(said) in words for said in (dataset, titles.get(dataset)) if said)
        }
        if len(named) == 1:
            return named.pop()
    return None


def _plain(text: str) -> str:
    return f" {_NOT_WORD.sub(' ', text.lower()).strip()} "


def _masked(sender: str | None) -> str:
    if sender is None:
        return "nobody or several at once"
    local, _, domain = sender.partition("@")
    return printable(f"{local[:1]}***@{domain}"[:100])
