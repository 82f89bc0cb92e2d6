//! Alarms: what they say, when they come, when not, and how often by mistake.

mod common;

use bocpd_core::{
    Alarm, AlarmPolicy, Alarms, Config, Constant, Detector, Effort, Gaussian, Quiet, Target,
    calibrate, calibrate_detector,
};
use bocpd_tests::random::Random;
use serde_json::{Value, json};

#[expect(
    clippy::needless_pass_by_value,
    reason = "policies are written where they are used"
)]
fn robust(alarm: Value) -> Value {
    json!({
        "model": {"student_t": {"mean": 0.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0, "nu": 4.0}},
        "hazard": {"constant": {"mean_run_length": 500.0}},
        "alarm": alarm,
    })
}

fn normals(seed: u64, levels: &[(usize, f64)]) -> Vec<f64> {
    let mut random = Random::new(seed);
    let levels = levels.iter();
    let levels = levels.flat_map(|&(n, level)| std::iter::repeat_n(level, n));
    levels.map(|level| level + random.normal()).collect()
}

fn alarms_of(config: &Value, data: &[f64]) -> Vec<Alarm> {
    common::run(config, data).take_alarms()
}

#[test]
fn a_single_wild_point_is_no_alarm_and_a_shift_is() {
    for seed in 0..20 {
        let mut data = normals(seed, &[(300, 0.0)]);
        data[100] = 30.0;
        data[200] = -1e6;
        assert_eq!(alarms_of(&robust(json!({})), &data), [], "seed {seed}");

        let data = normals(seed, &[(200, 0.0), (60, 4.0), (60, 1.0)]);
        let alarms = alarms_of(&robust(json!({})), &data);
        assert_eq!(alarms.len(), 2, "seed {seed}: {alarms:?}");
        for (alarm, (start, rose)) in alarms.iter().zip([(200u64, true), (260, false)]) {
            assert!(alarm.began.abs_diff(start) <= 2, "seed {seed}: {alarm:?}");
            assert!(alarm.noticed_at >= alarm.began + 2);
            assert!(alarm.noticed_at <= start + 20, "seed {seed}: {alarm:?}");
            assert!(alarm.probability >= 0.9);
            let shift = alarm.shift.expect("a level");
            let p = if rose {
                shift.p_rose
            } else {
                1.0 - shift.p_rose
            };
            assert!(
                p > 0.9 && (shift.difference > 0.0) == rose,
                "seed {seed}: {shift:?}"
            );
            assert!(shift.difference.abs() > 1.0 && shift.difference.abs() < 6.0);
        }
    }
}

/// The start of the stream is no change.
#[test]
fn the_first_segment_is_no_alarm() {
    let data = normals(3, &[(40, 7.0)]);
    assert_eq!(alarms_of(&robust(json!({})), &data), []);
}

#[test]
fn cool_down_latch_and_window() {
    let data = normals(5, &[(200, 0.0), (30, 5.0), (30, 0.0), (100, 5.0)]);
    let count = |policy: Value| alarms_of(&robust(policy), &data).len();
    assert_eq!(count(json!({})), 3);
    assert_eq!(count(json!({"cool_down": 80})), 2);
    assert_eq!(count(json!({"cool_down": 1000})), 1);
    assert_eq!(count(json!({"latched": true})), 1);
    // Nobody looks back further than the window: no time to gather evidence.
    assert_eq!(
        count(json!({"window": 2, "min_segment": 2, "threshold": 1.0})),
        0
    );

    let mut detector = common::build(&robust(json!({"latched": true})));
    let mut raised = Vec::new();
    for (t, &x) in data.iter().enumerate() {
        common::feed(&mut detector, Some(x));
        for alarm in detector.take_alarms() {
            assert_eq!(alarm.noticed_at, t as u64);
            assert!(detector.alarm_is_on());
            raised.push(alarm);
        }
        if t == 225 {
            detector.acknowledge();
        }
    }
    assert_eq!(raised.len(), 2, "{raised:?}");
    assert!(detector.alarm_is_on());
}

/// A detector and one restored in the middle raise the same alarms; those that
/// nobody has taken are kept.
#[test]
fn alarms_survive_a_snapshot() {
    let data = normals(6, &[(150, 0.0), (40, 5.0), (100, -1.0)]);
    let config = robust(json!({}));
    let whole = alarms_of(&config, &data);
    assert_eq!(whole.len(), 2);
    for cut in [1, 149, 153, 160, 188, 193, 200] {
        let first = common::run(&config, &data[..cut]);
        let mut second = bocpd_core::restore(&first.snapshot()).unwrap();
        assert_eq!(second.alarm_is_on(), first.alarm_is_on());
        assert_eq!(second.snapshot(), first.snapshot());
        for &x in &data[cut..] {
            common::feed(&mut second, Some(x));
        }
        assert_eq!(second.take_alarms(), whole, "cut at {cut}");
        assert_eq!(second.take_alarms(), []);
    }
    let mut again = common::run(&config, &data);
    again.reset();
    assert!(again.take_alarms().is_empty() && !again.alarm_is_on());
    for &x in &data {
        common::feed(&mut again, Some(x));
    }
    assert_eq!(again.take_alarms(), whole);
}

/// The same alarms with a detector whose type is known.
#[test]
fn typed_and_configured_agree() {
    let data = normals(7, &[(100, 0.0), (50, 6.0)]);
    let config = json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0}},
        "hazard": {"constant": {"mean_run_length": 500.0}},
        "alarm": {},
    });
    let model = Gaussian::new(0.0, 0.1, 1.0, 1.0).unwrap();
    let mut detector = Detector::new(model, Constant::new(500.0).unwrap()).with_shifts(true);
    let mut alarms = Alarms::new(AlarmPolicy::default()).unwrap();
    for &x in &data {
        detector.update(x).unwrap();
        alarms.observe(&detector);
    }
    let typed = alarms.take();
    assert_eq!(typed.len(), 1);
    assert_eq!(typed, alarms_of(&config, &data));
}

#[test]
fn policies_are_checked() {
    for (policy, name) in [
        (json!({"threshold": 0.0}), "threshold"),
        (json!({"threshold": 1.5}), "threshold"),
        (json!({"clear": 0.95}), "clear"),
        (json!({"min_segment": 0}), "min_segment"),
        (json!({"window": 2}), "min_segment"),
        (json!({"window": 0}), "window"),
    ] {
        let error = common::parse(&robust(policy)).build().err().unwrap();
        assert_eq!(error.name, name);
    }
}

/// Calibrated on one set of simulated streams, judged on another: the false
/// alarms are as many as was said, within the Monte Carlo error of both.
#[test]
fn a_calibrated_threshold_keeps_its_promise() {
    let config: Config = common::parse(&json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.5, "alpha": 2.0, "beta": 2.0}},
        "hazard": {"constant": {"mean_run_length": 200.0}},
        "pruning": {"max_hypotheses": 32},
    }));
    let (alpha, horizon) = (0.1, 150);
    let target = Target::FalseAlarm {
        probability: alpha,
        horizon,
    };
    let effort = Effort {
        streams: 1000,
        seed: 11,
        ..Effort::default()
    };
    let calibration = calibrate(&config, Quiet::Model, target, effort).unwrap();
    // A detector that has seen something is calibrated as a fresh one.
    let mut used = config.build().unwrap();
    used.update(&[3.0]).unwrap();
    let policy = config.alarm.unwrap_or_default();
    let again = calibrate_detector(&used, &policy, Quiet::Model, target, effort);
    assert_eq!(again.unwrap(), calibration);
    assert_eq!(used.observations(), 1);
    assert!(calibration.false_alarms <= alpha && calibration.false_alarms > alpha - 0.002);
    assert!(calibration.threshold > 0.05 && calibration.threshold < 1.0);

    let mut judged = config.clone();
    let threshold = calibration.threshold;
    let clear = threshold * 0.5;
    judged.alarm = Some(AlarmPolicy {
        threshold,
        clear,
        ..AlarmPolicy::default()
    });
    let mut detector = judged.build().unwrap();
    let mut random = bocpd_core::Random::new(12);
    let (streams, mut alarmed) = (1000, 0);
    for _ in 0..streams {
        detector.reset();
        let stream = detector.simulate(&mut random, horizon).unwrap();
        detector.update_many(&stream, &mut |_| {}).unwrap();
        alarmed += u32::from(!detector.take_alarms().is_empty());
    }
    let observed = f64::from(alarmed) / f64::from(streams);
    let error = calibration.false_alarms_error * 2.0f64.sqrt();
    assert!(
        (observed - calibration.false_alarms).abs() < 3.0 * error,
        "{observed} {calibration:?}"
    );
    // The error is that of a share of so many streams.
    let want = (alpha * (1.0 - alpha) / 1000.0f64).sqrt();
    assert!((calibration.false_alarms_error - want).abs() < 1e-3);
}

/// The average run length, on resampled history, against alarms counted in one
/// long quiet stream.
#[test]
fn a_calibrated_run_length_is_met() {
    let config: Config = common::parse(&json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 2.0, "beta": 2.0}},
        "hazard": {"constant": {"mean_run_length": 100.0}},
        "pruning": {"max_hypotheses": 32},
    }));
    let history = normals(21, &[(2000, 0.0)]);
    let quiet = Quiet::History {
        values: &history,
        block: 5,
    };
    let target = Target::AverageRunLength(300.0);
    let effort = Effort {
        streams: 600,
        longest: 300,
        seed: 1,
    };
    let calibration = calibrate(&config, quiet, target, effort).unwrap();
    assert_eq!((calibration.horizon, calibration.streams), (300, 600));
    assert!(
        (calibration.average_run_length - 300.0).abs() < 5.0,
        "{calibration:?}"
    );

    // Times to the first alarm on fresh streams.
    let mut judged = config.clone();
    let threshold = calibration.threshold;
    judged.alarm = Some(AlarmPolicy {
        threshold,
        clear: threshold,
        ..AlarmPolicy::default()
    });
    let mut detector = judged.build().unwrap();
    let mut random = Random::new(22);
    let runs = 300;
    let mut total = 0u64;
    for _ in 0..runs {
        detector.reset();
        while detector.take_alarms().is_empty() && detector.observations() < 5000 {
            common::feed(&mut detector, Some(random.normal()));
        }
        total += detector.observations();
    }
    let mean = total as f64 / f64::from(runs);
    // An exponential time has a standard deviation of its mean; the history is
    // a sample too.
    let error =
        (calibration.average_run_length_error.powi(2) + mean * mean / f64::from(runs)).sqrt();
    assert!(
        (mean - 300.0).abs() < 4.0 * error,
        "{mean} {error} {calibration:?}"
    );
}

#[test]
fn calibration_refuses_what_it_cannot_use() {
    let config = common::parse(&robust(json!({})));
    let effort = Effort {
        streams: 3,
        longest: 10,
        seed: 0,
    };
    let values = [0.0, 1.0];
    let bad = |quiet, target| calibrate(&config, quiet, target, effort).is_err();
    assert!(bad(Quiet::Model, Target::AverageRunLength(0.0)));
    assert!(bad(Quiet::Model, Target::AverageRunLength(f64::NAN)));
    assert!(bad(
        Quiet::Model,
        Target::FalseAlarm {
            probability: 1.0,
            horizon: 5
        }
    ));
    assert!(bad(
        Quiet::Model,
        Target::FalseAlarm {
            probability: 0.1,
            horizon: 0
        }
    ));
    let target = Target::AverageRunLength(50.0);
    assert!(bad(
        Quiet::History {
            values: &values,
            block: 0
        },
        target
    ));
    assert!(bad(
        Quiet::History {
            values: &values,
            block: 3
        },
        target
    ));
    assert!(bad(
        Quiet::History {
            values: &[f64::NAN],
            block: 1
        },
        target
    ));
    assert!(!bad(
        Quiet::History {
            values: &values,
            block: 2
        },
        target
    ));
}
