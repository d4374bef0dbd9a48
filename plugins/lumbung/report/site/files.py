"""A release's folder: what is unchanged since the last one is linked, the rest is written anew."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MANIFEST = ".manifest.json"


@dataclass
class Folder:
    """The pages of one release, being written.

    Attributes:
        place: The folder.
        earlier: The folder whose files may be taken over: the same release written before, or the last one.
        written: Files written anew.
        kept: Files taken over.
    """

    place: Path
    earlier: Path | None
    written: int = 0
    kept: int = 0
    _hashes: dict[str, str] = field(default_factory=dict)
    _before: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place.mkdir(parents=True, exist_ok=True)
        manifest = self.earlier / MANIFEST if self.earlier else None
        if manifest and manifest.is_file():
            self._before = json.loads(manifest.read_text(encoding="utf-8"))

    def put(self, path: str, fingerprint: str, make: Callable[[], bytes]) -> None:
        """Have a file with this content: taken over where the fingerprint is as before, else made."""
        self._hashes[path] = fingerprint
        target = self.place / path
        if self._before.get(path) == fingerprint and self._take_over(path, target):
            self.kept += 1
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        replace(target, make())
        self.written += 1

    def _take_over(self, path: str, target: Path) -> bool:
        source = self.earlier / path if self.earlier else None
        if source is None or not source.is_file():
            return False
        if self.earlier == self.place:
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        temporary.unlink(missing_ok=True)
        try:
            temporary.hardlink_to(source)
        except OSError:  # another file system, or one without links
            return False
        temporary.replace(target)
        return True

    def close(self) -> None:
        """Write down what the folder holds, and take away what it held before and no longer does."""
        replace(self.place / MANIFEST, json.dumps(self._hashes, indent=0, sort_keys=True).encode())
        wanted = {self.place / path for path in self._hashes} | {self.place / MANIFEST}
        for found in sorted(self.place.rglob("*"), reverse=True):
            if found.is_dir():
                if not any(found.iterdir()):
                    found.rmdir()
            elif found not in wanted:
                found.unlink()


def replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def point(link: Path, target: Path) -> None:
    """Let a symbolic link point at ``target`` in one step."""
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)
