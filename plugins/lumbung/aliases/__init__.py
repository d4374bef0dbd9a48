"""Names that offices use and no list knows, and the seed line that would make one known."""
