//! Every probability that can be asked for is one: between 0 and 1, and 0 without
//! a sign.

use crate::common;
use bocpd_core::alarm::Alarm;
use bocpd_core::distribution::Distribution;
use bocpd_core::model::ObservationModel;
use bocpd_core::readout::{Location, Shift};
use bocpd_core::{AnyDetector, Detection};
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::random::Random;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

/// A detector of any kind, and what it has seen.
#[derive(Clone, Debug)]
struct Setup {
    config: Value,
    data: Vec<Option<f64>>,
    elapsed: Option<Vec<f64>>,
}

fn hazards() -> Vec<Value> {
    let mut hazards = catalogue::hazards(12.0);
    hazards.extend([
        json!({"rate": {"per_unit_time": 50}}),
        json!({"constant": {"mean_run_length": 1e17}}),
        json!({"weibull": {"shape": 9, "scale": 6}}),
        json!({"negative_binomial": {"k": 9, "p": 0.999}}),
        json!({"table": {"hazards": [0.0, 0.0, 1.0, 0.0]}}),
        json!({"table": {"hazards": [0.0]}}),
    ]);
    hazards
}

fn prunings() -> Vec<Value> {
    vec![
        json!({"max_hypotheses": null, "min_weight": null, "max_run_length": null}),
        json!({"max_hypotheses": 10, "min_weight": null, "max_run_length": null}),
        json!({"max_hypotheses": null, "min_weight": 1e-3, "max_run_length": null}),
        json!({"max_hypotheses": 16, "min_weight": 1e-9, "max_run_length": 9}),
    ]
}

fn histories() -> Vec<Value> {
    vec![
        json!("all"),
        json!({"lag": 0}),
        json!({"lag": 7}),
        json!({"lag": 1000}),
    ]
}

fn any_setup() -> impl Strategy<Value = Setup> {
    (any::<u64>(), 0..40usize).prop_map(|(seed, n)| {
        let mut random = Random::new(seed);
        let any = |random: &mut Random, list: Vec<Value>| {
            list[usize::try_from(random.below(list.len() as u64)).unwrap()].clone()
        };
        let entry = &MODELS[usize::try_from(random.below(MODELS.len() as u64)).unwrap()];
        let hazard = any(&mut random, hazards());
        let mut config = catalogue::config(&(entry.model)(&mut random), &hazard);
        config["pruning"] = any(&mut random, prunings());
        config["history"] = any(&mut random, histories());
        config["alarm"] = json!({
            "threshold": 0.3, "window": 10, "min_segment": 1 + random.below(3), "clear": 0.2,
            "cool_down": 0, "latched": false,
        });
        let mut level = 0;
        let data = (0..n)
            .map(|_| {
                if random.uniform() < 0.1 {
                    level = random.below(3);
                }
                let x = (entry.draw)(&mut random, level);
                (random.uniform() < 0.9).then_some(x)
            })
            .collect();
        let timeless = ["table", "negative_binomial"].map(|tag| hazard.get(tag).is_some());
        let irregular = random.uniform() < 0.4 && timeless == [false, false];
        let gaps = (0..n).map(|_| random.between(0.01, 5.0));
        let elapsed: Vec<f64> = gaps.collect();
        Setup {
            config,
            data,
            elapsed: irregular.then_some(elapsed),
        }
    })
}

/// What was asked, and the answers that are no probabilities.
#[derive(Default)]
struct Audit {
    wrong: Vec<(String, f64)>,
}

impl Audit {
    fn probability(&mut self, what: &str, p: f64) {
        if !(0.0..=1.0).contains(&p) || p.is_sign_negative() {
            self.wrong.push((what.to_owned(), p));
        }
    }

    /// A sum of probabilities, which is as large as it likes.
    fn amount(&mut self, what: &str, value: f64) {
        if value.is_nan() || value.is_sign_negative() {
            self.wrong.push((what.to_owned(), value));
        }
    }

    fn shift(&mut self, what: &str, shift: &Shift) {
        self.probability(&format!("{what}.probability"), shift.probability);
        self.probability(&format!("{what}.p_rose"), shift.p_rose);
    }

    fn alarm(&mut self, alarm: &Alarm) {
        self.probability("alarm", alarm.probability);
        if let Some(shift) = &alarm.shift {
            self.shift("alarm.shift", shift);
        }
    }

    fn location(&mut self, location: &Location) {
        self.probability("location", location.probability);
        self.probability("nearby", location.p_nearby);
        self.probability("p_single", location.p_single);
        self.probability("share", location.share);
    }

    fn distribution(&mut self, what: &str, distribution: &dyn Distribution) {
        for x in [
            f64::MIN,
            -1e3,
            -1.0,
            -0.0,
            0.0,
            0.5,
            1.0,
            3.0,
            12.0,
            1e3,
            f64::MAX,
        ] {
            self.probability(&format!("{what}.cdf({x})"), distribution.cdf(x));
            self.probability(&format!("{what}.survival({x})"), distribution.survival(x));
        }
    }

    fn current(&mut self, detector: &AnyDetector) {
        self.probability("p_change_now", detector.p_change_now());
        self.probability("map_probability", detector.map_probability());
        self.probability("alarm_probability", detector.alarm_probability());
        self.amount("mean_run_length", detector.mean_run_length());
        self.amount("pruned_mass", detector.pruned_mass());
        for w in [0, 1, 2, 5, u64::MAX] {
            self.probability(&format!("recent {w}"), detector.p_recent_change(w));
        }
        for (start, p) in detector.run_length_posterior() {
            self.probability(&format!("start {start}"), p);
        }
    }

    fn outlook(&mut self, detector: &AnyDetector) {
        for k in [0, 1, 2, 10, 1_000_000, u64::MAX] {
            self.probability(&format!("within {k}"), detector.p_change_within(k));
            self.probability(&format!("after {k}"), detector.p_next_change_after(k));
        }
        self.amount("residual", detector.expected_residual().unwrap_or(1.0));
        for ahead in [1, 3, 1 << 40] {
            let what = format!("predict({ahead})");
            if ahead > 1 && detector.model().lags() > 0 {
                assert!(detector.predict(ahead).is_err());
                continue;
            }
            let prediction = detector.predict(ahead).unwrap();
            self.distribution(&what, &prediction);
            for (weight, _) in prediction.components() {
                self.probability(&what, *weight);
            }
            for x in [-1e9, -1.0, 0.0, 1.0, 7.0] {
                let tail = prediction.tail(x);
                self.probability(&format!("{what}.below({x})"), tail.below);
                self.probability(&format!("{what}.up_to({x})"), tail.up_to);
                self.probability(&format!("{what}.above({x})"), tail.above);
                self.probability(&format!("{what}.pit({x})"), tail.pit());
                self.probability(&format!("{what}.p_value({x})"), tail.p_value());
            }
        }
        for parameter in detector.parameters().unwrap_or_default() {
            self.distribution(parameter.name, &parameter.posterior);
        }
    }

    fn smoothing(&mut self, detector: &AnyDetector) {
        let Ok(smoothed) = detector.smoothed() else {
            return;
        };
        self.amount("expected_changes", detector.expected_changes().unwrap());
        for (s, &p) in (smoothed.first..).zip(&smoothed.p_change_at) {
            self.probability(&format!("p_change_at({s})"), p);
            assert_eq!(detector.p_change_at(s).unwrap(), p);
            // Of one index both say the same, to the last digits of the smaller.
            let between = detector.p_change_between(s, s).unwrap();
            self.probability(&format!("between {s}"), between);
            assert!((between - p).abs() <= 1e-13 * p, "{s}: {between} {p}");
            let last = detector.observations() - 1;
            let later = detector.p_change_between(s, last).unwrap();
            self.probability(&format!("from {s}"), later);
            assert!(later >= p * (1.0 - 1e-13), "{s}: {later} {p}");
        }
        for location in detector.locations(&detector.changepoints(), 0.9).unwrap() {
            self.location(&location);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 384,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn probabilities_are_probabilities(setup in any_setup()) {
        let mut detector = common::build(&setup.config);
        let mut audit = Audit::default();
        audit.current(&detector);
        audit.outlook(&detector);
        for (t, &x) in setup.data.iter().enumerate() {
            let gap = setup.elapsed.as_ref().map(|elapsed| elapsed[t]);
            // Under a hazard of 1 nothing may be possible.
            let Ok(step) = common::try_feed(&mut detector, gap, x) else {
                break;
            };
            audit.probability("step now", step.p_change_now);
            audit.probability("step map", step.map_probability);
            audit.current(&detector);
            if let Ok(Some(shift)) = detector.shift() {
                audit.shift("shift", &shift);
            }
            for alarm in detector.take_alarms() {
                audit.alarm(&alarm);
            }
        }
        audit.outlook(&detector);
        audit.smoothing(&detector);
        let n = usize::try_from(detector.observations()).unwrap();
        if setup.config["history"] == json!("all") && setup.data[..n].iter().all(Option::is_some) {
            let seen: Vec<f64> = setup.data[..n].iter().flatten().copied().collect();
            let found = Detection::of(&detector, &seen, 0.9).unwrap();
            audit.amount("expected_changes", found.expected_changes);
            for change in &found.changes {
                audit.location(&change.location);
                if let Some(jump) = change.jump {
                    audit.probability("jump.p_rose", jump.p_rose);
                }
            }
        }
        prop_assert!(audit.wrong.is_empty(), "{:?}", audit.wrong);
    }
}
