//! A model of one segment that is one of several:
//!
//! ```text
//! p(xs) = Σ_k q_k p_k(xs)
//! ```

use super::{Segment, ln_product_of_predictives, ln_sum_exp};

/// Models with their prior probabilities.
pub struct PerSegment {
    /// Each with its prior probability.
    pub models: Vec<(f64, Box<dyn Segment>)>,
}

impl PerSegment {
    /// Models with weights that need not sum to 1.
    #[must_use]
    pub fn new(models: Vec<(f64, Box<dyn Segment>)>) -> Self {
        let total: f64 = models.iter().map(|(weight, _)| weight).sum();
        let normalised = models.into_iter();
        Self {
            models: normalised
                .map(|(weight, model)| (weight / total, model))
                .collect(),
        }
    }

    /// P(the segment `from..to` has model k | its observations), for each k.
    #[must_use]
    pub fn probabilities_of(
        &self,
        series: &[Option<f64>],
        elapsed: &[f64],
        from: usize,
        to: usize,
    ) -> Vec<f64> {
        let joint: Vec<f64> = self
            .models
            .iter()
            .map(|(q, model)| q.ln() + model.ln_evidence_of(series, elapsed, from, to))
            .collect();
        let total = ln_sum_exp(joint.iter().copied());
        joint.iter().map(|ln| (ln - total).exp()).collect()
    }

    /// The statistics of each model, one after the other, with their lengths in front.
    fn parts(&self, stats: &[f64]) -> Vec<Vec<f64>> {
        let mut rest = stats;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a length"
        )]
        let each = self.models.iter().map(|_| {
            let (length, after) = rest.split_first().expect("a length");
            let (part, after) = after.split_at(*length as usize);
            rest = after;
            part.to_vec()
        });
        each.collect()
    }

    fn joined(parts: &[Vec<f64>]) -> Vec<f64> {
        let each = parts.iter();
        each.flat_map(|part| core::iter::once(part.len() as f64).chain(part.iter().copied()))
            .collect()
    }

    /// Lets each model change its statistics.
    fn each(&self, stats: &mut [f64], change: impl Fn(&dyn Segment, &mut Vec<f64>)) {
        let mut parts = self.parts(stats);
        for ((_, model), part) in self.models.iter().zip(&mut parts) {
            let (ln_evidence, mut own) = (part[0], part[1..].to_vec());
            change(&**model, &mut own);
            *part = core::iter::once(ln_evidence).chain(own).collect();
        }
        stats.copy_from_slice(&Self::joined(&parts));
    }
}

/// The statistics of a model are ln of its evidence so far, then its own.
impl Segment for PerSegment {
    fn prior(&self) -> Vec<f64> {
        self.prior_after(&[])
    }
    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        let each = self.models.iter();
        let parts: Vec<Vec<f64>> = each
            .map(|(_, model)| {
                let own = model.prior_after(before);
                core::iter::once(0.0).chain(own).collect()
            })
            .collect();
        Self::joined(&parts)
    }
    fn pass(&self, stats: &mut [f64], x: Option<f64>) {
        self.each(stats, |model, own| model.pass(own, x));
    }
    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        self.each(stats, |model, own| model.advance(own, elapsed));
    }
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let parts = self.parts(stats);
        let each = || self.models.iter().zip(&parts);
        let before = ln_sum_exp(each().map(|((q, _), part)| q.ln() + part[0]));
        let after = ln_sum_exp(
            each().map(|((q, model), part)| q.ln() + part[0] + model.ln_predictive(&part[1..], x)),
        );
        after - before
    }
    fn absorb(&self, stats: &mut [f64], x: f64) {
        let mut parts = self.parts(stats);
        for ((_, model), part) in self.models.iter().zip(&mut parts) {
            part[0] += model.ln_predictive(&part[1..], x);
            model.absorb(&mut part[1..], x);
        }
        stats.copy_from_slice(&Self::joined(&parts));
    }
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        ln_product_of_predictives(self, xs)
    }
    fn ln_evidence_of(
        &self,
        series: &[Option<f64>],
        elapsed: &[f64],
        from: usize,
        to: usize,
    ) -> f64 {
        let each = self.models.iter();
        ln_sum_exp(each.map(|(q, model)| q.ln() + model.ln_evidence_of(series, elapsed, from, to)))
    }
}
