"""Data of one's own: a folder, arrays or a table become an entry of the configuration."""

import gzip

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from sklearn.datasets import load_wine

from onescale import train
from onescale.cli.dataset import add
from onescale.core.errors import DataError, SpecError
from onescale.data import entry
from onescale.data.fetch import fetch, load
from onescale.data.idx import IdxSpec
from onescale.tables.reading.dataset import open_files
from onescale.training.table_data import Split, of_table
from places import ROOT, configuration
from workflow_project import planned

DRAW = np.random.default_rng(0)
ARRAYS = {
    "x_train": DRAW.integers(256, size=(30, 4, 6), dtype=np.uint8),
    "y_train": DRAW.integers(3, size=30),
    "x_test": DRAW.integers(256, size=(10, 4, 6), dtype=np.uint8),
    "y_test": np.array([0, 1, 2] * 3 + [2]),
}


@pytest.fixture
def wine(tmp_path):
    frame = load_wine(as_frame=True).frame
    frame["target"] = frame["target"].map({0: "barolo", 1: "grignolino", 2: "바르베라"})
    frame.to_csv(tmp_path / "wine.csv", index=False)
    return frame, tmp_path / "wine.csv"


def loaded(found, tmp_path):
    """The data set of an entry, by the way that the workflow goes."""
    fetch(tmp_path / "cache", IdxSpec.from_mapping("own", found))
    return load(tmp_path / "cache")


def test_arrays_come_back_as_they_were(tmp_path):
    np.savez(tmp_path / "own.npz", **ARRAYS)
    found = entry.of_archive(tmp_path / "own.npz", tmp_path / "own")
    assert (found["train"], found["test"], found["shape"], found["classes"]) == (30, 10, [4, 6], 3)
    data = loaded(found, tmp_path)
    assert (data.train_images == ARRAYS["x_train"].reshape(30, 24)).all()
    assert data.train_labels.tolist() == ARRAYS["y_train"].tolist()
    assert (data.test_images == ARRAYS["x_test"].reshape(10, 24)).all()


def test_a_folder_is_described_as_the_project_describes_mnist(tmp_path):
    mnist = configuration()["datasets"]["mnist"]
    found = entry.of_folder(ROOT / "data/mnist")
    assert found["sha256"] == mnist["sha256"]
    assert (found["train"], found["test"], found["shape"]) == (60000, 10000, [28, 28])


def test_features_stand_on_the_scale_of_the_training_rows(wine, tmp_path):
    frame, path = wine
    arrays, names = of_table(open_files([str(path)]), Split("target", test=0.25, seed=3))
    assert names == ["barolo", "grignolino", "바르베라"]
    train_rows, test_rows = arrays["train_images"], arrays["test_images"]
    assert np.abs(train_rows.mean(axis=0)).max() < 1e-14
    assert np.abs(train_rows.std(axis=0) - 1).max() < 1e-14
    assert np.abs(test_rows.mean(axis=0)).max() > 0.01  # not its own scale
    whole = np.bincount(np.concatenate([arrays["train_labels"], arrays["test_labels"]]))
    assert whole.tolist() == [59, 71, 48]
    assert np.bincount(arrays["test_labels"]).tolist() == [15, 18, 12]  # a quarter of each
    # Undone, the rows are those of the table, each once.
    kept = frame.drop(columns="target").to_numpy()
    back = np.sort(np.concatenate([train_rows, test_rows])[:, 0])
    first = np.sort(kept[:, 0])
    assert np.corrcoef(back, first)[0, 1] == pytest.approx(1, abs=1e-12)
    again, _ = of_table(open_files([str(path)]), Split("target", test=0.25, seed=3))
    other, _ = of_table(open_files([str(path)]), Split("target", test=0.25, seed=4))
    assert (again["test_images"] == test_rows).all()
    assert not np.array_equal(other["test_images"], test_rows)


def test_a_table_is_trained_on(wine, tmp_path):
    _, path = wine
    output = tmp_path / "wine.yaml"
    given = [str(path), "--label", "target", "--folder", str(tmp_path / "wine"), "-o", str(output)]
    result = CliRunner().invoke(add, ["wine", *given], catch_exceptions=False)
    assert result.exit_code == 0 and "142 training and 36 test rows of 13 features" in result.stderr
    config = yaml.safe_load(output.read_text(encoding="utf-8"))
    data = loaded(config["datasets"]["wine"], tmp_path)
    (run,) = train(
        {"hidden": [16], "steps": 300, "batch_size": 20, "evaluate_every": 100}, data, [0]
    )
    assert run.test_accuracy > 0.9
    plan = planned(config)  # laid over the shipped configuration
    assert plan.config["results"] == "results/wine" and not plan.config["claims"]
    assert "adam" in plan.trained
    assert not {"augment", "augment_300", "adam_300"} & set(plan.trained)
    assert plan.config["digits"] == {"augmented": {}, "misread": []}


def test_few_rows_are_trained_on_in_small_batches(tmp_path):
    rows = "".join(f"{k},{'남' if k % 2 else '여'}\n" for k in range(20))
    (tmp_path / "class.csv").write_text(f"키,성별\n{rows}", encoding="utf-8")
    output = tmp_path / "class.yaml"
    given = [str(tmp_path / "class.csv"), "--label", "성별", "--folder", str(tmp_path / "class")]
    result = CliRunner().invoke(add, ["class", *given, "-o", str(output)], catch_exceptions=False)
    assert "16 training and 4 test rows of 1 feature, 2 classes" in result.stderr
    config = yaml.safe_load(output.read_text(encoding="utf-8"))
    assert config["defaults"] == {"batch_size": 4}
    assert "adam" in planned(config).trained
    del config["defaults"]
    with pytest.raises(SpecError, match="every variant wants more than its 16 training images"):
        planned(config)


def test_nothing_steps_aside_for_images_of_another_kind():
    plan = planned(configuration() | {"dataset": "fashion-mnist"})
    assert plan.variants.keys() >= configuration()["variants"].keys()
    assert plan.config["claims"] and plan.config["digits"] == configuration()["digits"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("a,l\n1,x\n", "t.csv: labels of 'l': 1; 2 to 256"),
        ("a,l\nx,p\n2,q\n", r"t\.csv:2: column 'a': 'x' is not a number .* --exclude 'a'"),
        ("a,l\n1,p\n,q\n", r"t\.csv:3: column 'a': '' is not a number"),
        ("a,l\n1,p\n2,\n", r"t\.csv:3: no 'l'"),
        ("l\np\nq\n", "no column is left"),
    ],
)
def test_a_table_that_cannot_be_learnt_from_is_told(tmp_path, given, told):
    path = tmp_path / "t.csv"
    path.write_text(given)
    with pytest.raises(DataError, match=told):
        of_table(open_files([str(path)]), Split("l", test=0.5))


def test_a_share_that_leaves_a_label_without_rows_is_told(wine):
    with pytest.raises(SpecError, match="rows of 'barolo' leaves none to test on"):
        of_table(open_files([str(wine[1])]), Split("target", test=0.001))
    with pytest.raises(SpecError, match="unknown column 'targt'; did you mean 'target'"):
        of_table(open_files([str(wine[1])]), Split("targt"))


def test_a_table_is_read_as_it_came(wine, tmp_path):
    frame, _ = wine
    frame.to_csv(tmp_path / "excel.csv", sep=";", decimal=",", encoding="cp949")
    given = [str(tmp_path / "excel.csv"), "--label", "target", "--folder", str(tmp_path / "wine")]
    form = ["--encoding", "cp949", "--decimal", ",", "-o", str(tmp_path / "wine.yaml")]
    with pytest.warns(UserWarning, match="column '' looks like an identifier and is learnt from"):
        result = CliRunner().invoke(add, ["wine", *given, *form], catch_exceptions=False)
    assert "142 training and 36 test rows of 14 features" in result.stderr


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"x_train": ARRAYS["x_train"][:0]}, r"train images: shape .* found \(0, 4, 6\)"),
        ({"y_train": ARRAYS["y_train"][:9]}, r"train images .* found \(30, 24\) and \(9,\)"),
        ({"y_test": ARRAYS["y_test"][:, None]}, r"test images .* found \(10, 24\) and \(10, 1\)"),
        (
            {"x_test": ARRAYS["x_test"] / 255},
            "training and test images differ: uint8 .* and float64",
        ),
        ({"y_train": np.zeros(30, int), "y_test": np.zeros(10, int)}, "all labels are 0"),
        ({"y_test": ARRAYS["y_test"] + 256}, "label 25. is out of range: highest 255"),
        ({"y_train": ARRAYS["y_train"] - 1}, "train label . is -1; labels need to start at 0"),
    ],
)
def test_arrays_that_are_no_data_set_are_told_and_not_written(tmp_path, other, told):
    np.savez(tmp_path / "own.npz", **ARRAYS | other)
    with pytest.raises(DataError, match=f"own.npz: {told}"):
        entry.of_archive(tmp_path / "own.npz", tmp_path / "own")
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lambda f: (f / entry.FILES["test_labels"]).unlink(), "no file of the test l"),
        (lambda f: cut(f / entry.FILES["test_images"]), "bytes, and 10 × 4 × 6 would be 256"),
        (lambda f: (f / entry.FILES["train_labels"]).write_bytes(b"no"), "not an IDX file"),
        (lambda f: longer(f / entry.FILES["test_images"]), "257 bytes or more, and 10 × 4 × 6 wou"),
        (lambda f: double(f / entry.FILES["train_labels"]), "30 train images .* and 60 labels"),
    ],
)
def test_a_folder_that_is_no_data_set_is_told(tmp_path, broken, told):
    np.savez(tmp_path / "own.npz", **ARRAYS)
    entry.of_archive(tmp_path / "own.npz", tmp_path / "own")
    broken(tmp_path / "own")
    with pytest.raises(DataError, match=told):
        entry.of_folder(tmp_path / "own")


def cut(path):
    path.write_bytes(gzip.compress(path.read_bytes()[:-1]))


def longer(path):
    """A file packed that unfolds to more than it says, here and in thousands of times as much."""
    path.write_bytes(gzip.compress(path.read_bytes() + bytes(1 << 20)))


def double(path):
    from onescale.data.idx import whole

    path.write_bytes(whole(np.zeros(60, np.uint8)))
