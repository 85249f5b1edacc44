"""What the page shows of images, activations and the bowl: digits that are misread, histograms of
untrained nets, and paths that its own arithmetic is held to.
"""

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from onescale.data.dataset import Dataset
from onescale.nn import activations, optimizer_file, surface
from onescale.nn.optimizers import OPTIMIZERS
from onescale.runs import predictions
from onescale.runs.record import Record

WORST = 12  # images shown of a variant
_SCALES = np.geomspace(0.001, 3, 22).tolist()
_INPUTS = 400  # a third of the book's, for a tenth of a second a scale
_BINS = 40
_FAR = 1e9  # far out of any picture
# Rates at which the optimisers that the chapter has no picture of come down the bowl in as many
# updates as its four.
_OTHERS = {"nesterov": 0.1, "rmsprop": 0.3, "adadelta": 300.0, "adamw": 0.3}


def _address(image, form: str, **options) -> str:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return f"data:image/{form};base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"


def digits(records: Mapping[str, Record], data: Dataset) -> tuple[dict[str, Any], str] | None:
    """The test images that most seeds of each variant misread, and one picture of all of them.

    None where images are not square. Variants without predictions beside their runs, or trained on
    other data, are left out.
    """
    side = round(data.test_images.shape[1] ** 0.5)
    if side * side != data.test_images.shape[1]:
        return None
    worst: dict[str, list[tuple[int, int, int]]] = {}
    for name, record in records.items():
        if (record.path.with_suffix(".npz")).exists():
            predicted = predictions.read(record, data)
            worst[name] = list(predictions.worst(predicted, data.test_labels, WORST))
    chosen = sorted({index for own in worst.values() for index, *_ in own})

    def told(index: int, taken: int, wrong: int) -> dict[str, Any]:
        label = data.labels[data.test_labels[index]]
        tile = chosen.index(index)
        return {"tile": tile, "label": label, "taken": data.labels[taken], "wrong": wrong}

    misread = {name: [told(*one) for one in own] for name, own in worst.items()}
    columns = 32
    about = {"columns": columns, "side": side, "misread": misread}
    return about, _sheet(data.test_images, chosen, columns, side)


def _sheet(images: np.ndarray, chosen: list[int], columns: int, side: int) -> str:
    """These images side by side, dark on light, twice their size."""
    from PIL import Image

    lines = max(1, -(-len(chosen) // columns))
    sheet = np.full((lines * side, columns * side), 255, np.uint8)
    for place, index in enumerate(chosen):
        row, column = side * (place // columns), side * (place % columns)
        image = np.asarray(images[index]).reshape(side, side)
        full = 1 if image.dtype == np.uint8 else 255
        sheet[row : row + side, column : column + side] = 255 - image * full
    image = Image.fromarray(sheet).resize(
        (2 * columns * side, 2 * lines * side), Image.Resampling.NEAREST
    )
    return _address(image.quantize(16), "png", optimize=True)


def weights() -> dict[str, Any]:
    """Histograms of the activations of an untrained net, by activation, scale and layer."""
    layers = 5
    scales = sorted({*_SCALES, 0.01, 0.1, np.sqrt(0.02), 1.0})  # √(1/n), √(2/n) of 100 nodes
    found = {}
    for name, (low, high) in activations.SHOWN.items():
        edges = np.linspace(low, high, _BINS + 1)
        found[name] = {"layers": [_layers({"normal": s}, name, layers, edges) for s in scales]}
    named = {"0.01": 0.01, "xavier": 0.1, "he": np.sqrt(0.02), "1": 1.0}
    return {
        "scales": [float(f"{scale:.4g}") for scale in scales],
        "activations": found,
        "edges": activations.SHOWN,
        "layers": layers,
        "inputs": _INPUTS,
        "named": {name: scales.index(scale) for name, scale in named.items()},
    }


def _layers(init: dict, activation: str, layers: int, edges: np.ndarray) -> dict[str, list]:
    """Shares of each bin, means, deviations and shares at an end, a layer each."""
    spread = activations.spread(init, activation, layers, inputs=_INPUTS)
    shares = [np.histogram(np.clip(v, edges[0], edges[-1]), edges)[0] / v.size for v in spread]
    told = [activations.activation_statistics(values, activation) for values in spread]
    return {
        "shares": [[round(float(share), 4) for share in one] for one in shares],
        **{key: [round(one[key], 6) for one in told] for key in ("mean", "sd", "saturated")},
    }


def bowl(given: Mapping[str, Any]) -> dict[str, Any]:
    """Every optimiser with all its settings, and its path from the start that is configured."""
    descent = surface.Descent(**given)
    asked = {one["name"]: one for one in descent.optimizers if "file" not in one}
    rates = {name: {"rate": rate} for name, rate in _OTHERS.items()}
    known = [asked.get(name) or {"name": name, **rates.get(name, {})} for name in OPTIMIZERS]
    full = [optimizer_file.canonical(one, "surface.optimizers") for one in known]
    return {
        "start": list(descent.start),
        "updates": descent.updates,
        "optimizers": full,
        "paths": [_in_sight(surface.path(one, descent.start, descent.updates)) for one in full],
    }


def _in_sight(path: np.ndarray) -> list[list[float]]:
    """The points of a path up to where it runs away."""
    away = ~(np.abs(path) <= _FAR).all(axis=1)
    return path[: away.argmax() if away.any() else None].tolist()
