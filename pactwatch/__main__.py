"""`python -m pactwatch` is `pactwatch`."""

from pactwatch.cli import main

main()
