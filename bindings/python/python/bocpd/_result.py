"""What `detect` found; public in `bocpd.readout`."""

# Annotations are objects and not text: the class says that it is in `bocpd.readout`, where
# `typing.get_type_hints` would not find the names that are imported here.

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from bocpd import _report
from bocpd._arrays import like
from bocpd._compiled import Change, Detector, Location, Remark, Segment, Steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Result"]


@dataclass(frozen=True, eq=False)
class Result:
    """What `detect` found.

    Printed it is a summary, in a notebook a table.

    Attributes
    ----------
    x
        The series.
    changes
        The changes of the jointly most probable segmentation: where each may have been,
        how sure it is that there is one, direction and size.
    segments
        The stretches between them, and what is known of each.
    p_change_at
        P(a segment starts at s | the whole series), for every s; 1 at index 0, which
        starts the first segment and is no change.
    expected_changes
        The expected number of changes, over all segmentations.
    steps
        The readouts after each observation.
    detector
        The detector after the last observation: it can go on, and answers what is not
        here.
    mass
        The probability that intervals hold.
    p_outlier
        P(it is an outlier | its segment, in which all were found), for every observation;
        empty where no outliers are expected. What was known when each came is
        `steps.p_outlier`.
    assumptions
        What was assumed because nothing was said.
    structures
        The structures that the noise of the series may have, with their probabilities, the
        most probable first; empty where the model was given.
    remarks
        What a user should know beside what was found: observations that say too little, or
        that are not as the model says.
    features
        The features of each observation, where some came along.
    times
        What the series calls its observations: its index, or the times that were given;
        None without.
    name
        What the series is called; None if it has no name.
    columns
        What the numbers of an observation are called; None where it is one number.

    Examples
    --------
    >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0])
    >>> result
    <Result: 11 observations, changepoints [6]>
    >>> result.changes[0].jump.p_rose > 0.99
    True
    """

    x: NDArray[np.float64]
    changes: list[Change]
    segments: list[Segment]
    p_change_at: NDArray[np.float64]
    expected_changes: float
    steps: Steps
    detector: Detector
    mass: float
    p_outlier: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    assumptions: list[str] = field(default_factory=list)
    structures: list[tuple[str, float]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    features: NDArray[np.float64] | None = None
    times: Any = None
    name: str | None = None
    columns: list[str] | None = None
    _source: Any = field(default=None, repr=False)
    _elapsed: NDArray[np.float64] | None = field(default=None, repr=False)

    @property
    def changepoints(self) -> NDArray[np.int64]:
        """First indices of new segments, from 0, as `numpy.split` takes them."""
        return np.array([change.index for change in self.changes], dtype=np.int64)

    @property
    def locations(self) -> list[Location]:
        """The locations of the changes."""
        return [change.location for change in self.changes]

    @property
    def run_lengths(self) -> NDArray[np.int64]:
        """The most probable run length after each observation."""
        return self.steps.map_run_length

    @property
    def outliers(self) -> NDArray[np.int64]:
        """The observations that are outliers more probably than not."""
        return np.flatnonzero(self.p_outlier > 0.5).astype(np.int64)

    @property
    def ln_evidence(self) -> float:
        """ln p(the whole series)."""
        return self.detector.ln_evidence

    def labels(self) -> NDArray[np.int64]:
        """The number of the segment, from 0, of each observation.

        Returns
        -------
        ndarray of int64
            One for each observation.

        Examples
        --------
        >>> bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9]).labels()
        array([0, 0, 0, 0, 0, 1, 1, 1, 1])
        """
        labels = np.zeros(len(self.x), dtype=np.int64)
        labels[self.changepoints] = 1
        return np.cumsum(labels)

    def to_frame(self, backend: Literal["pandas", "polars"] | None = None) -> Any:
        """One row an observation.

        Parameters
        ----------
        backend : {"pandas", "polars"}, optional
            Whose frame; that of the series that was given, else pandas.

        Returns
        -------
        DataFrame
            With the index that the series came with, or its times; polars has no index,
            there times are the first column.

        Raises
        ------
        ImportError
            If the library is not there.
        ValueError
            If `backend` is neither.

        Examples
        --------
        >>> frame = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3]).to_frame()
        >>> list(frame.columns[:3]), len(frame)
        (['x', 'segment', 'p_change_at'], 8)
        """
        columns = {
            **dict(zip(self.columns or ["x"], np.atleast_2d(self.x.T), strict=True)),
            "segment": self.labels(),
            "p_change_at": self.p_change_at,
            "p_change_now": self.steps.p_change_now,
            "map_run_length": self.steps.map_run_length,
            "ln_predictive": self.steps.ln_predictive,
        }
        if len(self.p_outlier):
            columns["p_outlier"] = self.p_outlier
        backend = self._backend() if backend is None else backend
        if backend == "polars" and self.times is not None:
            columns = {"time": np.asarray(self.times), **columns}
        # An index of pandas that says no more than the position is kept, too.
        index = getattr(self._source, "index", None) if self._kind() == "pandas" else None
        return _report.frame(columns, backend, index if self.times is None else self.times)

    def changes_frame(self, backend: Literal["pandas", "polars"] | None = None) -> Any:
        """One row a change.

        Parameters
        ----------
        backend : {"pandas", "polars"}, optional
            Whose frame; that of the series that was given, else pandas.

        Returns
        -------
        DataFrame
            The columns of `bocpd detect --csv`: index, time, probability (that a segment
            starts exactly there), p_nearby (that one starts nearby), p_single (that exactly
            one does), low and high (where it may have been) with their times, length of the new segment, the parameter that
            is told, before and after, p_rose, difference, sd, and the parameters that
            differ more probably than not (`changed`). Times are there where the series has some; of several numbers, `number` is the one that has most to do with
            the change.

        Raises
        ------
        ImportError
            If the library is not there.
        ValueError
            If `backend` is neither.

        Examples
        --------
        >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9])
        >>> result.changes_frame()[["index", "low", "high", "length"]]
           index  low  high  length
        0      5    5     5       4
        """
        columns = _report.changes_columns(self)
        return _report.frame(columns, self._backend() if backend is None else backend)

    def segments_frame(self, backend: Literal["pandas", "polars"] | None = None) -> Any:
        """One row a segment.

        Parameters
        ----------
        backend : {"pandas", "polars"}, optional
            Whose frame; that of the series that was given, else pandas.

        Returns
        -------
        DataFrame
            start and end, the times of the first and last observation where the series has
            some, length, observed, ln_evidence, ln_bayes_factor, where each segment has one of
            several models their probabilities (p_model_0, …), and of each parameter its mean
            under its name, with _sd, _low and _high. Of several numbers, names begin with
            that of the number: x0_mean.

        Raises
        ------
        ImportError
            If the library is not there.
        ValueError
            If `backend` is neither.

        Examples
        --------
        >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9])
        >>> result.segments_frame()[["start", "end", "mean"]].round(1)
           start  end  mean
        0      0    5   0.0
        1      5    9   5.9
        """
        columns = _report.segments_columns(self)
        return _report.frame(columns, self._backend() if backend is None else backend)

    def to_dict(self) -> dict[str, Any]:
        """All that was found as plain data, with the names of `bocpd detect --json`.

        Returns
        -------
        dict
            Of dictionaries, lists, numbers and text. What is not finite or not known is
            None, dates are ISO text. `config` runs the same again (`Detector.from_json`,
            `bocpd detect --config`); it is None where something is written in Python.

        Examples
        --------
        >>> found = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9]).to_dict()
        >>> found["changepoints"][0]["index"], found["segments"][1]["length"]
        (5, 4)
        """
        return _report.document(self)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON.

        Parameters
        ----------
        indent : int, optional
            By how much each level is indented; None for one line.

        Returns
        -------
        str
            An object.

        Examples
        --------
        >>> text = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9]).to_json()
        >>> text[:18]
        '{"observations": 9'
        """
        return json.dumps(self.to_dict(), allow_nan=False, indent=indent)

    def p_change(self) -> Any:
        """`p_change_at` in the kind of container that the series came in.

        Returns
        -------
        Series or ndarray
            A Series of pandas, with its index, or of polars; else an array.

        Examples
        --------
        >>> bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9]).p_change().argmax()
        np.int64(0)
        """
        return like(self.p_change_at, self._source, "p_change_at")

    def summary(self) -> str:
        """What was found, as a text for people.

        Returns
        -------
        str
            A line for each change under a headline, then outliers, what was assumed,
            and remarks.

        Examples
        --------
        >>> years = range(1990, 1999)
        >>> result = bocpd.detect([3, 1, 2, 4, 2, 12, 9, 14, 11], "poisson", 250, times=years)
        >>> print(result.summary().split(", ln")[0])
        9 observations, 1 change
        """
        return _report.text(self)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The series with its segments and changes.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure if None.

        Returns
        -------
        matplotlib Axes
            What was drawn on. See `bocpd.plot`.

        Raises
        ------
        ImportError
            If matplotlib is not there.

        Examples
        --------
        >>> axes = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9]).plot()
        >>> axes.get_xlabel()
        'index'
        """
        from bocpd._plot import plot

        return plot(self, ax=ax)

    def __repr__(self) -> str:
        return f"<Result: {len(self.x)} observations, changepoints {self.changepoints.tolist()}>"

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return _report.page(self)

    def _kind(self) -> str:
        return type(self._source).__module__.partition(".")[0]

    def _backend(self) -> Literal["pandas", "polars"]:
        return "polars" if self._kind() == "polars" else "pandas"
