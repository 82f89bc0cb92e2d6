//! Whether a state that was read can be that of a detector.

use super::State;
use crate::bank::MAX_SEEN;
use crate::pruning::Pruning;
use crate::real::Real;
use crate::soundness::{Sound, must};

impl<F: Real> State<F> {
    /// Holds the state against itself, against the pruning that it came about with, and
    /// against `fresh`, the state of the same detector that has seen nothing. The evidence
    /// has to be `finite` where the model cannot give densities without end.
    pub(super) fn check(&self, pruning: &Pruning, fresh: &Self, finite: bool) -> Sound {
        let same_records = match (&self.records, &fresh.records) {
            (Some(records), Some(asked)) => records.are_like(asked),
            (None, None) => true,
            _ => false,
        };
        must(same_records, "it keeps other records than this detector")?;
        let n = self.hypotheses.len();
        must(self.time <= MAX_SEEN, "it counts too many observations")?;
        must(
            (n == 0) == (self.time == 0),
            "there are hypotheses without observations, or the other way round",
        )?;
        self.hypotheses.check(self.time)?;
        let (leaves, starts) = (&self.hypotheses.leaves, &self.hypotheses.starts);
        self.segmentation.check(leaves, starts)?;
        self.records
            .iter()
            .try_for_each(|records| records.check::<F>(self.time, starts))?;
        self.check_sums(pruning, finite)?;
        if n == 0 {
            return self.check_fresh(fresh);
        }
        must(!self.broken, "it is broken and has seen something")?;
        self.check_times()?;
        self.check_limit(pruning)?;
        self.check_merged(pruning.max_run_length)
    }

    fn check_sums(&self, pruning: &Pruning, finite: bool) -> Sound {
        // What is added to the evidence is finite, so the sum may leave the range of numbers
        // but is never NaN.
        let evidence = self.ln_evidence_before.value();
        let is_sum = evidence.is_finite() || !(finite || evidence.is_nan());
        let largest = F::HUGE.wide() * F::HUGE.wide();
        let is_ln =
            self.ln_predictive.is_finite() && !(finite && self.ln_predictive.abs() > largest);
        must(is_ln && is_sum, "its evidence is no number")?;
        // In every step all probability may be merged and then be cut.
        let mass = self.pruned_mass.value();
        let most = if *pruning == Pruning::exact() {
            0.0
        } else {
            2.0 * self.time as f64
        };
        must(
            mass >= 0.0 && mass <= most * (1.0 + 16.0 * F::epsilon().wide()),
            "more was pruned than there was",
        )
    }

    /// Of a detector that has seen nothing, or of a broken one.
    fn check_fresh(&self, fresh: &Self) -> Sound {
        let times = self.clock == 0.0 && self.hypotheses.births.is_empty();
        let sums = self.ln_predictive == 0.0
            && self.ln_evidence_before == fresh.ln_evidence_before
            && self.pruned_mass == fresh.pruned_mass;
        let places = (self.limit, self.oldest, self.merged);
        must(
            times && sums && places == (fresh.limit, 0, 0),
            "it has seen nothing and knows something",
        )
    }

    /// The clock, and the times of birth where intervals were not all 1.
    fn check_times(&self) -> Sound {
        let (births, starts) = (&self.hypotheses.births, &self.hypotheses.starts);
        let last = self.time - 1;
        if births.is_empty() {
            return must(self.clock == last as f64, "its clock is wrong");
        }
        must(
            self.clock.is_finite()
                && births
                    .iter()
                    .all(|&birth| birth >= 0.0 && birth <= self.clock)
                && births.is_sorted(),
            "times of birth are not in order",
        )?;
        let agrees = |(&start, &birth): (&u64, &f64)| {
            (start != 0 || birth == 0.0) && (start != last || birth == self.clock)
        };
        must(
            starts.iter().zip(births).all(agrees),
            "a time of birth is not that of its observation",
        )
    }

    /// The list is cut when it has come to its limit, which follows from how many were left
    /// by the last cut.
    fn check_limit(&self, pruning: &Pruning) -> Sound {
        let n = self.hypotheses.len();
        must(
            n < self.limit && (0..=n).any(|kept| pruning.limit(kept) == self.limit),
            "the limit of its list does not follow from its pruning",
        )
    }

    /// What has come to the longest run length is merged into one hypothesis.
    fn check_merged(&self, longest: Option<u64>) -> Sound {
        const WRONG: &str = "what it has merged does not follow from its pruning";
        let Some(longest) = longest else {
            return must((self.oldest, self.merged) == (0, 0), WRONG);
        };
        let (starts, n) = (&self.hypotheses.starts, self.hypotheses.len());
        must(self.merged <= n && self.oldest < self.merged.max(1), WRONG)?;
        let has_come = |i: usize| self.time - 1 - starts[i] >= longest;
        let (old, young) = (1..self.merged, self.merged.max(1)..n);
        let ln_weights = self.hypotheses.ln_weights.live();
        let is_empty = |i: usize| i == self.oldest || ln_weights[i] == F::neg_infinity();
        must(
            old.clone().all(has_come)
                && (0..self.merged).all(is_empty)
                && !young.clone().any(has_come),
            WRONG,
        )
    }
}
