//! A hazard with a least length of segments, and more or fewer changes than it expects.

use libm::expm1;

use super::{Hazard, ln_staying, ln_staying_over};
use crate::error::ParameterError;
use crate::parameter::{Limits, POSITIVE_FINITE};

/// What a least length may be.
pub(crate) const MIN_SEGMENT: Limits = Limits::closed(1.0, 1e15, "lie in [1, 1e15]");

/// What the sensitivity may be.
pub(crate) const SENSITIVITY: Limits = POSITIVE_FINITE;

/// Another hazard h, where no segment ends before it has m observations and changes are s times
/// as frequent.
///
/// ```text
/// h'(l) = 0                   l < m
///         1 − (1 − h(l))^s    l ≥ m
/// ```
///
/// So ln S is multiplied by s: where changes are rare, the prior odds of a change are. Of
/// observations at irregular times m is in units of time: as if observations came at every
/// unit, no segment ends before it is m − 1 old.
///
/// ```
/// use bocpd_core::Constant;
/// use bocpd_core::hazard::{Adjusted, Hazard};
///
/// let hazard = Adjusted::new(Constant::new(100.0)?, 10, 2.0)?;
/// assert_eq!(hazard.hazard(9), 0.0);
/// assert!((hazard.hazard(10) - 0.0199).abs() < 1e-15);
/// # Ok::<(), bocpd_core::error::ParameterError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjusted<H> {
    inner: H,
    min_segment: u64,
    sensitivity: f64,
}

impl<H> Adjusted<H> {
    /// `inner` with segments of `min_segment` m observations or more, and a `sensitivity` s.
    ///
    /// # Errors
    /// `min_segment` must be at least 1, `sensitivity` positive and finite.
    pub fn new(inner: H, min_segment: u64, sensitivity: f64) -> Result<Self, ParameterError> {
        check(min_segment, sensitivity)?;
        Ok(Self {
            inner,
            min_segment,
            sensitivity,
        })
    }

    /// The hazard without them.
    pub fn inner(&self) -> &H {
        &self.inner
    }

    /// P(a segment ends), where it goes on with a probability whose logarithm is this.
    fn ending(&self, ln_staying: f64) -> f64 {
        -expm1(self.raised(ln_staying))
    }

    /// ln of the s-th power of a probability.
    fn raised(&self, ln_probability: f64) -> f64 {
        self.sensitivity * ln_probability
    }

    /// The part of the time from `age` on in which the segment may end: from which age on, and
    /// for how long.
    fn within(&self, age: f64, elapsed: f64) -> (f64, f64) {
        let from = age.max((self.min_segment - 1) as f64);
        (from, (age + elapsed - from).max(0.0))
    }
}

/// Whether these can be used.
pub(crate) fn check(min_segment: u64, sensitivity: f64) -> Result<(), ParameterError> {
    MIN_SEGMENT.check::<f64>("min_segment", min_segment as f64)?;
    SENSITIVITY.check::<f64>("sensitivity", sensitivity)?;
    Ok(())
}

impl<H: Hazard> Hazard for Adjusted<H> {
    fn hazard(&self, length: u64) -> f64 {
        if length < self.min_segment {
            return 0.0;
        }
        let h = self.inner.hazard(length);
        if self.sensitivity == 1.0 {
            return h;
        }
        self.ending(ln_staying(&self.inner, length, h))
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        let first = length.max(self.min_segment);
        let further = further.saturating_sub(first - length);
        if further == 0 {
            return Some(0.0);
        }
        Some(self.raised(self.inner.ln_survival(first, further)?))
    }

    fn mean_residual(&self, length: u64) -> Option<f64> {
        let first = length.max(self.min_segment);
        let waits = (first - length) as f64;
        let then = match self.inner.constant() {
            Some(h) => 1.0 / self.ending(ln_staying(&self.inner, first, h)),
            None if self.sensitivity == 1.0 => self.inner.mean_residual(first)?,
            None => return None,
        };
        Some(waits + then)
    }

    fn constant(&self) -> Option<f64> {
        if self.min_segment > 1 {
            return None;
        }
        let h = self.inner.constant()?;
        Some(self.ending(ln_staying(&self.inner, 1, h)))
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        let (from, allowed) = self.within(age, elapsed);
        if allowed == 0.0 {
            // Asked all the same, whether time means anything to it.
            return self.inner.over(age, elapsed).map(|_| 0.0);
        }
        let h = self.inner.over(from, allowed)?;
        if self.sensitivity == 1.0 {
            return Some(h);
        }
        Some(self.ending(ln_staying_over(&self.inner, from, allowed, h)))
    }

    fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
        let (from, allowed) = self.within(age, elapsed);
        if allowed == 0.0 {
            return Some(0.0);
        }
        Some(self.raised(self.inner.ln_survival_over(from, allowed)?))
    }
}

#[cfg(test)]
mod tests {
    use libm::log1p;

    use super::*;
    use crate::hazard::{Constant, Rate, Table, Weibull};

    /// ln P(L ≥ l + k | L ≥ l), hazard by hazard.
    fn by_hazards(hazard: &impl Hazard, length: u64, further: u64) -> f64 {
        (length..length + further)
            .map(|l| log1p(-hazard.hazard(l)))
            .sum()
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * (1.0 + b.abs())
    }

    #[test]
    fn closed_forms_are_sums_of_hazards() {
        let weibull = Weibull::new(1.7, 30.0).expect("parameters");
        let table = Table::new(alloc::vec![0.1, 0.0, 0.6, 0.3]).expect("hazards");
        for (m, s) in [(1, 0.25), (4, 1.0), (4, 3.0)] {
            let weibull = Adjusted::new(weibull.clone(), m, s).expect("numbers");
            let table = Adjusted::new(table.clone(), m, s).expect("numbers");
            for length in 1..9 {
                for further in 0..12 {
                    let sum = by_hazards(&weibull, length, further);
                    let closed = weibull.ln_survival(length, further).expect("a closed form");
                    assert!(near(closed, sum), "{m} {s} {length} {further}");
                    if let Some(closed) = table.ln_survival(length, further) {
                        let sum = by_hazards(&table, length, further);
                        assert!(near(closed, sum), "table {m} {s} {length} {further}");
                    }
                }
            }
        }
    }

    #[test]
    fn mean_residuals_are_sums_of_survival() {
        for (m, s) in [(1, 0.5), (7, 1.0), (7, 2.0)] {
            let hazard = Adjusted::new(Constant::new(10.0).expect("a mean"), m, s);
            let hazard = hazard.expect("numbers");
            for length in [1, 3, 7, 12] {
                let sum: f64 = (0..3000)
                    .map(|k| libm::exp(hazard.ln_survival(length, k).expect("a closed form")))
                    .sum();
                let closed = hazard.mean_residual(length).expect("a mean");
                assert!(near(closed, sum), "{m} {s} {length}: {closed} {sum}");
            }
        }
    }

    #[test]
    fn steps_of_one_are_as_observations() {
        let rate = Rate::new(0.07).expect("a rate");
        let hazard = Adjusted::new(rate, 5, 1.5).expect("numbers");
        for length in 1..10 {
            let age = (length - 1) as f64;
            let over = hazard.over(age, 1.0).expect("time");
            assert!(near(over, hazard.hazard(length)), "{length}");
            let survival = hazard.ln_survival_over(age, 1.0).expect("time");
            assert!(near(survival, log1p(-over)), "{length}");
        }
        // In halves as in one.
        let halves = hazard.ln_survival_over(3.25, 0.5).expect("time")
            + hazard.ln_survival_over(3.75, 0.5).expect("time");
        let whole = hazard.ln_survival_over(3.25, 1.0).expect("time");
        assert!(near(halves, whole));
    }

    #[test]
    fn any_number_of_steps() {
        let hazard = Adjusted::new(Constant::new(10.0).expect("a mean"), 5, 2.0).expect("numbers");
        let all = hazard.ln_survival(3, u64::MAX).expect("a closed form");
        assert!(all.is_finite() && all < -1e17);
        assert_eq!(hazard.ln_survival(3, 2), Some(0.0));
        assert_eq!(hazard.ln_survival(u64::MAX, 0), Some(0.0));
    }

    #[test]
    fn one_and_one_change_nothing() {
        let plain = Weibull::new(1.7, 30.0).expect("parameters");
        let hazard = Adjusted::new(plain.clone(), 1, 1.0).expect("numbers");
        for length in [1, 2, 50] {
            assert_eq!(hazard.hazard(length), plain.hazard(length));
            assert_eq!(hazard.ln_survival(length, 7), plain.ln_survival(length, 7));
        }
    }

    #[test]
    fn refused_by_name() {
        let plain = Constant::new(10.0).expect("a mean");
        for (m, s, name) in [
            (0, 1.0, "min_segment"),
            (1, 0.0, "sensitivity"),
            (1, f64::NAN, "sensitivity"),
            (1, f64::INFINITY, "sensitivity"),
        ] {
            let error = Adjusted::new(plain, m, s).expect_err(name);
            assert!(alloc::format!("{error}").contains(name));
        }
    }
}
