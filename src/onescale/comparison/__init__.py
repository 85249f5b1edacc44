"""Runs set side by side: what was measured, how sure we are of it, and what the chapter printed.

`spec` says what is compared, `statistics` knows nothing of files, `table` joins runs and statistics
into comparison.csv, `page` writes it as comparison.md, and `reproduction` sets the chapter's
printed numbers beside ours. `study` and `trials` do the same for what was varied and tuned.
Training never imports this package, so it may use SciPy's distributions: those of
scipy.special, since scipy.stats takes half a second longer to import.
"""
