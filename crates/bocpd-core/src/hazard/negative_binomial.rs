//! Segments that end with the k-th of several events.

use super::{Hazard, Table};
use crate::ParameterError;
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
    table: Table,
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
            table: Table::of(|l| hazard(k, p, l), TABLE_LEN as u64),
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
}
