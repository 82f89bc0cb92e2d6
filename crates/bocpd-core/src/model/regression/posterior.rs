//! What a hypothesis knows, in plain numbers, and what is said of it.

use alloc::boxed::Box;
use alloc::vec::Vec;

use libm::sqrt;

use super::columns::{Columns, MAX_COLUMNS};
use super::{Regression, RegressionBank};
use crate::distribution::{
    Distribution, Forms, InverseGamma, Level, NormalInverseGamma, Parameter, StudentT,
};
use crate::model::factors;
use crate::observation::SideInformation;
use crate::observation_model::{Describe, Source};
use crate::random::Random;
use crate::real::Real;

/// The coefficients of a segment, in units of their prior: what is expected, and factors of the
/// covariance over σ².
struct Posterior {
    columns: Columns,
    coefficients: Vec<f64>,
    factors: Vec<[f64; 1]>,
    alpha: f64,
    beta: f64,
    /// Time since the segment began.
    age: f64,
}

const LAG: [&str; 8] = [
    "lag_1", "lag_2", "lag_3", "lag_4", "lag_5", "lag_6", "lag_7", "lag_8",
];

const FEATURE: [&str; 16] = [
    "feature_0",
    "feature_1",
    "feature_2",
    "feature_3",
    "feature_4",
    "feature_5",
    "feature_6",
    "feature_7",
    "feature_8",
    "feature_9",
    "feature_10",
    "feature_11",
    "feature_12",
    "feature_13",
    "feature_14",
    "feature_15",
];

impl Posterior {
    /// The marginal of Σ `by[i]` times coefficient i.
    fn of(&self, by: &[f64]) -> StudentT {
        let dim = self.columns.count();
        let expected = by.iter().zip(&self.coefficients).map(|(by, z)| by * z);
        self.student_t(expected.sum(), factors::spread(dim, &self.factors, by))
    }

    /// The marginal of one coefficient.
    fn one(&self, i: usize, by: f64) -> StudentT {
        let mut row = [0.0; MAX_COLUMNS];
        row[i] = by;
        self.of(&row[..self.columns.count()])
    }

    /// The intercept where the segment is now.
    fn intercept(&self) -> StudentT {
        let mut row = [0.0; MAX_COLUMNS];
        row[0] = self.columns.intercept;
        if self.columns.has_slope() {
            row[1] = self.columns.rise(self.age);
        }
        self.of(&row[..self.columns.count()])
    }

    /// Of this variance over σ².
    fn student_t(&self, location: f64, variance: f64) -> StudentT {
        let scale = sqrt(self.beta / self.alpha) * sqrt(variance);
        StudentT {
            nu: 2.0 * self.alpha,
            location,
            // Where the product is too small for a number, or a coefficient has to be 0.
            scale: scale.max(f64::MIN_POSITIVE),
        }
    }
}

impl<F: Real> Regression<F> {
    fn posterior(&self, bank: &RegressionBank<F>, hypothesis: usize) -> Posterior {
        let statistic = |i| bank.hypotheses.statistic(hypothesis, i).wide();
        let (dim, first) = (self.columns.count(), self.columns.first_factor());
        let factor = |i| [statistic(first + i)];
        Posterior {
            columns: self.columns,
            coefficients: (0..dim).map(statistic).collect(),
            factors: (0..factors::count(dim)).map(factor).collect(),
            alpha: self.alpha_after(bank.count(hypothesis)),
            beta: statistic(dim),
            age: self.columns.age().map_or(0.0, statistic),
        }
    }

    /// The predictive of an observation made `elapsed` from now, the next one.
    pub(super) fn foreseen(
        &self,
        bank: &RegressionBank<F>,
        hypothesis: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> StudentT {
        let posterior = self.posterior(bank, hypothesis);
        let mut row = self.row(bank, side).map(F::wide);
        if self.columns.has_slope() {
            row[1] = self.columns.rise(posterior.age + elapsed);
        }
        let row = &row[..self.columns.count()];
        let expected = row.iter().zip(&posterior.coefficients);
        let expected: f64 = expected.map(|(h, z)| h * z).sum();
        let spread = factors::spread(self.columns.count(), &posterior.factors, row);
        posterior.student_t(self.mean + expected, 1.0 + spread)
    }

    /// The level, as it is reported.
    fn level_of(&self, posterior: &Posterior) -> StudentT {
        let intercept = posterior.intercept();
        StudentT {
            location: self.mean + intercept.location,
            ..intercept
        }
    }
}

impl<F: Real> Describe for Regression<F> {
    fn features(&self) -> usize {
        self.columns.features
    }

    fn level(&self, bank: &RegressionBank<F>, hypothesis: usize, _: usize) -> Option<Level> {
        let level = self.level_of(&self.posterior(bank, hypothesis));
        let spread = level.scale * level.scale;
        Some(Level {
            mean: level.location,
            variance: if level.nu > 2.0 {
                spread * (level.nu / (level.nu - 2.0))
            } else {
                f64::INFINITY
            },
            spread,
        })
    }

    fn parameters(&self, bank: &RegressionBank<F>, hypothesis: usize) -> Vec<Parameter> {
        let posterior = self.posterior(bank, hypothesis);
        let columns = self.columns;
        let variance = InverseGamma {
            shape: posterior.alpha,
            scale: posterior.beta,
        };
        let mut parameters = alloc::vec![
            Parameter::new("intercept", self.level_of(&posterior)),
            Parameter::new("variance", variance)
        ];
        if columns.has_slope() {
            parameters.push(Parameter::new("slope", posterior.one(1, columns.slope)));
        }
        for (i, name) in LAG[..columns.lags].iter().enumerate() {
            let lag = posterior.one(columns.first_lag() + i, columns.lag);
            parameters.push(Parameter::new(name, lag));
        }
        for (i, name) in FEATURE[..columns.features].iter().enumerate() {
            let feature = posterior.one(columns.first_feature() + i, columns.feature);
            parameters.push(Parameter::new(name, feature));
        }
        parameters
    }

    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &RegressionBank<F>,
        hypothesis: usize,
        _: usize,
    ) {
        self.level_of(&self.posterior(bank, hypothesis))
            .add_to(forms, 1.0);
    }

    /// Where there are features, only [`predictive_with`](Self::predictive_with) can say.
    fn predictive(
        &self,
        bank: &RegressionBank<F>,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        // The first observation of a segment is at its birth.
        let elapsed = if bank.count(hypothesis) > 0 { 1.0 } else { 0.0 };
        self.predictive_after(bank, hypothesis, dimension, elapsed)
    }

    fn predictive_after(
        &self,
        bank: &RegressionBank<F>,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        self.predictive_with(bank, hypothesis, dimension, elapsed, &SideInformation::NONE)
    }

    fn predictive_with(
        &self,
        bank: &RegressionBank<F>,
        hypothesis: usize,
        _: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        let enough = side.features.len() == self.columns.features;
        enough.then(|| -> Box<dyn Distribution> {
            Box::new(self.foreseen(bank, hypothesis, elapsed, side))
        })
    }

    /// Features are not drawn: where there are some, there is none.
    fn source(&self, random: &mut Random) -> Option<Source> {
        let columns = self.columns;
        if columns.features > 0 {
            return None;
        }
        let (_, sd) = NormalInverseGamma::new(0.0, 1.0, self.alpha, self.beta).draw(random)?;
        let normal = |random: &mut Random| -> f64 { random.draw(&rand_distr::StandardNormal) };
        let mut coefficients = [0.0; MAX_COLUMNS];
        for coefficient in &mut coefficients[..columns.count()] {
            *coefficient = sd * normal(random);
        }
        let mut lags = alloc::vec![0.0; columns.lags];
        let (mean, mut age) = (self.mean, 0.0);
        Some(Box::new(move |random| {
            let mut row = columns.row::<f64>(&lags, &[]);
            if columns.has_slope() {
                row[1] = columns.rise(age);
            }
            age += 1.0;
            let expected: f64 = row.iter().zip(&coefficients).map(|(h, z)| h * z).sum();
            // Lags may make it grow without end.
            let x = (expected + sd * normal(random)).clamp(-f64::HUGE, f64::HUGE);
            if !lags.is_empty() {
                lags.rotate_right(1);
                lags[0] = columns.lag_value(x);
            }
            mean + x
        }))
    }
}
