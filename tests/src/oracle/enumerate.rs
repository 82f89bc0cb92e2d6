//! Every segmentation of a short series, one by one.
//!
//! The joint probability of a segmentation and the data is a product: for each
//! gap between observations `h(l)` where a segment of length l ends and
//! `1 − h(l)` where it goes on, and for each segment its evidence. Everything
//! that a filter claims is a sum or a maximum over these.

use super::{Gap, Hazard, Segment, ln_sum_exp};

/// One segmentation: where segments start (always at 0 too), and its joint
/// probability with the data.
#[derive(Clone, Debug)]
pub struct Path {
    /// Starts of the segments, 0 first.
    pub starts: Vec<usize>,
    /// ln p(segmentation, data).
    pub ln_joint: f64,
}

/// All `2^(n−1)` segmentations of n observations.
#[derive(Clone, Debug)]
pub struct Enumeration {
    /// The segmentations.
    pub paths: Vec<Path>,
    n: usize,
}

impl Enumeration {
    /// Enumerates the segmentations of `data` (`None` is missing).
    /// `elapsed[t]` is the time between observations t−1 and t; `elapsed[0]`
    /// has no meaning.
    ///
    /// # Panics
    /// When there is no data, more than 16 observations, or `elapsed` has
    /// another length.
    #[must_use]
    pub fn new(
        model: &dyn Segment,
        hazard: &Hazard,
        data: &[Option<f64>],
        elapsed: &[f64],
    ) -> Self {
        let n = data.len();
        assert!((1..=16).contains(&n) && elapsed.len() == n);
        let evidence = |from: usize, to: usize| model.ln_evidence_of(data, elapsed, from, to);
        // evidences[from][to − from − 1]: the segment x_from..x_(to−1).
        let evidences: Vec<Vec<f64>> = (0..n)
            .map(|from| (from + 1..=n).map(|to| evidence(from, to)).collect())
            .collect();
        let times: Vec<f64> = (0..n).map(|t| elapsed[1..=t].iter().sum()).collect();
        // Between x_(next − 1) and x_next in a segment from `from`.
        let gap = |from: usize, next: usize| Gap {
            length: (next - from) as u64,
            age: times[next - 1] - times[from],
            elapsed: elapsed[next],
        };
        let paths = (0..1u32 << (n - 1))
            .map(|mask| {
                let starts: Vec<usize> = (0..n)
                    .filter(|&i| i == 0 || mask >> (i - 1) & 1 == 1)
                    .collect();
                let mut ln_joint = 0.0;
                for (i, &from) in starts.iter().enumerate() {
                    let to = starts.get(i + 1).copied().unwrap_or(n);
                    ln_joint += evidences[from][to - from - 1];
                    // The gaps within the segment, and the one after it.
                    let within = (from + 1..to).map(|next| hazard.ln_stay(gap(from, next)));
                    ln_joint += within.sum::<f64>();
                    if to < n {
                        ln_joint += hazard.h(gap(from, to)).ln();
                    }
                }
                Path { starts, ln_joint }
            })
            .collect();
        Self { paths, n }
    }

    /// As [`new`](Self::new), on a regular grid.
    #[must_use]
    pub fn regular(model: &dyn Segment, hazard: &Hazard, data: &[Option<f64>]) -> Self {
        Self::new(model, hazard, data, &vec![1.0; data.len()])
    }

    /// ln p(data).
    #[must_use]
    pub fn ln_evidence(&self) -> f64 {
        ln_sum_exp(self.paths.iter().map(|path| path.ln_joint))
    }

    /// E[`count`(segmentation) | data].
    fn expectation(&self, count: impl Fn(&Path) -> f64) -> f64 {
        let ln_evidence = self.ln_evidence();
        let paths = self.paths.iter();
        paths
            .map(|path| count(path) * (path.ln_joint - ln_evidence).exp())
            .sum()
    }

    /// P(the last segment starts at s | data), for s = 0..n.
    ///
    #[must_use]
    pub fn posterior(&self) -> Vec<f64> {
        (0..self.n)
            .map(|s| self.expectation(|path| f64::from(u8::from(path.starts.last() == Some(&s)))))
            .collect()
    }

    /// P(a segment starts at s | data), for s = 0..n: the smoothed marginals.
    #[must_use]
    pub fn smoothed(&self) -> Vec<f64> {
        (0..self.n)
            .map(|s| self.expectation(|path| f64::from(u8::from(path.starts.contains(&s)))))
            .collect()
    }

    /// E[number of changes | data]; index 0 is none.
    #[must_use]
    pub fn expected_changes(&self) -> f64 {
        self.expectation(|path| (path.starts.len() - 1) as f64)
    }

    /// The most probable segmentation.
    ///
    /// # Panics
    /// Never: there is at least one.
    #[must_use]
    pub fn map(&self) -> &Path {
        let by_joint = |a: &&Path, b: &&Path| a.ln_joint.total_cmp(&b.ln_joint);
        self.paths.iter().max_by(by_joint).expect("n ≥ 1")
    }

    /// By how much (in ln) the most probable segmentation leads the second:
    /// small means that the choice hangs on rounding.
    #[must_use]
    pub fn map_lead(&self) -> f64 {
        let mut joints: Vec<f64> = self.paths.iter().map(|path| path.ln_joint).collect();
        joints.sort_by(|a, b| b.total_cmp(a));
        joints
            .get(1)
            .map_or(f64::INFINITY, |second| joints[0] - second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{self, MODELS};
    use crate::close::{assert_all_close, assert_close};
    use crate::oracle::naive::Naive;
    use crate::oracle::textbook::{bernoulli::Bernoulli, poisson::Poisson};
    use crate::oracle::{config, hazards};
    use crate::random::Random;

    /// Two flips of a coin by hand: p(0, 1) with a change costs h/4, without
    /// (1−h)/6.
    #[test]
    fn two_flips_by_hand() {
        let coin = Bernoulli { a: 1.0, b: 1.0 };
        let all = Enumeration::regular(&coin, &hazards::constant(4.0), &[Some(0.0), Some(1.0)]);
        let (with, without) = (0.25 / 4.0, 0.75 / 6.0);
        assert_close("evidence", all.ln_evidence().exp(), with + without, 1e-15);
        let change = with / (with + without);
        assert_all_close(
            "posterior",
            &all.posterior(),
            &[1.0 - change, change],
            1e-15,
        );
        assert_close("changes", all.expected_changes(), change, 1e-15);
    }

    #[test]
    fn smoothed_marginals_sum_to_the_expected_number_of_segments() {
        let model = Poisson {
            shape: 2.0,
            rate: 0.5,
        };
        let data = [3.0, 2.0, 12.0, 15.0, 1.0].map(Some);
        let all = Enumeration::regular(&model, &hazards::weibull(1.5, 3.0), &data);
        let smoothed = all.smoothed();
        assert_close("certain", smoothed[0], 1.0, 1e-14);
        let sum: f64 = smoothed.iter().sum();
        assert_close("segments", sum, 1.0 + all.expected_changes(), 1e-14);
        // The last index can only be the last start.
        let last = all.posterior()[4];
        assert_close("last", smoothed[4], last, 1e-15);
    }

    /// Holds the naive filter to the enumeration after every observation.
    fn compare(model: &dyn Segment, hazard: &Hazard, data: &[Option<f64>], elapsed: &[f64]) {
        let mut naive = Naive::new(model, hazard);
        for t in 0..data.len() {
            naive.step_after(elapsed[t], data[t]);
            let all = Enumeration::new(model, hazard, &data[..=t], &elapsed[..=t]);
            let tolerance = 1e-12;
            assert_all_close("posterior", &naive.posterior(), &all.posterior(), tolerance);
            let (got, want) = (naive.ln_evidence(), all.ln_evidence());
            assert_close("evidence", got, want, tolerance);
            let (got, want) = (naive.map_ln_joint(), all.map().ln_joint);
            assert_close("joint maximum", got, want, tolerance);
            if all.map_lead() > 1e-9 {
                let changes = &all.map().starts[1..];
                assert_eq!(naive.changepoints(), changes);
            }
        }
    }

    #[test]
    fn the_naive_filter_is_the_sum_over_all_segmentations() {
        let mut random = Random::new(11);
        for entry in &MODELS {
            for hazard in catalogue::hazards(4.0) {
                let counts = ["table", "negative_binomial"];
                let counts = counts.iter().any(|tag| hazard.get(tag).is_some());
                let model = (entry.model)(&mut random);
                let (model, hazard) = config::parse(&catalogue::config(&model, &hazard));
                let n = 8;
                let elapsed: Vec<f64> = if counts {
                    vec![1.0; n]
                } else {
                    (0..n).map(|_| random.between(0.1, 3.0)).collect()
                };
                let data: Vec<Option<f64>> = (0..n)
                    .map(|_| {
                        let level = random.below(3);
                        let x = (entry.draw)(&mut random, level);
                        (random.uniform() < 0.85).then_some(x)
                    })
                    .collect();
                compare(&*model, &hazard, &data, &elapsed);
            }
        }
    }
}
