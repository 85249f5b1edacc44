"""What each measure of a claim is judged by, and which of the configured claims can be."""

import json

import numpy as np
import pytest

from made_up_claims import ADAM, SGD, judged, page_of, spec
from made_up_runs import run_entry
from onescale.claims import verdicts as claims
from onescale.claims.spec import ASIDE, SETTINGS, ClaimSpec
from onescale.claims.testing import Evidence, check, put_to_test
from onescale.core.errors import DataError
from onescale.runs import record as records
from places import ROOT, configuration
from workflow_project import planned


def climbing(seeds, start, end):
    """Runs that climb from start to end at update 1,201, a little apart."""
    return [
        run_entry(s, end + s / 1000, curve=[0.1, start + s / 1000, end + s / 1000])
        for s in range(seeds)
    ]


@pytest.mark.parametrize("measure", ["steps", "seconds"])
def test_a_run_that_diverged_early_never_arrives(write_run, measure):
    lost = [run_entry(s, 0.1, steps=(1, 3), diverged=3) for s in range(5)]
    fast = [run_entry(s, 0.96, curve=[0.1, 0.94 + 0.001 * s, 0.96]) for s in range(5)]
    paths = [write_run("fast", fast), write_run("lost", lost)]
    content = json.loads(paths[1].read_text(encoding="utf-8"))
    content["variant"]["steps"] = 10000
    paths[1].write_text(json.dumps(content), encoding="utf-8")
    pair = {"of": "fast", "than": "lost", "level": 0.95}
    (row,) = judged(paths, {"suited_rates": pair}, measure=measure)
    assert row.verdict == "holds" and row.decisive.p < 0.05
    assert "only the first gets there" in row.decisive.outcome.note
    pair = {"of": "lost", "than": "fast", "level": 0.95}
    (row,) = judged(paths, {"suited_rates": pair}, measure=measure)
    assert row.verdict == "the reverse holds"


def test_identical_needs_the_arrays(write_run, tmp_path):
    paths = [write_run("a", ADAM), write_run("b", ADAM)]
    settings = {"as_written": {"of": "a", "than": "b"}}
    with pytest.raises(DataError, match=r"a\.npz"):
        judged(paths, settings, measure="weights", test="identical")
    arrays = {f"seed{s}.W1": np.full(3, s, np.float32) for s in ADAM}
    np.savez(tmp_path / "a.npz", **arrays)
    np.savez(tmp_path / "b.npz", **arrays)
    (row,) = judged(paths, settings, measure="weights", test="identical")
    assert row.verdict == "holds" and row.decisive.outcome.seeds == 5
    np.savez(tmp_path / "b.npz", **arrays | {"seed3.W1": np.full(3, 2.5, np.float32)})
    (row,) = judged(paths, settings, measure="weights", test="identical")
    assert row.verdict == "the reverse holds" and row.decisive.outcome.estimate == 0.5


def test_sets_and_the_best_of_several(write_run):
    paths = [write_run(f"with_{k}", {0: 0.9, 1: 0.91, 2: 0.9}) for k in range(6)]
    paths += [write_run(f"without_{k}", {0: 0.11, 1: 0.11 + k / 9, 2: 0.11}) for k in range(6)]
    sets = {"of": {"all": "with_*"}, "than": {"all": "without_*"}}
    (row,) = judged(paths, {"suited_rates": sets}, measure="learns", test="learn_more")
    assert row.verdict == "holds" and "6 of 6 learn, against 0 of 6" in row.decisive.outcome.note
    (row,) = judged(paths[:-1], {"suited_rates": sets}, measure="learns", test="learn_more")
    assert row.verdict == "not run" and "6 and 5 nets" in claims.missing([row])[0]
    better = write_run("with_6", {0: 0.93, 1: 0.92, 2: 0.95})
    (row,) = judged([*paths, better], {"tuned": {"of": {"best": "with*"}, "than": "with_1"}})
    assert row.decisive.hypothesis.of == "with_6"


def test_the_best_is_chosen_by_what_is_defined_and_that_is_told(write_run):
    untold = [run_entry(s, 0.99) for s in range(5)]  # no activations, so no drift
    told = [run_entry(s, 0.9) for s in range(5)]
    for entry, last in zip(told, (0.5, 0.6, 0.55, 0.7, 0.65), strict=True):
        entry["history"]["activations"] = [
            [{"node_means": [mean], "sd": 1.0}] for mean in (0.0, last, last)
        ]
    paths = [write_run("a", untold), write_run("b", told)]
    given = {"of": {"best": ["a", "b"]}, "test": "stays_below", "level": 1}
    (row,) = judged(paths, {"tuned": given}, measure="drift")
    assert row.decisive.hypothesis.of == "b" and row.verdict == "holds"
    assert "the best of 2 was chosen by this measure of these very runs" in (
        row.decisive.outcome.note
    )


@pytest.mark.parametrize("asked", [True, False])
def test_a_printed_figure_is_asked_of_the_chapters_data_alone(write_run, asked):
    printed = {"of": "a", "test": "reproduces", "printed": "0.9709"}
    given = ClaimSpec.from_mapping(spec({"as_written": printed}) | {"printed": asked})
    (row,) = claims.judge(given, records.read_all([write_run("a", ADAM)]))
    assert row.verdict == ("holds" if asked else "not asked")
    assert ("prints this figure of another" in page_of([row])) != asked


@pytest.mark.parametrize("asked", [True, False])
def test_a_figure_that_is_not_asked_is_not_said_to_be_reached(write_run, asked):
    reached = {"of": "a", "test": "reaches_printed", "printed": "0.96"}
    given = ClaimSpec.from_mapping(
        spec({"chapter_rates": [reached, {"of": "a", "than": "b"}]}) | {"printed": asked}
    )
    paths = [write_run("a", ADAM), write_run("b", SGD)]
    (row,) = claims.judge(given, records.read_all(paths))
    assert row.verdict == "holds" and ("so much, or more" in page_of([row])) == asked


def test_nets_that_do_not_learn_are_not_asked_where_that_is_said(write_run):
    low = [write_run(name, dict.fromkeys(range(5), 0.1135)) for name in ("a", "b")]
    paths = [*low, write_run("adam", ADAM), write_run("sgd", SGD)]
    pairs = [{"of": "adam", "than": "sgd"}, {"of": "a", "than": "b"}]
    (row,) = judged(paths, {"suited_rates": pairs}, learns=0.5)
    assert [one.decision for one in row.tested] == ["supported", "not asked"]
    assert row.verdict == "holds" and "no net ends at 50 % or above" in page_of([row])
    (row,) = judged(paths, {"suited_rates": pairs[1]}, learns=0.5)
    assert row.verdict == "not asked"


def test_an_end_that_an_activation_does_not_have_is_not_asked():
    """A ReLU has no upper end: once this part was set aside without a word."""
    parts = [
        {"of": {"spread": {"normal": 1}, "activation": activation}, "measure": "piled_at_ends"}
        for activation in ("sigmoid", "relu")
    ]
    (row,) = judged([], {"as_written": parts}, test="reaches", level=0.5)
    assert [one.decision for one in row.tested] == ["supported", "not asked"]
    assert "the activation has no upper end" in page_of([row])


def test_how_the_spread_decays_under_relu_is_seen():
    """Both spread the activations of the last layer; under ReLU those of Xavier die away."""
    parts = {"of": [{"spread": init, "activation": "relu"} for init in ("xavier", "he")]}
    (row,) = judged([], {"as_written": parts}, measure="spread_kept", test="reaches", level=0.5)
    assert [one.decision for one in row.tested] == ["reversed", "supported"]
    xavier, he = (one.outcome.estimate for one in row.tested)
    # Each layer halves the second moment under Xavier and keeps it under He (He et al. 2015).
    assert xavier == pytest.approx(he / 4, rel=0.05)


def test_what_is_left_under_sigmoid_is_the_spread_of_the_nodes():
    parts = {"of": {"spread": "xavier", "activation": "sigmoid"}}
    both = [parts | {"measure": "spread_kept"}, parts | {"measure": "image_spread_kept"}]
    rows = judged([], {"as_written": both}, test="reaches", level=0.5)
    every, images = (row.tested[0].outcome.estimate for row in rows)
    # A slope of at most a quarter, four times over, on weights that keep the variance at slope 1.
    assert every > 0.5 and images <= 0.25**4


def test_what_cannot_be_told_is_open(write_run):
    paths = [
        write_run("fast", climbing(5, 0.955, 0.96)),
        write_run("slow", climbing(5, 0.5, 0.951)),
        write_run("never", climbing(5, 0.3, 0.4)),
        write_run("neither", climbing(5, 0.2, 0.3)),
    ]
    steps = {"measure": "steps", "level": 0.95}
    pairs = [{"of": "fast", "than": "slow"}, {"of": "never", "than": "neither"}]
    (row,) = judged(paths, {"suited_rates": pairs}, **steps)
    assert [one.decision for one in row.tested] == ["supported", "open"]
    assert row.verdict == "holds in part"
    # The other level must be of the same two nets.
    pairs = [{"of": "fast", "than": "slow", "level": 0.95}, {"of": "never", "than": "slow"}]
    (row,) = judged(paths, {"suited_rates": pairs}, measure="steps", level=0.97)
    assert [one.decision for one in row.tested] == ["supported", "open"]


def test_two_nets_are_asked_at_the_levels_that_one_of_them_gets_to(write_run):
    paths = [
        write_run("fast", climbing(5, 0.955, 0.96)),
        write_run("slow", climbing(5, 0.5, 0.951)),
    ]
    (row,) = judged(
        paths,
        {"suited_rates": {"of": "fast", "than": "slow"}},
        measure="steps",
        level=["low", "high"],
    )
    assert [one.decision for one in row.tested] == ["supported", "not asked"]
    assert [one.hypothesis.level for one in row.tested] == [0.95, 0.97]
    assert row.verdict == "holds"


def test_levels_are_those_of_the_data_set(write_run):
    given = spec({"tuned": {"of": "a", "than": "b"}}, measure="steps", level=["low", "high", 0.5])
    ((claim,), wanted) = (ClaimSpec.from_mapping(given | {"levels": [0.85, 0.87]}).claims, [])
    wanted = [one.level for one in claim.settings["tuned"]]
    assert wanted == [0.85, 0.87, 0.5]


def test_steps_are_read_off_the_fine_clock_and_not_off_a_line_from_the_untrained_net(write_run):
    """By the evaluations after 1 and 601 alone both get to 95 % at 597, as once in every seed."""
    entries = {}
    for name, arrives in (("early", 200), ("late", 400)):
        entries[name] = [run_entry(s, 0.96, curve=[0.1, 0.956, 0.96]) for s in range(5)]
        for seed, entry in enumerate(entries[name]):
            steps = [arrives + 5 * (k - 20) + seed for k in range(41)]
            accuracies = [0.95 + 0.0005 * (k - 20) for k in range(41)]
            entry["clock"] = {"step": steps, "test_accuracy": accuracies}
    paths = [write_run(name, own) for name, own in entries.items()]
    pair = {"of": "early", "than": "late", "level": 0.95}
    (row,) = judged(paths, {"tuned": pair}, measure="steps")
    assert row.verdict == "holds" and row.decisive.outcome.estimate == pytest.approx(0.5, abs=0.01)
    assert "coarse" not in row.decisive.outcome.note


def test_crossings_that_are_coarse_are_counted(write_run):
    paths = [
        write_run("fast", climbing(5, 0.955, 0.96)),
        write_run("slow", climbing(5, 0.5, 0.951)),
    ]
    (row,) = judged(paths, {"tuned": {"of": "fast", "than": "slow"}}, measure="steps", level=0.95)
    assert "10 of 10 crossings are coarse" in row.decisive.outcome.note


@pytest.mark.parametrize(
    ("again", "verdict"), [((0.0, 1e-4), "holds"), ((0.0, -0.03), "open"), ((), "holds")]
)
def test_what_is_tuned_counts_only_if_every_tuning_says_so(write_run, again, verdict):
    paths = [write_run("tuned_adam", ADAM), write_run("tuned_sgd", SGD)]
    for k, by in enumerate(again, 1):
        better = {s: a + by for s, a in ADAM.items()}
        paths += [write_run(f"tuned_adam_again{k}", better), write_run(f"tuned_sgd_again{k}", SGD)]
    (row,) = judged(paths, {"tuned": {"of": "tuned_adam", "than": "tuned_sgd"}})
    assert row.verdict == verdict
    if verdict == "open":
        told = "tuned 3 times, which comes to: supported, supported, no difference that matters"
        assert told in page_of([row])


@pytest.mark.parametrize(
    ("wrong", "images"),
    [
        # Of 2,000 images the one errs on 20 more, always the same: 1 point, certain by its seeds.
        (range(20), "open"),
        (range(200), "supported"),
    ],
)
def test_the_noise_of_the_test_set_comes_into_the_interval(write_run, wrong, images):
    from onescale.data.dataset import Dataset

    rng = np.random.default_rng(8)
    labels = rng.integers(0, 10, 2000)
    data = Dataset(np.zeros((10, 4)), np.arange(10), np.zeros((2000, 4)), labels, hash="abc")
    kept = {"name": "mnist", "hash": "abc", "test_images": 2000}
    paths = []
    for name, also in (("good", []), ("bad", list(wrong))):
        arrays, accuracies = {}, {}
        for seed in range(5):
            missed = [*range(300, 340), *also, *(range(1000, 1000 + seed) if also else ())]
            guessed = labels.copy()
            guessed[missed] = (guessed[missed] + 1) % 10
            arrays[f"seed{seed}.test_predictions"] = guessed
            accuracies[seed] = float((guessed == labels).mean())
        paths.append(write_run(name, accuracies, dataset=kept))
        np.savez(paths[-1].with_suffix(".npz"), **arrays)
    given = ClaimSpec.from_mapping(spec({"tuned": {"of": "good", "than": "bad"}}, margin=0.007))
    (row,) = claims.judge(given, records.read_all(paths), data)
    (one,) = row.tested
    assert (one.decision, one.images.settled) == ("supported", images)
    assert one.images.estimate == pytest.approx(one.outcome.estimate)
    width = one.images.high - one.images.low
    assert width > 3 * (one.outcome.high - one.outcome.low)
    page = page_of([row])
    assert ("**supported** ‡" in page) == ("too it is open" in page) == (images == "open")
    count = int(images == "open")
    assert f"Of 1 differences of test accuracy, {count} would come to something else" in page
    (row,) = claims.judge(given, records.read_all(paths))
    assert row.tested[0].images is None
    ((gap,), (reached,)) = (
        claims.judge(
            ClaimSpec.from_mapping(spec({"tuned": {"of": "good", "than": "bad"} | own})),
            records.read_all(paths),
            data,
        )
        for own in ({"measure": "gap"}, {"test": "reaches", "level": 0.5})
    )
    assert gap.tested[0].images is reached.tested[0].images is None


def test_paths_and_untrained_nets_need_no_runs():
    sgd = {"surface": "sgd", "rate": 0.95}
    way = {"as_written": {"of": {"surface": "adam", "rate": 0.3}, "than": sgd}}
    for measure in ("path_length", "turns"):
        (row,) = judged([], way, measure=measure, test="exact")
        assert row.verdict == "holds" and row.decisive.p is None
    piled = {"of": {"spread": {"normal": 0.01}, "activation": "sigmoid"}, "level": 0.5}
    (row,) = judged([], {"as_written": piled}, measure="piled_at_mean", test="reaches")
    assert row.verdict == "holds" and row.decisive.outcome.seeds == 5


def test_over_a_range_of_rates_the_straightest_way_that_arrives_counts():
    from onescale.claims.spec import Hypothesis

    def length(**options):
        hypothesis = Hypothesis("path_length", "exact", {"surface": "sgd"} | options, {
            "surface": "sgd", "rate": 0.95
        })  # fmt: skip
        return put_to_test(hypothesis, Evidence({}))

    # A rate of 0.01 hardly moves and so hardly strays: it does not count.
    both, one = length(rates=[0.01, 0.8, 0.9]), length(rate=0.8)
    assert both.outcome.estimate == one.outcome.estimate < 0
    assert length(rates=[0.01]).decision == "open"


def test_the_configured_claims_are_the_twenty_and_can_be_judged():
    config = configuration()
    wanted = ClaimSpec.from_mapping({k: config[k] for k in ("claims", "statistics", "seeds")})
    check(wanted)
    assert [claim.number for claim in wanted.claims] == list(range(1, len(config["claims"]) + 1))
    assert len(wanted.claims) >= 20
    assert {setting for claim in wanted.claims for setting in claim.settings} == set(SETTINGS)
    for claim in wanted.claims:
        for parts in claim.settings.values():
            assert all(part.figure or claim.figure for part in parts), claim.name
            assert any(not part.also for part in parts), claim.name
        measures = {part.measure for parts in claim.settings.values() for part in parts}
        if "narrows the gap" in claim.words:  # an underfitting net narrows it as well
            assert measures == {"gap", "test_accuracy"}, claim.name
        elif "overfitting" in claim.words:
            assert measures == {"test_accuracy"}, claim.name


def test_the_books_net_is_trained_as_the_book_trains_it():
    """By SGD at 0.01, in batches of 128: with Adam another question is answered."""
    config = configuration()
    parts = config["claims"]["xavier_sigmoid_he_relu"]["settings"]["chapter_rates"]
    book = [part for part in parts if "book" in part["case"]]
    assert len(book) == 2
    plan = planned(config)
    for part in book:
        for name in (part["of"], *part["than"]):
            variant = plan.variants[name]
            assert variant["optimizer"] == {"name": "sgd", "rate": 0.01}
            assert (variant["batch_size"], variant["steps"]) == (128, 2000)
            assert variant["hidden"] == [100] * 4


def test_every_measure_and_test_is_described():
    from onescale.claims.hypotheses import TESTS
    from onescale.claims.measures import MEASURES

    text = (ROOT / "config/README.md").read_text(encoding="utf-8")
    assert not [name for name in (*MEASURES, *TESTS) if f"`{name}`" not in text]


@pytest.mark.parametrize(
    ("test", "printed", "words"),
    [
        ({"test": "reaches_printed", "printed": "0.99"}, True, "It gets to 99 %."),
        ({"test": "reaches_printed", "printed": "0.99"}, False, f"It gets to 99 %. {ASIDE}"),
        ({"test": "better", "than": "b"}, False, "It gets to 99 %."),
    ],
)
def test_words_say_where_printed_figures_are_not_asked(test, printed, words):
    part = {"measure": "test_accuracy", "of": "a", **test}
    claim = {"words": "It gets to 99 %.", "settings": {"tuned": [part]}}
    given = {"claims": {"a": claim}, "printed": printed}
    assert ClaimSpec.from_mapping(given).claims[0].words == words
