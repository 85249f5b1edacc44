"""Pictures of the images themselves: drawn from predictions of nets that were trained here."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.text import Text

import onescale
from onescale.cli.figures import figures as command
from onescale.core.errors import DataError, SpecError
from onescale.data.augment import Augmenter
from onescale.data.fetch import load
from onescale.figures import digits
from onescale.runs import predictions
from onescale.runs.record import read

NET = {"name": "small", "hidden": [6], "batch_size": 10, "steps": 30, "evaluate_every": 30}


@pytest.fixture
def trained(cache, tmp_path):
    """A run file with its predictions, and its data."""
    data = load(cache)
    onescale.train(NET, data, seeds=[0, 1, 2], output=tmp_path / "small.json")
    return tmp_path / "small.json", data


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("kind", ["augmented", "confusion"])
def test_both_are_the_same_bytes_each_time(kind, trained, cache, tmp_path):
    given = [str(trained[0])] if kind == "confusion" else ["--augment", '{"flip": 1, "shift": 1}']
    made = []
    for name in ("a", "b"):
        arguments = [kind, *given, "--data", str(cache), "-o", str(tmp_path / name)]
        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        made.append([(tmp_path / f"{name}.{form}").read_bytes() for form in ("png", "svg")])
    assert made[0] == made[1]


def test_the_matrix_counts_what_the_nets_take_for_what(trained):
    path, data = trained
    record = read(path)
    figure = digits.confusion(record, data)
    wrong = np.zeros((3, 3))
    with np.load(path.with_suffix(".npz")) as arrays:
        for seed in range(3):
            found = arrays[f"seed{seed}.test_predictions"]
            for true, taken in zip(data.test_labels, found, strict=True):
                wrong[true, taken] += (true != taken) / 3
    np.testing.assert_allclose(figure.axes[0].images[0].get_array(), wrong)
    assert wrong.sum() == pytest.approx(
        30 * (1 - np.mean([r.test_accuracy for r in record.runs.values()]))
    )


def test_the_worst_come_first_with_what_most_take_them_for():
    labels = np.array([0, 1, 2, 1])
    found = np.array([[0, 2, 1, 0], [0, 2, 2, 2], [0, 1, 2, 2]])
    assert list(predictions.worst(found, labels, 9)) == [(3, 2, 3), (1, 2, 2), (2, 1, 1)]
    assert list(predictions.worst(found, labels, 2)) == [(3, 2, 3), (1, 2, 2)]


def test_nets_that_misread_nothing_have_an_empty_page(trained):
    path, data = trained
    with np.load(path.with_suffix(".npz")) as arrays:
        perfect = {name: data.test_labels for name in arrays if name.endswith("predictions")}
    np.savez(path.with_suffix(".npz"), **perfect)
    figure = digits.confusion(read(path), data)
    assert not any("read as" in text for text in texts(figure))
    ends = [text.get_window_extent().x1 for text in figure.texts]
    assert len(ends) == 2 and max(ends) < figure.bbox.width
    assert any("100.00 % right" in text for text in texts(figure))


def test_each_row_is_what_the_augmenter_makes(cache):
    data, strengths = load(cache), {"rotation": 20, "brightness": 0.5}
    figure = digits.augmented(data, strengths, seed=4)
    assert {"as they are", "turned, up to 20°", "brightness, ±50%", "all together"} < {
        *texts(figure)
    }
    first = [int(np.argmax(data.train_labels == k)) for k in range(3)]
    images = np.ascontiguousarray(data.train_images[first])
    expected = np.empty(images.shape, np.float32)
    Augmenter(strengths, (4, 4))(images, np.random.Generator(np.random.SFC64(4)), expected)
    last = [axes.images[0].get_array().ravel() for axes in figure.axes[-3:]]
    np.testing.assert_array_equal(last, expected)


def test_strengths_that_cannot_be_meant(cache):
    with pytest.raises(SpecError, match="unknown key 'turn'"):
        digits.augmented(load(cache), {"turn": 1})


def test_predictions_that_do_not_belong_here(trained, tmp_path):
    path, data = trained
    arrays = path.with_suffix(".npz")
    shutil.copy(arrays, tmp_path / "whole.npz")
    arrays.write_bytes(arrays.read_bytes()[:300])
    with pytest.raises(DataError, match=r"small\.npz: no predictions"):
        digits.confusion(read(path), data)
    arrays.unlink()
    with pytest.raises(DataError, match=r"small\.npz: no predictions"):
        digits.confusion(read(path), data)
    short = {f"seed{k}.test_predictions": np.zeros(7, np.uint8) for k in range(3)}
    np.savez(arrays, **short)
    with pytest.raises(DataError, match="predictions of 7 images, the test set has 30"):
        digits.confusion(read(path), data)
    content = json.loads(path.read_text())
    content["dataset"]["hash"] = "other"
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match="trained on other data than"):
        digits.confusion(read(path), data)


def test_images_that_are_not_square():
    data = onescale.Dataset(
        np.zeros((3, 6), np.uint8), np.arange(3), np.zeros((3, 6), np.uint8), np.arange(3)
    )
    with pytest.raises(DataError, match="images of 6 values are not square"):
        digits.augmented(data, {"flip": 1})


def test_classes_are_called_by_their_names(trained):
    path, data = trained
    named = replace(data, labels=("bag", "coat", "ankle boot"))
    told = texts(digits.confusion(read(path), named))
    assert told.count("ankle boot") >= 2 and not {"0", "1", "2"} & {*told}
    assert any(text.startswith(("bag read as\n", "coat read as\n")) for text in told)
    assert {"bag", "coat", "ankle boot"} < {*texts(digits.augmented(named, {"flip": 1}))}
