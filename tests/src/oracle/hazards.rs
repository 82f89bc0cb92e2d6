//! Segment-length laws: the probability that a segment ends in a gap, and ln of
//! the probability that it does not.
//!
//! With `S(τ)` = P(a segment lasts longer than τ after its first observation):
//! `h = 1 − S(age + elapsed)/S(age)`; on a regular grid that is
//! `h(l) = P(L = l | L ≥ l)`. `ln(1 − h)` is `ln S(age + elapsed) − ln S(age)`,
//! which says how small `1 − h` is where `h` is rounded to 1.

use serde::Deserialize;
use serde_json::json;

use super::{Gap, Hazard, Lasting, Law, ln_sum_exp, parameters};

/// Every hazard. New ones come last: the seeds of tests go by position.
pub const LAWS: &[Law] = &[
    Law {
        name: "constant",
        read: |p| constant(parameters::<Mean>(p).mean_run_length),
        about: |length| json!({"mean_run_length": length}),
    },
    Law {
        name: "rate",
        read: |p| rate(parameters::<PerUnitTime>(p).per_unit_time),
        about: |length| json!({"per_unit_time": 1.0 / length}),
    },
    Law {
        name: "weibull",
        read: |p| {
            let Spread { shape, scale } = parameters(p);
            weibull(shape, scale)
        },
        about: |length| json!({"shape": 2.0, "scale": length}),
    },
    Law {
        name: "log_logistic",
        read: |p| {
            let Spread { shape, scale } = parameters(p);
            log_logistic(shape, scale)
        },
        about: |length| json!({"shape": 1.5, "scale": length}),
    },
    Law {
        name: "negative_binomial",
        read: |p| {
            let Events { k, p } = parameters(p);
            negative_binomial(k, p)
        },
        about: |length| json!({"k": 2, "p": 2.0 / length}),
    },
    Law {
        name: "table",
        read: |p| table(parameters::<Values>(p).hazards),
        about: |length| json!({"hazards": [0.5 / length, 2.0 / length, 0.0, 1.0 / length]}),
    },
    // With one mean, which has a law; several are tested by themselves.
    Law {
        name: "constant_grid",
        read: |p| constant(parameters::<Means>(p).mean_run_lengths[0]),
        about: |length| json!({"mean_run_lengths": [length]}),
    },
];

#[derive(Deserialize)]
struct Mean {
    mean_run_length: f64,
}

#[derive(Deserialize)]
struct Means {
    mean_run_lengths: Vec<f64>,
}

#[derive(Deserialize)]
struct PerUnitTime {
    per_unit_time: f64,
}

#[derive(Deserialize)]
struct Spread {
    shape: f64,
    scale: f64,
}

#[derive(Deserialize)]
struct Events {
    k: u64,
    p: f64,
}

#[derive(Deserialize)]
struct Values {
    hazards: Vec<f64>,
}

/// A hazard from its two functions.
struct Both<E, S> {
    ends: E,
    ln_stays: S,
}

impl<E: Fn(Gap) -> f64, S: Fn(Gap) -> f64> Lasting for Both<E, S> {
    fn h(&self, gap: Gap) -> f64 {
        (self.ends)(gap)
    }
    fn ln_stay(&self, gap: Gap) -> f64 {
        (self.ln_stays)(gap)
    }
}

fn both(ends: impl Fn(Gap) -> f64 + 'static, ln_stays: impl Fn(Gap) -> f64 + 'static) -> Hazard {
    Box::new(Both { ends, ln_stays })
}

/// Mean segment length λ: `S(τ) = (1 − 1/λ)^τ`.
#[must_use]
pub fn constant(mean_run_length: f64) -> Hazard {
    both(
        move |gap| -(gap.elapsed * (-1.0 / mean_run_length).ln_1p()).exp_m1(),
        move |gap| {
            let ln_stay = if mean_run_length < 2.0 {
                (mean_run_length - 1.0).ln() - mean_run_length.ln()
            } else {
                (-1.0 / mean_run_length).ln_1p()
            };
            gap.elapsed * ln_stay
        },
    )
}

/// Changes at rate λ per unit of time: `S(τ) = exp(−λτ)`.
#[must_use]
pub fn rate(per_unit_time: f64) -> Hazard {
    both(
        move |gap| -(-per_unit_time * gap.elapsed).exp_m1(),
        move |gap| -per_unit_time * gap.elapsed,
    )
}

/// Weibull: `S(τ) = exp(−(τ/η)^c)`; on a grid `P(L ≥ l) = S(l−1)`.
#[must_use]
pub fn weibull(shape: f64, scale: f64) -> Hazard {
    let cumulative = move |age: f64| (age / scale).powf(shape);
    let ln_stay = move |gap: Gap| cumulative(gap.age) - cumulative(gap.age + gap.elapsed);
    both(move |gap| -ln_stay(gap).exp_m1(), ln_stay)
}

/// Log-logistic: `S(τ) = 1/(1 + (τ/η)^c)`; on a grid `P(L ≥ l) = S(l−1)`.
#[must_use]
pub fn log_logistic(shape: f64, scale: f64) -> Hazard {
    let odds = move |age: f64| (age / scale).powf(shape);
    both(
        move |gap| {
            let end = odds(gap.age + gap.elapsed);
            (end - odds(gap.age)) / (1.0 + end)
        },
        move |gap| odds(gap.age).ln_1p() - odds(gap.age + gap.elapsed).ln_1p(),
    )
}

/// Negative binomial: a segment ends at the k-th success of trials with
/// probability p, `P(L = l) = C(l−1, k−1) p^k (1−p)^(l−k)`. Counts observations
/// only.
///
/// `L ≥ l` means fewer than k successes in l−1 trials, so
/// `h(l) = p · b(k−1) / Σ_{j<k} b(j)` with `b(j) = C(l−1, j) p^j (1−p)^(l−1−j)`,
/// and `P(L ≥ l) = Σ_{j<k} b(j)`.
#[must_use]
pub fn negative_binomial(k: u64, p: f64) -> Hazard {
    let ends = move |gap: Gap| {
        let l = gap.length;
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
    };
    let ln_at_least = move |l: u64| {
        let trials = l - 1;
        if trials < k {
            return 0.0;
        }
        let ln_choose = |j: u64| -> f64 {
            (0..j)
                .map(|i| ((trials - i) as f64 / (j - i) as f64).ln())
                .sum()
        };
        ln_sum_exp(
            (0..k).map(|j| ln_choose(j) + j as f64 * p.ln() + (trials - j) as f64 * (1.0 - p).ln()),
        )
    };
    both(ends, move |gap| {
        let h = ends(gap);
        if h < 0.5 {
            (-h).ln_1p()
        } else {
            ln_at_least(gap.length + 1) - ln_at_least(gap.length)
        }
    })
}

/// `h(1), h(2), …`; the last entry repeats. Counts observations only.
#[must_use]
pub fn table(hazards: Vec<f64>) -> Hazard {
    let ends = move |gap: Gap| {
        let i = usize::try_from(gap.length - 1).unwrap_or(usize::MAX);
        hazards[i.min(hazards.len() - 1)]
    };
    let again = ends.clone();
    both(ends, move |gap| (-again(gap)).ln_1p())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::Gap;

    fn step(length: u64) -> Gap {
        Gap {
            length,
            age: (length - 1) as f64,
            elapsed: 1.0,
        }
    }

    /// h(l) on a regular grid.
    fn at(hazard: &Hazard, length: u64) -> f64 {
        hazard.h(step(length))
    }

    /// `P(L ≥ l)` from the hazard.
    fn survival(hazard: &Hazard, l: u64) -> f64 {
        (1..l).map(|j| 1.0 - at(hazard, j)).product()
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
            let got = survival(&rate(0.05), l);
            assert_close("rate", got, (-0.05 * x).exp(), 1e-14);
        }
    }

    /// What stays is what does not end.
    #[test]
    fn the_two_functions_agree() {
        let laws = [
            constant(20.0),
            constant(1.5),
            rate(0.05),
            rate(3.0),
            weibull(1.7, 20.0),
            weibull(0.5, 0.3),
            log_logistic(1.7, 20.0),
            log_logistic(6.0, 2.0),
            negative_binomial(3, 0.2),
            negative_binomial(2, 0.9),
            table(vec![0.5, 0.0, 1.0, 0.1]),
        ];
        for (i, law) in laws.iter().enumerate() {
            for l in 1..40 {
                let (h, ln_stay) = (at(law, l), law.ln_stay(step(l)));
                assert_close(&format!("law {i} at {l}"), ln_stay.exp(), 1.0 - h, 1e-13);
            }
        }
        // Where 1 − h is rounded to 0.
        assert_eq!(rate(45.0).ln_stay(step(3)), -45.0);
        assert_close("weibull", weibull(4.0, 0.1).ln_stay(step(1)), -1e4, 1e-14);
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
            let got = survival(&hazard, l) * at(&hazard, l);
            assert_close("negative binomial", got, want, 1e-14);
        }
        let one = negative_binomial(1, 0.2);
        assert_close("k = 1 is constant", at(&one, 17), 0.2, 1e-15);
    }

    /// Whether a gap is crossed at once or in two pieces is the same.
    #[test]
    fn survival_over_time_multiplies() {
        let laws = [
            constant(30.0),
            rate(0.3),
            weibull(1.7, 4.0),
            log_logistic(2.5, 4.0),
        ];
        for (i, law) in laws.iter().enumerate() {
            let gap = |age, elapsed| Gap {
                length: 3,
                age,
                elapsed,
            };
            let stay = |age, elapsed| 1.0 - law.h(gap(age, elapsed));
            let pieces = stay(2.0, 0.25) * stay(2.25, 1.5);
            assert_close(&format!("law {i}"), stay(2.0, 1.75), pieces, 1e-15);
            let ln_stay = |age, elapsed| law.ln_stay(gap(age, elapsed));
            let pieces = ln_stay(2.0, 0.25) + ln_stay(2.25, 1.5);
            assert_close(&format!("law {i}"), ln_stay(2.0, 1.75), pieces, 1e-14);
        }
    }

    #[test]
    fn the_last_entry_of_a_table_repeats() {
        let h = table(vec![0.5, 0.1]);
        assert_eq!((at(&h, 1), at(&h, 2), at(&h, 99)), (0.5, 0.1, 0.1));
    }
}
