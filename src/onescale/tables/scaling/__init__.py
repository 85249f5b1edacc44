"""The methods, what they learn of columns, and how that is written down."""
