"""The menu: one entry for each kind of page, in the order of the planner's questions."""

from dataclasses import dataclass

from lumbung import labels


@dataclass(frozen=True)
class Entry:
    """A kind of page: its name in code, its first page, its words."""

    section: str
    path: str

    @property
    def title(self) -> str:
        """The words of the menu."""
        return labels.label("menu", self.section)


MENU = (
    Entry("ringkasan", "ringkasan.html"),
    Entry("peta", "peta.html"),
    Entry("harga", "harga.html"),
    Entry("ketersediaan", "ketersediaan.html"),
    Entry("daerah", "daerah.html"),
    Entry("kiriman", "kiriman.html"),
    Entry("cara_hitung", "cara-hitung.html"),
)
