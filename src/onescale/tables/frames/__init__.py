"""The same scaling for frames and arrays in memory, or lazy on an engine."""
