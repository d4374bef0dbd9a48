"""The `lumbung` command: arguments in, words out."""
