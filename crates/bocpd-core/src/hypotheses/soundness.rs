//! Whether a list of hypotheses that was read can be one.

use super::Hypotheses;
use crate::bank::Column;
use crate::real::{Real, near};
use crate::soundness::{Sound, must};

/// How far from 0 ln of the sum of the weights may be: normalising leaves the largest log
/// weight within 32 of it, and no list is as long as e^32.
const FAR: f64 = 64.0;

/// How far above 0 a gain may be that rounding has moved.
const ROUNDED_GAIN: f64 = 0.5;

impl<F: Real> Hypotheses<F> {
    /// Holds everything here against everything else, after so many observations.
    pub(crate) fn check(&self, time: u64) -> Sound {
        self.check_lists(time)?;
        if self.len() == 0 {
            let sums = [self.total, self.ln_total, self.best_joint];
            let fresh = sums == [F::one(), F::zero(), F::zero()] && (self.map, self.best) == (0, 0);
            return must(fresh, "sums of no hypotheses");
        }
        self.check_weights()?;
        self.check_leaders()
    }

    fn check_lists(&self, time: u64) -> Sound {
        let n = self.len();
        let columns = [&self.ln_weights, &self.weights, &self.map_gains];
        let lengths = columns.map(Column::len);
        must(
            self.leaves.len() == n && lengths == [n; 3],
            "its lists of hypotheses differ in length",
        )?;
        must(
            self.births.is_empty() || self.births.len() == n,
            "times of birth are missing",
        )?;
        // By their bits: −0 would be found again in the next snapshot.
        let padding = columns.map(|column| column.padding().wide().to_bits());
        must(
            padding == [f64::NEG_INFINITY, 0.0, 0.0].map(f64::to_bits),
            "there is weight where no hypothesis is",
        )?;
        must(
            self.starts.is_sorted_by(|a, b| a < b),
            "its hypotheses are not in order",
        )?;
        must(
            self.starts.last().is_none_or(|&start| start < time),
            "a hypothesis starts after the last observation",
        )
    }

    fn check_weights(&self) -> Sound {
        let (ln_weights, weights) = (self.ln_weights.live(), self.weights.live());
        let is_weight = |(&ln_weight, &weight): (&F, &F)| {
            // What is too small to be a normal number is 0.
            let expected = ln_weight.vexp();
            let tiny = F::min_positive_value() * F::of(2.0);
            let size = expected * (ln_weight.abs() + F::one());
            weight.is_sign_positive()
                && (near(weight, expected, 4, size) || (weight == F::zero() && expected <= tiny))
        };
        must(
            ln_weights.iter().zip(weights).all(is_weight),
            "a weight is not that of its logarithm",
        )?;
        let sum: f64 = weights.iter().map(|weight| weight.wide()).sum();
        let roundings = weights.len() as u64 + 16;
        must(
            near(F::of(sum), self.total, roundings, self.total),
            "the weights do not add up to their sum",
        )?;
        must(
            self.ln_total == self.total.vln_normal() && self.ln_total.abs() < F::of(FAR),
            "the sum of the weights is not that of its logarithm",
        )
    }

    fn check_leaders(&self) -> Sound {
        let (ln_weights, gains) = (self.ln_weights.live(), self.map_gains.live());
        let largest = ln_weights.get(self.map).copied().unwrap_or(F::nan());
        must(
            ln_weights.iter().all(|&ln_weight| ln_weight <= largest),
            "another hypothesis is more probable than the most probable one",
        )?;
        must(
            gains.iter().all(|&gain| gain <= F::of(ROUNDED_GAIN)),
            "a segmentation is more probable than all of them",
        )?;
        must(
            self.best < self.len() && self.joint(self.best) == self.best_joint,
            "the best segmentation does not end where it should",
        )?;
        // Merging moves a joint by some roundings of its parts.
        let is_no_better = |(&ln_weight, &gain): (&F, &F)| {
            let (joint, size) = (ln_weight + gain, ln_weight.abs().max(gain.abs()));
            joint <= self.best_joint || near(joint, self.best_joint, 64, size)
        };
        must(
            ln_weights.iter().zip(gains).all(is_no_better),
            "another segmentation is better than the best",
        )
    }
}
