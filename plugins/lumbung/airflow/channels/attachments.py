"""What a message of e-mail says and carries; its bytes are a stranger's."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

from lumbung.intake.channels.names import is_passed_over

_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_PARTS = 2_000
"""Parts of a message that are looked at; a message of 64 MiB has no honest reason for more."""


class TooManyPartsError(Exception):
    """A message of more parts than are looked at; what lies beyond is unknown."""


@dataclass(frozen=True)
class Attached:
    """An attachment: its last name without folders, and its bytes."""

    name: str
    content: bytes


def sender_of(headers: bytes) -> str | None:
    """The one address in From, in lower case; None where there is none or more than one."""
    message = message_from_bytes(headers)
    found = [address for _, address in getaddresses([str(line) for line in message.get_all("From", [])])]
    return found[0].strip().lower() if len(found) == 1 and "@" in found[0] else None


def header_of(headers: bytes, name: str) -> str:
    """A header's text with encoded words decoded; as it stands where it cannot be."""
    return _decoded(str(message_from_bytes(headers).get(name, "")))


def attachments_of(raw: bytes) -> Iterator[Attached]:
    """The named attachments, those of forwarded messages within included.

    Pictures shown within the text and signatures are no attachments.

    Raises:
        TooManyPartsError: There are more parts than are looked at.
    """
    message = message_from_bytes(raw, policy=policy.default)
    for number, part in enumerate(message.walk()):
        if number == _PARTS:
            raise TooManyPartsError
        kind = part.get_content_type()
        if part.is_multipart() or kind in _SIGNATURES:
            continue
        is_shown = part.get_content_disposition() == "inline" or part.get("Content-ID")
        if part.get_content_maintype() == "image" and is_shown:
            continue
        name = _decoded(part.get_filename() or "").replace("\\", "/").rpartition("/")[2].replace("\0", "")
        if not name or is_passed_over(name):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield Attached(name, content)


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError):
        return text
