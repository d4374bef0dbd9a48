"""The sample: what 38 offices might submit, made by a seeded generator."""
