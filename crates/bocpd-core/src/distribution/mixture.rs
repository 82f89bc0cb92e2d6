//! Weighted mixtures: what many hypotheses say together.

use alloc::boxed::Box;
use alloc::vec::Vec;

use libm::{exp, log};

use super::{Distribution, Forms, impossible, probability};
use crate::math::ln_sum_exp;

/// A mixture of distributions, all of them discrete or none.
///
/// ```text
/// p(x) = Σᵢ wᵢ pᵢ(x)
/// ```
#[derive(Debug)]
pub struct Mixture {
    components: Vec<(f64, Box<dyn Distribution>)>,
    /// Logarithms of the weights: one that is too small for a number may belong to
    /// the only component that has a density somewhere.
    ln_weights: Vec<f64>,
}

impl Mixture {
    /// The mixture of these components. Weights are taken relative to their
    /// sum; components without weight are left out. `None` if nothing is left.
    pub fn new(components: impl IntoIterator<Item = (f64, Box<dyn Distribution>)>) -> Option<Self> {
        let mut components: Vec<_> = components
            .into_iter()
            .filter(|&(weight, _)| weight > 0.0)
            .collect();
        let total: f64 = components.iter().map(|&(weight, _)| weight).sum();
        for (weight, _) in &mut components {
            *weight /= total;
        }
        let ln_weights = components.iter().map(|&(weight, _)| log(weight)).collect();
        (!components.is_empty() && total.is_finite()).then_some(Self {
            components,
            ln_weights,
        })
    }

    /// The same from the logarithms of the weights.
    pub fn with_ln_weights(
        components: impl IntoIterator<Item = (f64, Box<dyn Distribution>)>,
    ) -> Option<Self> {
        let possible = components
            .into_iter()
            .filter(|&(ln_weight, _)| ln_weight > f64::NEG_INFINITY);
        let (mut ln_weights, components): (Vec<f64>, Vec<_>) = possible.unzip();
        let ln_total = ln_sum_exp(&ln_weights);
        for ln_weight in &mut ln_weights {
            *ln_weight -= ln_total;
        }
        let weights = ln_weights.iter().map(|&ln_weight| exp(ln_weight));
        ln_total.is_finite().then_some(Self {
            components: weights.zip(components).collect(),
            ln_weights,
        })
    }

    /// Weights and components.
    pub fn components(&self) -> &[(f64, Box<dyn Distribution>)] {
        &self.components
    }

    /// Where `x` stands in this distribution.
    pub fn tail(&self, x: f64) -> Tail {
        let above = self.survival(x);
        let up_to = self.cdf(x);
        let below = if self.is_discrete() {
            probability(up_to - exp(self.ln_density(x)))
        } else {
            up_to
        };
        Tail {
            below,
            up_to,
            above,
        }
    }

    fn sum(&self, f: impl Fn(&dyn Distribution) -> f64) -> f64 {
        // What has no weight has no part in it, be it infinite.
        let terms = self.components.iter().filter(|(weight, _)| *weight > 0.0);
        terms
            .map(|(weight, component)| weight * f(&**component))
            .sum()
    }
}

/// Any distribution function where x is no finite number, whatever a component
/// of somebody else's making would say.
fn step(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else {
        f64::from(u8::from(x > 0.0))
    }
}

impl Distribution for Mixture {
    fn mean(&self) -> f64 {
        self.sum(|component| component.mean())
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.sum(|component| {
            let delta = component.mean() - mean;
            component.variance() + delta * delta
        })
    }
    fn ln_density(&self, x: f64) -> f64 {
        if !x.is_finite() {
            return impossible(x);
        }
        let terms = self.ln_weights.iter().zip(&self.components);
        let terms: Vec<f64> = terms
            .map(|(ln_weight, (_, component))| ln_weight + component.ln_density(x))
            .collect();
        if terms.iter().any(|term| term.is_nan()) {
            return f64::NAN;
        }
        ln_sum_exp(&terms)
    }
    fn cdf(&self, x: f64) -> f64 {
        if !x.is_finite() {
            return step(x);
        }
        probability(self.sum(|component| component.cdf(x)))
    }
    fn rough_cdf(&self, x: f64) -> f64 {
        if !x.is_finite() {
            return step(x);
        }
        probability(self.sum(|component| component.rough_cdf(x)))
    }
    fn survival(&self, x: f64) -> f64 {
        if !x.is_finite() {
            return 1.0 - step(x);
        }
        probability(self.sum(|component| component.survival(x)))
    }
    fn support(&self) -> (f64, f64) {
        let ends = self
            .components
            .iter()
            .map(|(_, component)| component.support());
        ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
            .unwrap_or((f64::NEG_INFINITY, f64::INFINITY))
    }
    fn is_discrete(&self) -> bool {
        self.components
            .first()
            .is_some_and(|(_, component)| component.is_discrete())
    }
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        for (share, component) in &self.components {
            component.add_to(forms, weight * share);
        }
    }
}

/// Where an observation stands in what was predicted for it: how surprising
/// it is, on a scale that is the same for all models.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Tail {
    /// P(X < x).
    pub below: f64,
    /// P(X ≤ x).
    pub up_to: f64,
    /// P(X > x).
    pub above: f64,
}

impl Tail {
    /// The probability-integral transform P(X < x) + ½ P(X = x): uniform on
    /// [0, 1] if the model is right (on average, for counts).
    pub fn pit(&self) -> f64 {
        0.5 * (self.below + self.up_to)
    }

    /// The probability of a value at least as far out, on either side:
    /// 2 min(P(X ≤ x), P(X ≥ x)), at most 1.
    pub fn p_value(&self) -> f64 {
        let at_least = self.above + (self.up_to - self.below);
        let nearer = if self.up_to < at_least {
            self.up_to
        } else {
            at_least
        };
        probability(2.0 * nearer)
    }
}
