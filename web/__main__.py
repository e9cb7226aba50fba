"""`python -m web` is the command `itda`."""

from web.cli import main

main()
