"""Run files as `onescale train` writes them, made up: what reads them never looks inside a net."""


def run_entry(seed, test, train=None, steps=(1, 601, 1201), diverged=False, curve=None):
    """One entry of `runs`: a curve that ends at the final accuracies."""
    train = test + 0.01 if train is None else train
    if curve is None:
        curve = [0.1 + (test - 0.1) * k / (len(steps) - 1) for k in range(len(steps) - 1)] + [test]
    return {
        "seed": seed,
        "train_accuracy": train,
        "test_accuracy": test,
        "diverged": diverged,
        "history": {
            "step": list(steps),
            "loss": [2.3 - 0.1 * k for k in range(len(steps))],
            "train_accuracy": [*curve[:-1], train],
            "test_accuracy": curve,
            "learning_rate": [0.001] * len(steps),
        },
        "clock": {"step": list(steps[1:]), "test_accuracy": curve[1:]},
    }
