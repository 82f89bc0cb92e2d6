//! What can be asked of a detector between two observations.
//!
//! Where a readout cannot be an error, [`Detector::is_broken`] says what it is when there
//! is nothing to be told.

use alloc::vec::Vec;

use crate::detector::Detector;
use crate::hazard::Hazard;
use crate::kernel::Isa;
use crate::math::sum;
use crate::observation_model::ObservationModel;
use crate::pruning::Pruning;

impl<M: ObservationModel, H: Hazard> Detector<M, H> {
    /// How many observations were taken in, missing ones included.
    pub fn observations(&self) -> u64 {
        self.state.time
    }

    /// P(r_t = 0 | x_0..x_t): the probability that the last observation is the
    /// first of a new segment. 1 after the first, which is no change; 0 before
    /// any.
    pub fn p_change_now(&self) -> f64 {
        self.p_recent_change(1)
    }

    /// P(r_t < w | x_0..x_t): the probability that the current segment started
    /// within the last `w` observations. 1 while there are no more than `w`: the
    /// first segment started among them, which is no change.
    pub fn p_recent_change(&self, w: u64) -> f64 {
        let oldest = self.state.time.saturating_sub(w);
        let recent = self
            .run_length_posterior()
            .rev()
            .take_while(|&(start, _)| start >= oldest);
        let recent = sum(recent.map(|(_, probability)| probability));
        self.number(recent.min(1.0))
    }

    /// The run-length posterior, as pairs of the index s at which the current
    /// segment may have started and P(segment started at s | x_0..x_t), oldest
    /// first. The run length is t − s.
    pub fn run_length_posterior(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, f64)> + ExactSizeIterator {
        (0..self.live()).map(|i| self.hypothesis(i))
    }

    /// Hypothesis `i`, from the oldest, as such a pair.
    pub(crate) fn hypothesis(&self, i: usize) -> (u64, f64) {
        let hypotheses = &self.state.hypotheses;
        (hypotheses.starts[i], hypotheses.probability(i))
    }

    /// The most probable run length; the longest of equally probable ones. 0
    /// before any observation.
    pub fn map_run_length(&self) -> u64 {
        let hypotheses = &self.state.hypotheses;
        hypotheses
            .starts
            .get(hypotheses.map)
            .map_or(0, |start| self.state.time - 1 - start)
    }

    /// The probability of the most probable run length; 0 before any
    /// observation.
    pub fn map_probability(&self) -> f64 {
        let hypotheses = &self.state.hypotheses;
        if hypotheses.len() == 0 {
            self.number(0.0)
        } else {
            hypotheses.probability(hypotheses.map)
        }
    }

    /// E[r_t | x_0..x_t]; 0 before any observation.
    pub fn mean_run_length(&self) -> f64 {
        let time = self.state.time;
        let posterior = self.run_length_posterior();
        let mean = sum(posterior.map(|(start, p)| p * (time - 1 - start) as f64));
        self.number(mean)
    }

    /// ln p(x_t | x_0..x_{t−1}) of the last observation; 0 if it was missing.
    pub fn ln_predictive(&self) -> f64 {
        self.number(self.state.ln_predictive)
    }

    /// P(x_t is an outlier | x_0..x_t) of the last observation: that it had nothing to do
    /// with its segment, whichever that is. 0 if it was missing, before any observation,
    /// and where the model knows of no outliers
    /// ([`WithOutliers`](crate::outliers::WithOutliers)).
    pub fn p_outlier(&self) -> f64 {
        self.number(self.mean_p_outlier())
    }

    /// ln p(x_0..x_t), the log evidence of all observations. With pruning, an
    /// estimate: weight that was moved scores with the statistics of the hypothesis that it was moved to.
    pub fn ln_evidence(&self) -> f64 {
        let mut sum = self.state.ln_evidence_before;
        sum.add(self.state.ln_predictive);
        self.number(sum.value())
    }

    /// The probability that pruning has moved from one hypothesis to another,
    /// with other statistics, summed over all steps. 0 means that every readout
    /// is exact.
    pub fn pruned_mass(&self) -> f64 {
        self.number(self.state.pruned_mass.value())
    }

    /// How many hypotheses are alive.
    pub fn live(&self) -> usize {
        self.state.hypotheses.len()
    }

    /// The changepoints of the jointly most probable segmentation of all
    /// observations: first indices of new segments, ascending, without those
    /// that were [taken](Self::take_settled).
    ///
    /// With pruning, the most probable among the surviving hypotheses.
    pub fn changepoints(&self) -> Vec<u64> {
        let mut changepoints = self.settled().to_vec();
        changepoints.extend(self.provisional());
        changepoints
    }

    /// The part of [`changepoints`](Self::changepoints) that all live
    /// hypotheses agree on: no later observation can change it.
    pub fn settled(&self) -> &[u64] {
        self.state.segmentation.settled()
    }

    /// Hands over the settled changepoints and forgets them, so that memory
    /// stays bounded on an endless stream.
    pub fn take_settled(&mut self) -> Vec<u64> {
        self.state.segmentation.take_settled()
    }

    /// The part of [`changepoints`](Self::changepoints) that later observations
    /// may still change.
    pub fn provisional(&self) -> Vec<u64> {
        let hypotheses = &self.state.hypotheses;
        match hypotheses.leaves.get(hypotheses.best) {
            Some(&leaf) => {
                let start = hypotheses.starts[hypotheses.best];
                self.state.segmentation.provisional(leaf, start)
            }
            None => Vec::new(),
        }
    }

    /// ln of the joint probability of the observations and their most probable
    /// segmentation. 0 before any observation.
    pub fn map_ln_joint(&self) -> f64 {
        use crate::real::Real;
        if self.live() == 0 {
            return self.number(0.0);
        }
        let hypotheses = &self.state.hypotheses;
        let relative = (hypotheses.best_joint - hypotheses.ln_total).wide();
        relative + self.ln_evidence()
    }

    /// The observation model.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The hazard.
    pub fn hazard(&self) -> &H {
        &self.hazard
    }

    /// Which hypotheses are kept.
    pub fn pruning(&self) -> &Pruning {
        &self.pruning
    }

    /// The instruction set that steps run on.
    pub fn isa(&self) -> Isa {
        self.isa
    }
}
