"""Pictures of the results, as PNG and SVG: the only package that uses matplotlib.

One module a kind of picture, each with one function that takes data and returns a figure; `style`
holds what they share and writes the files. They draw what was measured and compute no statistics of
their own but those of `onescale.comparison.statistics`.
"""
