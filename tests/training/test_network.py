"""The network by itself: saved, loaded, asked, refused."""

import numpy as np
import pytest

import onescale
from made_up_data import pictures
from onescale.core.errors import DataError
from onescale.training.network import Network

SMALL = {"hidden": [12, 9], "batch_size": 10, "steps": 40, "evaluate_every": 15}
EVERYTHING = {"batch_norm": {}, "dropout": {}, "weight_decay": {}}


@pytest.mark.parametrize("more", [{}, EVERYTHING, {"hidden": []}, {"precision": "float64"}])
def test_a_network_is_saved_and_loaded_to_the_bit(more, tmp_path):
    data = pictures()
    (run,) = onescale.train(SMALL | more, data, seeds=[0])
    run.network.save(tmp_path / "net.npz")
    loaded = Network.load(tmp_path / "net.npz")
    assert loaded.variant == run.network.variant
    proba = loaded.predict_proba(data.test_images)
    assert proba.tobytes() == run.network.predict_proba(data.test_images).tobytes()
    assert proba.shape == (60, 4) and np.allclose(proba.sum(axis=1), 1)
    with pytest.raises(DataError, match=r"shape \(n, 40\); found \(60, 39\)"):
        loaded.predict(data.test_images[:, 1:])
    with pytest.raises(DataError, match="NaN"):
        loaded.predict(np.full((1, 40), np.nan))


def test_what_is_not_a_network_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    (tmp_path / "junk.npz").write_bytes(b"PK junk")
    np.save(tmp_path / "pickled.npy", np.array([{}], object), allow_pickle=True)
    for name in ("other.npz", "junk.npz", "pickled.npy"):
        with pytest.raises(DataError, match=f"{name}: not a network"):
            Network.load(tmp_path / name)
