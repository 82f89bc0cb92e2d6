//! Where observations lie in what the model expected of them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use num_traits::Zero;

use super::segments::Observe;
use crate::bank::Bank;
use crate::detector::Detector;
use crate::distribution::Distribution;
use crate::error::{BatchError, DetectError};
use crate::hazard::Hazard;
use crate::interrupt::check_at;
use crate::observation_model::{Describe, ObservationModel};
use crate::real::Real;

/// The predictive of the observation at an index, from a bank with one hypothesis; that of the
/// first of a segment if so said.
pub(crate) type Expect<'a, M> =
    dyn Fn(&<M as ObservationModel>::Bank, usize, bool) -> Option<Box<dyn Distribution>> + 'a;

/// Where an observation lies in its predictive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Residual {
    /// P(X < x) + ½ P(X = x) to about 10⁻⁵, given the observations of the segment before it: uniform if the
    /// model is right and no number has a large probability by itself.
    pub(crate) rank: f64,
    /// The index of its segment.
    pub(crate) segment: usize,
}

/// A series whose segments start at 0 and at `changepoints`, as a detector looks at it.
pub(crate) struct Series<'a, M: ObservationModel> {
    pub(crate) changepoints: &'a [u64],
    /// The number at an index.
    pub(crate) value: &'a dyn Fn(usize) -> f64,
    pub(crate) expect: &'a Expect<'a, M>,
    pub(crate) observe: &'a Observe<'a, M>,
}

impl<M: Describe, H: Hazard> Detector<M, H> {
    /// Those of the observations of a stretch; `None` for missing ones, and where the model
    /// cannot say. Their segments are gone through from their beginnings.
    pub(crate) fn residuals_in(
        &self,
        stretch: Range<usize>,
        series: &Series<'_, M>,
    ) -> Result<Vec<Option<Residual>>, DetectError> {
        let mut residuals = Vec::with_capacity(stretch.len());
        let begun = |&start: &u64| start <= stretch.start as u64;
        let mut segment = series.changepoints.partition_point(begun);
        let from = segment.checked_sub(1).map_or(0, |i| series.changepoints[i]);
        let from = usize::try_from(from).unwrap_or(0);
        let mut starts = series.changepoints[segment..].iter().copied().peekable();
        let mut first = true;
        let mut bank = self.model.bank(1);
        let mut score = alloc::vec![M::Scalar::zero(); M::Scalar::LANES];
        let mut observe = |bank: &mut M::Bank, i: usize| {
            score.fill(M::Scalar::zero());
            let seen = (series.observe)(bank, i, &mut score);
            let seen = seen.map_err(|error| BatchError::new(i, error))?;
            if !seen {
                self.model.pass(bank);
            }
            Ok::<_, BatchError>(seen)
        };
        // What was before the segment is known.
        for i in from.saturating_sub(self.model.lags())..from {
            observe(&mut bank, i)?;
        }
        self.model.spawn(&mut bank);
        for i in from..stretch.end {
            check_at(i)?;
            if starts.next_if_eq(&(i as u64)).is_some() && i > 0 {
                // A bank remembers what was before the segment, without its hypotheses.
                bank.keep(&[]);
                self.model.spawn(&mut bank);
                (segment, first) = (segment + 1, true);
            }
            let wanted = i >= stretch.start;
            let expected = wanted.then(|| (series.expect)(&bank, i, first)).flatten();
            if !first && self.model.has_dynamics() {
                self.model.advance(&mut bank, 1.0);
            }
            first = false;
            let seen = observe(&mut bank, i)?;
            if wanted {
                let expected = expected.filter(|_| seen);
                residuals.push(
                    expected
                        .and_then(|expected| Residual::of(&*expected, (series.value)(i), segment)),
                );
            }
        }
        Ok(residuals)
    }
}

impl Residual {
    fn of(expected: &dyn Distribution, x: f64, segment: usize) -> Option<Self> {
        let below = if expected.is_discrete() {
            expected.cdf(x) - 0.5 * libm::exp(expected.ln_density(x))
        } else {
            expected.rough_cdf(x)
        };
        let rank = below.clamp(0.0, 1.0);
        (!below.is_nan()).then_some(Self { rank, segment })
    }
}
