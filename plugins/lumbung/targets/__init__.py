"""Targets of indicators and notes of planners: the workbook, and how it enters the ledger.

`workbook.read_workbook` understands an uploaded workbook, `ledger` writes versions and notes, `template` has
the workbook to fill in, `scenario` reads what is still to be reached, `words` prints it.
"""
