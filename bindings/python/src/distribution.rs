//! What is said of a number that is not known.

use bocpd_core::distribution::{Distribution as _, Mixture, Parameter};
use bocpd_core::interrupt::go_on;
use numpy::{PyArrayDyn, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::failure;
use crate::interrupt::interruptible;

/// A distribution of one number: what an observation will be, or what is known
/// of a parameter; the mixture of what all hypotheses say.
///
/// Examples
/// --------
/// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
/// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
/// >>> distribution = detector.predict()
/// >>> distribution.discrete, distribution.support
/// (False, (-inf, inf))
#[pyclass(module = "bocpd.distribution", frozen)]
pub(crate) struct Distribution {
    core: Mixture,
}

impl From<Mixture> for Distribution {
    fn from(core: Mixture) -> Self {
        Self { core }
    }
}

impl Distribution {
    /// The posterior of a parameter.
    pub(crate) fn of(parameter: Parameter) -> Option<Self> {
        Mixture::new([(1.0, parameter.posterior)]).map(Self::from)
    }

    /// A number for a number, an array for an array.
    fn each<'py>(
        x: &Bound<'py, PyAny>,
        f: impl Fn(f64) -> f64 + Send + Sync,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = x.py();
        let answer = if let Ok(x) = x.extract::<f64>() {
            interruptible(py, || f(x))?.into_pyobject(py)?.into_any()
        } else {
            let xs = py
                .import("bocpd._arrays")?
                .getattr("as_float64")?
                .call1((x,))?
                .cast_into::<PyArrayDyn<f64>>()?;
            let answers = PyArrayDyn::<f64>::zeros(py, xs.shape(), false);
            {
                let (from, mut to) = (xs.readonly(), answers.readwrite());
                let (from, to) = (from.as_slice()?, to.as_slice_mut()?);
                interruptible(py, || {
                    let wanted = to.iter_mut().zip(from).take_while(|_| go_on());
                    wanted.for_each(|(to, &x)| *to = f(x));
                })?;
            }
            answers.into_any()
        };
        Ok(answer)
    }

    fn number(f: impl FnOnce() -> f64) -> PyResult<f64> {
        let answer = f();
        failure::raise()?;
        Ok(answer)
    }
}

#[pymethods]
impl Distribution {
    /// The mean; infinite or NaN if there is none.
    #[getter]
    fn mean(&self) -> PyResult<f64> {
        Self::number(|| self.core.mean())
    }

    /// The variance; infinite or NaN if there is none.
    #[getter]
    fn variance(&self) -> PyResult<f64> {
        Self::number(|| self.core.variance())
    }

    /// The smallest and the largest possible value.
    #[getter]
    fn support(&self) -> (f64, f64) {
        self.core.support()
    }

    /// Whether only integers are possible.
    #[getter]
    fn discrete(&self) -> bool {
        self.core.is_discrete()
    }

    /// ln of the density at x, or of the probability where only integers are
    /// possible. A number for a number, an array for an array; so are all that
    /// take an x.
    ///
    /// Parameters
    /// ----------
    /// x : float or array_like
    ///     Where.
    ///
    /// Returns
    /// -------
    /// float or ndarray of float64
    ///     A number for a number, an array for an array.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     If it is not made of numbers.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> distribution = detector.predict()
    /// >>> distribution.ln_density(8.0) > distribution.ln_density(20.0)
    /// True
    fn ln_density<'py>(&self, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::each(x, |x| self.core.ln_density(x))
    }

    /// P(X <= x).
    ///
    /// Parameters
    /// ----------
    /// x : float or array_like
    ///     Where.
    ///
    /// Returns
    /// -------
    /// float or ndarray of float64
    ///     A number for a number, an array for an array.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     If it is not made of numbers.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> distribution = detector.predict()
    /// >>> distribution.cdf([-100.0, 100.0]).round(2)
    /// array([0., 1.])
    fn cdf<'py>(&self, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::each(x, |x| self.core.cdf(x))
    }

    /// P(X > x), with full relative precision in the tail.
    ///
    /// Parameters
    /// ----------
    /// x : float or array_like
    ///     Where.
    ///
    /// Returns
    /// -------
    /// float or ndarray of float64
    ///     A number for a number, an array for an array.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     If it is not made of numbers.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> distribution = detector.predict()
    /// >>> 0 < distribution.survival(1000.0) < 0.01
    /// True
    fn survival<'py>(&self, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::each(x, |x| self.core.survival(x))
    }

    /// P(X < x) + P(X = x)/2: uniform on [0, 1] where the model is right.
    ///
    /// Parameters
    /// ----------
    /// x : float or array_like
    ///     Where.
    ///
    /// Returns
    /// -------
    /// float or ndarray of float64
    ///     A number for a number, an array for an array.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     If it is not made of numbers.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> distribution = detector.predict()
    /// >>> distribution.pit(1000.0) > 0.99
    /// True
    fn pit<'py>(&self, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::each(x, |x| self.core.tail(x).pit())
    }

    /// How surprising x is: the probability of a value at least as far out, on
    /// the side on which it lies, doubled.
    ///
    /// Parameters
    /// ----------
    /// x : float or array_like
    ///     Where.
    ///
    /// Returns
    /// -------
    /// float or ndarray of float64
    ///     A number for a number, an array for an array.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     If it is not made of numbers.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> distribution = detector.predict()
    /// >>> distribution.p_value(1000.0) < 0.01 < distribution.p_value(8.0)
    /// True
    fn p_value<'py>(&self, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::each(x, |x| self.core.tail(x).p_value())
    }

    /// The smallest x with P(X <= x) >= p.
    ///
    /// Parameters
    /// ----------
    /// p : float
    ///     The probability, from 0 to 1.
    ///
    /// Returns
    /// -------
    /// float
    ///     The quantile.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If `p` is no probability.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> distribution = detector.predict()
    /// >>> distribution.quantile(0.1) < distribution.quantile(0.9)
    /// True
    fn quantile(&self, py: Python<'_>, p: f64) -> PyResult<f64> {
        if !(0.0..=1.0).contains(&p) {
            return Err(PyValueError::new_err(format!(
                "p must lie in [0, 1], got {p}"
            )));
        }
        interruptible(py, || self.core.quantile(p))
    }

    /// Low and high with (1 - mass)/2 of the probability on either side.
    ///
    /// Parameters
    /// ----------
    /// mass : float
    ///     The probability that intervals hold.
    ///
    /// Returns
    /// -------
    /// low, high : float
    ///     The ends.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If `mass` does not lie in (0, 1).
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> distribution = detector.predict()
    /// >>> low, high = distribution.interval(0.5)
    /// >>> low < distribution.quantile(0.5) < high
    /// True
    #[pyo3(signature = (mass=0.9))]
    fn interval(&self, py: Python<'_>, mass: f64) -> PyResult<(f64, f64)> {
        if !(mass > 0.0 && mass < 1.0) {
            return Err(PyValueError::new_err(format!(
                "mass must lie in (0, 1), got {mass}"
            )));
        }
        interruptible(py, || self.core.interval(mass))
    }

    fn __repr__(&self) -> PyResult<String> {
        let (mean, variance) = (self.mean()?, self.variance()?);
        Ok(format!(
            "<Distribution: mean {mean:?}, variance {variance:?}>"
        ))
    }
}
