//! Detectors of every type, behind one trait.

use std::sync::Arc;

use bocpd_core::any::restore;
use bocpd_core::bank::StoredBank;
use bocpd_core::error::UpdateError;
use bocpd_core::kernel::Real;
use bocpd_core::model::{Bernoulli, Binomial, Describe, Gamma, Poisson, StudentT, StudentTGrid};
use bocpd_core::snapshot::SnapshotError;
use bocpd_core::{
    AnyDetector, Config, Constant, Detector, Gaussian, Hazard, History, Pruning, ScalarModel, Step,
};
use serde_json::{Value, json};

use super::asked::asked;
use super::cases::Event;
use super::told::{number, told};
use crate::common;

pub(crate) trait Subject {
    fn feed(&mut self, event: Event) {
        self.try_feed(event).expect("a step");
    }
    fn try_feed(&mut self, event: Event) -> Result<Step, UpdateError>;
    fn observations(&self) -> u64;
    fn take_settled(&mut self);
    /// The configuration, where there is one.
    fn config(&self) -> Option<Config>;
    fn snapshot(&self) -> Vec<u8>;
    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError>;
    fn told(&self) -> Value;
    /// Holds all answers against each other.
    fn ask(&self);
}

/// A new detector as a manifest names it:
///
/// * `{"configured": CONFIGURATION}`;
/// * `{"own": CONFIGURATION}`, which has a model or a hazard of its own;
/// * `{"fixed": MODEL, "scalar": "f64" or "f32"}`, of types that are chosen when it is compiled.
pub(crate) fn fresh(detector: &Value) -> Box<dyn Subject> {
    if let Some(config) = detector.get("configured") {
        return Box::new(Configured {
            detector: common::build(config),
            restorable: true,
        });
    }
    if let Some(config) = detector.get("own") {
        return Box::new(Configured {
            detector: own(config),
            restorable: false,
        });
    }
    let model = detector["fixed"].as_str().expect("the name of a model");
    match detector["scalar"].as_str() {
        Some("f64") => fixed::<f64>(model),
        Some("f32") => fixed::<f32>(model),
        other => panic!("no scalar: {other:?}"),
    }
}

struct Configured {
    detector: AnyDetector,
    /// Whether the bytes alone make a detector.
    restorable: bool,
}

impl Subject for Configured {
    fn try_feed(&mut self, (x, after): Event) -> Result<Step, UpdateError> {
        // Of several numbers each is the same, and every third row lacks the last one.
        let mut row = vec![x; self.detector.dimension()];
        if row.len() > 1 && self.detector.observations().is_multiple_of(3) {
            row.pop();
            row.push(None);
        }
        common::try_feed_row(&mut self.detector, after, &row, &[])
    }
    fn config(&self) -> Option<Config> {
        Some(self.detector.config().clone())
    }
    fn observations(&self) -> u64 {
        self.detector.observations()
    }
    fn take_settled(&mut self) {
        self.detector.take_settled();
    }
    fn snapshot(&self) -> Vec<u8> {
        self.detector.snapshot()
    }
    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        if self.restorable {
            self.detector = restore(bytes)?;
            Ok(())
        } else {
            self.detector.restore(bytes)
        }
    }
    fn told(&self) -> Value {
        let detector = &self.detector;
        let mut told = told!(detector);
        let alarms = self.detector.clone().take_alarms().into_iter();
        let alarms = alarms.map(|alarm| {
            let shift = alarm.shift.map(|shift| {
                let numbers = [shift.probability, shift.difference, shift.sd];
                (shift.parameter, numbers.map(number))
            });
            json!([alarm.began, alarm.noticed_at, alarm.probability, shift])
        });
        told["alarms"] = alarms.collect();
        if self.detector.config().outliers.is_some() {
            told["p_outlier"] = number(self.detector.p_outlier());
        }
        told["alarm_is_on"] = detector.alarm_is_on().into();
        told["alarm_probability"] = detector.alarm_probability().into();
        told
    }
    fn ask(&self) {
        let detector = &self.detector;
        asked!(detector, 1e-6);
        assert!((0.0..=1.0).contains(&detector.alarm_probability()));
        for alarm in detector.clone().take_alarms() {
            assert!(alarm.began <= alarm.noticed_at, "{alarm:?}");
            assert!(alarm.noticed_at < detector.observations(), "{alarm:?}");
        }
    }
}

/// Exponential waiting times, as anybody may write them.
#[derive(Clone)]
struct Exponential;

impl ScalarModel for Exponential {
    type Obs = [f64];
    type Stats = (f64, f64);

    fn prior(&self) -> (f64, f64) {
        (1.0, 2.0)
    }
    fn ln_predictive(&self, &(a, b): &(f64, f64), x: &[f64]) -> f64 {
        libm::log(a) + a * libm::log(b) - (a + 1.0) * libm::log(b + x[0])
    }
    fn update(&self, (a, b): &mut (f64, f64), x: &[f64]) {
        *a += 1.0;
        *b += x[0];
    }
}

/// No segment is shorter than three observations.
struct NotTooShort;

impl Hazard for NotTooShort {
    fn hazard(&self, length: u64) -> f64 {
        if length < 3 { 0.0 } else { 0.1 }
    }
}

fn own(config: &Value) -> AnyDetector {
    let config = common::parse(config);
    let hazard = || Arc::new(NotTooShort);
    let detector = match config.model {
        bocpd_core::config::ModelConfig::Own { .. } => {
            config.build_with_model(Exponential, Some(hazard()))
        }
        _ => config.build_with_hazard(hazard()),
    };
    detector.expect("a detector")
}

/// A detector whose model, scalar and hazard are known to the compiler.
struct Fixed<M: Describe<Obs: Sized>> {
    detector: Detector<M, Constant>,
    parse: fn(f64) -> M::Obs,
}

impl<M> Subject for Fixed<M>
where
    M: Describe<Obs: Sized, Bank: StoredBank>,
{
    fn try_feed(&mut self, (x, after): Event) -> Result<Step, UpdateError> {
        let x = x.map(self.parse);
        match (after, x) {
            (None, Some(x)) => self.detector.update(x),
            (None, None) => self.detector.skip(),
            (Some(elapsed), Some(x)) => self.detector.update_after(elapsed, x),
            (Some(elapsed), None) => self.detector.skip_after(elapsed),
        }
    }
    fn config(&self) -> Option<Config> {
        None
    }
    fn observations(&self) -> u64 {
        self.detector.observations()
    }
    fn take_settled(&mut self) {
        self.detector.take_settled();
    }
    fn snapshot(&self) -> Vec<u8> {
        self.detector.snapshot()
    }
    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        self.detector.restore(bytes)
    }
    fn told(&self) -> Value {
        told!(&self.detector)
    }
    fn ask(&self) {
        let is_single = size_of::<M::Scalar>() == 4;
        let rounding = if is_single { 1e-3 } else { 1e-6 };
        asked!(&self.detector, rounding);
    }
}

/// Models that there are detectors of whose type is known to the compiler. (Of others the bank is
/// stored in the same way within a configured detector.)
pub(crate) const TYPED: [&str; 7] = [
    "gaussian",
    "student_t",
    "student_t_grid",
    "poisson",
    "bernoulli",
    "binomial",
    "gamma",
];

fn fixed<F: Real + 'static>(model: &str) -> Box<dyn Subject> {
    fn with<M>(model: M, parse: fn(f64) -> M::Obs) -> Box<dyn Subject>
    where
        M: Describe<Obs: Sized, Bank: StoredBank> + 'static,
    {
        let hazard = Constant::new(15.0).expect("a hazard");
        let detector = Detector::new(model, hazard)
            .with_pruning(Pruning::top_k(10))
            .expect("a pruning")
            .with_history(History::Lag(9))
            .with_shifts(true);
        Box::new(Fixed { detector, parse })
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small counts"
    )]
    let count = |x: f64| x as u64;
    let built = match model {
        "gaussian" => Gaussian::<F>::typed(0.0, 0.5, 1.5, 1.0).map(|m| with(m, F::of)),
        "student_t" => StudentT::<F>::typed(0.0, 0.5, 1.5, 1.0, 4.0).map(|m| with(m, F::of)),
        "student_t_grid" => {
            StudentTGrid::<F>::typed(0.0, 0.5, 1.5, 1.0, &[2.0, 8.0], None).map(|m| with(m, F::of))
        }
        "poisson" => Poisson::<F>::typed(1.0, 0.3).map(|m| with(m, count)),
        "bernoulli" => Bernoulli::<F>::typed(1.0, 1.0).map(|m| with(m, |x| x == 1.0)),
        "binomial" => Binomial::<F>::typed(1.0, 1.0, 12).map(|m| with(m, count)),
        "gamma" => Gamma::<F>::typed(1.0, 1.0, 2.0).map(|m| with(m, F::of)),
        other => panic!("no model {other}"),
    };
    built.expect("a model")
}
