"""The files that runs leave behind: written and read."""
