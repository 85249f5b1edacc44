"""Exact statistics of columns that merge without loss, and their quantiles and ranks."""
