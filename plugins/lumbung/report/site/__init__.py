"""How pages are put together: tables, cells, layout, files."""
