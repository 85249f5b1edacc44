"""How good the best of so many draws is, on average: what a smaller budget would have found.

Of n draws whose scores are known, the best of k of them, drawn without replacement, is the i-th
best with a chance that counting gives: all k lie among it and the n − i that are no better. So the
mean over all subsets needs no subset to be drawn (Dodge et al. 2019 have it with replacement).
"""

from collections.abc import Sequence
from math import comb


def expected_best(scores: Sequence[float], lowest: bool = False) -> list[float]:
    """The mean of the best of k scores, over all subsets of k, for k = 1 to all of them.

    lowest: whether the lowest is the best.

    >>> expected_best([1.0, 2.0, 4.0])
    [2.3333333333333335, 3.3333333333333335, 4.0]
    """
    ranked = sorted(scores, reverse=lowest)  # the best last
    count = len(ranked)
    return [
        sum(score * comb(worse, k - 1) for worse, score in enumerate(ranked)) / comb(count, k)
        for k in range(1, count + 1)
    ]
