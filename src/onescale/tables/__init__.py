"""Tables on one scale: any delimited file or frame, exact statistics, names kept.

Reading order: `numbers` (what a number is), `reading` (bytes to batches of rows), `statistics`
(exact sums, groups, ranks), `writing` (tables out), `scaling` (the methods, and what a fit holds),
`commands` (what is done with files). `frames` is the same for frames and arrays in memory.
"""
