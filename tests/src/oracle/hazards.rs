//! Segment-length laws, as `h(l) = P(L = l | L ≥ l)`.

use super::Hazard;

/// Mean segment length λ: `h = 1/λ`, whatever the elapsed time.
#[must_use]
pub fn constant(mean_run_length: f64) -> Hazard {
    Box::new(move |_, _| 1.0 / mean_run_length)
}

/// Changes at rate λ per unit of time: `h = 1 − exp(−λΔ)`.
#[must_use]
pub fn rate(per_unit_time: f64) -> Hazard {
    Box::new(move |_, elapsed| -(-per_unit_time * elapsed).exp_m1())
}

/// Discrete Weibull: `P(L ≥ l) = exp(−((l−1)/η)^c)`.
#[must_use]
pub fn weibull(shape: f64, scale: f64) -> Hazard {
    let cumulative = move |l: f64| (l / scale).powf(shape);
    Box::new(move |l, _| {
        let l = l as f64;
        -(cumulative(l - 1.0) - cumulative(l)).exp_m1()
    })
}

/// Log-logistic: `P(L ≥ l) = 1/(1 + ((l−1)/η)^c)`.
#[must_use]
pub fn log_logistic(shape: f64, scale: f64) -> Hazard {
    let odds = move |l: f64| (l / scale).powf(shape);
    Box::new(move |l, _| {
        let l = l as f64;
        (odds(l) - odds(l - 1.0)) / (1.0 + odds(l))
    })
}

/// Negative binomial: a segment ends at the k-th success of trials with
/// probability p, `P(L = l) = C(l−1, k−1) p^k (1−p)^(l−k)`.
///
/// `L ≥ l` means fewer than k successes in l−1 trials, so
/// `h(l) = p · b(k−1) / Σ_{j<k} b(j)` with `b(j) = C(l−1, j) p^j (1−p)^(l−1−j)`.
#[must_use]
pub fn negative_binomial(k: u64, p: f64) -> Hazard {
    Box::new(move |l, _| {
        if l < k {
            return 0.0;
        }
        // Σ b(j)/b(k−1), each term from the one above it.
        let (mut term, mut sum) = (1.0, 1.0);
        for j in (0..k - 1).rev() {
            term *= (j + 1) as f64 / (l - 1 - j) as f64 * ((1.0 - p) / p);
            sum += term;
        }
        p / sum
    })
}

/// `h(1), h(2), …`; the last entry repeats.
#[must_use]
pub fn table(hazards: Vec<f64>) -> Hazard {
    Box::new(move |l, _| {
        let i = usize::try_from(l - 1).unwrap_or(usize::MAX);
        hazards[i.min(hazards.len() - 1)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;

    /// `P(L ≥ l)` from the hazard.
    fn survival(hazard: &Hazard, l: u64) -> f64 {
        (1..l).map(|j| 1.0 - hazard(j, 1.0)).product()
    }

    #[test]
    fn survival_functions_are_the_named_ones() {
        for l in 1..60 {
            let x = (l - 1) as f64;
            let want = (-(x / 20.0).powf(1.7)).exp();
            assert_close("weibull", survival(&weibull(1.7, 20.0), l), want, 1e-14);
            let want = 1.0 / (1.0 + (x / 20.0).powf(1.7));
            let got = survival(&log_logistic(1.7, 20.0), l);
            assert_close("log-logistic", got, want, 1e-14);
            let got = survival(&constant(20.0), l);
            assert_close("constant", got, 0.95f64.powf(x), 1e-14);
        }
    }

    #[test]
    fn negative_binomial_has_the_named_lengths() {
        // k = 3: P(L = l) = (l−1)(l−2)/2 p³ (1−p)^(l−3).
        let hazard = negative_binomial(3, 0.2);
        for l in 1..80u64 {
            let x = l as f64;
            let want = if l < 3 {
                0.0
            } else {
                0.5 * (x - 1.0) * (x - 2.0) * 0.2f64.powi(3) * 0.8f64.powf(x - 3.0)
            };
            let got = survival(&hazard, l) * hazard(l, 1.0);
            assert_close("negative binomial", got, want, 1e-14);
        }
        let one = negative_binomial(1, 0.2);
        assert_close("k = 1 is constant", one(17, 1.0), 0.2, 1e-15);
    }

    #[test]
    fn a_rate_is_a_constant_hazard_on_a_grid_and_multiplies_over_time() {
        let h = rate(0.3);
        assert_close("unit", h(5, 1.0), 1.0 - (-0.3f64).exp(), 1e-15);
        let stay = (1.0 - h(1, 0.25)) * (1.0 - h(1, 1.5));
        assert_close("sum of times", 1.0 - h(1, 1.75), stay, 1e-15);
    }

    #[test]
    fn the_last_entry_of_a_table_repeats() {
        let h = table(vec![0.5, 0.1]);
        assert_eq!((h(1, 1.0), h(2, 1.0), h(99, 1.0)), (0.5, 0.1, 0.1));
    }
}
