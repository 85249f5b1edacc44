"""How claims.md is to be read: its words, settings, tests and what is left out, at its end."""

from onescale.comparison.spec import Criteria


def legend(criteria: Criteria) -> str:
    """The last section of the page."""
    margin = f"{100 * criteria.smallest_difference:g} points of accuracy"
    wide, narrow = 100 * criteria.confidence, 100 * (1 - 2 * criteria.level)
    return f"""## How to read this

- **A part** is *supported* if its {wide:g} % interval lies beyond the smallest difference of
  interest in the direction that is claimed (beyond 0, where the claim is about direction alone),
  *reversed* if it lies as far beyond it in the other direction, and *no difference that matters* if
  its {narrow:g} % interval lies within that difference, either way; else it is *open*, and **seeds
  needed** says with how many a truth that lies one smallest difference beyond its limit would be
  found so with {100 * criteria.power:g} % power, at the spread seen (– where there were as many
  already: then the truth lies too near the limit to tell). The smallest difference is
  {margin}, a tenth of a ratio, or what the configuration says.
- **A claim**, in a setting, *holds* if all of its parts are supported, *holds in part* if some are,
  makes *no difference that matters* if all of them make none; *the reverse holds* if none is
  supported and all are reversed, *in part* if some are; else it is *open*. *Not run*: runs are
  missing.
- **Not asked** is a part where neither net learns, of a claim about nets that learn; where neither
  of two nets gets to a level, and the same two are judged at another; of an end that an activation
  does not have; and of a figure that the chapter prints of another data set. It is left out, and
  the verdict is said to be *of what was asked*: it says nothing about that part of the claim.
- **Marks.** †: what would not stand if all parts of the page that rest on a p were one family
  (Holm): a part would be *open*, and its verdict what stands behind the mark. ‡: what would come to
  something else with the noise of the test set in the interval.
- **Settings.** *As written*: the chapter's code, with its faults. *Put right, at the chapter's
  rates*: the same as it was meant (Adam at 0.001, the others at 0.01). *Put right, at rates that
  suit*: with He weights, at what a library has by default (Momentum, Nesterov, AdaGrad 0.01,
  RMSprop, Adam, AdamW 0.001, AdaDelta 1), and for SGD at 0.1, which we chose: the effective rate of
  Momentum; or the best of a range that is named. *Tuned*: each technique at the values chosen on
  held-out training images, with one budget for all; where tuning was repeated, a part counts only
  if it comes to the same every time, and else is open. *300 images*: where there is something to
  overfit. *The best of* several nets was chosen by the very runs that are then tested, which
  flatters both sides.
- **Estimates.** Differences are those of the first to the second, seed by seed, in points of
  accuracy (percentage points); ×0.5 is half as many steps or seconds; intervals are at {wide:g} %,
  not corrected for each other. A gap is training minus test accuracy. It narrows where a net
  underfits, too, so test accuracy stands beside it or in a row of its own. Steps to a level are
  read off the smoothed curve of test accuracy; seconds, in the workflow, are steps times what one
  costs where all variants take theirs in turn, a round for each seed. Where a run never gets there,
  its steps bound the ratio: the estimate is *at most*, or *at least*, what is shown, or one *with
  draws* (pairs that do not tell who is sooner, counted as ×1), which is no size of a difference.
  Then an exact sign test, in which such pairs speak for nothing that they do not show, takes the
  place of the t-test.
- **Names.** `chapter_…`: as the chapter's code is written; `corrected_…`: put right; `tuned_…`,
  `fast_…`: tuned for accuracy, for speed; `…_300`: on 300 images; `small_…`, `unit_…`: initial
  weights of 0.01, of 1; what is named after an optimiser or a technique alone has He weights. Each
  is a line of the configuration. *The book* is *Deep Learning from Scratch*, which the chapter
  follows: its own nets have four hidden layers of 100 nodes, and six where it trains on 300 images.
  A row marked (also) stands beside and does not count.
- **Tests.** *better*, *not worse* (than by the smallest difference), *many times*, *reaches*,
  *stays below*: Student's t, paired by seed. *reproduces*: the printed figure lies in the interval
  of one new run; figures of two digits count as cut, and a note says where it matters that they may
  have been rounded. *learn more*: exact sign test on the nets that only one of two sets brings to
  learn; its estimate is their share in favour, and in brackets stands how many of each set learn.
  *identical*, *exact*: no chance, so no p; in brackets both sides. **p** is that of what the part
  comes to: the chance of data like these if it were just wrong.
- **Seeds and images.** The seed sets initial weights, batches, dropout and augmentation; all
  variants share the data and the test set, whose own noise more seeds do not lessen. The interval
  over seeds and images (a bootstrap of both) says what other test images would add; it errs on the
  wide side."""
