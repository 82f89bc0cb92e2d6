//! A running sum that keeps what rounding takes away.

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
