"""`bocpd.detect` as an estimator of scikit-learn's kind.

Works where skchange's detectors do: `predict` gives the sorted first indices of
new segments. Needs scikit-learn: pip install 'bocpd-py[sklearn]'.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from bocpd._arrays import as_float64, like
from bocpd._compiled import Outliers, Pruning, defaults_for, defaults_for_length, model_for
from bocpd._detect import detect
from bocpd.readout import Result

if TYPE_CHECKING:
    from bocpd._types import AnyHazard, AnyModel
    from bocpd.defaults import _Kind

__all__ = ["ChangeDetector"]


class ChangeDetector(BaseEstimator):  # type: ignore[misc, unused-ignore]
    """Changes of a series, as an estimator.

    `fit` settles what was not given, from the series it sees, as `defaults_for` does
    (`model_`, `hazard_`, `pruning_`, `outliers_`); what is given stays as it is. With
    a model that is given outliers are expected only if asked for, as in `detect`, and
    `outliers=False` leaves them out.

    Parameters
    ----------
    model, hazard, pruning, missing, outliers, resolution, min_segment, sensitivity
        As `bocpd.detect` takes them.

    Examples
    --------
    >>> from bocpd.sklearn import ChangeDetector
    >>> x = [0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0]
    >>> ChangeDetector(hazard=250).fit(x).predict(x)
    array([6])
    """

    def __init__(
        self,
        model: AnyModel | _Kind | None = None,
        hazard: AnyHazard | None = None,
        pruning: Pruning | None = None,
        missing: Literal["error", "skip"] = "error",
        outliers: Outliers | float | Literal[False] | None = None,
        resolution: float = 1.0,
        min_segment: int = 1,
        sensitivity: float = 1.0,
    ) -> None:
        self.model = model
        self.hazard = hazard
        self.pruning = pruning
        self.missing = missing
        self.outliers = outliers
        self.resolution = resolution
        self.min_segment = min_segment
        self.sensitivity = sensitivity

    def fit(self, X: Any, y: Any = None) -> ChangeDetector:
        """Settles what was not given.

        Parameters
        ----------
        X : array_like
            The series, of shape (n,) or (n, 1).
        y
            Ignored.

        Returns
        -------
        ChangeDetector
            The same object.

        Raises
        ------
        ValueError
            If the series has another shape, or numbers that cannot be used.

        Examples
        --------
        >>> from bocpd.sklearn import ChangeDetector
        >>> ChangeDetector("poisson").fit([3, 1, 2, 4, 12, 9, 14]).hazard_
        Constant(mean_run_length=7.0)
        """
        values = self._values(X, reset=True)
        model, outliers = self.model, self.outliers
        if model is None:
            assumed = defaults_for(
                values,
                outliers=outliers,
                min_segment=self.min_segment,
                sensitivity=self.sensitivity,
            )
            model, hazard, pruning, outliers, _ = assumed
        else:
            hazard, pruning = defaults_for_length(len(values))
            if isinstance(model, str):
                model = model_for(model, values)
        self.model_ = model
        self.hazard_ = hazard if self.hazard is None else self.hazard
        self.pruning_ = pruning if self.pruning is None else self.pruning
        self.outliers_ = None if outliers is False else outliers
        self.n_samples_in_ = len(values)
        return self

    def detect(self, X: Any) -> Result:
        """All that `bocpd.detect` finds.

        Parameters
        ----------
        X : array_like
            The series, of shape (n,) or (n, 1).

        Returns
        -------
        Result
            With the parameters that `fit` has settled.

        Raises
        ------
        NotFittedError
            If `fit` was not called.

        Examples
        --------
        >>> from bocpd.sklearn import ChangeDetector
        >>> x = [3, 1, 2, 4, 2, 12, 9, 14, 11]
        >>> ChangeDetector("poisson").fit(x).detect(x)
        <Result: 9 observations, changepoints [5]>
        """
        check_is_fitted(self)
        values = self._values(X, reset=False)
        # What is right for the series of `fit` would be slow for a much longer one.
        longer = self.pruning is None and len(values) > self.n_samples_in_
        return detect(
            values,
            self.model_,
            self.hazard_,
            None if longer else self.pruning_,
            missing=self.missing,
            outliers=self.outliers_,
            resolution=self.resolution,
            min_segment=self.min_segment,
            sensitivity=self.sensitivity,
        )

    def predict(self, X: Any) -> NDArray[np.intp]:
        """The first indices of new segments, ascending.

        Parameters
        ----------
        X : array_like
            The series, of shape (n,) or (n, 1).

        Returns
        -------
        ndarray of int
            From 0.

        Raises
        ------
        NotFittedError
            If `fit` was not called.

        Examples
        --------
        >>> from bocpd.sklearn import ChangeDetector
        >>> x = [3, 1, 2, 4, 2, 12, 9, 14, 11]
        >>> ChangeDetector("poisson").fit(x).predict(x)
        array([5])
        """
        return self.detect(X).changepoints.astype(np.intp)

    def fit_predict(self, X: Any, y: Any = None) -> NDArray[np.intp]:
        """`fit` and `predict` of the same series.

        Parameters
        ----------
        X : array_like
            The series, of shape (n,) or (n, 1).
        y
            Ignored.

        Returns
        -------
        ndarray of int
            The first indices of new segments, ascending.

        Raises
        ------
        ValueError
            If the series has another shape, or numbers that cannot be used.

        Examples
        --------
        >>> from bocpd.sklearn import ChangeDetector
        >>> ChangeDetector("poisson").fit_predict([3, 1, 2, 4, 2, 12, 9, 14, 11])
        array([5])
        """
        return self.fit(X, y).predict(X)

    def transform_scores(self, X: Any) -> Any:
        """P(a segment starts at s | the whole series), for every s.

        Parameters
        ----------
        X : array_like
            The series, of shape (n,) or (n, 1).

        Returns
        -------
        ndarray or Series
            0 for the first, which starts the series and is no change; of the same kind and
            with the same index as a Series of pandas or polars.

        Raises
        ------
        NotFittedError
            If `fit` was not called.

        Examples
        --------
        >>> from bocpd.sklearn import ChangeDetector
        >>> x = [3, 1, 2, 4, 2, 12, 9, 14, 11]
        >>> ChangeDetector("poisson").fit(x).transform_scores(x).argmax()
        np.int64(5)
        """
        scores = self.detect(X).p_change_at
        scores[:1] = 0.0
        return like(scores, X, "p_change_at")

    def _values(self, X: Any, *, reset: bool) -> NDArray[np.float64]:
        """A series of shape (n,), also given as (n, 1) as scikit-learn has it; or
        (n, d) where the model observes d numbers at once."""
        ndim = getattr(X, "ndim", None)
        if (np.ndim(X) if ndim is None else ndim) == 1:
            if reset:
                self.n_features_in_ = 1
            return as_float64(X)
        finite = True if self.missing == "error" else "allow-nan"
        values = validate_data(self, X, reset=reset, dtype=np.float64, ensure_all_finite=finite)
        dimension = getattr(self.model, "dimension", 1)
        if values.shape[1] != dimension:
            shapes = "(n,) or (n, 1)" if dimension == 1 else f"(n, {dimension})"
            raise ValueError(f"expected an array of shape {shapes}, got shape {values.shape}")
        numbers: NDArray[np.float64] = values[:, 0] if dimension == 1 else values
        return numbers

    def __sklearn_tags__(self) -> Any:
        # skchange knows its detectors by tags of its own.
        if "skchange" in sys.modules:
            from skchange.utils._tags import ChangeDetectorTags, SkchangeTags

            tags = SkchangeTags()
            tags.change_detector_tags = ChangeDetectorTags()
            tags.input_tags.multivariate = getattr(self.model, "dimension", 1) > 1
        else:
            tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "skip"
        return tags


def __dir__() -> list[str]:
    return __all__
