"""Images and labels: where they come from, what they must be, how they are changed before use."""
