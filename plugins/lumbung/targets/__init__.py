"""Targets of indicators and planners' notes on them: the workbook, what it may say, how it enters the ledger.

`workbook.read_workbook` understands an uploaded workbook, `ledger` writes versions and notes, `template` makes
the workbook to fill in, `scenario` reads what a regency still has to reach and `words` prints it.
"""
