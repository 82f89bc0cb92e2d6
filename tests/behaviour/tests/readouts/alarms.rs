//! Alarms: what they say, when they come, and when not.

use crate::common;
use bocpd_core::alarm::{Alarm, AlarmPolicy, Alarms};
use bocpd_core::{AnyDetector, Constant, Detector, Gaussian};
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

/// What a policy says, from the posterior of a detector that has none.
fn by_the_book(
    policy: &AlarmPolicy,
    quiet: &mut AnyDetector,
    data: &[f64],
) -> Vec<(u64, u64, bool)> {
    let (mut noticed, mut on) = (None, false);
    let mut found = Vec::new();
    for (t, &x) in (0u64..).zip(data) {
        common::feed(quiet, Some(x));
        let posterior = quiet.run_length_posterior();
        let (mut new, mut last, mut best) = (0.0, 0.0, (0, 0.0));
        for (s, p) in posterior {
            let length = t - s + 1;
            if s == 0 || length > policy.window {
                continue;
            }
            if length >= policy.min_segment && noticed.is_none_or(|at| s > at) {
                new += p;
                if p > best.1 {
                    best = (s, p);
                }
            } else {
                last += p;
            }
        }
        on &= last >= policy.clear;
        let cooling = noticed.is_some_and(|at| t - at <= policy.cool_down);
        if new >= policy.threshold && !on && !cooling {
            (noticed, on) = (Some(t), true);
            found.push((t, best.0, on));
        } else {
            found.push((t, u64::MAX, on));
        }
    }
    found
}

/// Alarms, and whether the last one is on, are what the two sums of the policy's
/// documentation say, at every observation.
#[test]
fn alarms_are_what_the_formula_says() {
    for seed in 0..10 {
        let levels = [(60, 0.0), (25, 2.0), (8, 6.0), (40, 0.0), (60, 1.5)];
        let data = normals(seed, &levels);
        for policy in [
            json!({}),
            json!({"threshold": 0.3, "clear": 0.3}),
            json!({"threshold": 0.4, "clear": 0.1, "window": 20, "min_segment": 1}),
            json!({"threshold": 0.6, "cool_down": 15}),
        ] {
            let config = robust(policy);
            let mut watched = common::build(&config);
            let mut unwatched = config.clone();
            unwatched["alarm"] = Value::Null;
            let policy = common::parse(&config).alarm.unwrap();
            let mut quiet = common::build(&unwatched);
            for (t, began, on) in by_the_book(&policy, &mut quiet, &data) {
                common::feed(&mut watched, Some(data[usize::try_from(t).unwrap()]));
                let raised = watched.take_alarms().pop().map_or(u64::MAX, |a| a.began);
                assert_eq!((raised, watched.alarm_is_on()), (began, on), "{seed} {t}");
            }
        }
    }
}

/// With a threshold as low as a calibration may give, the alarm comes before it
/// is clear where the change began; what becomes clear is not another alarm.
#[test]
fn a_change_is_one_alarm_also_at_a_low_threshold() {
    let policy = json!({"threshold": 0.26, "clear": 0.26});
    let config = json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 2.0, "beta": 2.0}},
        "hazard": {"constant": {"mean_run_length": 100.0}},
        "alarm": policy,
    });
    let (mut twice, mut missed) = (0, 0);
    for seed in 0..100 {
        let data = normals(seed, &[(100, 0.0), (30, 4.0)]);
        let alarms = alarms_of(&config, &data);
        let of_the_change = alarms.iter().filter(|alarm| alarm.noticed_at >= 100);
        let count = of_the_change.count();
        twice += usize::from(count > 1);
        missed += usize::from(count == 0);
    }
    assert!(twice <= 5, "{twice}");
    assert_eq!(missed, 0);
}

/// An alarm is on as long as its change is believed and recent, off when the
/// next one has followed.
#[test]
fn an_alarm_is_on_until_its_probability_falls() {
    let data = normals(8, &[(100, 0.0), (70, 6.0), (20, 0.0)]);
    let mut detector = common::build(&robust(json!({})));
    let (mut on, mut noticed) = (Vec::new(), Vec::new());
    for &x in &data {
        common::feed(&mut detector, Some(x));
        on.push(detector.alarm_is_on());
        let raised = detector.take_alarms();
        if !raised.is_empty() {
            // What was reported is not probable again.
            assert_eq!(detector.alarm_probability(), 0.0);
        }
        noticed.extend(
            raised
                .iter()
                .map(|alarm| usize::try_from(alarm.noticed_at).unwrap()),
        );
    }
    let [first, second] = noticed[..] else {
        panic!("{noticed:?}")
    };
    assert!(first < 110 && (172..180).contains(&second), "{noticed:?}");
    // Until the change is older than the window.
    assert!(on[first..145].iter().all(|&on| on) && !on[155]);
    assert!(on[second..].iter().all(|&on| on));

    // A second change within the window is an alarm at once.
    let data = normals(9, &[(100, 0.0), (20, 6.0), (20, -6.0)]);
    let alarms = alarms_of(&robust(json!({})), &data);
    let began: Vec<u64> = alarms.iter().map(|alarm| alarm.began).collect();
    assert_eq!(began, [100, 120]);
}

/// The first observation starts a segment with certainty, and that is no change:
/// under no policy is there an alarm while nothing but the first segment can be.
#[test]
fn index_zero_is_no_alarm() {
    for min_segment in 1..4 {
        let policy = json!({"threshold": 1e-9, "clear": 1e-9, "min_segment": min_segment});
        let mut detector = common::build(&robust(policy));
        for (t, x) in (0..).zip([0.3, -0.2, 0.1, 0.4, -0.1]) {
            common::feed(&mut detector, Some(x));
            if t == 0 {
                assert_eq!(detector.p_change_now(), 1.0);
                assert_eq!(detector.alarm_probability(), 0.0);
            }
            // From here on a segment that began at 1 has lasted long enough.
            let raised = !detector.take_alarms().is_empty();
            assert_eq!(raised, t == min_segment, "{min_segment} {t}");
        }
    }
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
        let mut second = bocpd_core::any::restore(&first.snapshot()).unwrap();
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

/// An error is about the limit that was set, where two contradict each other.
#[test]
fn policies_are_checked() {
    let huge = u64::MAX;
    for (policy, name, value) in [
        (json!({"threshold": 0.0}), "threshold", 0.0),
        (json!({"threshold": -1.0}), "threshold", -1.0),
        (json!({"threshold": 1.5}), "threshold", 1.5),
        (json!({"threshold": 1e308}), "threshold", 1e308),
        (json!({"clear": 0.0}), "clear", 0.0),
        (json!({"clear": 1e308}), "clear", 1e308),
        (json!({"clear": 0.95}), "clear", 0.95),
        (json!({"clear": 0.3, "threshold": 0.2}), "clear", 0.3),
        (json!({"threshold": 0.2}), "threshold", 0.2),
        (json!({"window": 0}), "window", 0.0),
        (json!({"window": 2}), "window", 2.0),
        (json!({"window": 0, "min_segment": 0}), "window", 0.0),
        (json!({"min_segment": 0}), "min_segment", 0.0),
        (json!({"min_segment": 51}), "min_segment", 51.0),
        (json!({"min_segment": huge}), "min_segment", huge as f64),
    ] {
        let error = common::parse(&robust(policy)).build().err().unwrap();
        assert_eq!((error.name, error.value), (name, Some(value)), "{error}");
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let threshold = AlarmPolicy::at(value).check().unwrap_err();
        assert_eq!(threshold.name, "threshold");
        let policy = AlarmPolicy {
            clear: value,
            ..AlarmPolicy::default()
        };
        assert_eq!(policy.check().unwrap_err().name, "clear");
    }
    // However large they are, these are limits.
    let policy = json!({"window": huge, "min_segment": huge, "cool_down": huge});
    let quiet = normals(1, &[(100, 0.0), (50, 9.0)]);
    assert_eq!(alarms_of(&robust(policy), &quiet), []);
    let policy = json!({"window": huge, "cool_down": huge});
    assert_eq!(alarms_of(&robust(policy), &quiet).len(), 1);
}
