"""What planners take along: a workbook of each table, and one of the release."""
