//! Sums: one that keeps what rounding takes away, and sums of probabilities.

use libm::{exp, expm1, log, log1p};

/// Neumaier's compensated sum: the error does not grow with the number of
/// terms (Neumaier 1974).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct CompensatedSum {
    sum: f64,
    lost: f64,
}

impl CompensatedSum {
    #[inline]
    pub(crate) fn add(&mut self, term: f64) {
        let next = self.sum + term;
        // An infinite or NaN sum has lost nothing that could be given back.
        if next.is_finite() {
            self.lost += if self.sum.abs() >= term.abs() {
                (self.sum - next) + term
            } else {
                (term - next) + self.sum
            };
        }
        self.sum = next;
    }

    #[inline]
    pub(crate) fn value(&self) -> f64 {
        self.sum + self.lost
    }

    /// What was added after `earlier`, with digits that the whole sum hides.
    pub(crate) fn since(&self, earlier: &Self) -> f64 {
        (self.sum - earlier.sum) + (self.lost - earlier.lost)
    }
}

/// The sum of these terms, +0 of none. (`Iterator::sum` says −0, which no
/// probability is.)
pub(crate) fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    terms.fold(0.0, |sum, term| sum + term)
}

/// ln Σ e^x, without overflow; −∞ of none.
pub(crate) fn ln_sum_exp(terms: &[f64]) -> f64 {
    let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest.is_infinite() {
        return largest;
    }
    largest + log(sum(terms.iter().map(|term| exp(term - largest))))
}

/// ln(1 − e^x) for x ≤ 0.
pub(crate) fn ln_1m_exp(x: f64) -> f64 {
    if x > -core::f64::consts::LN_2 {
        log(-expm1(x))
    } else {
        log1p(-exp(x))
    }
}

#[cfg(test)]
mod tests {
    use super::CompensatedSum;

    #[test]
    fn small_terms_survive_beside_a_large_one() {
        let mut sum = CompensatedSum::default();
        sum.add(1e16);
        for _ in 0..1000 {
            sum.add(1.0);
        }
        sum.add(-1e16);
        assert_eq!(sum.value(), 1000.0);
    }
}
