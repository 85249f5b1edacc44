"""Pictures of studies and of tuning: true to what they draw, diverged seeds and all."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from made_up_runs import run_entry
from made_up_searches import made_up_search, made_up_trial
from onescale.cli.figures import figures as command
from onescale.comparison.study import Study
from onescale.core.errors import DataError, SpecError
from onescale.figures import studies
from onescale.figures import trials as tried
from onescale.runs.record import read_all


def texts(figure):
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def layer(mean):
    return {"mean": mean, "sd": 1.0, "dead": 0.0, "saturated": 0.0, "node_means": [mean, 0.0]}


@pytest.fixture
def made(write_run):
    """Two panels × two lines × three rates, one point with a diverged seed, all observed."""
    points, paths = [], []
    for panel in ("all", "few"):
        for line in ("with", "without"):
            for rate in (0.001, 0.01, 1.0):
                name = f"s_{panel}_{line}_{str(rate).replace('.', '_')}"
                runs = [run_entry(s, 0.9 + 0.01 * s, 0.95) for s in range(3)]
                for run in runs:
                    run["history"]["activations"] = [[layer(0.1)], [layer(0.4)], [layer(0.5)]]
                if rate == 1.0:
                    runs[2] = run_entry(2, 0.1135, 0.1124, (1,), 77, [0.1135])
                    runs[2]["history"]["activations"] = [None]
                paths.append(write_run(name, runs))
                values = {"images": panel, "batch_norm": line, "optimizer.rate": rate}
                points.append({"variant": name, "values": values})
    spec = {"name": "s", "title": "Three axes", "points": points}
    spec["axes"] = ["images", "batch_norm", "optimizer.rate"]
    return spec, paths


FIGURES = [
    {"kind": "response", "x": "optimizer.rate", "lines": "batch_norm", "panels": "images"},
    {"kind": "response", "x": "optimizer.rate"},
    {"kind": "dots", "x": "batch_norm", "panels": "images"},
    {"kind": "grid", "panels": "optimizer.rate", "lines": "batch_norm"},
    {"kind": "grid", "panels": "images", "measure": "train_accuracy"},
    {"kind": "speed", "lines": "batch_norm"},
    {"kind": "drift", "lines": "batch_norm", "panels": "images"},
    {"kind": "drift", "lines": "images"},
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: "-".join(figure.values()))
def test_every_kind_is_drawn_the_same_each_time(made, figure, tmp_path):
    spec, paths = made
    for name in ("a", "b"):
        arguments = ["study", *paths, "--spec", json.dumps(spec), "--figure", json.dumps(figure)]
        arguments = [*map(str, arguments), "-o", str(tmp_path / name)]
        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def draw(made, figure):
    spec, paths = made
    return studies.draw(Study.from_mapping(spec), read_all(paths), figure)


def test_a_response_is_the_mean_over_seeds(made):
    figure = draw(made, FIGURES[0])
    assert len(figure.axes) == 6
    line = figure.axes[0].get_lines()[0]
    assert line.get_xdata() == pytest.approx([0.001, 0.01, 1.0])
    assert line.get_ydata() == pytest.approx([91, 91, 100 * np.mean([0.9, 0.91, 0.1135])])
    assert figure.axes[0].get_xscale() == "log"
    crosses = [artist for artist in figure.axes[0].get_lines() if artist.get_marker() == "x"]
    assert [tuple(cross.get_ydata()) for cross in crosses] == [(pytest.approx(11.35),)] * 2
    assert any("cross: a diverged seed" in text for text in texts(figure))


def test_speed_is_against_updates_and_seconds(made):
    figure = draw(made, FIGURES[5])
    left, right = figure.axes
    assert left.get_lines()[0].get_xdata() == pytest.approx([601, 1201])
    assert right.get_lines()[0].get_xdata() == pytest.approx([s * 1.001e-3 for s in (601, 1201)])
    assert any("from the second evaluation on" in text for text in texts(figure))


def test_drift_is_the_shift_of_nodes_since_the_first_evaluation(made):
    last = draw(made, FIGURES[7]).axes[2].get_lines()[0].get_ydata()
    assert last == pytest.approx([0, 0.3 / np.sqrt(2), 0.4 / np.sqrt(2)])


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ({"kind": "respnse"}, "did you mean 'response'"),
        ({"kind": "response", "x": "rate"}, "axis"),
        ({"kind": "response", "x": "images", "colour": 1}, "colour"),
        ({"kind": "grid"}, "panels"),
        ({"kind": "response", "x": "images"}, "not a number"),
    ],
)
def test_figures_that_cannot_be_meant(made, figure, told):
    with pytest.raises(SpecError, match=told):
        draw(made, figure)


def test_missing_seconds_and_activations_are_named(write_run):
    path = write_run("a", [run_entry(0, 0.9)], timing=False)
    points = [{"variant": "a", "values": {"k": "v"}}]
    made = {"name": "s", "title": "t", "axes": ["k"], "points": points}, [path]
    with pytest.raises(DataError, match="no seconds"):
        draw(made, {"kind": "speed", "lines": "k"})
    with pytest.raises(DataError, match="observe_activations"):
        draw(made, {"kind": "drift", "lines": "k"})
    made[0]["points"] = [{"variant": "b", "values": {"k": "v"}}]
    with pytest.raises(DataError, match="'b'"):
        draw(made, {"kind": "dots", "x": "k"})


def search(name, axes, values, diverged=(), **other):
    trials = [
        made_up_trial(
            dict(zip(axes, value, strict=True)),
            [0.9 + 0.001 * number, 0.91 + 0.001 * number],
            diverged=5 if number in diverged else False,
        )
        for number, value in enumerate(values)
    ]
    return made_up_search(name, trials, **other)


def test_sensitivity_has_a_panel_a_variant_and_rings_the_choice():
    one = search("one", ["optimizer.rate"], [(0.01,), (0.1,), (1.0,)], diverged=[2])
    two = search("two", ["dropout.ratio", "init.normal"], [(None, 1), (0.5, 1), (None, 2)])
    figure = tried.draw([one, two], "T", {"kind": "sensitivity"})
    left, right = (axes for axes in figure.axes if axes.get_visible())
    assert left.get_title(loc="left") == "one"
    rings = [line for line in left.get_lines() if line.get_markersize() == 11]
    assert [tuple(ring.get_xdata()) for ring in rings] == [(1.0,)]
    assert [line.get_marker() for line in left.get_lines()].count("x") == 2
    assert {text.get_text() for text in right.get_legend().get_texts()} == {"1", "2"}


def test_a_search_shows_every_draw_and_the_curves_of_the_best():
    random = np.random.default_rng(0)
    draws = [tuple(10.0**v) for v in random.uniform(-4, 0, (30, 2))]
    made = search("s", ["optimizer.rate", "weight_decay.rate"], draws)
    asked = {"kind": "search", "x": "optimizer.rate", "lines": "weight_decay.rate"}
    figure = tried.draw([made], "T", asked)
    assert len(figure.axes[0].collections) == 30
    assert len(figure.axes[1].get_lines()) == 20 * 2 * 2


def test_draws_are_dots_coloured_by_the_second_axis_and_the_default_a_square():
    values = [(0.01, 1e-7), (0.1, 1e-3), (1.0, 0.1)]
    one = search("one", ["optimizer.rate", "optimizer.epsilon"], values, draws=2)
    figure = tried.draw([one], "T", {"kind": "sensitivity"})
    (axes,) = figure.axes
    dots = [line for line in axes.get_lines() if line.get_marker() in ("o", "s")]
    squares = [line for line in dots if line.get_marker() == "s"]
    assert [tuple(square.get_xdata()) for square in squares] == [(0.01,)]
    assert len({str(line.get_color()) for line in dots if line.get_markersize() < 11}) == 3
    assert axes.get_legend() is None and axes.get_xscale() == "log"


def test_no_momentum_is_said_to_be_one():
    values = [(0.01, 0.9), (0.1, 0.9979), (1.0, 0.2)]
    one = search("one", ["optimizer.rate", "optimizer.momentum"], values, draws=2)
    (axes,) = tried.draw([one], "T", {"kind": "sensitivity"}).axes
    assert axes.get_xlabel() == "learning rate (colour: momentum 0.2 to 0.998)"


def speeds(name="fast", seconds=2.0):
    scores = ([None, 3000.0], [900.0, 1100.0], [2000.0], [None])
    trials = [
        made_up_trial({"optimizer.rate": 10.0 ** (i - 2)}, s, [0.9] * len(s), seconds=seconds)
        for i, s in enumerate(scores)
    ]
    return made_up_search(name, trials, chosen=1, level=0.97, draws=3)


def test_what_never_reached_the_level_stands_at_the_last_update():
    figure = tried.draw([speeds()], "T", {"kind": "sensitivity"})
    (axes,) = figure.axes
    heights = {line.get_ydata()[0] for line in axes.get_lines() if line.get_marker() in ("^", "s")}
    assert heights == {4000} and axes.get_ylabel() == "steps to 97 %"


def test_the_best_of_k_draws_is_drawn_against_draws_and_seconds():
    figure = tried.draw([speeds(), speeds("other", 1.0)], "T", {"kind": "best_of"})
    left, right = figure.axes
    assert len(left.get_lines()) == len(right.get_lines()) == 2
    curve = left.get_lines()[0]
    # Of the draws, without the default: 900, 2000, and never, which counts as 4000.
    assert list(curve.get_xdata()) == [1, 2, 3]
    assert list(curve.get_ydata()) == pytest.approx([2300, (900 + 900 + 2000) / 3, 900])
    assert list(right.get_lines()[1].get_xdata()) == [1, 2, 3]
    assert list(right.get_lines()[0].get_xdata()) == [2, 4, 6]
    assert any("partly luck" in text and "as 4,000 steps" in text for text in texts(figure))


def test_the_best_of_one_draw_is_the_mean_of_all_however_bad_they_are():
    accuracies = [0.1, 0.98, 0.97]
    trials = [made_up_trial({"optimizer.rate": 1.0 + i}, [a]) for i, a in enumerate(accuracies)]
    made = made_up_search("one", trials, chosen=1)
    (axes, *_) = tried.draw([made], "T", {"kind": "best_of"}).axes
    (curve,) = axes.get_lines()
    assert list(curve.get_ydata()) == pytest.approx([205 / 3, (98 + 98 + 97) / 3, 98])
    assert axes.get_ylim()[0] < 205 / 3


def test_without_seconds_the_best_of_k_is_drawn_against_draws_alone():
    figure = tried.draw([speeds(seconds=None)], "T", {"kind": "best_of"})
    assert len(figure.axes) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"kind": "sensitivit"}, "did you mean"),
        ({"kind": "sensitivity", "x": "a"}, "takes no 'x'"),
        ({"kind": "search", "x": "optimizer.rat"}, "axis"),
        ({"kind": "search"}, "needs 'x'"),
    ],
)
def test_trials_figures_that_cannot_be_meant(asked, told):
    with pytest.raises(SpecError, match=told):
        tried.draw([search("a", ["optimizer.rate"], [(1,), (2,)])], "", asked)
