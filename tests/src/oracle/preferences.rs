//! What a user asks of changes beside model and hazard: how large they are, how far apart, and
//! how many.
//!
//! ```text
//! P(segmentation | x) ∝ Π h' and 1 − h'  ·  Π_segments p(x_a..x_b)^g
//! h'(l) = 0 for l < m,  1 − (1 − h(l))^s for l ≥ m
//! ```

use serde::Deserialize;
use serde_json::Value;

use super::{Gap, Hazard, Lasting, Segment};

/// g, m and s as a configuration has them; 1 where it does not say.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Preferences {
    /// g.
    #[serde(default = "one")]
    pub resolution: f64,
    /// m.
    #[serde(default = "one_observation")]
    pub min_segment: u64,
    /// s.
    #[serde(default = "one")]
    pub sensitivity: f64,
}

fn one() -> f64 {
    1.0
}

fn one_observation() -> u64 {
    1
}

impl Preferences {
    /// Those of a configuration.
    #[must_use]
    pub fn of(config: &Value) -> Self {
        super::parameters(config)
    }

    /// The model and the hazard with these.
    #[must_use]
    pub fn apply(self, model: Box<dyn Segment>, hazard: Hazard) -> (Box<dyn Segment>, Hazard) {
        let power = self.resolution;
        let model = if power == 1.0 {
            model
        } else {
            Box::new(Powered {
                inner: model,
                power,
            })
        };
        let Self {
            min_segment,
            sensitivity,
            ..
        } = self;
        let hazard: Hazard = if (min_segment, sensitivity) == (1, 1.0) {
            hazard
        } else {
            Box::new(Adjusted {
                inner: hazard,
                min_segment,
                sensitivity,
            })
        };
        (model, hazard)
    }
}

/// A model whose evidence has a power.
struct Powered {
    inner: Box<dyn Segment>,
    power: f64,
}

impl Segment for Powered {
    fn prior(&self) -> Vec<f64> {
        self.inner.prior()
    }
    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        self.inner.prior_after(before)
    }
    fn pass(&self, stats: &mut [f64], x: Option<f64>) {
        self.inner.pass(stats, x);
    }
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        self.inner.ln_predictive(stats, x)
    }
    fn power(&self) -> f64 {
        self.power
    }
    fn absorb(&self, stats: &mut [f64], x: f64) {
        self.inner.absorb(stats, x);
    }
    fn p_outlier(&self, stats: &[f64], x: f64) -> f64 {
        self.inner.p_outlier(stats, x)
    }
    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        self.inner.advance(stats, elapsed);
    }
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        self.power * self.inner.ln_evidence(xs)
    }
    fn ln_evidence_at(&self, xs: &[Option<f64>], elapsed: &[f64]) -> f64 {
        self.power * self.inner.ln_evidence_at(xs, elapsed)
    }
    fn ln_evidence_of(
        &self,
        series: &[Option<f64>],
        elapsed: &[f64],
        from: usize,
        to: usize,
    ) -> f64 {
        self.power * self.inner.ln_evidence_of(series, elapsed, from, to)
    }
}

/// h'.
struct Adjusted {
    inner: Hazard,
    min_segment: u64,
    sensitivity: f64,
}

impl Adjusted {
    /// The part of a gap in which the segment may end: on a regular grid all of it or nothing.
    fn allowed(&self, gap: Gap) -> Option<Gap> {
        let first = (self.min_segment - 1) as f64;
        let end = gap.age + gap.elapsed;
        let age = gap.age.max(first);
        (end > age).then_some(Gap {
            age,
            elapsed: end - age,
            ..gap
        })
    }
}

impl Lasting for Adjusted {
    fn h(&self, gap: Gap) -> f64 {
        -self.ln_stay(gap).exp_m1()
    }
    fn ln_stay(&self, gap: Gap) -> f64 {
        self.allowed(gap)
            .map_or(0.0, |gap| self.sensitivity * self.inner.ln_stay(gap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::enumerate::Enumeration;
    use crate::oracle::hazards;
    use crate::oracle::textbook::bernoulli::Bernoulli;

    /// Three flips of a coin by hand, of which a segment has two at least, with half of their
    /// evidence and twice as many changes: a change can only be before the last one.
    #[test]
    fn three_flips_by_hand() {
        let preferences = Preferences {
            resolution: 0.5,
            min_segment: 2,
            sensitivity: 2.0,
        };
        let coin = Box::new(Bernoulli { a: 1.0, b: 1.0 });
        let (coin, hazard) = preferences.apply(coin, hazards::constant(4.0));
        let data = [Some(1.0), Some(1.0), Some(0.0)];
        let all = Enumeration::regular(&*coin, &hazard, &data);
        // p(1, 1, 0) = 1/12; p(1, 1) p(0) = 1/3 · 1/2.
        let stays = 0.75 * 0.75;
        let without = stays * (1.0f64 / 12.0).sqrt();
        let with = (1.0 - stays) * (1.0f64 / 6.0).sqrt();
        let posterior = all.posterior();
        assert_close("no change", posterior[0], without / (with + without), 1e-14);
        assert_eq!(posterior[1], 0.0);
        assert_close("change", posterior[2], with / (with + without), 1e-14);
    }
}
