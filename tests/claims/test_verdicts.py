"""`onescale claims`: from a claim as it is configured to its verdict, and what is said of it."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from made_up_runs import run_entry
from onescale.claims import verdicts as claims
from onescale.claims.page import overall
from onescale.claims.spec import SETTINGS, ClaimSpec
from onescale.claims.testing import check
from onescale.cli.claims import claims as command
from onescale.comparison.spec import Criteria
from onescale.core.errors import DataError, SpecError
from onescale.runs import record as records
from places import ROOT, configuration

DESIGNED = [
    *("claim", "words", "setting", "test", "seeds", "estimate", "low", "high", "p"),
    *("verdict", "figure"),
]
CRITERIA = Criteria()
ADAM = {0: 0.9712, 1: 0.9698, 2: 0.9725, 3: 0.9707, 4: 0.9719}
SGD = {0: 0.9412, 1: 0.9399, 2: 0.9421, 3: 0.9404, 4: 0.9433}
CLOSE = {0: 0.9714, 1: 0.9697, 2: 0.9727, 3: 0.9705, 4: 0.9720}


def spec(settings, **shared):
    claim = {"words": "A claim.", "measure": "test_accuracy", "test": "better"} | shared
    return {"claims": {"one": claim | {"settings": settings}}}


def judged(paths, settings, **shared):
    read = records.read_all(paths) if paths else {}
    return claims.judge(ClaimSpec.from_mapping(spec(settings, **shared)), read)


def invoke(*arguments):
    return CliRunner().invoke(command, [str(a) for a in arguments])


def test_parts_all_must_hold_and_one_contradicts(write_run):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD), write_run("close", CLOSE)]
    (row,) = judged(paths, {"put_right": [{"of": "adam", "than": "sgd"}]})
    assert (row.verdict, row.p) == ("supported", row.decisive.outcome.p)
    (row,) = judged(paths, {"put_right": {"of": "adam", "than": ["sgd", "close"]}})
    assert row.verdict == "contradicted" and row.decisive.hypothesis.than == "close"
    assert [one.decision for one in row.tested] == ["supported", "contradicted"]
    also = [{"of": "adam", "than": "sgd"}, {"of": "adam", "than": "close", "also": True}]
    (row,) = judged(paths, {"put_right": also})
    assert row.verdict == "supported"


def test_holm_over_the_parts_guards_against_one_false_contradiction(write_run):
    rng = np.random.default_rng(3)
    alike = {f"v{k}": dict(enumerate(0.97 + rng.normal(0, 0.002, 5))) for k in range(12)}
    paths = [write_run("adam", ADAM)] + [write_run(n, runs) for n, runs in alike.items()]
    (row,) = judged(paths, {"tuned": {"of": "adam", "than": list(alike)}})
    raw = [o.p_against for o in (one.outcome for one in row.tested)]
    contradicted = [one.decision == "contradicted" for one in row.tested]
    assert min(raw) * 12 >= 0.05 > min(raw)  # the draw makes the case
    assert not any(contradicted) and row.verdict == "unresolved"


def test_what_one_of_many_parts_decides_is_corrected_over_the_parts(write_run):
    rng = np.random.default_rng(4)
    far = {f"v{k}": dict(enumerate(0.98 + rng.normal(0, 0.002, 5))) for k in range(10)}
    paths = [write_run("adam", ADAM)] + [write_run(n, runs) for n, runs in far.items()]
    (row,) = judged(paths, {"tuned": {"of": "adam", "than": list(far)}})
    raw = [one.outcome.p_against for one in row.tested]
    assert row.verdict == "contradicted" and row.decisive.outcome.p_against == min(raw)
    assert row.p == pytest.approx(10 * min(raw)) and row.p_holm == row.p
    # Of parts that all hold, the least sure speaks for the row, and needs no correction.
    (row,) = judged(
        [*paths, write_run("sgd", SGD), write_run("low", {s: a - 0.01 for s, a in CLOSE.items()})],
        {"tuned": {"of": "adam", "than": ["sgd", "low"]}},
    )
    assert row.verdict == "supported" and row.p == max(one.outcome.p for one in row.tested)


def test_the_seeds_needed_are_told_with_what_they_would_show(write_run):
    rng = np.random.default_rng(5)
    noisy = {s: a + rng.normal(0, 0.006) for s, a in ADAM.items()}
    paths = [write_run("adam", ADAM), write_run("sgd", SGD), write_run("noisy", noisy)]
    (row,) = judged(paths, {"tuned": {"of": "adam", "than": "noisy"}})
    alone = row.decisive.outcome.needed
    told = f"{alone} seeds would show a difference of 0.2 points with 80 % power at the spread seen"
    assert row.verdict == "unresolved" and told in overall([row], CRITERIA)
    (row,) = judged(paths, {"tuned": {"of": "adam", "than": ["noisy", "sgd"]}})
    assert row.decisive.hypothesis.than == "noisy" and row.decisive.outcome.needed > alone


def test_csv_and_page(write_run, tmp_path):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD)]
    given = spec({"as_written": {"of": "adam", "than": "sgd"}}, figure="figures/x.png")
    out = [tmp_path / name for name in ("c.csv", "p.csv", "c.md")]
    result = invoke(
        *paths,
        "--spec",
        json.dumps(given),
        "--csv",
        out[0],
        "--parts",
        out[1],
        "--markdown",
        out[2],
    )
    assert result.exit_code == 0, result.output
    (row,) = csv.DictReader(out[0].read_text(encoding="utf-8").splitlines())
    assert list(row)[: len(DESIGNED)] == DESIGNED
    assert (row["claim"], row["setting"], row["verdict"]) == ("1", "as_written", "supported")
    assert (row["seeds"], row["figure"]) == ("5", "figures/x.png")
    assert float(row["low"]) < float(row["estimate"]) < float(row["high"])
    page = out[2].read_text(encoding="utf-8")
    assert "docs/method.md" in page and "were written into" not in page
    assert "**Holds** as written" in page and "(figures/x.png)" in page
    assert "nan" not in (page + out[0].read_text() + out[1].read_text()).lower()


def test_a_claim_without_its_runs_is_not_run_and_named(write_run, tmp_path):
    given = spec({"put_right": {"of": "adam", "than": "sgd"}, "tuned": {"of": "adam", "than": "x"}})
    out = tmp_path / "c.csv"
    result = invoke(write_run("adam", ADAM), "--spec", json.dumps(given), "--csv", out)
    assert isinstance(result.exception, DataError) and result.exception.exit_code == 3
    assert "sgd" in str(result.exception) and "x" in str(result.exception)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert {row["verdict"] for row in rows} == {"not run"}
    assert all(row["p"] == row["estimate"] == "" for row in rows)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"measure": "test_acuracy"}, "test_accuracy"),
        ({"test": "beter"}, "better"),
        ({"mesure": "gap"}, "measure"),
        ({"settings": {"as_writen": {"of": "a", "than": "b"}}}, "as_written"),
        ({"settings": {"tuned": {"off": "a", "than": "b"}}}, "of"),
        ({"settings": {"tuned": {"of": "a"}}}, "than"),
        ({"settings": {"tuned": {"of": "a", "test": "reaches"}}}, "level"),
        ({"settings": {"tuned": {"of": "a", "than": "b", "measure": "path_length"}}}, "surface"),
        ({"settings": {"tuned": {"of": {"al": "a"}, "than": "b"}}}, "all"),
        ({"settings": {"tuned": {"of": "a", "than": "b", "test": "identical"}}}, "weights"),
        ({"beside": "accuracy"}, "accuracy"),
    ],
)
def test_what_is_not_known_is_told(change, told):
    given = spec({"tuned": {"of": "a", "than": "b"}})
    given["claims"]["one"] |= change
    result = invoke("--spec", json.dumps(given))
    assert isinstance(result.exception, SpecError) and result.exception.exit_code == 2
    assert told in str(result.exception)


def test_one_seed_and_no_common_seed_are_unresolved(write_run):
    paths = [write_run("one", {0: 0.97}), write_run("adam", ADAM), write_run("far", {7: 0.9})]
    for name, told in (("one", "one pair"), ("far", "no seed in common")):
        (row,) = judged(paths, {"tuned": {"of": "adam", "than": name}})
        assert row.verdict == "unresolved" and told in row.decisive.outcome.note
        assert row.p is None and row.p_holm is None


def test_a_diverged_run_counts_and_is_told(write_run):
    entries = [run_entry(s, a) for s, a in SGD.items()]
    entries[2] = run_entry(2, 0.1135, diverged=601)
    paths = [write_run("adam", ADAM), write_run("sgd", entries)]
    (row,) = judged(paths, {"tuned": {"of": "adam", "than": "sgd"}})
    assert "diverged: sgd with seed 2" in row.decisive.outcome.note
    assert row.verdict == "unresolved" and row.decisive.outcome.seeds == 5


def test_nets_that_learn_nothing_are_not_judged(write_run):
    low = [write_run(name, dict.fromkeys(range(5), 0.1135)) for name in ("a", "b")]
    (row,) = judged(low, {"put_right": {"of": "a", "than": "b", "learns": 0.5}})
    assert row.verdict == "unresolved" and row.tested[0].decision == "not judged"


def climbing(seeds, start, end):
    """Runs that climb from start to end at update 1,201, a little apart."""
    return [
        run_entry(s, end + s / 1000, curve=[0.1, start + s / 1000, end + s / 1000])
        for s in range(seeds)
    ]


def test_a_part_that_cannot_be_judged_leaves_the_claim_unresolved(write_run):
    paths = [
        write_run("fast", climbing(5, 0.955, 0.96)),
        write_run("slow", climbing(5, 0.5, 0.951)),
        write_run("never", climbing(5, 0.3, 0.4)),
        write_run("neither", climbing(5, 0.2, 0.3)),
    ]
    steps = {"measure": "steps", "level": 0.95}
    pairs = [{"of": "fast", "than": "slow"}, {"of": "never", "than": "neither"}]
    (row,) = judged(paths, {"put_right": pairs}, **steps)
    assert [one.decision for one in row.tested] == ["supported", "not judged"]
    assert row.verdict == "unresolved" and row.decisive is row.tested[1]
    assert "1 of 2 parts could be judged" in overall([row], CRITERIA)
    # A figure that is not defined says nothing of its claim either.
    drift = [{"of": "fast", "than": "slow"}, {"of": "fast", "than": "slow", "measure": "drift"}]
    (row,) = judged(paths, {"put_right": drift}, **steps)
    assert row.verdict == "unresolved"
    # Another part still contradicts.
    pairs = [{"of": "slow", "than": "fast"}, {"of": "never", "than": "neither"}]
    (row,) = judged(paths, {"put_right": pairs}, **steps)
    assert row.verdict == "contradicted"


def test_two_nets_are_judged_at_the_levels_that_one_of_them_gets_to(write_run):
    paths = [
        write_run("fast", climbing(5, 0.955, 0.96)),
        write_run("slow", climbing(5, 0.5, 0.951)),
        write_run("never", climbing(5, 0.3, 0.4)),
    ]
    levels = {"measure": "steps", "level": [0.95, 0.97]}
    (row,) = judged(paths, {"put_right": {"of": "fast", "than": "slow"}}, **levels)
    assert [one.decision for one in row.tested] == ["supported", "not judged"]
    assert row.verdict == "supported" and "1 of 2 parts could be judged" in overall([row], CRITERIA)
    # The other level must be of the same two nets.
    pairs = [{"of": "fast", "than": "slow", "level": 0.95}, {"of": "never", "than": "slow"}]
    (row,) = judged(paths, {"put_right": pairs}, measure="steps", level=0.97)
    assert row.verdict == "unresolved"


@pytest.mark.parametrize("measure", ["steps", "seconds"])
def test_a_run_that_diverged_early_never_arrives(write_run, measure):
    lost = [run_entry(s, 0.1, steps=(1, 3), diverged=3) for s in range(5)]
    fast = [run_entry(s, 0.96, curve=[0.1, 0.94 + 0.001 * s, 0.96]) for s in range(5)]
    paths = [write_run("fast", fast), write_run("lost", lost)]
    content = json.loads(paths[1].read_text(encoding="utf-8"))
    content["variant"]["steps"] = 10000
    paths[1].write_text(json.dumps(content), encoding="utf-8")
    pair = {"of": "fast", "than": "lost", "level": 0.95}
    (row,) = judged(paths, {"put_right": pair}, measure=measure)
    assert row.verdict == "supported" and row.p < 0.05
    assert "only the first gets there" in row.decisive.outcome.note
    pair = {"of": "lost", "than": "fast", "level": 0.95}
    (row,) = judged(paths, {"put_right": pair}, measure=measure)
    assert row.verdict == "contradicted"


def test_nets_that_do_not_learn_are_left_out_where_that_is_said(write_run):
    low = [write_run(name, dict.fromkeys(range(5), 0.1135)) for name in ("a", "b")]
    paths = [*low, write_run("adam", ADAM), write_run("sgd", SGD)]
    pairs = [
        {"of": "adam", "than": "sgd", "learns": 0.5},
        {"of": "a", "than": "b", "learns": 0.5},
    ]
    (row,) = judged(paths, {"put_right": pairs})
    assert row.verdict == "supported" and "1 of 2 parts could be judged" in overall([row], CRITERIA)


def test_a_gap_has_test_accuracy_beside_it(write_run):
    fitted = [run_entry(s, a, train=a + 0.02) for s, a in ADAM.items()]
    # Both accuracies fall: the gap narrows because the net underfits.
    under = [run_entry(s, a - 0.05 + 0.001 * (s == 0), train=a - 0.045) for s, a in ADAM.items()]
    paths = [write_run("fitted", fitted), write_run("under", under)]
    (row,) = judged(
        paths, {"tuned": {"of": "under", "than": "fitted"}}, measure="gap", beside="test_accuracy"
    )
    assert row.verdict == "supported" and row.tested[0].beside.high < 0
    assert "as underfitting makes it" in overall([row], CRITERIA)


def test_identical_needs_the_arrays(write_run, tmp_path):
    paths = [write_run("a", ADAM), write_run("b", ADAM)]
    settings = {"as_written": {"of": "a", "than": "b"}}
    with pytest.raises(DataError, match=r"a\.npz"):
        judged(paths, settings, measure="weights", test="identical")
    arrays = {f"seed{s}.W1": np.full(3, s, np.float32) for s in ADAM}
    np.savez(tmp_path / "a.npz", **arrays)
    np.savez(tmp_path / "b.npz", **arrays)
    (row,) = judged(paths, settings, measure="weights", test="identical")
    assert row.verdict == "supported" and row.decisive.outcome.seeds == 5
    np.savez(tmp_path / "b.npz", **arrays | {"seed3.W1": np.full(3, 2.5, np.float32)})
    (row,) = judged(paths, settings, measure="weights", test="identical")
    assert row.verdict == "contradicted" and row.decisive.outcome.estimate == 0.5


def test_sets_and_the_best_of_several(write_run):
    paths = [write_run(f"with_{k}", {0: 0.9, 1: 0.91, 2: 0.9}) for k in range(6)]
    paths += [write_run(f"without_{k}", {0: 0.11, 1: 0.11 + k / 9, 2: 0.11}) for k in range(6)]
    sets = {"of": {"all": "with_*"}, "than": {"all": "without_*"}}
    (row,) = judged(paths, {"put_right": sets}, measure="learns", test="learn_more")
    assert (
        row.verdict == "supported" and "6 of 6 learn, against 0 of 6" in row.decisive.outcome.note
    )
    (row,) = judged(paths[:-1], {"put_right": sets}, measure="learns", test="learn_more")
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
    assert row.decisive.hypothesis.of == "b" and row.verdict == "supported"
    assert "the best of 2 was chosen by this measure of these very runs" in (
        row.decisive.outcome.note
    )


def test_paths_and_untrained_nets_need_no_runs():
    sgd = {"surface": "sgd", "rate": 0.95}
    (row,) = judged(
        [],
        {"as_written": {"of": {"surface": "adam", "rate": 0.3}, "than": sgd}},
        measure="path_length",
        test="exact",
    )
    assert row.verdict == "supported" and row.p is None
    piled = {"of": {"spread": {"normal": 0.01}, "activation": "sigmoid"}, "level": 0.5}
    (row,) = judged([], {"as_written": piled}, measure="piled_at_mean", test="reaches")
    assert row.verdict == "supported" and row.decisive.outcome.seeds == 5


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
            assert all(
                p.beside == "test_accuracy"
                for p in parts
                if p.measure == "gap" and "gap" in claim.words
            ), claim.name


def test_every_measure_and_test_is_described():
    from onescale.claims.hypotheses import TESTS
    from onescale.claims.measures import MEASURES

    text = (ROOT / "config/README.md").read_text(encoding="utf-8")
    assert not [name for name in (*MEASURES, *TESTS) if f"`{name}`" not in text]
