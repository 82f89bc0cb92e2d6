//! What can be known of a level, to draw from.

use crate::random::Random;

/// The posterior of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Posterior {
    /// Student-t: centre + scale T, T with ν degrees of freedom.
    StudentT {
        /// ν.
        nu: f64,
        /// Where it is centred.
        centre: f64,
        /// The square of its scale.
        scale2: f64,
    },
    /// Normal.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its variance.
        variance: f64,
    },
    /// Gamma with a shape and a rate.
    Gamma {
        /// a.
        shape: f64,
        /// b.
        rate: f64,
    },
    /// Beta(a, b).
    Beta {
        /// a.
        a: f64,
        /// b.
        b: f64,
    },
    /// X/(1 − X) times a scale, where X is Beta(a, b).
    BetaPrime {
        /// a.
        a: f64,
        /// b.
        b: f64,
        /// The scale.
        scale: f64,
    },
    /// The root of an inverse gamma variable.
    RootInverseGamma {
        /// a.
        shape: f64,
        /// b.
        scale: f64,
    },
}

impl Posterior {
    /// A number from it.
    pub fn draw(&self, random: &mut Random) -> f64 {
        match *self {
            // A normal number over the root of a mean square.
            Self::StudentT { nu, centre, scale2 } => {
                let mean_square = random.gamma(0.5 * nu) / (0.5 * nu);
                centre + (scale2 / mean_square).sqrt() * random.normal()
            }
            Self::Normal { mean, variance } => mean + variance.sqrt() * random.normal(),
            Self::Gamma { shape, rate } => random.gamma(shape) / rate,
            Self::Beta { a, b } => {
                let (x, y) = (random.gamma(a), random.gamma(b));
                // Both may be too small to be told from 0.
                if x + y > 0.0 {
                    x / (x + y)
                } else {
                    random.bernoulli(a / (a + b))
                }
            }
            Self::BetaPrime { a, b, scale } => scale * random.gamma(a) / random.gamma(b),
            Self::RootInverseGamma { shape, scale } => (scale / random.gamma(shape)).sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of draws, against closed forms.
    #[test]
    fn moments_are_right() {
        let mut random = Random::new(7);
        let n = 200_000;
        for (posterior, mean, variance) in [
            (
                Posterior::Normal {
                    mean: -1.0,
                    variance: 3.0,
                },
                -1.0,
                3.0,
            ),
            (
                Posterior::StudentT {
                    nu: 9.0,
                    centre: 2.0,
                    scale2: 4.0,
                },
                2.0,
                4.0 * 9.0 / 7.0,
            ),
            (
                Posterior::Gamma {
                    shape: 3.5,
                    rate: 2.0,
                },
                1.75,
                0.875,
            ),
            (
                Posterior::Gamma {
                    shape: 0.2,
                    rate: 1.0,
                },
                0.2,
                0.2,
            ),
            (Posterior::Beta { a: 0.5, b: 1.5 }, 0.25, 0.0625),
            (
                Posterior::BetaPrime {
                    a: 2.0,
                    b: 9.0,
                    scale: 3.0,
                },
                0.75,
                45.0 / 112.0,
            ),
            (
                Posterior::RootInverseGamma {
                    shape: 8.0,
                    scale: 2.0,
                },
                0.525_070_082_918_310_4,
                0.010_015_693_738_444_353,
            ),
        ] {
            let draws: Vec<f64> = (0..n).map(|_| posterior.draw(&mut random)).collect();
            let got = draws.iter().sum::<f64>() / f64::from(n);
            let square: f64 = draws.iter().map(|x| (x - got) * (x - got)).sum();
            // Four standard errors of the mean, and of a variance whose kurtosis
            // is at most 33, that of the second gamma posterior.
            let sd = f64::sqrt(variance / f64::from(n));
            assert!((got - mean).abs() < 4.0 * sd, "{posterior:?}: mean {got}");
            let got = square / f64::from(n);
            let sd = variance * f64::sqrt(32.0 / f64::from(n));
            assert!(
                (got - variance).abs() < 4.0 * sd,
                "{posterior:?}: variance {got}"
            );
        }
    }
}
