"""The page: everything that was made, in one self-contained file that explains itself.

`results` gathers what the tables and run files say into one mapping, `pictures` what is drawn of
images, `build` puts it with texts, styles, scripts and the chart library's runtime into one HTML
file. What a browser reckons by itself (paths on the bowl, a table of one's own) stands in assets/.
"""
