//! What observations are regressed on.
//!
//! Coefficients, and with them everything else that there is one of for each of them, come in
//! this order, as far as there are such: intercept, slope, lags from the newest on, features.
//! All are in units of their prior, whose covariance is then σ² times the identity: so no
//! product of statistics depends on the units of a feature.

use crate::model::factors;
use crate::parameter::Limits;
use crate::real::Real;

/// How many observations the prior mean is worth: the intercept is a regressor, too.
pub(crate) const KAPPA: Limits = Limits::closed(1e-30, 1e100, "lie in [1e-30, 1e100]");
/// How many lags.
pub(crate) const LAGS: Limits = Limits::closed(0.0, 8.0, "lie in 0..=8");
/// How many features.
pub(crate) const FEATURES: Limits = Limits::closed(0.0, 16.0, "lie in 0..=16");
/// Standard deviations of coefficients.
pub(crate) const SCALE: Limits = Limits::closed(0.0, 1e12, "lie in [0, 1e12]");

/// No regression has more coefficients.
pub(super) const MAX_COLUMNS: usize = 26;

/// What an observation is regressed on, the same for all hypotheses: 0 in the place of the
/// slope, which is not.
pub(super) type Row<F> = [F; MAX_COLUMNS];

/// Which columns there are, and the prior standard deviation of the coefficient of each, over
/// σ (of a lag: the unit in which it is counted).
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) intercept: f64,
    pub(super) slope: f64,
    pub(super) lags: usize,
    pub(super) lag: f64,
    pub(super) features: usize,
    pub(super) feature: f64,
}

/// What a regressor may be, in units of its prior. With L for it, factors U go up to L and D
/// down to 1/L²; so what a rounding of U adds to f is at most (ε L)², which has to stay under
/// the 1 that the noise adds.
pub(super) fn farthest<F: Real>() -> f64 {
    if F::HUGE.wide() > 1e50 { 1e15 } else { 1e6 }
}

impl Columns {
    /// How many coefficients there are.
    pub(super) fn count(&self) -> usize {
        self.first_feature() + self.features
    }

    pub(super) fn has_slope(&self) -> bool {
        self.slope > 0.0
    }

    /// Position of the newest lag.
    pub(super) fn first_lag(&self) -> usize {
        1 + usize::from(self.has_slope())
    }

    pub(super) fn first_feature(&self) -> usize {
        self.first_lag() + self.lags
    }

    /// Which statistic is the time since the segment began.
    pub(super) fn age(&self) -> Option<usize> {
        self.has_slope().then(|| self.count() + 2)
    }

    /// Which statistic is the first factor.
    pub(super) fn first_factor(&self) -> usize {
        self.count() + 2 + usize::from(self.has_slope())
    }

    /// How many statistics a hypothesis has.
    pub(super) fn width(&self) -> usize {
        self.first_factor() + factors::count(self.count())
    }

    /// Whether a statistic is one of D.
    pub(super) fn is_variance(&self, statistic: usize) -> bool {
        let first = self.first_factor();
        (first..first + self.count()).contains(&statistic)
    }

    /// An observation, given less the prior mean, as a lag.
    #[inline(always)]
    pub(super) fn lag_value<F: Real>(&self, centred: F) -> F {
        if self.lags == 0 {
            return F::zero();
        }
        let most = farthest::<F>();
        F::of((centred.wide() * self.lag).clamp(-most, most))
    }

    /// What must hold of a feature, if it does not.
    pub(super) fn check_feature<F: Real>(&self, value: f64) -> Result<(), &'static str> {
        if !value.is_finite() {
            return Err("be finite");
        }
        if (value * self.feature).abs() <= farthest::<F>() {
            Ok(())
        } else if F::HUGE.wide() > 1e50 {
            Err("lie in ±1e15 when multiplied by feature_scale")
        } else {
            Err("lie in ±1e6 when multiplied by feature_scale")
        }
    }

    #[inline(always)]
    pub(super) fn row<F: Real>(&self, lags: &[F], features: &[f64]) -> Row<F> {
        let mut row = [F::zero(); MAX_COLUMNS];
        row[0] = F::of(self.intercept);
        row[self.first_lag()..][..lags.len()].copy_from_slice(lags);
        let places = &mut row[self.first_feature()..][..self.features];
        for (place, &feature) in places.iter_mut().zip(features) {
            *place = F::of(feature * self.feature);
        }
        row
    }

    /// The time since a segment began in units of the slope's prior.
    pub(super) fn rise(&self, age: f64) -> f64 {
        (self.slope * age).min(farthest::<f64>())
    }
}
