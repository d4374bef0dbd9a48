"""From the work schema to readers: tables, history and as-of views; the release; rollback."""
