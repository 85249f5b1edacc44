"""`onescale compare` from run files to pages, and the stated outcome of every edge case."""

import csv
import json
import statistics

import pytest
from click.testing import CliRunner
from scipy import stats

from made_up_runs import run_entry
from onescale.cli.compare import compare as command
from onescale.comparison import page as report
from onescale.comparison import table
from onescale.comparison.spec import Spec
from onescale.core.csv_files import as_csv
from onescale.core.errors import DataError, SpecError
from onescale.runs import record as records

DESIGNED = [
    "group",
    "variant",
    "seeds",
    "train_accuracy_mean",
    "train_accuracy_sd",
    "test_accuracy_mean",
    "test_accuracy_sd",
    "test_accuracy_low",
    "test_accuracy_high",
    "test_accuracy_last6_mean",
    "gap_mean",
    "steps_to_95",
    "steps_to_97",
    "seconds_to_95",
    "seconds_to_97",
    "us_per_step",
    "chapter_train",
    "chapter_test",
    "reference",
    "difference",
    "difference_low",
    "difference_high",
    "p",
    "p_holm",
    "effect_size",
    "verdict",
    "seeds_needed",
    "trials",
]
ADAM = {0: 0.9712, 1: 0.9698, 2: 0.9725, 3: 0.9707, 4: 0.9719}
SGD = {0: 0.9412, 1: 0.9399, 2: 0.9421, 3: 0.9404, 4: 0.9433}
CLOSE = {0: 0.9714, 1: 0.9697, 2: 0.9727, 3: 0.9705, 4: 0.9720}


def row_of(rows, variant):
    return next(row for row in rows if row["variant"] == variant)


def compared(paths, reference=None, **spec):
    read = records.read_all(paths)
    return table.compare(read, Spec.from_mapping(spec) if spec else Spec.of(read, reference)), read


def invoke(*arguments):
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


def test_a_group_of_three(write_run):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD), write_run("close", CLOSE)]
    rows, _ = compared(paths, "adam")
    assert list(rows[0])[: len(DESIGNED)] == DESIGNED
    adam, sgd, close = (row_of(rows, name) for name in ("adam", "sgd", "close"))

    assert adam["test_accuracy_mean"] == pytest.approx(statistics.mean(ADAM.values()))
    assert adam["test_accuracy_sd"] == pytest.approx(statistics.stdev(ADAM.values()))
    assert adam["gap_mean"] == pytest.approx(0.01)
    assert adam["difference"] is None and adam["verdict"] is None
    assert adam["test_noise"] == pytest.approx(0.00168, abs=1e-5)

    expected = [
        stats.ttest_rel(list(other.values()), list(ADAM.values())) for other in (SGD, CLOSE)
    ]
    for row, test in zip((sgd, close), expected, strict=True):
        assert row["p"] == pytest.approx(test.pvalue, rel=1e-9)
        low, high = test.confidence_interval(0.95)
        assert (row["difference_low"], row["difference_high"]) == pytest.approx((low, high))
    smaller, larger = sorted(test.pvalue for test in expected)
    assert sgd["p_holm"] == pytest.approx(2 * smaller)
    assert close["p_holm"] == pytest.approx(larger)
    assert (sgd["verdict"], close["verdict"]) == ("worse", "no difference that matters")
    assert close["seeds_needed"] is None


def test_steps_and_seconds_to_a_level(write_run):
    def entry(seed, curve):
        return run_entry(seed, curve[-1], curve=list(curve))

    path = write_run(
        "adam",
        [
            entry(0, (0.10, 0.955, 0.975)),
            entry(1, (0.10, 0.940, 0.960)),
            entry(2, (0.10, 0.951, 0.972)),
        ],
    )
    rows, _ = compared([path])
    row = rows[0]
    # On straight lines: 601 and at the latest; 901 = 601 + 600·(0.950 − 0.940)/0.020; 601.
    assert (row["steps_to_95"], row["reached_95"], row["coarse_95"]) == (601, 3, 3)
    # 601 + 600·0.015/0.020 = 1051; never; 601 + 600·0.019/0.021.
    assert row["steps_to_97"] == pytest.approx(601 + 600 * 19 / 21) and row["reached_97"] == 2
    assert row["seconds_to_95"] == pytest.approx(0.601 * 1.002)  # of 0.601, 0.902 and 0.602 s
    assert row["us_per_step"] == 1001
    # Two of three never get there: nor does the median.
    path = write_run("slow", [entry(0, (0.1, 0.2, 0.96)), *(entry(s, (0.1,) * 3) for s in (1, 2))])
    row = compared([path])[0][0]
    assert row["steps_to_95"] is None and row["reached_95"] == 1


def test_last_six_evaluations(write_run):
    steps = tuple(range(1, 4201, 600))
    curve = [0.1, 0.90, 0.92, 0.94, 0.95, 0.955, 0.96]
    path = write_run("adam", [run_entry(s, 0.96, steps=steps, curve=curve) for s in (0, 1)])
    row = compared([path])[0][0]
    assert row["test_accuracy_last6_mean"] == pytest.approx(statistics.mean(curve[1:]))


def test_the_untrained_net_is_none_of_the_last_six(write_run):
    steps = (1, 601, 1201, 1801, 2401, 3000)  # six evaluations: five of a trained net
    curve = [0.1, 0.75, 0.78, 0.79, 0.80, 0.80]
    path = write_run("adam_300", [run_entry(s, 0.8, steps=steps, curve=curve) for s in (0, 1)])
    rows, read = compared([path])
    row = rows[0]
    assert row["test_accuracy_last6_mean"] is None and "fewer than 6" in row["note"]
    assert "that after update 1 not counted" in report.comparison_page(rows, read, Spec.of(read))


def test_the_chapters_numbers_stand_beside_ours(write_run):
    reported = [{"row": "Adam", "train": "0.9831", "test": "0.9676", "as_written": "adam"}]
    groups = {"all": {"reference": "adam", "variants": ["adam"]}}
    spec = {"comparisons": groups, "reported": reported}
    rows, read = compared([write_run("adam", ADAM)], **spec)
    assert rows[0]["chapter_train"] == 0.9831
    assert rows[0]["chapter_test"] == 0.9676
    page = report.comparison_page(rows, read, Spec.from_mapping(spec))
    assert "after update 9,601" in page and "98.31" in page


def test_two_digits_of_the_chapter_stay_two(write_run):
    reported = [{"row": "Adam", "train": "0.99", "as_written": "adam"}]
    spec = {"comparisons": {"all": {"variants": ["adam"]}}, "reported": reported}
    rows, read = compared([write_run("adam", ADAM)], **spec)
    assert rows[0]["chapter_train"] == 0.99
    (line,) = [
        line
        for line in report.comparison_page(rows, read, Spec.from_mapping(spec)).splitlines()
        if line.startswith("| adam")
    ]
    assert [cell.strip() for cell in line.split("|")[-3:-1]] == ["99…", "–"]


EDGES = {
    "one seed": ({0: 0.96}, {0: 0.97}, "unresolved", "one pair"),
    "no common seeds": ({5: 0.96, 6: 0.961}, ADAM, "unresolved", "no seed in common"),
    "identical runs": (ADAM, ADAM, "no difference that matters", "the same in every seed"),
    "constant difference": (
        {seed: round(a - 0.03, 4) for seed, a in ADAM.items()},
        ADAM,
        "unresolved",
        "no spread",
    ),
}


@pytest.mark.parametrize("edge", EDGES)
def test_edges_have_a_stated_outcome(write_run, tmp_path, edge):
    """Warnings are errors in this suite, so a warning from inside SciPy fails it too."""
    ours, reference, verdict, words = EDGES[edge]
    paths = [write_run("ours", ours), write_run("reference", reference)]
    rows, read = compared(paths, "reference")
    row = row_of(rows, "ours")
    assert row["verdict"] == verdict and words in row["note"]
    assert row["p"] is None and row["p_holm"] is None and row["effect_size"] is None
    page = report.comparison_page(rows, read, Spec.of(read, "reference"))
    text = as_csv(rows)
    for bad in ("nan", "NaN", "<NA>", "None", "inf,"):
        assert bad not in page and bad not in text
    assert words in page


def test_only_what_matters_is_bold(write_run):
    """Of two that are better one may be so by less than 0.2 points; one is better by too little."""
    lifts = {"much": 0.01, "maybe": 0.0017, "hardly": 0.0005}
    shifts = (-0.0005, 0.0005, 0.0, -0.0003, 0.0003)
    paths = [write_run("adam", dict(enumerate([0.97] * 5)))]
    for name, lift in lifts.items():
        paths.append(write_run(name, {s: 0.97 + lift + by for s, by in enumerate(shifts)}))
    rows, read = compared(paths, "adam")
    assert [row_of(rows, name)["verdict"] for name in lifts] == [
        "better",
        "better",
        "no difference that matters",
    ]
    page = report.comparison_page(rows, read, Spec.of(read, "adam"))
    told = {line.split("|")[1].strip(): line for line in page.splitlines() if "| +" in line}
    assert "**better**" in told["much"]
    assert "better" in told["maybe"] and "**" not in told["maybe"] + told["hardly"]


def test_no_seeds_are_asked_for_where_there_were_as_many(write_run):
    """The difference lies near the limit: it is not seeds that are lacking."""
    near = {seed: 0.9711 + (0.0025 if seed % 2 else -0.0025) for seed in range(20)}
    adam = write_run("adam", dict.fromkeys(near, 0.97))
    asked = {}
    for pairs in (4, 20):
        some = write_run("near", {seed: near[seed] for seed in range(pairs)})
        row = row_of(compared([adam, some], "adam")[0], "near")
        assert (row["verdict"], row["pairs"]) == ("unresolved", pairs)
        asked[pairs] = row["seeds_needed"]
    assert 4 < asked[4] <= 20 and asked[20] is None


def test_an_undefined_test_does_not_count_in_the_family(write_run):
    paths = [write_run("adam", ADAM), write_run("twin", ADAM), write_run("close", CLOSE)]
    row = row_of(compared(paths, "adam")[0], "close")
    assert row["p_holm"] == row["p"]


def test_a_diverged_run_counts_and_is_flagged(write_run):
    wild = [run_entry(0, 0.1135, steps=(1, 601), diverged=733), run_entry(1, 0.94)]
    rows, read = compared([write_run("wild", wild), write_run("adam", ADAM)], "adam")
    row = row_of(rows, "wild")
    assert row["diverged"] == 1 and "seed 0 at step 733" in row["note"]
    assert row["test_accuracy_mean"] == pytest.approx((0.1135 + 0.94) / 2)
    assert row["pairs"] == 2
    assert "diverged" in report.comparison_page(rows, read, Spec.of(read, "adam"))


def test_a_group_without_reference_says_so(write_run):
    rows, _ = compared([write_run("adam", ADAM), write_run("sgd", SGD)])
    for row in rows:
        assert {row[key] for key in ("difference", "p", "verdict", "reference")} == {None}
        assert "no reference" in row["note"]


def test_runs_without_timing_have_no_seconds(write_run):
    row = compared([write_run("adam", ADAM, timing=False)])[0][0]
    assert 601 < row["steps_to_95"] < 1201
    assert row["seconds_to_95"] is None and row["us_per_step"] is None


def test_the_command_writes_csv_and_pages(write_run, tmp_path):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD)]
    spec = {
        "comparisons": {
            "pair": {"title": "A pair", "reference": "sgd", "variants": ["sgd", "adam"]}
        },
        "reported": [{"row": "Adam", "test": "0.9676", "as_written": "adam"}],
    }
    out = tmp_path / "out"
    options = ["--csv", out / "c.csv", "--markdown", out / "c.md", "--reproduction", out / "r.md"]
    result = invoke(*paths, "--spec", json.dumps(spec), *options)
    assert result.exit_code == 0 and result.output == ""
    rows = list(csv.DictReader((out / "c.csv").read_text().splitlines()))
    assert [row["variant"] for row in rows] == ["sgd", "adam"]
    assert rows[1]["verdict"] == "better" and rows[0]["verdict"] == ""
    page = (out / "c.md").read_text(encoding="utf-8")
    assert "## A pair" in page and "**better**" in page and "97.12" in page
    first = [path.read_bytes() for path in sorted(out.iterdir())]
    invoke(*paths, "--spec", json.dumps(spec), *options)
    assert [path.read_bytes() for path in sorted(out.iterdir())] == first


def test_the_command_by_hand(write_run, tmp_path):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD)]
    result = invoke(*paths, *(p.with_suffix(".timing.json") for p in paths), "--reference", "sgd")
    assert result.exit_code == 0 and "**better**" in result.output
    saved = tmp_path / "spec.json"
    saved.write_text('{"comparisons": {"g": {"variants": ["adam"]}}}')
    assert "## g" in invoke(*paths, "--spec", f"@{saved}").output


GROUP = {"variants": ["adam"]}


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        ({"comparisons": {}}, SpecError, "at least one group"),
        ({"comparison": {}}, SpecError, "did you mean 'comparisons'"),
        ({"comparisons": {"g": {"variants": ["adan"]}}}, DataError, "'adan'"),
        ({"comparisons": {"g": GROUP | {"reference": "adan"}}}, SpecError, "mean 'adam'"),
        ({"comparisons": {"g": {"variants": []}}}, SpecError, "at least one"),
        ({"comparisons": {"g": {"variants": ["adam", "adam"]}}}, SpecError, "twice"),
        ({"comparisons": {"g": GROUP}, "statistics": {"level": 2}}, SpecError, "level"),
        ({"comparisons": {"g": GROUP}, "reported": [{"row": "A", "test": "x"}]}, SpecError, "'x'"),
    ],
)
def test_a_spec_that_cannot_be_meant(write_run, spec, error, words):
    with pytest.raises(error, match=words):
        compared([write_run("adam", ADAM)], **spec)


def test_the_noise_of_the_test_set_is_that_of_the_accuracies_on_the_page(write_run):
    paths = [write_run("a", {0: 0.88, 1: 0.88}), write_run("b", {0: 0.755, 1: 0.755})]
    rows, read = compared(paths, "a")
    page = report.comparison_page(rows, read, Spec.of(read, "a"))
    assert "0.32 points at 88.00 % to 0.43 points at 75.50 %" in page


def test_the_page_says_what_a_test_can_reach(write_run):
    names = ["sgd", *(f"v{k}" for k in range(7))]
    paths = [write_run(name, SGD) for name in names]
    rows, read = compared(paths, "sgd")
    page = report.comparison_page(rows, read, Spec.of(read, "sgd"))
    # scipy.stats.wilcoxon on five pairs of one sign
    assert stats.wilcoxon([1, 2, 3, 4, 5]).pvalue == 0.0625
    assert "with 5\n  pairs its p is never below 0.0625" in page
    assert "over 7 it needs\n  9 pairs" in page and "cannot reach it" in page


def test_the_budget_of_tuning_stands_in_both_tables(write_run):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD)]
    groups = {"g": {"reference": "sgd", "variants": ["sgd", "adam"]}}
    rows, read = compared(paths, comparisons=groups, trials={"adam": 9, "sgd": 9})
    assert {row["trials"] for row in rows} == {9}
    spec = Spec.from_mapping({"comparisons": groups, "trials": {"adam": 9, "sgd": 9}})
    lines = report.comparison_page(rows, read, spec).splitlines()
    header = next(line for line in lines if line.startswith("| variant"))
    row = next(line for line in lines if line.startswith("| adam"))
    assert header.rstrip(" |").endswith("trials") and row.rstrip(" |").endswith(" 9")
