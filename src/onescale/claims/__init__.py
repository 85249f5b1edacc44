"""What the chapter says, judged by the runs."""
