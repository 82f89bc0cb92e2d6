//! On what scale a parameter moves.

use libm::{exp, log};

use crate::parameter::Limits;

/// A parameter x and what it is measured by, z, which knows no limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// z = x, of something that is somewhere on the line; it is a long way to `far`.
    Line { far: f64 },
    /// z = ln x, of something that has a size.
    Size,
    /// z = ln (x − low)/(high − x), of something between two ends.
    Between { low: f64, high: f64 },
}

/// No size goes further than a factor of a million in a fit.
const FACTOR: f64 = 1e6;

impl Scale {
    /// The scale that follows from limits. `spread` is how far the values of the series lie from
    /// each other.
    pub(super) fn of(limits: &Limits, spread: f64) -> Self {
        match limits.ends() {
            (low, high) if low < 0.0 && high - low > 1e10 => Self::Line { far: 10.0 * spread },
            (low, high) if low < 0.0 || high <= 1.0 => Self::Between { low, high },
            _ => Self::Size,
        }
    }

    /// z of x.
    pub(super) fn z(self, x: f64) -> f64 {
        match self {
            Self::Line { .. } => x,
            Self::Size => log(x),
            Self::Between { low, high } => log((x - low) / (high - x)),
        }
    }

    /// x of z.
    pub(super) fn x(self, z: f64) -> f64 {
        match self {
            Self::Line { .. } => z,
            Self::Size => exp(z),
            // From the nearer end, so that small probabilities have all their digits.
            Self::Between { low, high } if z < 0.0 => {
                low + (high - low) * (exp(z) / (1.0 + exp(z)))
            }
            Self::Between { low, high } => high - (high - low) * (exp(-z) / (1.0 + exp(-z))),
        }
    }

    /// dx/dz at x.
    pub(super) fn slope(self, x: f64) -> f64 {
        match self {
            Self::Line { .. } => 1.0,
            Self::Size => x,
            Self::Between { low, high } => (x - low) * (high - x) / (high - low),
        }
    }

    /// A long way in z: the longest step of a search. A size changes tenfold by it.
    pub(super) fn far(self) -> f64 {
        match self {
            Self::Line { far } => far,
            _ => core::f64::consts::LN_10,
        }
    }

    /// The lowest and the highest z that are looked at from x on, inside of limits.
    pub(super) fn range(self, x: f64, limits: &Limits) -> (f64, f64) {
        // Ends may be excluded: one stays off them by more than the roundings of x.
        const INSIDE: f64 = 1e-12;
        let (low, high) = limits.ends();
        let z = self.z(x);
        match self {
            Self::Line { far } => {
                let furthest = FACTOR * far;
                ((z - furthest).max(low), (z + furthest).min(high))
            }
            Self::Size => {
                let furthest = log(FACTOR);
                let lowest = log(low.max(f64::MIN_POSITIVE)) + INSIDE;
                let highest = log(high.min(f64::MAX)) - INSIDE;
                // A value that is given is within limits, and may be one of them.
                let (down, up) = (lowest.min(z), highest.max(z));
                ((z - furthest).max(down), (z + furthest).min(up))
            }
            Self::Between { .. } => (z - log(FACTOR), z + log(FACTOR)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::{LOCATION, POSITIVE, POSITIVE_FINITE, PROBABILITY};

    #[test]
    fn scales_follow_from_limits() {
        assert_eq!(Scale::of(&LOCATION, 3.0), Scale::Line { far: 30.0 });
        assert_eq!(Scale::of(&POSITIVE, 3.0), Scale::Size);
        assert_eq!(Scale::of(&POSITIVE_FINITE, 3.0), Scale::Size);
        let between = Scale::Between {
            low: 0.0,
            high: 1.0,
        };
        assert_eq!(Scale::of(&PROBABILITY, 3.0), between);
        let phi = Limits::closed(-0.9, 0.9, "");
        assert!(matches!(Scale::of(&phi, 3.0), Scale::Between { .. }));
        assert_eq!(
            Scale::of(&Limits::open(1.0, f64::INFINITY, ""), 3.0),
            Scale::Size
        );
        assert_eq!(Scale::of(&Limits::at_least(1.0, ""), 3.0), Scale::Size);
    }

    #[test]
    fn there_and_back_is_the_same() {
        let scales = [
            (Scale::Line { far: 1.0 }, [-7.0, 0.0, 1e3]),
            (Scale::Size, [1e-90, 1.0, 1e90]),
            (
                Scale::Between {
                    low: 0.0,
                    high: 1.0,
                },
                [1e-12, 0.5, 0.999],
            ),
            (
                Scale::Between {
                    low: -0.9,
                    high: 0.9,
                },
                [-0.89, 0.0, 0.3],
            ),
        ];
        for (scale, xs) in scales {
            for x in xs {
                let z = scale.z(x);
                assert!((scale.x(z) - x).abs() <= 1e-13 * x.abs(), "{scale:?} {x}");
                let h = 1e-5;
                let slope = (scale.x(z + h) - scale.x(z - h)) / (2.0 * h);
                assert!(
                    (slope - scale.slope(x)).abs() <= 1e-5 * slope.abs(),
                    "{scale:?} {x}"
                );
            }
        }
    }

    #[test]
    fn ends_that_are_excluded_are_not_reached() {
        let limits = Limits::open(1.0, f64::INFINITY, "");
        let (low, high) = Scale::Size.range(50.0, &limits);
        assert!(limits.check::<f64>("", Scale::Size.x(low)).is_ok());
        assert!((high - log(50e6)).abs() < 1e-9);
        let (low, high) = Scale::Size.range(1e100, &POSITIVE);
        assert!(POSITIVE.check::<f64>("", Scale::Size.x(low)).is_ok());
        assert_eq!(high, log(1e100));
    }
}
