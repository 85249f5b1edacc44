"""Searches as `onescale tune` leaves them and `runs.tuning` reads them, made up."""

from statistics import fmean, stdev


def made_up_trial(values, scores, accuracies=None, diverged=False, seconds=2.0):
    """A trial with a run for each score."""
    accuracies = accuracies or scores
    runs = [
        {
            "seed": 1000 + number,
            "train_accuracy": 0.95,
            "accuracy": accuracy,
            "score": score,
            "diverged": diverged,
            "history": {"step": [1, 9], "train_accuracy": [0.1, 0.9], "accuracy": [0.1, 0.8]},
            "seconds": seconds,
        }
        for number, (score, accuracy) in enumerate(zip(scores, accuracies, strict=True))
    ]
    whole = None not in scores
    return {
        "values": values,
        "accuracy": fmean(accuracies),
        "score": fmean(scores) if whole else None,
        "error": stdev(scores) / len(scores) ** 0.5 if whole and len(scores) > 1 else None,
        "runs": runs,
    }


def made_up_search(name, trials, chosen=-1, level=None, draws=None, **other):
    """A search for accuracy, or for speed where it has a level."""
    chosen %= len(trials)
    choice = {key: trials[chosen][key] for key in ("values", "accuracy", "score", "error")}
    return {
        "name": name,
        "dataset": "mnist",
        "held_out": 10000,
        "seeds": [run["seed"] for run in max((t["runs"] for t in trials), key=len)],
        "draws": draws,
        "rungs": [{"keep": len(trials), "seeds": len(trials[0]["runs"])}],
        "objective": "speed" if level else "accuracy",
        "level": level,
        "steps": 4000,
        "axes": list(trials[0]["values"]),
        "trials": trials,
        "choice": {"trial": chosen, **choice, "edge": [], "variant": {}},
    } | other
