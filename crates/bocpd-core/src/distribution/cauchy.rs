//! A broad distribution about a centre.

use core::f64::consts::{FRAC_1_PI, PI};

use libm::{atan2, fabs, floor, log, log1p, tan};

use super::{Distribution, impossible, probability};
use crate::random::Random;

/// The Cauchy distribution, as a whole or what of it lies among the positive numbers or
/// the counts.
///
/// ```text
/// all numbers        p(x) = 1 / (π scale (1 + z²)),   z = (x − centre)/scale
/// positive numbers   the same over P(X > 0), for x > 0
/// counts             P(k − ½ < X < k + ½) / P(X > −½), for k = 0, 1, 2, …
/// ```
///
/// Half of the whole distribution lies within `scale` of the centre; it has no mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cauchy {
    /// The median of the whole distribution.
    pub centre: f64,
    /// Its half-width at half of the largest density; > 0.
    pub scale: f64,
    /// What is possible.
    pub among: Among,
}

/// Which numbers are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// All of them.
    Reals,
    /// Those above 0.
    Positives,
    /// 0, 1, 2, …
    Counts,
}

/// From here on z², which would soon overflow, is used by its logarithm alone.
const FAR: f64 = 1e150;

impl Cauchy {
    /// π P(X > x) of the whole distribution, with all digits.
    fn angle_above(&self, x: f64) -> f64 {
        atan2(self.scale, x - self.centre)
    }

    /// π P(a < X < b) of the whole distribution, with all digits, where (b − a)·scale and
    /// the squares of the distances do not overflow.
    fn angle_between(&self, a: f64, b: f64) -> f64 {
        let (below, above) = (a - self.centre, b - self.centre);
        atan2(
            (b - a) * self.scale,
            self.scale * self.scale + below * above,
        )
    }

    /// The same between x − ½ and x + ½.
    fn angle_of_count(&self, x: f64) -> f64 {
        let distance = x - self.centre;
        let product = (distance - 0.5) * (distance + 0.5);
        atan2(self.scale, self.scale * self.scale + product)
    }

    /// Where the support begins, on the whole distribution.
    fn begin(&self) -> f64 {
        match self.among {
            Among::Reals => f64::NEG_INFINITY,
            Among::Positives => 0.0,
            Among::Counts => -0.5,
        }
    }

    /// π times what of the whole distribution is possible.
    fn angle(&self) -> f64 {
        match self.among {
            Among::Reals => PI,
            Among::Positives | Among::Counts => self.angle_above(self.begin()),
        }
    }

    /// ln of the density of the whole distribution.
    fn ln_whole(&self, x: f64) -> f64 {
        let z = fabs((x - self.centre) / self.scale);
        if z < FAR {
            -log(PI * self.scale) - log1p(z * z)
        } else {
            // Halves, so that no distance of two numbers overflows.
            let half_distance = fabs(0.5 * x - 0.5 * self.centre);
            log(0.25 * self.scale * FRAC_1_PI) - 2.0 * log(half_distance)
        }
    }

    /// Up to where x counts on the whole distribution: for counts, half-way to the next.
    fn upper_end(&self, x: f64) -> f64 {
        if self.is_discrete() {
            floor(x) + 0.5
        } else {
            x
        }
    }

    /// P(X > x) and P(X ≤ x), for a finite x.
    fn both(&self, x: f64) -> (f64, f64) {
        let end = self.upper_end(x);
        let above = self.angle_above(end);
        if self.among == Among::Reals {
            let below = atan2(self.scale, self.centre - end);
            return (above * FRAC_1_PI, below * FRAC_1_PI);
        }
        if x < 0.0 {
            return (1.0, 0.0);
        }
        let above = probability(above / self.angle());
        // Beyond, as much lies below as above: nothing cancels, and products may overflow.
        if end > fabs(self.centre) + self.scale {
            return (above, 1.0 - above);
        }
        let below = self.angle_between(self.begin(), end) / self.angle();
        (above, probability(below))
    }

    /// A draw.
    pub(crate) fn draw(&self, random: &mut Random) -> f64 {
        // In (0, 1]: the share of what is possible that lies above the draw.
        let share = 1.0 - random.uniform();
        let x = self.centre + self.scale / tan(share * self.angle());
        match self.among {
            Among::Reals => x,
            Among::Positives => x.max(f64::MIN_POSITIVE),
            Among::Counts => floor(x + 0.5).clamp(0.0, LARGEST_COUNT),
        }
    }
}

/// Larger counts are not exact.
const LARGEST_COUNT: f64 = (1_u64 << 53) as f64;

impl Distribution for Cauchy {
    fn mean(&self) -> f64 {
        match self.among {
            Among::Reals => f64::NAN,
            Among::Positives | Among::Counts => f64::INFINITY,
        }
    }
    fn variance(&self) -> f64 {
        f64::INFINITY
    }
    fn ln_density(&self, x: f64) -> f64 {
        if !x.is_finite() {
            return impossible(x);
        }
        match self.among {
            Among::Reals => self.ln_whole(x),
            Among::Positives if x < 0.0 => impossible(x),
            Among::Positives => self.ln_whole(x) + log(PI) - log(self.angle()),
            Among::Counts if x < 0.0 || floor(x) != x => impossible(x),
            Among::Counts if x > LARGEST_COUNT => self.ln_whole(x) + log(PI) - log(self.angle()),
            Among::Counts => log(self.angle_of_count(x)) - log(self.angle()),
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        if x.is_finite() {
            self.both(x).1
        } else {
            1.0 - self.survival(x)
        }
    }
    fn survival(&self, x: f64) -> f64 {
        if x.is_finite() {
            self.both(x).0
        } else if x.is_nan() {
            x
        } else {
            f64::from(u8::from(x < 0.0))
        }
    }
    fn support(&self) -> (f64, f64) {
        match self.among {
            Among::Reals => (f64::NEG_INFINITY, f64::INFINITY),
            Among::Positives | Among::Counts => (0.0, f64::INFINITY),
        }
    }
    fn is_discrete(&self) -> bool {
        self.among == Among::Counts
    }
}
