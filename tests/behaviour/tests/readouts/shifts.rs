//! Direction and size are averages over all segmentations; segments are what a
//! textbook says of them.

use crate::common;
use bocpd_core::AnyDetector;
use bocpd_core::error::ReadoutError;
use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::close::assert_close;
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::random::Random;
use libm::lgamma;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-10;

/// Posterior mean and variance of a segment's level, from the textbook. `None`
/// for models whose posterior has no closed form.
fn level(model: &Value, xs: &[f64]) -> Option<(f64, f64)> {
    let (tag, p) = model.as_object().unwrap().iter().next().unwrap();
    let get = |name: &str| p[name].as_f64().unwrap();
    let (n, sum) = (xs.len() as f64, xs.iter().sum::<f64>());
    let gamma = |a: f64, b: f64| (a / b, a / (b * b));
    let beta = |a: f64, b: f64| (a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1.0)));
    Some(match tag.as_str() {
        "gaussian" => {
            let (m, k) = (get("mean"), get("kappa"));
            let mean = (k * m + sum) / (k + n);
            let squares: f64 = xs.iter().map(|x| x * x).sum();
            let b = get("beta") + 0.5 * (squares + k * m * m - (k + n) * mean * mean);
            let a = get("alpha") + 0.5 * n;
            let variance = if a > 1.0 {
                b / ((a - 1.0) * (k + n))
            } else {
                f64::INFINITY
            };
            (mean, variance)
        }
        "poisson" => gamma(get("shape") + sum, get("rate") + n),
        "bernoulli" => beta(get("a") + sum, get("b") + n - sum),
        "binomial" => beta(get("a") + sum, get("b") + n * get("trials") - sum),
        "gamma" => gamma(get("shape") + n * get("known_shape"), get("rate") + sum),
        "geometric" => beta(get("a") + n, get("b") + sum),
        "negative_binomial_known_size" => {
            let (r, b) = (get("size"), get("b") + sum);
            let a = get("a") + n * r - 1.0;
            let mean = r * b / a;
            (mean, r * r * b * (a + b) / (a * a * (a - 1.0)))
        }
        "gaussian_known_mean" => {
            let m = get("mean");
            let squares: f64 = xs.iter().map(|x| (x - m) * (x - m)).sum();
            let (a, b) = (get("alpha") + 0.5 * n, get("beta") + 0.5 * squares);
            let mean = (0.5 * b.ln() + lgamma(a - 0.5) - lgamma(a)).exp();
            (mean, b / (a - 1.0) - mean * mean)
        }
        "exponential" => gamma(get("shape") + n, get("rate") + sum),
        _ => return None,
    })
}

/// The exact mean and variance of (level now − level before), and P(now > s),
/// given that the current segment is not the first.
fn difference(all: &Enumeration, model: &Value, data: &[Option<f64>]) -> Option<(f64, f64, f64)> {
    let ln_evidence = all.ln_evidence();
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    let seen =
        |from: usize, to: usize| -> Vec<f64> { data[from..to].iter().copied().flatten().collect() };
    for path in all.paths.iter().filter(|path| path.starts.len() > 1) {
        let p = (path.ln_joint - ln_evidence).exp();
        let [.., before, start] = path.starts[..] else {
            unreachable!()
        };
        if p == 0.0 {
            continue;
        }
        let old = level(model, &seen(before, start))?;
        let new = level(model, &seen(start, data.len()))?;
        let mean = new.0 - old.0;
        total += p;
        first += p * mean;
        second += p * (new.1 + old.1 + mean * mean);
    }
    let mean = first / total;
    Some((total, mean, second / total - mean * mean))
}

fn hold(entry: &Entry, hazard: &Value, irregular: bool, random: &mut Random) {
    let mut model = (entry.model)(random);
    if entry.name == "gaussian" {
        // Every level has a variance, also one without observations.
        model["gaussian"]["alpha"] = json!(random.between(1.2, 3.0));
    }
    let mut config = catalogue::config(&model, hazard);
    config["shifts"] = json!(true);
    let (oracle, law) = config::parse(&config);
    let mut detector = common::build(&config);
    let (mut data, mut elapsed) = (Vec::new(), Vec::new());
    for t in 0..8 {
        let level = random.below(3);
        let x = (entry.draw)(random, level);
        data.push((random.uniform() < 0.85).then_some(x));
        elapsed.push(if irregular {
            random.between(0.1, 3.0)
        } else {
            1.0
        });
        let gap = irregular.then_some(elapsed[t]);
        common::try_feed(&mut detector, gap, data[t]).expect("a step");
        let all = Enumeration::new(&*oracle, &law, &data, &elapsed);
        let what = format!("{config} after {data:?}");
        let Some(shift) = detector.shift().expect("followed") else {
            assert!(t == 0 || all.posterior()[0] > 1.0 - 1e-12, "{what}");
            continue;
        };
        assert!((0.0..=1.0).contains(&shift.p_rose), "{what}: {shift:?}");
        let Some((total, mean, variance)) = difference(&all, &model, &data) else {
            continue;
        };
        assert_close(&what, shift.probability, total, TOLERANCE);
        if total > 1e-3 {
            assert_close(&format!("{what}: size"), shift.difference, mean, 1e-9);
            assert_close(&format!("{what}: sd"), shift.sd, variance.sqrt(), 1e-8);
        }
    }
}

#[test]
fn size_is_the_average_over_all_segmentations() {
    let mut random = Random::new(81);
    for entry in &MODELS {
        for hazard in catalogue::hazards(4.0) {
            hold(entry, &hazard, false, &mut random);
        }
        for hazard in catalogue::hazards(4.0).iter().take(4) {
            hold(entry, hazard, true, &mut random);
        }
    }
}

/// A rise is a rise, a fall a fall, for every model; pruning and snapshots
/// carry what is needed.
#[test]
fn direction_is_seen_through_pruning_and_snapshots() {
    for entry in &MODELS {
        let mut random = Random::new(82);
        let hazard = json!({"constant": {"mean_run_length": 100.0}});
        let mut config = catalogue::config(&(entry.model)(&mut random), &hazard);
        config["shifts"] = json!(true);
        config["pruning"] = json!({"max_hypotheses": 32});
        for (from, to) in [(0, 1), (1, 0)] {
            let data = entry.series(83, &[(60, from), (30, to)]);
            let mut detector = common::run(&config, &data[..70]);
            let mut restored = bocpd_core::any::restore(&detector.snapshot()).unwrap();
            for &x in &data[70..] {
                common::feed(&mut detector, Some(x));
                common::feed(&mut restored, Some(x));
            }
            let shift = detector.shift().unwrap().unwrap();
            assert_eq!(Some(shift), restored.shift().unwrap(), "{}", entry.name);
            let rose = (to > from) != entry.level_falls;
            let p = if rose {
                shift.p_rose
            } else {
                1.0 - shift.p_rose
            };
            assert!(
                p > 0.85 && (shift.difference > 0.0) == rose,
                "{}: {shift:?}",
                entry.name
            );
        }
    }
}

#[test]
fn shifts_have_to_be_asked_for() {
    let mut random = Random::new(84);
    let hazard = json!({"constant": {"mean_run_length": 100.0}});
    let config = catalogue::config(&(MODELS[0].model)(&mut random), &hazard);
    let detector = common::run(&config, &[1.0, 2.0]);
    assert_eq!(detector.shift(), Err(ReadoutError::ShiftsNotFollowed));
}

#[test]
fn segments_are_those_of_the_textbook() {
    let mut random = Random::new(85);
    for entry in &MODELS {
        let model = (entry.model)(&mut random);
        let hazard = json!({"constant": {"mean_run_length": 20.0}});
        let mut config = catalogue::config(&model, &hazard);
        config["missing"] = json!("skip");
        let (oracle, _) = config::parse(&config);
        let detector: AnyDetector = common::build(&config);
        let mut data = entry.series(86, &[(12, 0), (9, 1), (7, 2)]);
        data[4] = f64::NAN;
        let segments = detector.segments(&data, &[12, 21], 0.9).unwrap();
        let seen = |from: usize, to: usize| -> Vec<f64> {
            data[from..to]
                .iter()
                .copied()
                .filter(|x| !x.is_nan())
                .collect()
        };
        let at = |from: usize, to: usize| {
            let xs = data.iter().map(|x| (!x.is_nan()).then_some(*x));
            oracle.ln_evidence_of(&xs.collect::<Vec<_>>(), &vec![1.0; data.len()], from, to)
        };
        let bounds = [(0, 12), (12, 21), (21, 28)];
        assert_eq!(segments.len(), 3);
        for (i, (segment, (from, to))) in segments.iter().zip(bounds).enumerate() {
            let xs = seen(from, to);
            assert_eq!((segment.start, segment.end), (from as u64, to as u64));
            assert_eq!(segment.observed, xs.len() as u64);
            let evidence = at(from, to);
            assert_close(entry.name, segment.ln_evidence, evidence, 1e-11);
            if let Some((mean, variance)) = level(&model, &xs) {
                let estimate = segment.parameters[0];
                assert_close(entry.name, estimate.mean, mean, 1e-10);
                assert_close(entry.name, estimate.sd, variance.sqrt(), 1e-9);
                assert!(estimate.low < mean && mean < estimate.high);
            }
            let factor = (i > 0).then(|| {
                let (before, _) = bounds[i - 1];
                at(before, from) + evidence - at(before, to)
            });
            match (segment.ln_bayes_factor, factor) {
                (Some(got), Some(want)) => assert_close(entry.name, got, want, 1e-10),
                (got, want) => assert_eq!(got, want),
            }
        }
        // Indices that are no boundaries are passed over; bad data has a place.
        assert_eq!(
            detector.segments(&data, &[0, 28, 99], 0.9).unwrap().len(),
            1
        );
        assert!(detector.segments(&[], &[], 0.9).unwrap().is_empty());
        data[13] = f64::INFINITY;
        let error = detector.segments(&data, &[12], 0.9).unwrap_err();
        assert!(matches!(error, bocpd_core::error::DetectError::Data(bad) if bad.index == 13));
    }
}
