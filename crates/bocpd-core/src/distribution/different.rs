//! Whether a parameter of two segments is the same.

use libm::{asinh, exp, log, sqrt};

use super::{Distribution, Level, probability};

/// P(a parameter of two segments differs | their observations), where both are as probable
/// beforehand: that it differs, or that it is the same and everything else of the segments may
/// differ. From its prior and its posteriors in the one and in the other:
///
/// ```text
/// BF = p(a, b | the same) / p(a, b | different) = ∫ p(θ | a) p(θ | b) / p(θ) dθ
/// P(different) = 1 / (1 + BF)
/// ```
///
/// since p(a | θ) = p(a) p(θ | a) / p(θ), whatever other parameters were integrated out: the
/// density ratio of Dickey (1971), *The weighted likelihood ratio*, for the difference of two
/// parameters. NaN where a density is not known.
pub fn p_different(prior: &dyn Distribution, a: &dyn Distribution, b: &dyn Distribution) -> f64 {
    let scale = Scale::of(prior.support());
    let (one, other) = (scale.place(a), scale.place(b));
    let (Some((m, v)), Some((n, w))) = (one, other) else {
        return f64::NAN;
    };
    // Where the product of both would be, if they were normal.
    let (width, centre) = (sqrt(v / (v + w) * w), m + (n - m) * (v / (v + w)));
    let mut factor = 0.0;
    for i in -NODES..=NODES {
        let u = STEP * f64::from(i);
        let (number, ln_slope) = scale.number(centre + width * libm::sinh(u));
        let ln = a.ln_density(number) + b.ln_density(number) - prior.ln_density(number);
        if ln.is_nan() {
            // Outside of the support of all three.
            continue;
        }
        factor += exp(ln + ln_slope) * libm::cosh(u);
    }
    factor *= STEP * width;
    if factor.is_finite() {
        probability(1.0 / (1.0 + factor))
    } else {
        f64::NAN
    }
}

/// P(two segments have different models | their observations), where each has one of several:
/// the same with a sum over them.
pub(crate) fn p_different_models(prior: &[f64], a: &[f64], b: &[f64]) -> f64 {
    let both = prior.iter().zip(a.iter().zip(b));
    let same = both.map(|(q, (a, b))| if *q > 0.0 { a * b / q } else { 0.0 });
    probability(1.0 / (1.0 + same.sum::<f64>()))
}

/// The trapezoidal rule over these points, which are dense where the product is and reach far
/// into the tails: sinh is 1500 at the last.
const STEP: f64 = 0.25;
const NODES: i32 = 32;

/// What is integrated over: the number itself, its logarithm if it is positive, the logarithm of
/// its odds if it is a probability.
enum Scale {
    Plain,
    Logarithm,
    Odds,
}

impl Scale {
    fn of(support: (f64, f64)) -> Self {
        match support {
            (0.0, f64::INFINITY) => Self::Logarithm,
            (0.0, 1.0) => Self::Odds,
            _ => Self::Plain,
        }
    }

    /// About where a distribution is on this scale, and the square of its width.
    fn place(&self, of: &dyn Distribution) -> Option<(f64, f64)> {
        let Level { mean, spread, .. } = Level::of(of);
        let (place, square) = match self {
            Self::Plain => (mean, spread),
            // The logarithm of one plus the squared relative width: that of a log-normal.
            Self::Logarithm => {
                let square = libm::log1p(spread / mean / mean);
                (log(mean) - 0.5 * square, square)
            }
            Self::Odds => {
                let (yes, no) = (mean, 1.0 - mean);
                // Twice the area hyperbolic sine: the width of odds, however near to 0 or 1.
                let width = 2.0 * asinh(0.5 * sqrt(spread) / (yes * no));
                (log(yes / no), width * width)
            }
        };
        let known = place.is_finite() && square > 0.0 && square.is_finite();
        known.then_some((place, square))
    }

    /// The number at a place, and ln of its derivative there.
    fn number(&self, place: f64) -> (f64, f64) {
        match self {
            Self::Plain => (place, 0.0),
            Self::Logarithm => (exp(place), place),
            Self::Odds => {
                let (yes, no) = (1.0 / (1.0 + exp(-place)), 1.0 / (1.0 + exp(place)));
                (yes, log(yes) + log(no))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Beta, Gamma, InverseGamma, Normal, StudentT};
    use super::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-6, "{got} {want}");
    }

    /// Normal levels of known noise: the integral of three normal densities.
    #[test]
    fn levels_of_known_noise() {
        let ln_normal = |x: f64, v: f64| -0.5 * ((core::f64::consts::TAU * v).ln() + x * x / v);
        for (n, m, distance) in [(5.0, 5.0, 0.3), (2.0, 400.0, 1.0), (30.0, 7.0, 3.0)] {
            // Sums of n and m observations of variance 1 about a level ~ N(0, 4).
            let posterior = |n: f64, mean: f64| {
                let variance = 1.0 / (n + 0.25);
                (variance, variance * n * mean)
            };
            let ((va, ma), (vb, mb)) = (posterior(n, 0.0), posterior(m, distance));
            let normal = |variance: f64, mean| Normal {
                mean,
                sd: variance.sqrt(),
            };
            let got = p_different(&normal(4.0, 0.0), &normal(va, ma), &normal(vb, mb));
            // The evidences of the means: together, and each by itself.
            let alone = ln_normal(0.0, 4.0 + 1.0 / n) + ln_normal(distance, 4.0 + 1.0 / m);
            let joined_variance = 1.0 / (n + m);
            let joined = ln_normal(distance, 1.0 / n + 1.0 / m)
                + ln_normal(m * distance / (n + m), 4.0 + joined_variance);
            close(got, 1.0 / (1.0 + (joined - alone).exp()));
        }
    }

    /// Rates and probabilities: quotients of normalising constants.
    #[test]
    fn conjugate_families() {
        let ln_gamma = libm::lgamma;
        for (a, b) in [
            ((3.0, 2.0), (4.0, 2.0)),
            ((40.0, 30.0), (90.0, 31.0)),
            ((1.0, 9.0), (1.0, 2.0)),
        ] {
            let prior = (0.5, 1.0);
            let gamma = |(shape, rate): (f64, f64)| Gamma { shape, rate };
            let inverse = |(shape, scale): (f64, f64)| InverseGamma { shape, scale };
            let ln = |(shape, rate): (f64, f64)| ln_gamma(shape) - shape * rate.ln();
            let both = (a.0 + b.0 - prior.0, a.1 + b.1 - prior.1);
            let factor: f64 = (ln(both) + ln(prior) - ln(a) - ln(b)).exp();
            close(
                p_different(&gamma(prior), &gamma(a), &gamma(b)),
                1.0 / (1.0 + factor),
            );
            close(
                p_different(&inverse(prior), &inverse(a), &inverse(b)),
                1.0 / (1.0 + factor),
            );

            let beta = |(a, b): (f64, f64)| Beta { a, b };
            let ln = |(a, b): (f64, f64)| ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
            let factor: f64 = (ln(both) + ln(prior) - ln(a) - ln(b)).exp();
            close(
                p_different(&beta(prior), &beta(a), &beta(b)),
                1.0 / (1.0 + factor),
            );
        }
    }

    /// Nothing was observed: as before. What cannot be integrated is not known.
    #[test]
    fn nothing_and_nonsense() {
        let t = StudentT {
            nu: 2.0,
            location: 3.0,
            scale: 2.0,
        };
        close(p_different(&t, &t, &t), 0.5);
        let far = StudentT { location: 1e9, ..t };
        assert!(
            p_different(
                &t,
                &StudentT { nu: 80.0, ..t },
                &StudentT { nu: 80.0, ..far }
            ) > 0.999
        );
        let nowhere = StudentT {
            location: f64::NAN,
            ..t
        };
        assert!(p_different(&t, &t, &nowhere).is_nan());
        close(
            p_different_models(&[0.5, 0.5], &[1.0, 0.0], &[0.0, 1.0]),
            1.0,
        );
        close(
            p_different_models(&[0.5, 0.5], &[1.0, 0.0], &[1.0, 0.0]),
            1.0 / 3.0,
        );
        close(
            p_different_models(&[0.2, 0.8], &[0.2, 0.8], &[0.9, 0.1]),
            0.5,
        );
    }
}
