"""Lumbung, the data warehouse of the East Java industry and trade office."""

__version__ = "0.1.0"
