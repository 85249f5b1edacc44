"""The images themselves: what augmentation makes of them, and which ones trained nets misread."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from onescale.core.errors import DataError
from onescale.core.settings import declared
from onescale.data.augment import Augmenter, AugmentSettings
from onescale.data.dataset import Dataset
from onescale.figures import style
from onescale.figures.style import Axes, Figure
from onescale.runs import predictions
from onescale.runs.record import Record

WORST = (5, 6)  # rows and columns of misread images
_LABELS = {
    "rotation": "turned, up to {:g}°",
    "brightness": "brightness, ±{:.0%}",
    "flip": "mirrored, {:.0%}",
    "shift": "shifted, up to {:g} px",
}
_INK = LinearSegmentedColormap.from_list("ink", ["white", style.COLOURS[0]])


@style.drawing
def augmented(data: Dataset, strengths: dict[str, float], seed: int = 0) -> Figure:
    """A row of digits as they are, one for each kind of augmentation, and one for all together.

    strengths: as `augment.Augmenter` takes them. The first training image of each class is drawn.
    Raises SpecError for strengths that cannot be meant, DataError for images that are not square.
    """
    side = _side(data)
    first = [int(np.argmax(data.train_labels == k)) for k in np.unique(data.train_labels)]
    images = np.ascontiguousarray(data.train_images[first])
    kinds = [kind for kind in declared(AugmentSettings) if strengths.get(kind)]
    changes = {_LABELS[kind].format(strengths[kind]): {kind: strengths[kind]} for kind in kinds}
    changes = {"as they are": {}, **changes, "all together": strengths}
    rows = {label: Augmenter(change, (side, side)) for label, change in changes.items()}
    if len(kinds) < 2:
        del rows["all together"]
    width, height = 1.9 + 0.72 * len(images), 0.85 + 0.76 * len(rows)
    adjust = {"left": 1.75 / width, "right": 0.99, "top": 1 - 0.7 / height, "bottom": 0.02}
    adjust |= {"wspace": 0.08, "hspace": 0.08}
    figure, grid = style.panels((width, height), len(rows), len(images), adjust)
    for line, (label, augment) in zip(grid, rows.items(), strict=True):
        random = np.random.Generator(np.random.SFC64(seed))  # the same draws in every row
        changed = np.empty(images.shape, np.float32)
        augment(images, random, changed)
        for axes, image in zip(line, changed, strict=True):
            _image(axes, image, side)
        line[0].set_ylabel(label, rotation=0, ha="right", va="center", labelpad=8)
    if _longest(data) > 2:
        for axes, index in zip(grid[0], first, strict=True):
            name = data.labels[data.train_labels[index]]
            axes.set_title(name, fontsize=7, loc="center", pad=2)
    style.title(
        figure,
        "Augmented images",
        f"the first training image of each class of {data.name}, with the same draws in every row "
        f"(seed {seed})",
    )
    return figure


@style.drawing
def confusion(record: Record, data: Dataset) -> Figure:
    """Which class is taken for which, on average over seeds, and the images misread most often.

    Raises DataError where the predictions beside the record are missing or belong to other data.
    """
    predicted = predictions.read(record, data)
    labels = data.test_labels
    figure = style.canvas(13, 6.3)
    room = 0.007 * _longest(data)  # names of classes take more than digits
    left = figure.add_axes((0.045 + room, 0.08 + room, 0.42 - room, 0.76 - room))
    _matrix(left, predicted, data)
    rows, columns = WORST
    grid = figure.add_gridspec(
        rows, columns, left=0.5, right=0.99, top=0.84, bottom=0.03, wspace=0.12, hspace=0.55
    ).subplots()
    worst = predictions.worst(predicted, labels, rows * columns)
    for axes, (index, taken, wrong) in zip(grid.flat, worst, strict=False):
        _image(axes, data.test_images[index], _side(data))
        true = data.labels[labels[index]]
        told = f"{true} read as\n{data.labels[taken]} ({wrong} of {len(predicted)})"
        axes.set_title(told, fontsize=7.5, loc="center", pad=2)
    for axes in grid.flat:
        if not axes.images:
            axes.set_axis_off()
    accuracy = 100 * np.mean(predicted == labels)
    style.title(
        figure,
        f"What {record.name} misreads",
        f"{len(labels):,} test images, {len(predicted)} seeds, {accuracy:.2f} % right on average; "
        "at the right those that most seeds misread, and what most of these take them for",
    )
    return figure


def _matrix(axes: Axes, predicted: np.ndarray, data: Dataset) -> None:
    """Mean number of images a run by class (down) and prediction (across); right ones as shares."""
    classes = data.classes
    counts = np.zeros((classes, classes))
    true = np.broadcast_to(data.test_labels, predicted.shape)
    np.add.at(counts, (true, predicted), 1 / len(predicted))
    wrong = counts * ~np.eye(classes, dtype=bool)
    most = max(wrong.max(), 1e-9)
    axes.imshow(wrong, cmap=_INK, vmin=0, vmax=most)
    size = 8 if classes <= 10 else 80 / classes
    for true, row in enumerate(counts):
        for taken, count in enumerate(row):
            text, colour = f"{count:.1f}" if count else "", style.BLACK
            if true == taken:
                text, colour = f"{100 * count / max(row.sum(), 1):.1f} %", style.GREY
            elif count > 0.6 * most:
                colour = "white"
            axes.text(taken, true, text, ha="center", va="center", fontsize=size, color=colour)
    slanted = {"rotation": 40, "ha": "right"} if _longest(data) > 2 else {}
    axes.set_xticks(range(classes), data.labels, **slanted)
    axes.set_yticks(range(classes), data.labels)
    axes.set(xlabel="taken for", ylabel="class")
    axes.grid(False)
    axes.set_title("images a run, diagonal: share that is right")


def _image(axes: Axes, image: np.ndarray, side: int) -> None:
    full = 255 if image.dtype == np.uint8 else 1
    axes.imshow(image.reshape(side, side), cmap="gray_r", vmin=0, vmax=full)
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _longest(data: Dataset) -> int:
    """Letters of the longest name of a class."""
    return max(map(len, data.labels))


def _side(data: Dataset) -> int:
    pixels = data.train_images.shape[1]
    side = round(pixels**0.5)
    if side * side != pixels:
        raise DataError(f"images of {pixels} values are not square and cannot be drawn")
    return side
