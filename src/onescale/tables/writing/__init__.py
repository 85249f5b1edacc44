"""Tables out: where to, in which format, and how cells are written."""
