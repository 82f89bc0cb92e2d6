//! The hot step: every built-in model on the series it is made for, taken in
//! from the same state again and again.

use std::hint::black_box;

use bocpd_core::distribution::{Among, Cauchy};
use bocpd_core::error::ParameterError;
use bocpd_core::kernel::Isa;
use bocpd_core::model::{
    Bernoulli, Binomial, Gamma, Poisson, Regression, RegressionBank, StructuredBank,
    StructuredGaussian, StudentT, StudentTGrid,
};
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::outliers::{OneNumber, WithOutliers};
use bocpd_core::{Constant, Detector, Gaussian, ObservationError, ObservationModel, Pruning};

use crate::data::{self, SEED};

/// The hazard of Fast-BOCPD's benchmark, as a mean run length.
pub const MEAN_RUN_LENGTH: f64 = 150.0;

/// Names of the models that [`steps`] knows.
pub const MODELS: [&str; 9] = [
    "Gaussian",
    "Poisson",
    "Bernoulli",
    "binomial",
    "Poisson, counts about 1000",
    "binomial, 1000 trials",
    "gamma",
    "Student-t",
    "Student-t, grid of 5",
];

/// Structured Gaussian models that [`steps`] knows, by the numbers of their states: by table,
/// carried as at uneven times, and with outliers of which one comes in a hundred.
pub const STRUCTURED: [&str; 14] = [
    "Gaussian",
    "local level",
    "AR(1)",
    "line",
    "line, AR(1)",
    "season, 2 harmonics",
    "local level, carried",
    "AR(1), carried",
    "line, AR(1), carried",
    "line, AR(1), heavy-tailed level",
    "Gaussian, outliers",
    "local level, outliers",
    "AR(1), outliers",
    "line, AR(1), outliers",
];

/// Regressions that [`steps`] knows, by what there is beside the intercept.
pub const REGRESSION: [&str; 8] = [
    "Gaussian",
    "regression, intercept alone",
    "regression, 1 lag",
    "regression, slope",
    "regression, 1 lag, slope",
    "regression, 2 features",
    "regression, 8 features",
    "regression, 8 lags, slope, 16 features",
];

/// How long the series are, whatever part of them is used, so that preparing
/// costs the same for any number of steps.
const LENGTH: usize = 16_000;

/// How a detector is run.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The instruction set.
    pub isa: Isa,
    /// Which hypotheses are kept.
    pub pruning: Pruning,
    /// Observations taken in beforehand.
    pub warm_up: usize,
    /// Observations taken in each time.
    pub steps: usize,
}

impl Run {
    /// With `hypotheses` of them at every step: everything older is one.
    pub fn of(isa: Isa, hypotheses: usize, steps: usize) -> Self {
        Self {
            isa,
            pruning: Pruning::max_run_length(hypotheses as u64 - 1),
            warm_up: 2 * hypotheses,
            steps,
        }
    }
}

/// A contender that makes the same steps from the same state each time.
///
/// # Panics
/// If there is no model of this name, or the run is longer than the series.
pub fn steps(model: &str, run: Run) -> Box<dyn FnMut() -> usize> {
    let n = LENGTH;
    match model {
        "Gaussian" => with(gaussian(), data::gaussian(SEED, n), run),
        "Gaussian, outliers" => with(gaussian().and_then(with_outliers), spikes(), run),
        "Poisson" => with(Poisson::new(1.0, 1.0), data::poisson(SEED, n), run),
        "Bernoulli" => with(Bernoulli::new(1.0, 1.0), data::bernoulli(SEED, n), run),
        "binomial" => with(Binomial::new(1.0, 1.0, 10), data::binomial(SEED, n), run),
        "Poisson, counts about 1000" => {
            let xs = data::large_counts(SEED, n, 1000.0);
            with(Poisson::new(1.0, 0.01), xs, run)
        }
        "binomial, 1000 trials" => {
            let xs = data::many_trials(SEED, n, 1000);
            with(Binomial::new(1.0, 1.0, 1000), xs, run)
        }
        "gamma" => with(Gamma::new(1.0, 1.0, 1.0), data::gamma(SEED, n), run),
        "Student-t" => with(
            StudentT::new(0.0, 1.0, 1.0, 1.0, 5.0),
            data::student_t(SEED, n),
            run,
        ),
        "Student-t, grid of 5" => {
            let nus = [5.0, 10.0, 15.0, 20.0, 25.0];
            let model = StudentTGrid::new(0.0, 1.0, 1.0, 1.0, &nus, None);
            with(model, data::student_t(SEED, n), run)
        }
        other => match other.strip_prefix("regression, ") {
            Some(columns) => regression_steps(columns, run),
            None => structured_steps(other, run),
        },
    }
}

fn regression_steps(columns: &str, run: Run) -> Box<dyn FnMut() -> usize> {
    let (lags, slope, features) = match columns {
        "intercept alone" => (0, 0.0, 0),
        "1 lag" => (1, 0.0, 0),
        "slope" => (0, 0.01, 0),
        "1 lag, slope" => (1, 0.01, 0),
        "2 features" => (0, 0.0, 2),
        "8 features" => (0, 0.0, 8),
        "8 lags, slope, 16 features" => (8, 0.01, 16),
        other => panic!("no regression on {other}"),
    };
    let model = Regression::new(0.0, 1.0, 1.0, 1.0, lags, 0.5, slope, 1.0, features);
    let features = (0..features).map(|i| 0.3 + 0.1 * f64::from(i)).collect();
    let model = model.map(|model| Beside { model, features });
    with(model, data::gaussian(SEED, LENGTH), run)
}

fn structured_steps(model: &str, run: Run) -> Box<dyn FnMut() -> usize> {
    let without = |suffix| model.strip_suffix(suffix);
    let (carried, outliers) = (without(", carried"), without(", outliers"));
    let name = carried.or(outliers).unwrap_or(model);
    let (mut phi, mut drift, mut slope, mut period, mut cauchy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    match name {
        "local level" => drift = 0.05,
        "AR(1)" => phi = 0.6,
        "line" => slope = 0.01,
        "line, AR(1)" => (slope, phi) = (0.01, 0.6),
        "line, AR(1), heavy-tailed level" => (slope, phi, cauchy) = (0.01, 0.6, 10.0),
        "season, 2 harmonics" => period = 12.0,
        other => panic!("no model {other}"),
    }
    let model = StructuredGaussian::new(
        0.0, 1.0, 1.0, 1.0, phi, drift, slope, 0.0, period, 2, 1.0, cauchy,
    );
    let xs = data::gaussian(SEED, LENGTH);
    if carried.is_some() {
        with(model.map(Uneven), xs, run)
    } else if outliers.is_some() {
        with(model.and_then(with_outliers), spikes(), run)
    } else {
        with(model, xs, run)
    }
}

/// A series of which every hundredth value is wild.
fn spikes() -> Vec<f64> {
    let mut xs = data::gaussian(SEED, LENGTH);
    for x in xs.iter_mut().step_by(100) {
        *x += 40.0;
    }
    xs
}

fn with_outliers<M>(model: M) -> Result<WithOutliers<M>, ParameterError>
where
    M: ObservationModel<Obs: OneNumber>,
{
    let broad = Cauchy {
        centre: 0.0,
        scale: 1.0,
        among: Among::Reals,
    };
    WithOutliers::new(model, 0.01, broad)
}

/// A model that is told of other times than 1, so that every hypothesis carries its
/// covariance.
#[derive(Clone)]
struct Uneven(StructuredGaussian);

impl ObservationModel for Uneven {
    type Scalar = f64;
    type Obs = f64;
    type Bank = StructuredBank<f64>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        self.0.bank(capacity)
    }
    #[inline(always)]
    fn check(&self, x: Observation<'_, f64>) -> Result<(), ObservationError> {
        self.0.check(x)
    }
    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        self.0.spawn(bank);
    }
    fn score(&self, isa: Isa, bank: &Self::Bank, x: Observation<'_, f64>, ln_joint: &mut [f64]) {
        self.0.score(isa, bank, x, ln_joint);
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        weights: Option<&[f64]>,
    ) {
        self.0.absorb(isa, bank, x, weights);
    }
    #[inline(always)]
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        self.0.spawn_and_observe(isa, bank, x, ln_joint)
    }
    #[inline(always)]
    fn may_refuse(&self) -> bool {
        self.0.may_refuse()
    }
    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        true
    }
    fn advance(&self, bank: &mut Self::Bank, elapsed: f64) {
        self.0.advance(bank, 1.25 * elapsed);
    }
}

/// A regression whose observations all come with the same features.
#[derive(Clone)]
struct Beside {
    model: Regression,
    features: Vec<f64>,
}

impl ObservationModel for Beside {
    type Scalar = f64;
    type Obs = f64;
    type Bank = RegressionBank<f64>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        self.model.bank(capacity)
    }
    #[inline(always)]
    fn check(&self, x: Observation<'_, f64>) -> Result<(), ObservationError> {
        let side = SideInformation::of_features(&self.features);
        self.model.check(Observation::with(x.value, &side))
    }
    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        self.model.spawn(bank);
    }
    fn score(&self, isa: Isa, bank: &Self::Bank, x: Observation<'_, f64>, ln_joint: &mut [f64]) {
        let side = SideInformation::of_features(&self.features);
        let x = Observation::with(x.value, &side);
        self.model.score(isa, bank, x, ln_joint);
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        weights: Option<&[f64]>,
    ) {
        let side = SideInformation::of_features(&self.features);
        let x = Observation::with(x.value, &side);
        self.model.absorb(isa, bank, x, weights);
    }
    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        let side = SideInformation::of_features(&self.features);
        let x = Observation::with(x.value, &side);
        self.model.observe(isa, bank, x, ln_joint)
    }
    #[inline(always)]
    fn may_refuse(&self) -> bool {
        self.model.may_refuse()
    }
    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        self.model.has_dynamics()
    }
    fn advance(&self, bank: &mut Self::Bank, elapsed: f64) {
        self.model.advance(bank, elapsed);
    }
}

/// The Gaussian model on a series without changes.
///
/// # Panics
/// If the run is longer than the series.
pub fn quiet_steps(run: Run) -> Box<dyn FnMut() -> usize> {
    with(gaussian(), data::quiet(SEED, LENGTH), run)
}

fn gaussian() -> Result<Gaussian, ParameterError> {
    Gaussian::new(0.0, 1.0, 1.0, 1.0)
}

fn with<M, E>(model: Result<M, E>, xs: Vec<M::Obs>, run: Run) -> Box<dyn FnMut() -> usize>
where
    M: ObservationModel<Obs: Sized + Clone> + Clone + 'static,
    E: std::fmt::Debug,
{
    let hazard = Constant::new(MEAN_RUN_LENGTH).expect("a hazard");
    let mut detector = Detector::new(model.expect("a model"), hazard)
        .with_pruning(run.pruning)
        .expect("limits")
        .with_isa(run.isa);
    let end = run.warm_up + run.steps;
    assert!(end <= xs.len(), "the series has {} points", xs.len());
    detector
        .update_many(&xs[..run.warm_up], |_| {})
        .expect("good data");
    Box::new(move || {
        let mut detector = detector.clone();
        detector
            .update_many(&xs[run.warm_up..end], |step| _ = black_box(step))
            .expect("good data");
        run.steps
    })
}
