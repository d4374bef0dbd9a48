"""The ways by which offices hand in their files."""
