"""Judging submissions: typing, resolution, references, Great Expectations, findings, verdict."""
