"""From bytes to batches of rows, whatever the file: source, encoding, dialect, and the readers."""
