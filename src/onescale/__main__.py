"""`python -m onescale`, the same as the `onescale` command."""

from onescale.cli import main

main()
