"""What the chapter says, judged by the runs.

`spec` says what is claimed; `measures` and `hypotheses` hold what can be measured and tested, an
entry each; `testing` puts hypotheses to runs; `verdicts` holds the rules by which outcomes become
verdicts; `table` and `page` write them, in the words of `words`. `discrepancies` says what the
chapter's faults cost.
"""
