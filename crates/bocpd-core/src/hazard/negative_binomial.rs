//! Segments that end with the k-th of several events.

use alloc::vec::Vec;

use libm::{exp, log, log1p};

use super::Hazard;
use super::lookup::Lookup;
use crate::error::ParameterError;
use crate::math::incomplete::ln_binomial;
use crate::parameter::Limits;
use crate::score::TABLE_LEN;

/// How many successes there may be.
pub(crate) const EVENTS: Limits = Limits::closed(1.0, 10_000.0, "lie in [1, 10000]");
/// What the probability of one may be.
pub(crate) const SUCCESS: Limits = Limits::open(0.0, 1.0, "lie strictly between 0 and 1");

/// The negative binomial distribution of segment lengths: the number of trials
/// up to the k-th success, each with probability p.
///
/// ```text
/// P(L = l) = C(l−1, k−1) p^k (1−p)^(l−k),   l ≥ k
/// ```
///
/// Mean k/p; no segment is shorter than k; k = 1 is the constant hazard p.
/// Adams & MacKay (2007), §1.
#[derive(Clone, Debug, PartialEq)]
pub struct NegativeBinomial {
    k: u32,
    p: f64,
    table: Lookup,
}

impl NegativeBinomial {
    /// Segments last until the `k`-th success of probability `p`.
    ///
    /// # Errors
    /// `k` must lie in [1, 10000], `p` in (0, 1).
    pub fn new(k: u32, p: f64) -> Result<Self, ParameterError> {
        EVENTS.check::<f64>("k", f64::from(k))?;
        SUCCESS.check::<f64>("p", p)?;
        Ok(Self {
            k,
            p,
            table: Lookup::of(|l| hazard(k, p, l), TABLE_LEN as u64),
        })
    }
}

/// P(L = l)/P(L ≥ l). With i successes before trial l, i < k:
/// 1/h = (1/p) Σᵢ P(i)/P(k−1), and P(i−1)/P(i) = i (1−p) / ((l−i) p).
fn hazard(k: u32, p: f64, length: u64) -> f64 {
    let k = u64::from(k);
    if length < k {
        return 0.0;
    }
    let odds = (1.0 - p) / p;
    let (mut sum, mut term) = (1.0, 1.0);
    for i in (1..k).rev() {
        term *= i as f64 / (length - i) as f64 * odds;
        sum += term;
        if term < sum * 1e-18 && i as f64 * odds < (length - i) as f64 {
            break;
        }
    }
    p / sum
}

impl Hazard for NegativeBinomial {
    fn hazard(&self, length: u64) -> f64 {
        self.table
            .get(length)
            .unwrap_or_else(|| hazard(self.k, self.p, length))
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        let Self { k, p, .. } = *self;
        let seen = Successes::new(k, p, (length - 1) as f64);
        let both = Successes::new(k, p, (length - 1) as f64 + further as f64);
        let ln_survival = both.ln_under_k_since(&seen);
        // Near 0 the probability of the end has the digits.
        Some(if ln_survival < -0.5 {
            ln_survival
        } else {
            log1p(-seen.p_end_within(&Successes::new(k, p, further as f64)))
        })
    }

    fn mean_residual(&self, length: u64) -> Option<f64> {
        let seen = Successes::new(self.k, self.p, (length - 1) as f64);
        let missing = seen.weights.iter().enumerate();
        let missing = missing.map(|(i, weight)| weight * (f64::from(self.k) - i as f64));
        Some(missing.sum::<f64>() / (seen.total * self.p))
    }
}

/// How many successes, fewer than k, so many trials may have had.
struct Successes {
    k: u32,
    p: f64,
    trials: f64,
    /// A number of successes whose probability is not small beside those of the
    /// others.
    middle: f64,
    /// Its probability.
    ln_middle: f64,
    /// The probabilities of 0, 1, 2, … successes, relative to that.
    weights: Vec<f64>,
    /// Their sum.
    total: f64,
}

impl Successes {
    fn new(k: u32, p: f64, trials: f64) -> Self {
        let most = f64::from(k - 1).min(trials);
        let middle = libm::floor(p * (trials + 1.0)).min(most);
        // P(i+1)/P(i) = (n−i)/(i+1) · p/(1−p).
        let odds = p / (1.0 - p);
        let ratio = |i: f64| (trials - i) / (i + 1.0) * odds;
        let below = core::iter::successors(Some((middle, 1.0)), |&(i, weight)| {
            (i > 0.0).then(|| (i - 1.0, weight / ratio(i - 1.0)))
        });
        let mut weights: Vec<f64> = below.map(|(_, weight)| weight).collect();
        weights.reverse();
        let (mut i, mut weight) = (middle, 1.0);
        while i < most {
            weight *= ratio(i);
            i += 1.0;
            weights.push(weight);
        }
        Self {
            k,
            p,
            trials,
            middle,
            ln_middle: ln_probability(middle, trials, p),
            total: weights.iter().sum(),
            weights,
        }
    }

    /// ln of the probability of fewer than k successes, given that it was
    /// so already after the trials of `before`, which are some of these.
    fn ln_under_k_since(&self, before: &Self) -> f64 {
        let ln_middles = if self.middle == before.middle {
            // C(n+m, i)/C(n, i) (1−p)^m, whose logarithms would cancel.
            let more = self.trials - before.trials;
            let factors = core::iter::successors(Some(0.0), |i| Some(i + 1.0));
            let factors = factors.take_while(|&i| i < self.middle);
            let growth = factors.map(|i| log1p(more / (before.trials - i)));
            growth.sum::<f64>() + more * log1p(-self.p)
        } else {
            self.ln_middle - before.ln_middle
        };
        ln_middles + log(self.total / before.total)
    }

    /// The probability that these successes and those of `more` are k or more
    /// together: Σ_j P(j of these) P(k − j or more of those).
    fn p_end_within(&self, more: &Self) -> f64 {
        let weight = |i: u32| more.weights.get(i as usize).copied().unwrap_or(0.0);
        // Of k or more. Where that is not the rule, terms fall from k on.
        let odds = self.p / (1.0 - self.p);
        let (mut i, mut term) = (f64::from(self.k - 1), weight(self.k - 1));
        let mut or_more = 0.0;
        while term > or_more * 1e-18 {
            term *= (more.trials - i) / (i + 1.0) * odds;
            i += 1.0;
            or_more += term;
        }
        let mut sum = 0.0;
        for (i, these) in (0..self.k).rev().zip(&self.weights) {
            sum += these * or_more;
            or_more += weight(i);
        }
        (exp(more.ln_middle) * (sum / self.total)).min(1.0)
    }
}

/// ln of the probability of i successes in n trials.
fn ln_probability(i: f64, n: f64, p: f64) -> f64 {
    if i == 0.0 {
        n * log1p(-p)
    } else if i < n {
        ln_binomial(i, n - i, p, 1.0 - p)
    } else {
        n * log(p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_success_is_constant() {
        let hazard = NegativeBinomial::new(1, 0.03).unwrap();
        for length in [1, 5, 1024, 1025, 1 << 40] {
            assert!((hazard.hazard(length) - 0.03).abs() < 1e-17);
        }
    }

    #[test]
    fn agrees_with_its_distribution() {
        let (k, p) = (4u32, 0.05f64);
        let hazard = NegativeBinomial::new(k, p).unwrap();
        let mut survival = 1.0;
        // Further on, the subtraction below has lost too many digits to judge by.
        for l in 1..200u64 {
            let mass = if l < 4 {
                0.0
            } else {
                let n = (l - 1) as f64;
                n * (n - 1.0) * (n - 2.0) / 6.0 * p.powi(4) * (1.0 - p).powf(l as f64 - 4.0)
            };
            assert!((hazard.hazard(l) - mass / survival).abs() < 1e-11, "{l}");
            survival -= mass;
        }
    }

    /// Against sums over the hazard.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone, millions of them")]
    fn survival_and_residual_are_sums() {
        for (k, p) in [
            (1, 0.3),
            (2, 0.05),
            (7, 0.9),
            (40, 0.5),
            (3, 1e-6),
            (900, 0.2),
        ] {
            let hazard = NegativeBinomial::new(k, p).unwrap();
            for length in [1, 2, 5, 39, 400, 5000] {
                let mut want = 0.0;
                for further in 0..if cfg!(miri) { 30 } else { 3000 } {
                    let got = hazard.ln_survival(length, further).unwrap();
                    // Hazards under that are none.
                    let error = (got - want) / f64::min(want, -1e-290);
                    assert!(
                        error.abs() < 1e-11,
                        "{k} {p} {length} {further}: {got} {want}"
                    );
                    want += (-hazard.hazard(length + further)).ln_1p();
                }
            }
            let got = hazard.mean_residual(1).unwrap();
            assert!((got * p / f64::from(k) - 1.0).abs() < 1e-14);
            // R(l) = 1 + (1 − h(l)) R(l + 1)
            for length in [1, 7, 900, 100_000_000_000] {
                let residual = |length| hazard.mean_residual(length).unwrap();
                let stays = hazard.ln_survival(length, 1).unwrap().exp();
                let (got, want) = (residual(length), 1.0 + stays * residual(length + 1));
                assert!(
                    (got / want - 1.0).abs() < 1e-13,
                    "{k} {p} {length}: {got} {want}"
                );
            }
        }
    }

    /// Of 10^12 trials and more: P(2 − i successes at most), i = 0 or 1.
    #[test]
    fn far_ahead() {
        let hazard = NegativeBinomial::new(2, 1e-11).unwrap();
        let got = hazard.ln_survival(1, 1_000_000_000_000).unwrap();
        let want = -1e12 * 1e-11 - 0.5e-10 * 10.0 / 10.0 + 11f64.ln();
        assert!((got - want).abs() < 1e-9, "{got} {want}");
        let got = hazard.ln_survival(1_000_000, u64::MAX).unwrap();
        assert!((got / -1.844_674_407_370_955_2e8 - 1.0).abs() < 1e-6);
        // The hazard is p, but for what has not yet had its chance.
        let sure = NegativeBinomial::new(3, 1.0 - 1e-15).unwrap();
        let got = sure.ln_survival(3, 1).unwrap();
        assert!((got / 3e-15f64.ln() - 1.0).abs() < 1e-3, "{got}");
    }
}
