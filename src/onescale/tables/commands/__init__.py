"""What each table command does with a table."""
