//! When the next change will be.

use alloc::vec::Vec;

use libm::{exp, expm1, log1p};

use crate::detector::Detector;
use crate::hazard::{Hazard, sum_of_survival};
use crate::math::{CompensatedSum, sum};
use crate::observation_model::ObservationModel;

/// How far ahead a hazard is asked that cannot say how many survive; it is taken
/// to stay as it is then.
const FAR: u64 = 1 << 20;

/// How many hazards are asked for together.
const CHUNK: u64 = 1024;

/// Less than this of a segment is left where it is taken to be over: e⁻⁵⁰.
const OVER: f64 = -50.0;

/// The largest number of observations ahead that is asked about: 2⁶³.
const LAST: f64 = 9_223_372_036_854_775_808.0;

impl<M: ObservationModel, H: Hazard> Detector<M, H> {
    /// P(at least one change among the next k observations | x_0..x_t).
    ///
    /// ```text
    /// 1 − Σ_s w_t(s) S_k(s),   S_k(s) = Π_{i<k} (1 − h(t−s+1+i))
    /// ```
    ///
    /// S_k is what the hazard says of it ([`Hazard::ln_survival`]), so any k takes
    /// the same time. Of a hazard that does not say it, a closure for example, the
    /// product is computed; no more than the hazards of the next 2²⁰ observations
    /// are asked for each hypothesis, and the last of them is taken for all that
    /// follow.
    pub fn p_change_within(&self, k: u64) -> f64 {
        let ln_stays = self.ln_stays(k).into_iter();
        let changes = self.weights().zip(ln_stays);
        let within = sum(changes.map(|((_, weight), ln_stay)| weight * -expm1(ln_stay)));
        self.number(within.min(1.0))
    }

    /// P(the next change is at t + k | x_0..x_t), k ≥ 1: the k-th observation
    /// from now is the first of a new segment, and none before it.
    ///
    /// ```text
    /// Σ_s w_t(s) S_{k−1}(s) h(t−s+k)
    /// ```
    ///
    /// 0 for k = 0. S as in [`p_change_within`](Self::p_change_within).
    /// Agudelo-España et al. (2020), arXiv:1902.04524.
    pub fn p_next_change_after(&self, k: u64) -> f64 {
        let Some(before) = k.checked_sub(1) else {
            return 0.0;
        };
        let hazards: Vec<f64> = self
            .lengths()
            .map(|l| self.hazard_ahead(l, before))
            .collect();
        let ln_stays = self.ln_stays(before).into_iter().zip(hazards);
        let changes = self.weights().zip(ln_stays);
        let next = sum(changes.map(|((_, weight), (ln_stay, h))| weight * exp(ln_stay) * h));
        self.number(next.min(1.0))
    }

    /// E(k), where the next change is at t + k: the expected number of
    /// observations from the next one to the first of the next segment.
    ///
    /// ```text
    /// Σ_s w_t(s) Σ_{k≥0} S_k(s)
    /// ```
    ///
    /// `None` if there is no mean, as under a log-logistic hazard of shape 1, or if
    /// it is beyond the largest number; also before any observation. The inner sum
    /// is [`Hazard::mean_residual`]. For a hazard that does not say it, it is summed
    /// over k, with S as in [`p_change_within`](Self::p_change_within): from
    /// [`Hazard::ln_survival`] up to k = 2⁶³, beyond which it is taken to fall like
    /// a power of k, or over the hazards of the next 2²⁰ observations or more, the
    /// last of which is taken for all that follow.
    pub fn expected_residual(&self) -> Option<f64> {
        let residuals = self.residuals().into_iter();
        let possible = self.weights().zip(residuals).filter(|((_, w), _)| *w > 0.0);
        let mean = sum(possible.map(|((_, weight), residual)| weight * residual));
        let mean = self.number(mean);
        (self.live() > 0 && mean.is_finite()).then_some(mean)
    }

    /// Positions and probabilities of the live hypotheses.
    pub(super) fn weights(&self) -> impl Iterator<Item = (usize, f64)> {
        let posterior = self.run_length_posterior();
        posterior.enumerate().map(|(i, (_, weight))| (i, weight))
    }

    /// How many observations the segment of each hypothesis has; these descend.
    fn lengths(&self) -> impl DoubleEndedIterator<Item = u64> + ExactSizeIterator {
        let starts = self.state.hypotheses.starts.iter();
        starts.map(|start| self.state.time - start)
    }

    /// For each hypothesis, ln P(it goes on for k more observations).
    pub(super) fn ln_stays(&self, k: u64) -> Vec<f64> {
        let known = |length| Some(at_most_0(self.hazard().ln_survival(length, k)?));
        if let Some(ln_stays) = self.lengths().map(known).collect() {
            return ln_stays;
        }
        if let Some(h) = self.hazard().constant() {
            let ln_stay = k as f64 * log1p(-probability(h));
            // Nothing is lost in no time, not even with certainty.
            return self
                .lengths()
                .map(|_| if k == 0 { 0.0 } else { ln_stay })
                .collect();
        }
        self.ln_stays_summed(k)
    }

    /// The hazard of a segment that has `length` observations now and goes on for
    /// `further` more.
    fn hazard_ahead(&self, length: u64, further: u64) -> f64 {
        let hazard = self.hazard();
        let known = hazard.constant().is_some() || hazard.ln_survival(length, 1).is_some();
        let asked = if known { further } else { further.min(FAR - 1) };
        probability(hazard.hazard(length.saturating_add(asked)))
    }

    /// [`ln_stays`](Self::ln_stays) for a hazard that gives nothing but h.
    ///
    /// The sums of all hypotheses are differences of one that goes up through the
    /// lengths, whose beginnings and ends both ascend.
    fn ln_stays_summed(&self, k: u64) -> Vec<f64> {
        let lengths: Vec<u64> = self.lengths().rev().collect();
        let reach = k.min(FAR);
        let mut ahead = Ahead::new(self.hazard());
        let mut begun: Vec<Lost> = Vec::with_capacity(lengths.len());
        let mut ln_stays = Vec::with_capacity(lengths.len());
        while let Some(end) = lengths.get(ln_stays.len()).map(|l| l.saturating_add(reach)) {
            match lengths.get(begun.len()) {
                Some(&length) if length <= end => {
                    if begun.len() == ln_stays.len() {
                        // No sum goes through what is in between.
                        ahead.length = length;
                    }
                    ahead.go_to(length);
                    begun.push(ahead.lost);
                }
                _ => {
                    ahead.go_to(end);
                    let within = ahead.lost.ln_since(&begun[ln_stays.len()]);
                    let beyond = (k - reach) as f64;
                    ln_stays.push(if beyond > 0.0 {
                        within + beyond * log1p(-ahead.last)
                    } else {
                        within
                    });
                }
            }
        }
        ln_stays.reverse();
        ln_stays
    }

    /// For each hypothesis, Σ_{k≥0} P(it goes on for k more observations).
    fn residuals(&self) -> Vec<f64> {
        let hazard = self.hazard();
        if let Some(residuals) = self.lengths().map(|l| hazard.mean_residual(l)).collect() {
            return residuals;
        }
        if let Some(h) = hazard.constant() {
            return self.lengths().map(|_| 1.0 / probability(h)).collect();
        }
        let from_survival = |length| {
            hazard.ln_survival(length, 1)?;
            let ln_survival = |k: f64| hazard.ln_survival(length, whole(k)).map_or(0.0, at_most_0);
            Some(sum_of_survival(ln_survival, LAST, |_| None))
        };
        let residuals: Option<Vec<f64>> = self.lengths().map(from_survival).collect();
        residuals.unwrap_or_else(|| self.residuals_summed())
    }

    /// [`residuals`](Self::residuals) for a hazard that gives nothing but h: from
    /// where nothing is left back to each length,
    ///
    /// ```text
    /// R(l) = 1 + (1 − h(l)) R(l + 1)
    /// ```
    fn residuals_summed(&self) -> Vec<f64> {
        let mut residuals: Vec<f64> = Vec::with_capacity(self.live());
        // R of this length, the smallest up to now.
        let mut at = u64::MAX;
        for length in self.lengths() {
            let mut residual = match residuals.last() {
                Some(&residual) if at - length <= FAR => residual,
                _ => {
                    let mut ahead = Ahead::new(self.hazard());
                    ahead.length = length;
                    let end = length.saturating_add(FAR);
                    let begun = ahead.lost;
                    while ahead.length < end
                        && !(ahead.last > 0.0 && ahead.lost.ln_since(&begun) < OVER)
                    {
                        ahead.go_to(end.min(ahead.length + CHUNK));
                    }
                    at = ahead.length;
                    1.0 / ahead.last
                }
            };
            while at > length {
                let from = length.max(at.saturating_sub(CHUNK));
                for h in hazards(self.hazard(), from, at).into_iter().rev() {
                    // What ends for sure does not come to what follows.
                    residual = if h < 1.0 {
                        1.0 + (1.0 - h) * residual
                    } else {
                        1.0
                    };
                }
                at = from;
            }
            residuals.push(residual);
        }
        residuals
    }
}

/// What a segment has lost on its way through the lengths.
#[derive(Clone, Copy, Default)]
struct Lost {
    /// Σ ln(1 − h) over the hazards below 1.
    ln: CompensatedSum,
    /// How many hazards were 1.
    certain: u64,
}

impl Lost {
    /// Σ ln(1 − h) over what came after `earlier`.
    fn ln_since(&self, earlier: &Self) -> f64 {
        if self.certain > earlier.certain {
            f64::NEG_INFINITY
        } else {
            at_most_0(self.ln.since(&earlier.ln))
        }
    }
}

/// Goes up through the lengths and asks for the hazard at each.
struct Ahead<'a, H> {
    hazard: &'a H,
    /// The next to be asked about.
    length: u64,
    lost: Lost,
    /// The last hazard that was given.
    last: f64,
}

impl<'a, H: Hazard> Ahead<'a, H> {
    fn new(hazard: &'a H) -> Self {
        Self {
            hazard,
            length: 1,
            lost: Lost::default(),
            last: 0.0,
        }
    }

    /// Takes in the hazards up to that of the length before `end`.
    fn go_to(&mut self, end: u64) {
        while self.length < end {
            let to = end.min(self.length + CHUNK);
            for h in hazards(self.hazard, self.length, to) {
                if h < 1.0 {
                    self.lost.ln.add(log1p(-h));
                } else {
                    self.lost.certain += 1;
                }
                self.last = h;
            }
            self.length = to;
        }
    }
}

/// The hazards of the lengths `from..to`.
fn hazards(hazard: &impl Hazard, from: u64, to: u64) -> Vec<f64> {
    let lengths: Vec<u64> = (from..to).collect();
    let mut hazards = alloc::vec![0.0; lengths.len()];
    hazard.fill(&lengths, &mut hazards);
    hazards.into_iter().map(probability).collect()
}

/// A hazard that is used outside of a step, where it cannot be refused.
pub(super) fn probability(hazard: f64) -> f64 {
    if hazard > 0.0 { hazard.min(1.0) } else { 0.0 }
}

/// The same for the logarithm of a survival.
pub(super) fn at_most_0(ln_survival: f64) -> f64 {
    if ln_survival < 0.0 { ln_survival } else { 0.0 }
}

/// A whole number that is less than 2⁶⁴.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is one"
)]
fn whole(k: f64) -> u64 {
    k as u64
}
