"""The order in which images come: whole epochs, or drawn with replacement."""

import numpy as np
import pytest

from made_up_data import stream
from onescale.training.batches import BatchSampler
from onescale.training.variant import Variant


def test_shuffled_batches_use_every_image_once_an_epoch():
    batches = BatchSampler(Variant(batch_size=10), 25, stream())
    drawn = np.concatenate([batches.draw(2).ravel(), batches.draw(3).ravel()])
    for epoch in (drawn[:25], drawn[25:]):
        assert sorted(epoch) == list(range(25))


def test_batches_with_replacement_see_two_thirds_of_the_images():
    batches = BatchSampler(Variant(batches="with_replacement"), 60000, stream())
    seen = len(np.unique(batches.draw(600))) / 60000
    assert abs(seen - (1 - np.exp(-1))) < 0.01  # the chapter's 63 %


@pytest.mark.parametrize("kind", ["shuffled", "with_replacement"])
def test_batches_do_not_depend_on_how_many_are_drawn_at_once(kind):
    one, many = (BatchSampler(Variant(batches=kind, batch_size=7), 30, stream()) for _ in "ab")
    assert (np.concatenate([one.draw(1) for _ in range(20)]) == many.draw(20)).all()
