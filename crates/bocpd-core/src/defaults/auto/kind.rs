//! What the numbers of a series are.

/// What the numbers of a series are, by their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// 0 and 1, both of them.
    YesNo,
    /// Counts whose variance within segments is about their mean.
    Counts,
    /// Any others.
    Real,
}

impl Numbers {
    /// Of the finite values of a series.
    pub(super) fn of(xs: &[f64]) -> Self {
        let values = || xs.iter().copied().filter(|x| x.is_finite());
        let integer = |x: f64| (0.0..1e15).contains(&x) && libm::floor(x) == x;
        let has = |wanted: f64| values().any(|x| x == wanted);
        if values().all(|x| x == 0.0 || x == 1.0) && has(0.0) && has(1.0) {
            Self::YesNo
        } else if values().all(integer) && is_poisson(xs) {
            Self::Counts
        } else {
            Self::Real
        }
    }
}

/// Whether neighbours differ as those of a Poisson process do. Of two counts with one rate,
///
/// ```text
/// E[(a − b)² | a + b] = a + b
/// ```
///
/// since a is binomial then: the mean of (a − b)²/(a + b) is 1 whatever the rates are, as
/// long as few neighbours stand on both sides of a change. Its variance is at most 2.
fn is_poisson(xs: &[f64]) -> bool {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for pair in xs.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if a + b > 0.0 {
            // One pair on both sides of a large change says no more than this.
            sum += ((a - b) * (a - b) / (a + b)).min(16.0);
            pairs += 1.0;
        }
    }
    let error = 2.0 * libm::sqrt(2.0 / pairs);
    let mean = sum / pairs;
    pairs >= 8.0 && mean <= 1.0 + error && mean >= 1.0 - error.min(0.5)
}
