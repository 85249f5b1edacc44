"""Augmented batches against scipy.ndimage, image by image."""

import numpy as np
import pytest
from scipy import ndimage

import onescale
from onescale.core.errors import DataError, SpecError
from onescale.data.augment import Augmenter

ALL = {"rotation": 10, "brightness": 0.3, "flip": 0.5, "shift": 3}
BILINEAR = {"order": 1, "mode": "grid-constant", "cval": 0.0}


class Given:
    """In place of a generator: five uniform numbers an image, as the test chose them."""

    def __init__(self, draws):
        self.draws = np.asarray(draws, float)

    def random(self, shape):
        assert shape == self.draws.shape
        return self.draws


def blobs(n, shape=(28, 28), seed=5):
    """Smooth pictures that fill their middle, as digits do."""
    rng = np.random.default_rng(seed)
    noise = np.zeros((n, *shape))
    noise[:, 6:-6, 6:-6] = rng.random((n, shape[0] - 12, shape[1] - 12))
    smooth = np.stack([ndimage.gaussian_filter(picture, 1.2) for picture in noise])
    smooth /= smooth.max(axis=(1, 2), keepdims=True)
    return np.rint(255 * smooth).astype(np.uint8).reshape(n, -1)


def noise(n, shape=(28, 28), seed=6):
    """Pictures without any structure, lit to the very edge."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, shape[0] * shape[1]), dtype=np.uint8)


def changed(spec, images, rng=None, shape=(28, 28)):
    out = np.full(images.shape, np.nan, np.float32)
    rng = np.random.Generator(np.random.SFC64(11)) if rng is None else rng
    assert Augmenter(spec, shape)(images, rng, out) is out
    return out


@pytest.mark.parametrize("spec", [{}, dict.fromkeys(ALL, 0), dict.fromkeys(ALL, 0.0)])
def test_no_strength_changes_nothing(spec):
    images = noise(7)
    np.testing.assert_array_equal(changed(spec, images), images.astype(np.float32) / 255)


@pytest.mark.parametrize("rotation", [0.1, 10, 33, 90, 180])
def test_rotation_is_scipys_at_each_angle_of_the_grid(rotation):
    images = noise(9)
    augment = Augmenter({"rotation": rotation})
    assert abs(augment.angles).max() == rotation and 0 in augment.angles
    turns = np.linspace(0, np.nextafter(1, 0), 9)
    draws = [turns, *np.zeros((4, 9))]
    out = augment(images, Given(draws), np.empty(images.shape, np.float32))
    for image, turned, turn in zip(images, out, turns, strict=True):
        angle = augment.angles[int(turn * len(augment.angles))]
        oracle = ndimage.rotate(
            image.reshape(28, 28) / 255.0, angle, reshape=False, prefilter=False, **BILINEAR
        )
        np.testing.assert_allclose(turned.reshape(28, 28), oracle, atol=1e-5)


def test_a_quarter_turn_moves_pixels_and_mixes_none():
    images = noise(2)
    draws = [[0, np.nextafter(1, 0)], *np.zeros((4, 2))]
    out = changed({"rotation": 90}, images, Given(draws)).reshape(2, 28, 28)
    pictures = images.reshape(2, 28, 28) / np.float32(255)
    np.testing.assert_array_equal(out, [np.rot90(pictures[0], -1), np.rot90(pictures[1])])


def test_the_grid_is_close_to_a_free_angle():
    images = blobs(40).reshape(-1, 28, 28) / 255.0
    augment = Augmenter({"rotation": 10})
    angles = np.random.default_rng(2).uniform(-10, 10, len(images))
    assert np.abs(angles[:, None] - augment.angles).min(axis=1).max() <= 0.125
    for image, angle in zip(images, angles, strict=True):
        near = augment.angles[np.abs(augment.angles - angle).argmin()]
        free, ours = (ndimage.rotate(image, a, reshape=False, **BILINEAR) for a in (angle, near))
        assert np.abs(free - ours).max() < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_a_shift_is_scipys(seed):
    images = noise(60)
    draws = np.random.default_rng(seed).random((5, 60))
    out = changed({"shift": 4.9}, images, Given(draws)).reshape(-1, 28, 28)
    moves = np.floor(draws[2:4] * 9) - 4  # 4.9 is taken as 4
    assert set(moves.ravel()) == set(range(-4, 5))
    for image, moved, move in zip(images.reshape(-1, 28, 28), out, moves.T, strict=True):
        oracle = ndimage.shift(image / np.float32(255), move, order=0)
        np.testing.assert_array_equal(moved, oracle)


def test_a_flip_is_exact():
    images = noise(4)
    out = changed({"flip": 1}, images).reshape(-1, 28, 28)
    np.testing.assert_array_equal(out, images.reshape(-1, 28, 28)[:, :, ::-1] / np.float32(255))


def test_a_flip_has_its_probability():
    images = np.tile(noise(1), (4000, 1))
    out = changed({"flip": 0.3}, images)
    flipped = (out != out.dtype.type(1) * images / np.float32(255)).any(axis=1)
    assert 0.3 - 4 * 0.0073 < flipped.mean() < 0.3 + 4 * 0.0073  # four standard errors


def test_brightness_changes_by_a_factor_and_stays_within_0_and_1():
    images = noise(500)
    out = changed({"brightness": 0.4}, images)
    assert out.min() == 0 and out.max() == 1
    light = images / 255.0
    factor = np.median(out / np.where(light, light, 1), axis=1)
    np.testing.assert_allclose(out, np.minimum(light * factor[:, None], 1), atol=1e-6)
    assert 0.6 <= factor.min() < 0.61 and 1.39 < factor.max() <= 1.4


@pytest.mark.parametrize("shape", [(28, 28), (20, 31), (16, 16)])
def test_all_kinds_together_are_scipys_one_after_the_other(shape):
    n, margin = 150, 40
    images = noise(n, shape)
    draws = np.random.default_rng(8).random((5, n))
    augment = Augmenter(ALL, shape)
    out = augment(images, Given(draws), np.empty(images.shape, np.float32))
    turn, mirror, down, right, light = draws
    for k in range(n):
        canvas = images[k].reshape(shape) / 255.0
        if mirror[k] < 0.5:
            canvas = np.fliplr(canvas)
        canvas = np.pad(canvas, margin)  # so that nothing is cropped before the end
        move = [np.floor(down[k] * 7) - 3, np.floor(right[k] * 7) - 3]
        canvas = ndimage.shift(canvas, move, order=0)
        angle = augment.angles[int(turn[k] * len(augment.angles))]
        canvas = ndimage.rotate(canvas, angle, reshape=False, **BILINEAR)
        canvas = canvas[margin:-margin, margin:-margin] * (1 + 0.3 * (2 * light[k] - 1))
        np.testing.assert_allclose(out[k].reshape(shape), np.clip(canvas, 0, 1), atol=2e-5)


def test_rotation_and_shift_keep_the_light():
    images = blobs(200)
    out = changed({"rotation": 15, "shift": 2}, images)
    np.testing.assert_allclose(out.sum(axis=1), images.sum(axis=1) / 255.0, rtol=0.02)


@pytest.mark.parametrize("bits", [np.random.SFC64, np.random.PCG64])
def test_the_same_stream_gives_the_same_bytes(bits):
    images = noise(30)
    first, again, other = (
        changed(ALL, images, np.random.Generator(bits(seed))) for seed in (1, 1, 2)
    )
    assert first.tobytes() == again.tobytes() and first.tobytes() != other.tobytes()


@pytest.mark.parametrize("spec", [{}, {"flip": 1}, {"rotation": 3, "shift": 1}, ALL])
@pytest.mark.parametrize("images", [noise(30), np.zeros((30, 784), np.uint8)], ids=["lit", "dark"])
def test_the_draws_taken_depend_on_nothing_but_the_batch(spec, images):
    rng, oracle = (np.random.Generator(np.random.SFC64(4)) for _ in range(2))
    changed(spec, images, rng)
    oracle.random(5 * 30)
    assert rng.random() == oracle.random()


def test_batches_of_any_size_are_the_same_images():
    images = noise(300)
    draws = np.random.default_rng(1).random((5, 300))
    whole = changed(ALL, images, Given(draws))
    augment = Augmenter(ALL)
    for start, stop in ((0, 1), (1, 130), (130, 300)):
        out = np.empty((stop - start, 784), np.float32)
        augment(images[start:stop], Given(draws[:, start:stop]), out)
        np.testing.assert_array_equal(out, whole[start:stop])


def test_images_may_be_floats():
    images = noise(20)
    np.testing.assert_allclose(
        changed(ALL, images / np.float32(255)), changed(ALL, images), atol=1e-6
    )


def test_images_are_left_as_they_were():
    images = noise(20)
    before = images.copy()
    changed(ALL, images)
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"rotate": 3}, "augment: unknown key 'rotate'; did you mean 'rotation'"),
        ({"rotation": -1}, "rotation: -1 must be a number from 0 to 180"),
        ({"rotation": 181}, "rotation: 181 must be a number from 0 to 180"),
        ({"brightness": 1.5}, "brightness: 1.5 must be a number from 0 to 1"),
        ({"flip": float("nan")}, "flip: NaN must be a number from 0 to 1"),
        ({"flip": True}, "flip: true must be a number from 0 to 1"),
        ({"shift": 15}, "shift: 15 of 28 × 28; at most 14"),
        ({"shift": "2"}, 'shift: "2" must be a number of at least 0'),
    ],
)
def test_a_strength_that_cannot_be_meant(spec, message):
    with pytest.raises(SpecError, match=message):
        onescale.Augmenter(spec)


@pytest.mark.parametrize(
    ("images", "out"),
    [
        (noise(3, (5, 5)), np.empty((3, 25), np.float32)),
        (noise(3), np.empty((4, 784), np.float32)),
        (noise(3), np.empty((3, 784))),
    ],
)
def test_shapes_that_do_not_fit(images, out):
    with pytest.raises(DataError, match="28 × 28 pixels"):
        Augmenter(ALL)(images, np.random.default_rng(0), out)
