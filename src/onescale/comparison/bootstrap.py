"""An interval that knows of the test set's own noise.

Seeds pair two variants, and a t-interval over their differences is about more runs on the same test
set. Other test images would have given other accuracies too, and that noise does not shrink with
more seeds. Here seeds and images are both drawn anew, each apart from the other (the pigeonhole
bootstrap; Owen 2007, *The pigeonhole bootstrap*, Annals of Applied Statistics 1), so the interval
is about other seeds on other test images of the same kind. It errs on the wide side: where seeds
and images do not work together it counts their joint noise up to three times.
"""

import numpy as np
from scipy import special

from onescale.comparison.statistics import t_quantile

DRAWS = 2000


def interval(draws: np.ndarray, confidence: float, seeds: int | None = None) -> tuple[float, float]:
    """The percentile interval of draws.

    seeds: how many were drawn from, where they are few. Draws of n seeds scatter too little, by
    √((n − 1)/n), and their percentiles know no Student's t; the ends are moved away from the mean
    by as much as makes good for both.
    """
    ends = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    if seeds is not None:
        wider = t_quantile(confidence, seeds) / -special.ndtri((1 - confidence) / 2)
        ends = draws.mean() + (ends - draws.mean()) * wider * np.sqrt(seeds / (seeds - 1))
    return float(ends[0]), float(ends[1])


def difference_draws(of: np.ndarray, than: np.ndarray, draws: int = DRAWS) -> np.ndarray:
    """accuracy(of) − accuracy(than) in each of so many draws of seeds and images.

    of, than: (seeds, images) booleans: what each run of either side got right, paired by seed.
    The same data give the same draws, which have a stream of their own.
    """
    ahead = of.astype(np.int8) - than.astype(np.int8)
    told = ahead[:, ahead.any(axis=0)].astype(np.float64)  # other images never tell the two apart
    seeds, images = ahead.shape
    random = np.random.Generator(np.random.SFC64(0))
    rows = random.multinomial(seeds, np.full(seeds, 1 / seeds), size=draws)
    # Drawing m images with replacement gives each a number of copies that is Poisson for large m.
    copies = random.poisson(1, size=(draws, told.shape[1]))
    total = copies.sum(axis=1) + random.poisson(images - told.shape[1], size=draws)
    return ((rows @ told) * copies).sum(axis=1) / (seeds * total)
