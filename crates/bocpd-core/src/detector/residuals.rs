//! Where observations lie in what the model expected of them.

use alloc::boxed::Box;
use alloc::vec::Vec;

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
    /// P(X < x) + ½ P(X = x), given the observations of the segment before it: uniform if the
    /// model is right and no number has a large probability by itself.
    pub(crate) rank: f64,
    /// The index of its segment.
    pub(crate) segment: usize,
}

impl<M: Describe, H: Hazard> Detector<M, H> {
    /// Those of the observations that are `wanted`; `None` for others, for missing ones, and
    /// where the model cannot say. The segments of `n` observations start at 0 and at
    /// `changepoints`.
    pub(crate) fn residuals_in_segments(
        &self,
        n: usize,
        changepoints: &[u64],
        wanted: &dyn Fn(usize) -> bool,
        value: &dyn Fn(usize) -> f64,
        expect: &Expect<'_, M>,
        observe: &Observe<'_, M>,
    ) -> Result<Vec<Option<Residual>>, DetectError> {
        let mut residuals = Vec::with_capacity(n);
        let mut starts = changepoints.iter().copied().peekable();
        let (mut segment, mut first) = (0, true);
        let mut bank = self.model.bank(1);
        self.model.spawn(&mut bank);
        let mut score = alloc::vec![M::Scalar::zero(); M::Scalar::LANES];
        for i in 0..n {
            check_at(i)?;
            if starts.next_if_eq(&(i as u64)).is_some() && i > 0 {
                // A bank remembers what was before the segment, without its hypotheses.
                bank.keep(&[]);
                self.model.spawn(&mut bank);
                (segment, first) = (segment + 1, true);
            }
            let expected = if wanted(i) {
                expect(&bank, i, first)
            } else {
                None
            };
            if !first && self.model.has_dynamics() {
                self.model.advance(&mut bank, 1.0);
            }
            first = false;
            score.fill(M::Scalar::zero());
            let seen =
                observe(&mut bank, i, &mut score).map_err(|error| BatchError::new(i, error))?;
            if !seen {
                self.model.pass(&mut bank);
            }
            residuals.push(
                expected
                    .filter(|_| seen)
                    .and_then(|expected| Residual::of(&*expected, value(i), segment)),
            );
        }
        Ok(residuals)
    }
}

impl Residual {
    fn of(expected: &dyn Distribution, x: f64, segment: usize) -> Option<Self> {
        let below = if expected.is_discrete() {
            expected.cdf(x) - 0.5 * libm::exp(expected.ln_density(x))
        } else {
            expected.cdf(x)
        };
        let rank = below.clamp(0.0, 1.0);
        (!below.is_nan()).then_some(Self { rank, segment })
    }
}
