"""What a page is before it is written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lumbung.report.site.tables import Table


@dataclass(frozen=True)
class Page:
    """One page of a release.

    Attributes:
        path: From the release's folder: ``harga/beras_medium.html``.
        template: Its template.
        title: The heading.
        section: The menu's entry that it belongs to.
        context: What the template shows beside the tables.
        tables: By name, each also a workbook.
    """

    path: str
    template: str
    title: str
    section: str
    context: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Table] = ()

    @property
    def root(self) -> str:
        """Way to the release's folder."""
        return "../" * self.path.count("/")

    @property
    def slug(self) -> str:
        """The path as one word, for the names of its workbooks."""
        return self.path.removesuffix(".html").replace("/", "-")

    def workbook(self, table: Table) -> str:
        """Where a table's workbook lies, from the release's folder."""
        return f"unduh/{self.slug}-{table.name}.xlsx"

    def fingerprint(self, tables: Sequence[str]) -> str:
        """A hash of all that it shows, given its tables' hashes: equal exactly when it would say the same."""
        return fingerprint_of(self.path, self.template, self.title, self.section, self.context, tables)


def fingerprint_of(*content: Any) -> str:
    """A hash of plain values, dates, decimals and dataclasses, by what they are written as."""
    return hashlib.sha256(repr(content).encode()).hexdigest()
