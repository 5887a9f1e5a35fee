"""`python -m safeplan` is `safeplan`."""

from safeplan.cli import main

main()
