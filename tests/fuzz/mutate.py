"""Mutations of a file, decided by a random generator alone: the same seed gives the same bytes."""

import io
import random
import warnings
import zipfile
import zlib

_MOST = 400_000
_INTERESTING = (
    b"\x00",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"999999999999999999999",
    b"-1",
    b"1e999",
    b"NaN",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    b"<!DOCTYPE a>",
    b"&#0;",
    b'"',
    b"'",
    b";",
    b"\n",
    b"\r",
    b"\t",
    b"[",
    b"{",
    b"<table>",
    b"TOTAL",
    b"harga",
    b"01/01/2024",
    b"=1+1",
    b"\x1fn1",
    b"XFD1048576",
)


def mutated(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A few changes to a file; of a zipped one as often to a part, inflated and deflated again.

    Args:
        content: The file.
        other: Another file, to splice from.
        chance: Decides everything.
    """
    if content[:2] == b"PK" and chance.random() < 0.7:
        inside = _in_a_part(content, chance)
        if inside is not None:
            return inside
    return _bytes(content, other, chance)


def _bytes(content: bytes, other: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        end = min(at + chance.choice((1, 2, 8, 64, 512)), len(data))
        match chance.randrange(8):
            case 0:
                data[at:end] = bytes(byte ^ (1 << chance.randrange(8)) for byte in data[at:end])
            case 1:
                del data[at:]
            case 2:
                del data[at:end]
            case 3:
                data[at:at] = data[at:end] * chance.choice((1, 2, 50, 1000))
            case 4:
                data[at:end] = chance.choice(_INTERESTING)
            case 5:
                data[at:at] = chance.choice(_INTERESTING)
            case 6:
                begin = chance.randrange(len(other) + 1)
                data[at:at] = other[begin : begin + chance.choice((8, 64, 512))]
            case 7:
                data[at:end] = chance.randbytes(end - at)
        del data[_MOST:]
    return bytes(data)


def _in_a_part(content: bytes, chance: random.Random) -> bytes | None:
    """One part of a zipped file changed, left out or named otherwise; None where it cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        return None
    if not parts:
        return None
    at = chance.randrange(len(parts))
    name, part = parts[at]
    match chance.randrange(10):
        case 0:
            del parts[at]
        case 1:
            parts[at] = (chance.choice(("../" + name, name.upper(), name + "\x07", "xl/x.bin")), part)
        case 2:
            parts.append((name, part))
        case _:
            parts[at] = (name, _bytes(part, chance.choice(parts)[1], chance))
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two parts of one name are meant
        for name, part in parts:
            archive.writestr(name, part)
    return buffer.getvalue()
