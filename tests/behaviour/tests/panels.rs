//! Each series of a panel is as if it were alone, whatever comes in between, on any number of
//! threads, and after any number of snapshots.

#[path = "../../tests/common/mod.rs"]
mod common;

use std::collections::BTreeMap;

use bocpd_core::config::{Config, HazardConfig, Missing, ModelConfig};
use bocpd_core::defaults::{Given, config_for_stream};
use bocpd_core::error::UpdateError;
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::panel::{Event, Noticed, Panel, PushError, Row};
use bocpd_core::snapshot::SnapshotError;
use bocpd_core::{AnyDetector, History, Pruning};
use bocpd_tests::random::Random;
use serde_json::json;

use common::Readouts;

/// A key of text, as most have.
type Key = String;

/// Several kinds of detectors.
fn configs() -> Vec<Config> {
    let gaussian = json!({"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0}});
    let poisson = json!({"poisson": {"shape": 1.0, "rate": 0.3}});
    let constant = json!({"constant": {"mean_run_length": 40.0}});
    let alarm = json!({"threshold": 0.8, "window": 12, "min_segment": 1, "clear": 0.5,
        "cool_down": 0, "latched": false});
    let exact = json!({"max_hypotheses": null, "min_weight": null, "max_run_length": null});
    let usual = json!({"max_hypotheses": 12, "min_weight": 1e-10, "max_run_length": null});
    [
        json!({"model": gaussian, "hazard": constant, "pruning": exact, "missing": "error"}),
        json!({"model": gaussian, "hazard": {"rate": {"per_unit_time": 0.02}}, "pruning": usual,
            "missing": "skip", "alarm": alarm}),
        json!({"model": poisson, "hazard": {"weibull": {"shape": 1.5, "scale": 40.0}},
            "pruning": usual, "missing": "skip", "alarm": alarm}),
        json!({"model": gaussian, "hazard": constant, "pruning": usual, "missing": "skip",
            "outliers": {"probability": 0.01}, "history": {"lag": 5},
            "alternatives": [{"model": {"structured_gaussian": {"mean": 0.0, "kappa": 0.1,
                "alpha": 1.0, "beta": 1.0, "phi": 0.6, "drift": 0.0, "slope": 0.0,
                "slope_drift": 0.0, "period": 0.0, "harmonics": 1, "season": 1.0,
                "cauchy": 0.0}}, "weight": 1.0}]}),
    ]
    .iter()
    .map(common::parse)
    .collect()
}

/// Rows of some series in a random order, some of them bad; times where the hazard is one of
/// time.
fn rows(config: &Config, seed: u64, n: usize) -> Vec<Row<Key, [f64; 1]>> {
    let mut random = Random::new(seed);
    let mut seen: BTreeMap<Key, (u64, f64)> = BTreeMap::new();
    let timed = matches!(config.hazard, HazardConfig::Rate { .. });
    let counts = matches!(config.model, ModelConfig::Poisson { .. });
    (0..n)
        .map(|_| {
            let key = format!("series {}", random.below(9));
            let (n, time) = seen.entry(key.clone()).or_default();
            *n += 1;
            *time += random.between(0.1, 3.0);
            let level = if *n % 60 < 30 { 0.0 } else { 8.0 };
            let x = match random.below(40) {
                0 => f64::INFINITY,
                1 => f64::NAN,
                _ if counts => random.poisson(2.0 + level),
                _ => level + random.normal(),
            };
            if timed {
                // Now and then out of order.
                let late = random.below(30) == 0;
                Row::at(key, if late { *time - 5.0 } else { *time }, [x])
            } else {
                Row::new(key, [x])
            }
        })
        .collect()
}

/// What a step told, as text with all digits.
fn told<T: std::fmt::Debug>(all: &[T]) -> Vec<String> {
    all.iter().map(|one| format!("{one:?}")).collect()
}

/// All that can be read from all series.
fn read(panel: &Panel<Key>) -> Vec<(Key, Readouts)> {
    let keys = panel.keys();
    keys.map(|key| (key.clone(), Readouts::of(panel.get(key).expect("a member"))))
        .collect()
}

fn one_by_one(panel: &mut Panel<Key>, rows: &[Row<Key, [f64; 1]>]) -> Vec<String> {
    let steps = rows.iter().map(|row| match row.time {
        None => panel.push(row.key.clone(), &row.values),
        Some(time) => panel.push_at(row.key.clone(), time, &row.values),
    });
    told(&steps.collect::<Vec<_>>())
}

#[test]
fn a_series_is_as_if_it_were_alone() {
    for (i, config) in configs().iter().enumerate() {
        let mut panel = Panel::new(config).expect("a panel");
        let rows = rows(config, 81 + i as u64, 1500);
        let mut alone: BTreeMap<Key, (AnyDetector, Option<f64>)> = BTreeMap::new();
        let mut noticed = Vec::new();
        for row in &rows {
            let got = match row.time {
                None => panel.push(row.key.clone(), &row.values),
                Some(time) => panel.push_at(row.key.clone(), time, &row.values),
            };
            let (detector, last) = alone
                .entry(row.key.clone())
                .or_insert_with(|| (config.build().expect("a detector"), None));
            let want = match (row.time, *last) {
                (Some(time), Some(last)) if time <= last => {
                    assert_eq!(got, Err(PushError::Late { time, last }));
                    continue;
                }
                (Some(time), Some(last)) => detector.update_after(time - last, &row.values),
                _ => detector.update(&row.values),
            };
            assert_eq!(
                told(&[got]),
                told(&[want.map(Some).map_err(PushError::from)])
            );
            if want.is_ok() {
                *last = row.time.or(*last);
                let index = detector.observations() - 1;
                let settled = detector.take_settled().into_iter();
                let settled = settled.map(|changepoint| Noticed::Settled { changepoint });
                let alarms = detector.take_alarms().into_iter().map(Noticed::Alarm);
                let all = settled.chain(alarms);
                noticed.extend(all.map(|one| (row.key.clone(), index, row.time, one)));
            }
        }
        let all = panel.take_events().into_iter();
        let got: Vec<_> = all.map(|e| (e.key, e.index, e.time, e.noticed)).collect();
        assert_eq!(told(&got), told(&noticed));
        // Where nothing is pruned nothing settles.
        assert!(i == 0 || got.len() > 9, "{} events", got.len());
        assert_eq!(panel.len(), 9);
        for (key, readouts) in read(&panel) {
            assert_eq!(readouts, Readouts::of(&alone[&key].0), "{key}");
        }
        assert!(panel.take_events().is_empty());
    }
}

#[test]
fn any_number_of_threads_gives_the_same() {
    for (i, config) in configs().iter().enumerate() {
        let rows = rows(config, 91 + i as u64, 1200);
        let mut one = Panel::new(config).expect("a panel");
        let want = one_by_one(&mut one, &rows);
        let want_events: Vec<Event<Key>> = one.take_events();
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let mut many = Panel::new(config).expect("a panel");
            let got = pool.expect("threads").install(|| {
                let parts = rows.chunks(173);
                parts
                    .flat_map(|part| told(&many.push_many(part)))
                    .collect::<Vec<_>>()
            });
            assert_eq!(got, want);
            assert_eq!(told(&many.take_events()), told(&want_events));
            assert_eq!(read(&many), read(&one));
            assert_eq!(many.pushed(), one.pushed());
            assert_eq!(many.snapshot(), one.snapshot());
        }
    }
}

#[test]
fn an_error_is_one_of_its_series() {
    let config = &configs()[1];
    let mut panel = Panel::new(config).expect("a panel");
    assert!(
        panel
            .push_at("new".to_owned(), 1.0, &[f64::INFINITY])
            .is_err()
    );
    // What has never seen anything is not there.
    assert!(panel.is_empty() && panel.get(&"new".to_owned()).is_none());
    for t in 0..20 {
        panel
            .push_at("a".to_owned(), f64::from(t), &[0.1])
            .expect("a step");
    }
    let before = read(&panel);
    for (time, x, words) in [
        (30.0, f64::INFINITY, "must be finite, got inf"),
        (19.0, 0.0, "after the one before, at 19, got 19"),
        (f64::NAN, 0.0, "time must be finite, got NaN"),
        (f64::NEG_INFINITY, 0.0, "time must be finite, got -inf"),
    ] {
        let error = panel.push_at("a".to_owned(), time, &[x]).expect_err(words);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(read(&panel), before);
    }
    let error = panel
        .push_at("a".to_owned(), 30.0, &[1.0, 2.0])
        .expect_err("two numbers");
    assert!(
        error.to_string().contains("must have length 1, got 2"),
        "{error}"
    );
    assert_eq!(read(&panel), before);
}

#[test]
fn snapshots_go_on_bit_for_bit() {
    for (i, config) in configs().iter().enumerate() {
        let rows = rows(config, 101 + i as u64, 1600);
        let mut whole = Panel::new(config).expect("a panel");
        let (first, rest) = rows.split_at(700);
        let (second, third) = rest.split_at(200);
        one_by_one(&mut whole, first);
        let mut restored = Panel::<Key>::restore(&whole.snapshot()).expect("a panel");
        assert_eq!(read(&restored), read(&whole));
        assert_eq!(restored.pushed(), whole.pushed());
        whole.take_events();
        // What has changed since then, and no more.
        let mark = whole.pushed();
        one_by_one(&mut whole, &second[..3]);
        let few = whole.snapshot_since(mark);
        assert!(
            few.len() < whole.snapshot().len() / 2,
            "{} bytes",
            few.len()
        );
        restored.apply(&few).expect("the same configuration");
        assert_eq!(read(&restored), read(&whole));
        one_by_one(&mut whole, &second[3..]);
        let all = whole.snapshot_since(mark);
        restored.apply(&all).expect("the same configuration");
        assert_eq!(read(&restored), read(&whole));
        // The idle go, and come back when they are wanted.
        let mark = restored.pushed();
        let evicted = restored.evict_idle(mark);
        assert_eq!((evicted.len(), restored.len()), (9, 0));
        for (key, bytes) in &evicted {
            restored.apply(bytes).expect("one of its series");
            assert!(restored.get(key).is_some());
        }
        assert_eq!(read(&restored), read(&whole));
        restored.take_events();
        whole.take_events();
        assert_eq!(
            one_by_one(&mut restored, third),
            one_by_one(&mut whole, third)
        );
        assert_eq!(told(&restored.take_events()), told(&whole.take_events()));
        assert_eq!(read(&restored), read(&whole));
    }
}

/// Bytes that are damaged are refused; with a checksum that is right they may be those of another
/// state, but never more than that.
fn damage(bytes: &[u8], every: usize) {
    for end in (0..bytes.len()).step_by(every.div_ceil(2)) {
        assert!(Panel::<Key>::restore(&bytes[..end]).is_err(), "{end} bytes");
    }
    for at in (0..bytes.len()).step_by(every) {
        let mut damaged = bytes.to_vec();
        damaged[at] ^= 0x41;
        assert!(Panel::<Key>::restore(&damaged).is_err(), "byte {at}");
        let end = damaged.len() - 4;
        let checksum = crc32fast::hash(&damaged[..end]);
        damaged[end..].copy_from_slice(&checksum.to_le_bytes());
        if let Ok(mut other) = Panel::<Key>::restore(&damaged) {
            let keys: Vec<Key> = other.keys().cloned().collect();
            for key in keys {
                let _ = other.push(key, &[0.3]);
            }
            let again = other.snapshot();
            assert!(Panel::<Key>::restore(&again).is_ok(), "byte {at}");
        }
    }
}

#[test]
fn panels_that_choose_are_as_hard_to_forge() {
    let mut given = Given::default();
    given.missing = Missing::Skip;
    let mut panel = Panel::automatic(&given, 25).expect("a panel");
    // Some have a detector, some still wait.
    let rows = of_all_kinds(161, 130);
    panel.push_many(&rows);
    let keys = panel.keys();
    let waiting = keys.filter(|key| panel.get(key).is_none()).count();
    assert!((1..5).contains(&waiting), "{waiting}");
    damage(&panel.snapshot(), 97);
}

#[test]
fn what_is_no_snapshot_is_refused() {
    let configs = configs();
    let mut panel = Panel::new(&configs[0]).expect("a panel");
    one_by_one(&mut panel, &rows(&configs[0], 111, 200));
    let bytes = panel.snapshot();
    damage(&bytes, 7);
    for end in 0..bytes.len() {
        assert!(Panel::<Key>::restore(&bytes[..end]).is_err(), "{end} bytes");
    }
    let before = read(&panel);
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x41;
        assert!(panel.apply(&damaged).is_err(), "byte {at}");
    }
    assert_eq!(read(&panel), before);
    // Of another configuration, of other keys, of a detector alone.
    let other = Panel::<Key>::new(&configs[1]).expect("a panel").snapshot();
    let error = panel.apply(&other).expect_err("another configuration");
    assert!(
        error.to_string().contains("another configuration"),
        "{error}"
    );
    assert!(Panel::<(u64, u64)>::restore(&bytes).is_err());
    let alone = panel
        .get(&"series 0".to_owned())
        .expect("a member")
        .snapshot();
    assert_eq!(panel.apply(&alone), Err(SnapshotError::Kind));
    assert_eq!(read(&panel), before);
}

#[test]
fn models_of_ones_own_are_in_panels_too() {
    let mut config = configs()[0].clone();
    (config.pruning, config.history) = (Pruning::top_k(9), History::Lag(3));
    let own = || {
        let never = |length: u64| if length < 4 { 0.0 } else { 0.1 };
        config
            .build_with_hazard(std::sync::Arc::new(never))
            .expect("a detector")
    };
    let mut panel = Panel::like(own());
    let rows = rows(&config, 121, 400);
    one_by_one(&mut panel, &rows[..200]);
    let bytes = panel.snapshot();
    let error = Panel::<Key>::restore(&bytes)
        .err()
        .expect("a hazard that is not there");
    assert!(error.to_string().contains("hazard"), "{error}");
    let mut again = Panel::like(own());
    again.apply(&bytes).expect("the same hazard");
    assert_eq!(
        one_by_one(&mut again, &rows[200..]),
        one_by_one(&mut panel, &rows[200..])
    );
    assert_eq!(read(&again), read(&panel));
    let detector = panel.remove(&"series 1".to_owned()).expect("a member");
    assert!(detector.observations() > 0 && panel.len() == 8);
}

/// Series of several kinds in turn, some values bad: yes or no, counts, numbers of any scale.
fn of_all_kinds(seed: u64, n: usize) -> Vec<Row<Key, [f64; 1]>> {
    let mut random = Random::new(seed);
    let mut row = |i: usize| {
        let kind = random.below(5);
        let often = if i < n / 2 { 1 } else { 6 };
        let level = if i < n / 2 { 0.0 } else { 5.0 };
        let x = match kind {
            _ if random.below(50) == 0 => f64::INFINITY,
            _ if random.below(50) == 0 => f64::NAN,
            0 => f64::from(u8::from(random.below(10) < often)),
            1 => random.poisson(2.0 + level),
            2 => 1e9 + level + random.normal(),
            3 => 1e-9 * (level + random.normal()),
            _ => 7.0,
        };
        Row::new(format!("kind {kind}"), [x])
    };
    (0..n).map(&mut row).collect()
}

#[test]
fn each_series_may_have_a_configuration_of_its_own() {
    let mut given = Given::default();
    given.missing = Missing::Skip;
    let first = 20;
    let rows = of_all_kinds(131, 900);
    let mut panel = Panel::automatic(&given, first).expect("a panel");
    let mut alone: BTreeMap<Key, (Vec<f64>, Option<AnyDetector>)> = BTreeMap::new();
    for row in &rows {
        let got = panel.push(row.key.clone(), &row.values);
        let (seen, detector) = alone.entry(row.key.clone()).or_default();
        let x = row.values[0];
        let want = match detector {
            _ if x.is_infinite() => {
                assert!(got.is_err(), "{x}");
                continue;
            }
            Some(detector) => detector.update(&[x]).map(Some),
            None => {
                seen.push(x);
                if seen.len() < first {
                    Ok(None)
                } else {
                    let config = config_for_stream(seen.as_slice(), &given).expect("usable");
                    let mut made = config.build().expect("a detector");
                    let mut last = None;
                    for x in seen {
                        last = Some(made.update(&[*x]).expect("what it was made for"));
                    }
                    *detector = Some(made);
                    Ok(last)
                }
            }
        };
        assert_eq!(told(&[got]), told(&[want.map_err(PushError::from)]));
        assert_eq!(panel.get(&row.key).is_some(), alone[&row.key].1.is_some());
    }
    assert_eq!(panel.len(), 5);
    for (key, (_, detector)) in &mut alone {
        let detector = detector.as_mut().expect("more than the first observations");
        detector.take_settled();
        let member = panel.get(key).expect("a member");
        assert_eq!(Readouts::of(member), Readouts::of(detector), "{key}");
    }
    // Many at a time, and saved at any moment.
    let mut many = Panel::automatic(&given, first).expect("a panel");
    let mut noticed = Vec::new();
    let mut mark = 0;
    for part in rows.chunks(61) {
        many.push_many(part);
        noticed.append(&mut many.take_events());
        let mut again = Panel::<Key>::restore(&many.snapshot()).expect("what was written is read");
        assert_eq!(again.snapshot(), many.snapshot());
        again
            .apply(&many.snapshot_since(mark))
            .expect("of this panel");
        assert_eq!(again.snapshot(), many.snapshot());
        mark = many.pushed();
        many = again;
    }
    assert_eq!(told(&noticed), told(&panel.take_events()));
    assert_eq!(read(&many), read(&panel));
    assert_eq!(many.snapshot(), panel.snapshot());
}

#[test]
fn first_observations_are_checked_when_they_come() {
    let given = Given::default();
    let error = Panel::<Key>::automatic(&given, 1).err().expect("too few");
    assert_eq!(error.to_string(), "first must be at least 2, got 1");
    let mut panel = Panel::automatic(&given, 4).expect("a panel");
    let key = || "a".to_owned();
    assert!(panel.push(key(), &[f64::NAN]).is_err());
    assert!(panel.is_empty());
    assert_eq!(panel.push(key(), &[0.5]), Ok(None));
    assert!(panel.contains(&key()) && panel.get(&key()).is_none());
    let error = panel.push(key(), &[1.0, 2.0]).expect_err("two numbers");
    assert!(error.to_string().contains("must have length 1, got 2"));
    let side = SideInformation::of_features(&[1.0]);
    let error = panel.push_with(key(), None, Observation::with(&[0.5][..], &side));
    assert!(
        error
            .expect_err("features")
            .to_string()
            .contains("features")
    );
    assert!(panel.remove(&key()).is_none() && panel.is_empty());
}

#[test]
fn a_hazard_that_counts_takes_no_times_from_the_first_on() {
    let mut given = Given::default();
    given.hazard = Some(HazardConfig::Table {
        hazards: vec![0.1, 0.2],
    });
    let mut panel = Panel::automatic(&given, 4).expect("a panel");
    assert_eq!(panel.push_at(1, 1.0, &[0.5]), Ok(None));
    let before = panel.snapshot();
    let error = panel
        .push_at(1, 2.0, &[0.1])
        .expect_err("a hazard that counts");
    assert_eq!(error, PushError::Update(UpdateError::ElapsedUnsupported));
    assert_eq!(panel.snapshot_since(1), panel.snapshot_since(2));
    assert_eq!(
        Panel::<u64>::restore(&panel.snapshot())
            .expect("a panel")
            .len(),
        1
    );
    assert_eq!(panel.snapshot().len(), before.len());
}

#[test]
fn on_a_grid_times_are_an_order_and_nothing_else() {
    let config = &configs()[1];
    let rows = rows(config, 151, 900);
    let mut counted = Panel::new(config).expect("a panel");
    let mut timed = Panel::new(config).expect("a panel").on_a_grid();
    let mut late = 0;
    for row in &rows {
        let time = row.time.expect("a hazard of time");
        let got = timed.push_at(row.key.clone(), time, &row.values);
        if matches!(got, Err(PushError::Late { .. })) {
            late += 1;
        } else {
            let want = counted.push(row.key.clone(), &row.values);
            assert_eq!(told(&[got]), told(&[want]));
        }
    }
    assert!(late > 9, "{late}");
    assert_eq!(read(&timed), read(&counted));
    let (timed_events, counted_events) = (timed.take_events(), counted.take_events());
    assert!(timed_events.len() > 9 && timed_events.len() == counted_events.len());
    for (mut event, wanted) in timed_events.into_iter().zip(counted_events) {
        assert!(event.time.take().is_some());
        assert_eq!(told(&[event]), told(&[wanted]));
    }
    // It is remembered, and is a part of what panels are.
    let bytes = timed.snapshot();
    let mut again = Panel::<Key>::restore(&bytes).expect("what was written is read");
    assert_eq!(again.snapshot(), bytes);
    let key = || "series 0".to_owned();
    let steps = [&mut timed, &mut again].map(|panel| panel.push_at(key(), 1e6, &[0.5]));
    assert_eq!(steps[0], steps[1]);
    assert_eq!(steps[0], counted.push(key(), &[0.5]));
    let mut other = Panel::<Key>::new(config).expect("a panel");
    assert!(other.apply(&bytes).is_err());
    // A hazard that has no meaning in continuous time is none the worse.
    let mut given = Given::default();
    given.hazard = Some(HazardConfig::Table {
        hazards: vec![0.1, 0.2],
    });
    let mut waiting = Panel::automatic(&given, 3).expect("a panel").on_a_grid();
    for t in 0..4 {
        let step = waiting.push_at(key(), f64::from(t), &[0.5 * f64::from(t)]);
        assert_eq!(step.expect("an order").is_some(), t >= 2);
    }
}

#[test]
fn rows_may_come_with_features() {
    let model = ModelConfig::PoissonExposure {
        shape: 1.0,
        rate: 0.2,
    };
    let config = Config::new(
        model,
        HazardConfig::Constant {
            mean_run_length: 50.0,
        },
    );
    let mut panel = Panel::new(&config).expect("a panel");
    let mut alone = config.build().expect("a detector");
    let mut random = Random::new(141);
    for _ in 0..40 {
        let exposure = random.between(0.5, 3.0);
        let x = random.poisson(4.0 * exposure);
        let got = panel.push_many(&[Row::new(1, [x]).with_features([exposure])]);
        let side = SideInformation::of_features(std::slice::from_ref(&exposure));
        let want = alone.update_with(Observation::with(&[x][..], &side), None);
        assert_eq!(got, [want.map(Some).map_err(PushError::from)]);
    }
}
