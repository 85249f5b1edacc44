"""Runs set side by side: what was measured, how sure we are of it, and what the chapter printed.

`records` reads run files, `evidence` holds the statistics and knows nothing of files, `table` joins
both into comparison.csv, `report` writes it as comparison.md, and `reproduction` sets the chapter's
printed numbers beside ours. Training never imports this package, so it may use pandas and
scipy.stats.
"""
