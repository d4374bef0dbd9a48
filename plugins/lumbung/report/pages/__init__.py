"""The kinds of pages; a new one is a module here, an entry of the menu and a template."""
