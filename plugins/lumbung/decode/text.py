"""Characters that no cell may carry."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROL_BYTES = bytes(code for code in (*range(0x20), 0x7F) if code not in (0x09, 0x0A, 0x0D))
"""Control characters that are one byte in ASCII-compatible encodings."""


def clean(text: str) -> str:
    """The text without control characters and halves of characters; tabs and line breaks stay."""
    return text if text.isprintable() else _CONTROL.sub("", text)
