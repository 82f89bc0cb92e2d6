//! What statistics that were read have to be.

use libm::{fabs, log};

use super::columns::farthest;
use super::{Regression, RegressionBank};
use crate::model::factors;
use crate::model::structured_gaussian::constant;
use crate::real::{Real, near};

/// No logarithm of a statistic is further from 0.
const LARGEST_LN: f64 = 2048.0;

impl<F: Real> Regression<F> {
    pub(super) fn is_sound_bank(&self, bank: &RegressionBank<F>, lengths: &[u64]) -> bool {
        bank.hypotheses.is_like(self.columns.width(), true)
            && bank.lags.len() == self.columns.lags
            && bank
                .lags
                .iter()
                .all(|lag| fabs(lag.wide()) <= farthest::<F>())
            && bank.hypotheses.is_sound(lengths, |count, statistic| {
                self.fits(count, &|i| statistic(i).wide())
            })
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> f64) -> bool {
        let (dim, first) = (self.columns.count(), self.columns.first_factor());
        let huge = F::HUGE.wide();
        let (beta, ln_peak) = (statistic(dim), statistic(dim + 1));
        let knows_none = count == 0;
        // In units of their prior no coefficient is further from 0 than the observations are
        // together; there is room for roundings.
        let n = count as f64;
        let room = if huge > 1e50 { 1e40 } else { 1e6 };
        let coefficients = (0..dim).all(|i| {
            let z = fabs(statistic(i));
            z <= if knows_none { 0.0 } else { huge * room }
        });
        let error = if huge > 1e50 { 1e150 } else { 1e15 };
        let most = self.beta + 0.51 * error * error * n;
        let prior = F::of(self.beta).wide();
        let expected = constant(self.alpha_after(count)) - 0.5 * log(beta);
        let peak = if knows_none {
            ln_peak == self.ln_peak.wide()
        } else {
            let (peak, expected) = (F::of(ln_peak), F::of(expected));
            near(peak, expected, 64 * count + 4096, F::of(LARGEST_LN))
        };
        let age = self.columns.age().is_none_or(|age| {
            let age = statistic(age);
            age >= 0.0 && age.is_finite()
        });
        coefficients
            && beta >= prior
            && beta <= 1.001 * most
            && (!knows_none || beta == prior)
            && peak
            && age
            && self.factors_fit(knows_none, &|i| statistic(first + i))
    }

    /// Variances have only fallen, from 1.
    fn factors_fit(&self, knows_none: bool, factor: &dyn Fn(usize) -> f64) -> bool {
        let dim = self.columns.count();
        let row: alloc::vec::Vec<[f64; 1]> =
            (0..factors::count(dim)).map(|i| [factor(i)]).collect();
        let (variances, above) = row.split_at(dim);
        if knows_none {
            return variances.iter().all(|&[d]| d == 1.0) && above.iter().all(|&[u]| u == 0.0);
        }
        // The farthest that one coefficient may lead another, and its variance.
        let steepest = 1e3 * farthest::<F>();
        variances.iter().all(|&[d]| (0.0..=1.0).contains(&d))
            && above.iter().all(|&[u]| fabs(u) <= steepest)
            && (0..dim).all(|i| factors::variance(dim, &row, i) <= 1.5)
    }
}
