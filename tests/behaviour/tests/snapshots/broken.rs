//! A model that breaks its contract: the detector says so to every question, until it is
//! reset.

use crate::common;
use crate::subjects::asked::{asked, assert_silent};
use bocpd_core::bank::{Bank, Columns};
use bocpd_core::distribution::Level;
use bocpd_core::error::UpdateError;
use bocpd_core::kernel::Isa;
use bocpd_core::model::Describe;
use bocpd_core::observation::Observation;
use bocpd_core::{
    AnyDetector, Constant, Detector, History, ObservationError, ObservationModel, ScalarModel,
};
use serde_json::json;

/// Scores an observation by its distance from 0. At 13 it absorbs the observation and
/// writes what is told of.
#[derive(Clone)]
struct Superstitious(f64);

impl ObservationModel for Superstitious {
    type Scalar = f64;
    type Obs = [f64];
    type Bank = Columns<f64, 1>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        Columns::new([0.0], capacity)
    }
    fn check(&self, _: Observation<'_, [f64]>) -> Result<(), ObservationError> {
        Ok(())
    }
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push([0.0]);
    }
    fn score(&self, _: Isa, bank: &Self::Bank, x: Observation<'_, [f64]>, ln_joint: &mut [f64]) {
        for (ln, seen) in ln_joint[..bank.len()].iter_mut().zip(bank.padded()[0]) {
            *ln -= (x.value[0] - seen).abs();
        }
    }
    fn absorb(&self, _: Isa, bank: &mut Self::Bank, x: Observation<'_, [f64]>, _: Option<&[f64]>) {
        let live = bank.len();
        let [seen] = bank.padded_mut();
        seen[..live].fill(x.value[0]);
    }
    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        self.score(isa, bank, x, ln_joint);
        self.absorb(isa, bank, x, None);
        if x.value[0] == 13.0 {
            ln_joint.fill(self.0);
        }
        Ok(())
    }
}

impl Describe for Superstitious {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level {
            mean: bank.row(hypothesis)[0],
            variance: 1.0,
            spread: 1.0,
        })
    }
}

fn configured(told: f64) -> AnyDetector {
    let config = json!({
        "model": {"own": {"dimension": 1}},
        "hazard": {"constant": {"mean_run_length": 10}},
        "history": "all",
        "alarm": {"threshold": 0.1, "clear": 0.1, "latched": true, "min_segment": 1},
    });
    let built = common::parse(&config).build_with_model(Superstitious(told), None);
    built.expect("a detector")
}

const GOOD: [f64; 8] = [0.5, 0.4, 0.6, 5.0, 5.2, 4.9, 0.1, 0.3];

#[test]
fn a_broken_detector_is_silent_until_it_is_reset() {
    for told in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut detector = configured(told);
        let mut raised = false;
        for x in GOOD {
            detector.update(&[x]).expect("a step");
            raised |= detector.alarm_is_on();
        }
        assert!(raised && !detector.is_broken());
        asked!(&detector, 1e-9);
        let impossible = UpdateError::Observation(ObservationError::Impossible);
        assert_eq!(detector.update(&[13.0]), Err(impossible));

        assert!(detector.is_broken());
        assert_silent!(&detector);
        assert!(!detector.alarm_is_on() && detector.alarm_probability().is_nan());
        assert_eq!(detector.take_alarms(), []);
        detector.acknowledge();
        for _ in 0..2 {
            assert_eq!(detector.update(&[0.5]), Err(UpdateError::Broken));
            assert_eq!(detector.update_after(2.0, &[0.5]), Err(UpdateError::Broken));
            assert_eq!(detector.skip(), Err(UpdateError::Broken));
            assert_eq!(detector.skip_after(2.0), Err(UpdateError::Broken));
            let many = detector.update_many(&[0.5, 0.5], &mut |_| panic!("no step is taken"));
            assert_eq!(
                many.map_err(|error| (error.index, error.error)),
                Err((0, UpdateError::Broken))
            );
        }

        // So is what is restored from it, and a copy.
        let mut restored = configured(told);
        restored.restore(&detector.snapshot()).expect("a snapshot");
        for broken in [restored, detector.clone()] {
            assert!(broken.is_broken());
            assert_silent!(&broken);
        }

        detector.reset();
        assert!(!detector.is_broken());
        let mut new = configured(told);
        for x in GOOD {
            assert_eq!(detector.update(&[x]), new.update(&[x]));
        }
        assert!(detector.snapshot() == new.snapshot());
        assert_eq!(detector.take_alarms(), new.take_alarms());
    }
}

/// The same where the types are known to the compiler.
#[test]
fn a_broken_detector_of_fixed_types_is_silent() {
    let hazard = Constant::new(10.0).expect("a hazard");
    let detector = Detector::new(Superstitious(f64::NAN), hazard);
    let mut detector = detector.with_history(History::Lag(5)).with_shifts(true);
    for x in GOOD {
        detector.update(&[x][..]).expect("a step");
    }
    detector.update(&[13.0][..]).expect_err("it breaks");
    assert!(detector.is_broken());
    assert_silent!(&detector);
    detector.reset();
    detector.update(&[0.5][..]).expect("a step");
    asked!(&detector, 1e-9);
}

/// Holds 13 for impossible.
#[derive(Clone)]
struct Careful;

impl ScalarModel for Careful {
    type Obs = [f64];
    type Stats = f64;

    fn prior(&self) -> f64 {
        0.0
    }
    fn ln_predictive(&self, _: &f64, x: &[f64]) -> f64 {
        if x[0] == 13.0 {
            f64::NEG_INFINITY
        } else {
            -x[0].abs()
        }
    }
    fn update(&self, seen: &mut f64, x: &[f64]) {
        *seen += x[0];
    }
}

/// Nothing is left of an observation that is refused: nor of its time, when it was the
/// first at an uneven interval.
#[test]
fn a_refused_observation_leaves_nothing_behind() {
    for hazard in [
        json!({"rate": {"per_unit_time": 0.1}}),
        json!({"weibull": {"shape": 1.5, "scale": 9}}),
    ] {
        let config = json!({"model": {"own": {"dimension": 1}}, "hazard": hazard});
        let built = common::parse(&config).build_with_model(Careful, None);
        let mut detector = built.expect("a detector");
        for uneven in [false, true, true] {
            for x in GOOD {
                if uneven {
                    detector.update_after(0.5, &[x]).expect("a step");
                } else {
                    detector.update(&[x]).expect("a step");
                }
            }
            let before = detector.snapshot();
            let impossible = UpdateError::from(ObservationError::Impossible);
            assert_eq!(detector.update(&[13.0]), Err(impossible));
            assert!(detector.snapshot() == before, "{hazard}");
            assert_eq!(detector.update_after(1.0, &[13.0]), Err(impossible));
            assert!(detector.snapshot() == before, "{hazard}");
            assert_eq!(detector.update_after(2.5, &[13.0]), Err(impossible));
            assert!(detector.snapshot() == before, "{hazard}");
        }
    }
}
