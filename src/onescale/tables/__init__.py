"""Tables on one scale: any delimited file or frame, exact statistics, names kept.

Reading order: `dialect` and `source` (bytes to text), `numbers` (what a number is), `reader` (text
to checked cells), `exact` (the statistics), `scaling` (the methods), `fitting` (what a fit holds),
`writer`. `frames` is the same for frames and arrays in memory.
"""
