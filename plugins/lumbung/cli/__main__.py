"""`python -m lumbung.cli`."""

from lumbung.cli.main import main

main()
