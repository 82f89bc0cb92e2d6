//! Positive observations whose logarithm is normal.

use serde::Deserialize;
use serde_json::json;

use super::gaussian::Gaussian;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "log_normal",
    read: |model| Box::new(parameters::<LogNormal>(model)),
    model: |r| {
        json!({"log_normal": {
            "mean": r.normal(),
            "kappa": r.between(0.05, 2.0),
            "alpha": r.between(0.5, 3.0),
            "beta": r.between(0.5, 3.0),
        }})
    },
    draw: |r, regime| (2.0 * regime as f64 + 0.7 * r.normal()).exp(),
    exchangeable: true,
    level_falls: false,
};

/// The density of x is that of ln x, divided by x; the parameters are those of
/// [`Gaussian`] for ln x.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct LogNormal(
    /// Of the logarithm.
    pub Gaussian,
);

impl Segment for LogNormal {
    fn prior(&self) -> Vec<f64> {
        self.0.prior()
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        self.0.ln_predictive(stats, x.ln()) - x.ln()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        self.0.absorb(stats, x.ln());
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        self.0.level(stats)
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let logarithms: Vec<f64> = xs.iter().map(|x| x.ln()).collect();
        self.0.ln_evidence(&logarithms) - logarithms.iter().sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::textbook::facts::{after, assert_evidence};

    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        assert_evidence(&ENTRY);
    }

    #[test]
    fn facts() {
        let model = LogNormal(Gaussian {
            mean: 0.0,
            kappa: 1.0,
            alpha: 0.5,
            beta: 0.5,
        });
        // ln x is Cauchy with scale √2: the density at x = 1 is 1/(π √2), at x = e that
        // of 1 divided by 1.5 e.
        let peak = -(core::f64::consts::PI * 2f64.sqrt()).ln();
        assert_close("1", after(&model, &[], 1.0), peak, 1e-15);
        let at_e = after(&model, &[], 1f64.exp());
        assert_close("e", at_e, peak - 1.5f64.ln() - 1.0, 1e-15);
    }
}
