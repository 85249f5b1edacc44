"""The comparison as a frame, for notebooks: the only module that needs pandas."""

from typing import Any

try:
    import pandas as pd
except ModuleNotFoundError as error:
    error.add_note("onescale.compare needs it: pip install 'onescale[workflow]'")
    raise

from onescale.core.text import DASH, percent, points, probability

# What a person looks at first, its heading, and how it is told.
_SHOWN = {
    "variant": ("variant", str), "seeds": ("seeds", str),
    "train_accuracy_mean": ("training, %", percent), "test_accuracy_mean": ("test, %", percent),
    "test_accuracy_low": ("from", percent), "test_accuracy_high": ("to", percent),
}  # fmt: skip
_BESIDE_REFERENCE = {
    "difference": ("difference, points", points), "difference_low": ("from ", points),
    "difference_high": ("to ", points), "p_holm": ("p (Holm)", probability),
    "verdict": ("verdict", lambda verdict: DASH if pd.isna(verdict) else verdict),
}  # fmt: skip


class Comparison(pd.DataFrame):
    """The frame of `compare`. A notebook shows of it what a person looks at first; what is taken
    of it is a frame as any."""

    @classmethod
    def of(cls, rows: list[dict[str, Any]]) -> "Comparison":
        """Of the rows of a comparison; whole numbers stay whole beside what is missing."""
        return cls(pd.DataFrame(rows).astype(object).convert_dtypes())

    def _repr_html_(self) -> str:
        compared = self["difference"].notna().any()
        shown = _SHOWN | (_BESIDE_REFERENCE if compared else {})
        cells = {head: self[key].map(tell) for key, (head, tell) in shown.items()}
        return pd.DataFrame(cells).to_html(index=False)
