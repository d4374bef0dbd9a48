"""What the pages show, read from the published tables: each mart is asked once, not once per page."""

from lumbung.report.figures.read import Figures, read_figures

__all__ = ["Figures", "read_figures"]
