"""Numbers in every container: the same numbers, or a clear error."""

from __future__ import annotations

import decimal
import fractions

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import bocpd


def evidence(xs: object, **options: object) -> float:
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(50), **options)  # type: ignore[arg-type]
    detector.update_many(xs)  # type: ignore[arg-type]
    return detector.ln_evidence


NUMBERS = [0.0, 1.0, 3.0, 2.0, 1.0, 7.0, 8.0, 7.0]
EXPECTED = evidence(NUMBERS)


def unaligned() -> np.ndarray:
    raw = np.zeros(8 * len(NUMBERS) + 1, dtype=np.uint8)
    view = raw[1:].view(np.float64)
    view[:] = NUMBERS
    assert not view.flags.aligned
    return view


ARRAYS = {
    "float64": np.array(NUMBERS),
    "read-only": np.broadcast_to(np.array(NUMBERS), (8,)),
    "strided": np.repeat(NUMBERS, 3)[::3],
    "reversed": np.array(NUMBERS[::-1])[::-1],
    "column of a matrix": np.column_stack([np.zeros(8), NUMBERS])[:, 1],
    "field of a record": np.array(
        [(0, x) for x in NUMBERS], dtype=[("i", "i1"), ("x", "f8")]
    )["x"],
    "big-endian": np.array(NUMBERS, dtype=">f8"),
    "unaligned": unaligned(),
    "float32": np.array(NUMBERS, dtype=np.float32),
    "float16": np.array(NUMBERS, dtype=np.float16),
    "long double": np.array(NUMBERS, dtype=np.longdouble),
    "int8": np.array(NUMBERS, dtype=np.int8),
    "uint64": np.array(NUMBERS, dtype=np.uint64),
    "big-endian int": np.array(NUMBERS, dtype=">i4"),
    "objects": np.array([int(x) for x in NUMBERS], dtype=object),
    "list": NUMBERS,
    "tuple": tuple(NUMBERS),
    "range": None,
    "generator": None,
    "fractions": [fractions.Fraction(x) for x in NUMBERS],
    "decimals": [decimal.Decimal(x) for x in NUMBERS],
    "memoryview": memoryview(np.array(NUMBERS)),
    "numpy scalars": [np.float32(x) for x in NUMBERS],
    "subclass": np.array(NUMBERS).view(np.recarray),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_the_same_numbers(kind: str) -> None:
    xs = ARRAYS[kind]
    if kind == "range":
        assert evidence(range(5)) == evidence([0, 1, 2, 3, 4])
    elif kind == "generator":
        assert evidence(x for x in NUMBERS) == EXPECTED
    else:
        assert evidence(xs) == EXPECTED


def test_booleans() -> None:
    yes_no = [True, False, True, True]
    assert evidence(yes_no) == evidence(np.array(yes_no)) == evidence([1.0, 0.0, 1.0, 1.0])


def test_masked_values_are_missing() -> None:
    masked = np.ma.masked_array(NUMBERS, mask=[0, 0, 1, 0, 0, 0, 0, 0])
    gaps = [x if i != 2 else np.nan for i, x in enumerate(NUMBERS)]
    assert evidence(masked, missing="skip") == evidence(gaps, missing="skip") != EXPECTED
    with pytest.raises(bocpd.ObservationError, match="at index 2"):
        evidence(masked)
    assert evidence(np.ma.masked_array(NUMBERS)) == EXPECTED


@pytest.mark.parametrize(
    "xs",
    [
        ["1.0", "2.0"],
        "12",
        b"12",
        [1.0, "2"],
        [1 + 2j],
        np.array([1j]),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.array([1], dtype="m8[s]"),
        {"a": 1},
        {1.0, 2.0},
        [object()],
        None,
    ],
    ids=repr,
)
def test_what_is_no_number_is_a_type_error(xs: object) -> None:
    with pytest.raises(TypeError):
        evidence(xs)


@pytest.mark.parametrize("xs", [np.zeros((3, 2)), np.zeros((0, 2)), np.zeros((2, 1, 1)), 5.0])
def test_a_wrong_shape_is_a_value_error(xs: object) -> None:
    with pytest.raises(ValueError, match=r"expected a one-dimensional array.*, got shape \("):
        evidence(xs)


def test_one_column_is_one_dimension() -> None:
    column = np.array(NUMBERS, dtype=float).reshape(-1, 1)
    assert evidence(column) == evidence(column.tolist()) == EXPECTED


def test_ragged_is_an_error() -> None:
    with pytest.raises((ValueError, TypeError)):
        evidence([[1.0], [2.0, 3.0]])


def test_empty() -> None:
    for xs in ([], np.array([]), np.array([], dtype=np.int64), np.array([], dtype=str), ()):
        assert evidence(xs) == 0


def test_input_is_left_alone_and_output_is_owned() -> None:
    xs = np.array(NUMBERS)
    before = xs.copy()
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(50))
    steps = detector.update_many(xs)
    posterior = detector.run_length_posterior()
    for array in (steps.index, steps.p_change_now, steps.ln_predictive, *posterior):
        assert array.flags.owndata and array.flags.writeable and array.flags.c_contiguous
    kept = steps.p_change_now.copy()
    xs[:] = 99
    detector.update_many(xs)
    assert np.array_equal(steps.p_change_now, kept)
    assert np.array_equal(before, NUMBERS)


def test_array_interface() -> None:
    class Wrapped:
        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            return np.array(NUMBERS)

    assert evidence(Wrapped()) == EXPECTED


@settings(max_examples=100, deadline=None)
@given(
    hnp.arrays(
        dtype=st.sampled_from(["<f8", ">f8", "<f4", ">f4", "<i2", ">i8", "u1", "?"]),
        shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=6),
        elements={"min_value": 0, "max_value": 100},
    ),
    st.data(),
)
def test_any_view_is_read_as_numpy_reads_it(array: np.ndarray, data: st.DataObject) -> None:
    view = data.draw(
        hnp.basic_indices(array.shape, min_dims=1, max_dims=1, allow_newaxis=False).map(
            lambda index: array[index]
        )
    )
    assert evidence(view) == evidence([float(x) for x in view])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6), st.booleans())))
def test_any_list(xs: list[float]) -> None:
    assert evidence(xs) == evidence(np.array([float(x) for x in xs]))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=30))
def test_any_floats_give_steps_or_an_error_with_its_index(xs: list[float]) -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(50))
    bad = [i for i, x in enumerate(xs) if not np.isfinite(x)]
    try:
        steps = detector.update_many(xs)
    except bocpd.ObservationError as error:
        assert error.index == bad[0] == detector.observations
    else:
        assert not bad
        assert np.all((steps.p_change_now >= 0) & (steps.p_change_now <= 1))


# -- other libraries -----------------------------------------------------------------


def test_pandas() -> None:
    pd = pytest.importorskip("pandas")
    index = pd.date_range("2024-01-01", periods=8)
    for series in (
        pd.Series(NUMBERS, index=index),
        pd.Series(NUMBERS, dtype="float32"),
        pd.Series(NUMBERS, dtype="int64"),
        pd.Series(NUMBERS, dtype="Int64"),
        pd.Series(NUMBERS, dtype="Float64"),
        pd.Series(NUMBERS).repeat(2)[::2],
        pd.Index(NUMBERS),
        pd.Series(NUMBERS).array,
    ):
        assert evidence(series) == EXPECTED, series
    gaps = [*NUMBERS[:3], None, *NUMBERS[3:]]
    expected = evidence([np.nan if x is None else x for x in gaps], missing="skip")
    for dtype in ("float64", "Int64", "Float64"):
        assert evidence(pd.Series(gaps, dtype=dtype), missing="skip") == expected
    with pytest.raises(TypeError):
        evidence(pd.Series(["a", "b"]))
    with pytest.raises(TypeError):
        evidence(pd.Series(pd.date_range("2024-01-01", periods=3)))
    assert evidence(pd.DataFrame({"x": NUMBERS})) == EXPECTED
    with pytest.raises(ValueError, match="one-dimensional"):
        evidence(pd.DataFrame({"x": NUMBERS, "y": NUMBERS}))


def test_polars() -> None:
    pl = pytest.importorskip("polars")
    for dtype in (pl.Float64, pl.Float32, pl.Int64, pl.UInt8):
        assert evidence(pl.Series([int(x) for x in NUMBERS], dtype=dtype)) == EXPECTED
    assert evidence(pl.DataFrame({"x": NUMBERS})["x"]) == EXPECTED
    gaps = pl.Series([1.0, None, 2.0])
    assert evidence(gaps, missing="skip") == evidence([1.0, np.nan, 2.0], missing="skip")
    with pytest.raises(TypeError):
        evidence(pl.Series(["a"]))


def test_arrow() -> None:
    pa = pytest.importorskip("pyarrow")
    assert evidence(pa.array(NUMBERS)) == EXPECTED
    assert evidence(pa.array([int(x) for x in NUMBERS])) == EXPECTED
    assert evidence(pa.chunked_array([NUMBERS[:3], NUMBERS[3:]])) == EXPECTED
    assert evidence(pa.array(NUMBERS)[0:8]) == EXPECTED
    gaps = pa.array([1, None, 2])
    assert evidence(gaps, missing="skip") == evidence([1.0, np.nan, 2.0], missing="skip")
    with pytest.raises(TypeError):
        evidence(pa.array(["a"]))
