//! Hyper-parameters from a history: those that it was drawn with are found again, closed forms
//! are met, and the evidence is never lowered.
//!
//! `errors_are_those_of_repetitions` is the long version, with seeds of its own:
//!
//! ```text
//! cargo test -p bocpd-tests --test fit -- --ignored --nocapture
//! ```

mod common;

use bocpd_core::config::{Alternative, HazardConfig, ModelConfig};
use bocpd_core::error::{ObservationError, UpdateError};
use bocpd_core::fit::{Fit, FitError, Fitted, Options, Outcome, Part, fit};
use bocpd_core::observation::Rows;
use bocpd_core::outliers::Outliers;
use bocpd_core::{Config, Missing, Pruning};
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::random::Random;
use serde_json::{Value, json};
use statrs::function::gamma::digamma;

/// A configuration under which nothing is given up.
fn config(model: &Value, hazard: &Value) -> Config {
    common::parse(&json!({"model": model, "hazard": hazard, "pruning": {}}))
}

fn constant(mean: f64) -> Value {
    json!({"constant": {"mean_run_length": mean}})
}

fn fixed<'a>(names: &'a [&'a str]) -> Options<'a> {
    Options {
        fixed: names,
        ..Options::default()
    }
}

fn slices(series: &[Vec<f64>]) -> Vec<&[f64]> {
    series.iter().map(Vec::as_slice).collect()
}

#[track_caller]
fn parameter<'a>(fit: &'a Fit, name: &str) -> &'a Fitted {
    let mut named = fit.parameters.iter().filter(|one| one.name == name);
    named.next().unwrap_or_else(|| panic!("{name} in {fit:?}"))
}

#[track_caller]
fn near(what: &str, got: f64, want: f64, relative: f64) {
    let difference = (got - want).abs();
    assert!(
        difference <= relative * want.abs(),
        "{what}: {got}, not {want}"
    );
}

/// What the filter itself says of all series.
fn evidence(config: &Config, series: &[&[f64]]) -> f64 {
    let mut detector = config.build().expect("a detector");
    let one = |xs: &&[f64]| {
        detector.reset();
        detector
            .update_many(*xs, &mut |_| {})
            .expect("what was observed before");
        detector.ln_evidence()
    };
    series.iter().map(one).sum()
}

/// `n` observations in segments whose lengths are drawn by `length`; `begin` draws the
/// parameters of each, `draw` its observations.
fn stream<P>(
    random: &mut Random,
    n: usize,
    length: &dyn Fn(&mut Random) -> f64,
    begin: &dyn Fn(&mut Random) -> P,
    draw: &dyn Fn(&mut Random, &P, Option<f64>) -> f64,
) -> Vec<f64> {
    let mut xs = Vec::new();
    while xs.len() < n {
        let parameters = begin(random);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a length"
        )]
        let length = length(random).min((n - xs.len()) as f64) as usize;
        let mut last = None;
        for _ in 0..length {
            let x = draw(random, &parameters, last);
            xs.push(x);
            last = Some(x);
        }
    }
    xs
}

/// Lengths 1, 2, … with this mean, each as likely to end as any other.
fn geometric(mean: f64) -> impl Fn(&mut Random) -> f64 {
    move |random| 1.0 + (random.uniform().ln() / (-1.0 / mean).ln_1p()).floor()
}

/// Whether everything that moved is within 5 % of `truth`, and within what it says of itself.
#[track_caller]
fn recovered(fit: &Fit, truth: &[(&str, f64)]) {
    assert!(fit.converged, "{fit:?}");
    let moved = fit
        .parameters
        .iter()
        .filter(|one| one.outcome != Outcome::Fixed);
    assert_eq!(moved.count(), truth.len(), "{fit:?}");
    for &(name, want) in truth {
        let found = parameter(fit, name);
        let error = found.error.unwrap_or_else(|| panic!("an error: {found:?}"));
        println!("{name}: {} ± {error}, drawn with {want}", found.value);
        assert!(error < 0.055 * want, "{found:?}");
        assert!(
            (found.value - want).abs() < 3.5 * error,
            "{found:?}, not {want}"
        );
        near(name, found.value, want, 0.05);
    }
}

#[test]
fn a_gaussian_prior_is_found_again() {
    let (mean, kappa, alpha, beta, lambda) = (20.0, 0.05, 3.0, 6.0, 12.0);
    let mut random = Random::new(2);
    let begin = |r: &mut Random| {
        let variance = beta / r.gamma(alpha);
        (
            mean + (variance / kappa).sqrt() * r.normal(),
            variance.sqrt(),
        )
    };
    let draw = |r: &mut Random, &(level, sd): &(f64, f64), _| level + sd * r.normal();
    let series: Vec<_> = (0..44)
        .map(|_| stream(&mut random, 800, &geometric(lambda), &begin, &draw))
        .collect();
    let model = json!({"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}});
    let mut start = config(&model, &constant(200.0));
    start.pruning = Pruning::default();
    let found = fit(&slices(&series), &start, Options::default()).unwrap();
    println!("{} evaluations", found.evaluations);
    let truth = [
        ("mean", mean),
        ("kappa", kappa),
        ("alpha", alpha),
        ("beta", beta),
        ("mean_run_length", lambda),
    ];
    recovered(&found, &truth);
    assert_eq!((found.series, found.observations), (44, 35_200));
}

#[test]
fn a_prior_of_counts_is_found_again() {
    let (shape, rate, lambda) = (2.0, 0.1, 12.0);
    let mut random = Random::new(4);
    let begin = |r: &mut Random| r.gamma(shape) / rate;
    let draw = |r: &mut Random, level: &f64, _| r.poisson(*level);
    let series: Vec<_> = (0..60)
        .map(|_| stream(&mut random, 600, &geometric(lambda), &begin, &draw))
        .collect();
    let model = json!({"poisson": {"shape": 1.0, "rate": 1.0}});
    let mut start = config(&model, &constant(100.0));
    start.pruning = Pruning::default();
    let found = fit(&slices(&series), &start, Options::default()).unwrap();
    println!("{} evaluations", found.evaluations);
    let truth = [
        ("shape", shape),
        ("rate", rate),
        ("mean_run_length", lambda),
    ];
    recovered(&found, &truth);
}

/// Noise with a memory, φ freed from 0, and lengths that wear out.
#[test]
fn memory_and_lengths_that_wear_out_are_found_again() {
    let (phi, shape, scale) = (0.6_f64, 2.5, 30.0);
    let mut random = Random::new(3);
    let begin = |r: &mut Random| 12.0 * r.normal();
    let draw = |r: &mut Random, level: &f64, last: Option<f64>| {
        let noise = r.normal();
        level
            + last.map_or(noise, |last| {
                phi * (last - level) + (1.0 - phi * phi).sqrt() * noise
            })
    };
    // S(l) = exp(−(l/scale)^shape), in whole observations.
    let length = |r: &mut Random| {
        (scale * (-r.uniform().ln()).powf(1.0 / shape))
            .floor()
            .max(0.0)
            + 1.0
    };
    let series: Vec<_> = (0..60)
        .map(|_| stream(&mut random, 500, &length, &begin, &draw))
        .collect();
    let model = json!({"structured_gaussian": {
        "mean": 0.0, "kappa": 1.0 / 144.0, "alpha": 1e4, "beta": 1e4, "phi": 0.0, "drift": 0.0,
        "slope": 0.0, "slope_drift": 0.0, "period": 0.0, "harmonics": 1, "season": 1.0,
        "cauchy": 0.0,
    }});
    let weibull = json!({"weibull": {"shape": 1.0, "scale": 100.0}});
    let mut start = config(&model, &weibull);
    start.pruning = Pruning::default();
    let how = Options {
        fixed: &["mean", "kappa", "alpha", "beta", "season"],
        free: &["phi"],
        ..Options::default()
    };
    let found = fit(&slices(&series), &start, how).unwrap();
    println!("{} evaluations", found.evaluations);
    recovered(&found, &[("phi", phi), ("shape", shape), ("scale", scale)]);
}

/// One count a series: counts are then negative binomial, and at the maximum
///
/// ```text
/// shape/rate = x̄        Σ ψ(shape + x_i) − ψ(shape) = n ln(1 + x̄/shape)
/// ```
#[test]
fn counts_of_many_meet_the_equations_of_the_negative_binomial() {
    let counts = [3.0, 9.0, 1.0, 22.0, 6.0, 4.0, 13.0, 2.0, 0.0, 7.0];
    let series: Vec<&[f64]> = counts.chunks(1).collect();
    let model = json!({"poisson": {"shape": 1.0, "rate": 1.0}});
    let start = config(&model, &constant(100.0));
    let found = fit(&series, &start, Options::default()).unwrap();
    let (shape, rate) = (parameter(&found, "shape"), parameter(&found, "rate"));
    let n = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / n;
    near("mean", shape.value / rate.value, mean, 1e-6);
    let sum: f64 = counts
        .iter()
        .map(|x| digamma(shape.value + x) - digamma(shape.value))
        .sum();
    near("shape", sum, n * (mean / shape.value).ln_1p(), 1e-5);
    assert_eq!(
        (shape.outcome, rate.outcome),
        (Outcome::Found, Outcome::Found)
    );
    // A series of one observation does not know how long segments are.
    assert_eq!(parameter(&found, "mean_run_length").outcome, Outcome::Fixed);
    // To two digits: V = (x̄ + x̄²/shape)/n is the variance of the mean, x̄ = shape/rate.
    assert!(
        shape.error.unwrap() > 0.3 && shape.error.unwrap() < 2.0,
        "{shape:?}"
    );
}

/// Groups without changes: the analysis of variance with random effects, whose maximum is known
/// where groups are equally large.
///
/// ```text
/// mean = x̄      σ² = SSW/(k (m − 1))      σ² + m σ²/κ = m Σ (x̄_i − x̄)²/k
/// ```
#[test]
fn groups_meet_the_analysis_of_variance() {
    let (k, m) = (12, 6);
    let mut random = Random::new(8);
    let groups: Vec<Vec<f64>> = (0..k)
        .map(|_| {
            let level = 3.0 * random.normal();
            (0..m).map(|_| 100.0 + level + random.normal()).collect()
        })
        .collect();
    let mean = |xs: &[f64]| xs.iter().sum::<f64>() / xs.len() as f64;
    let means: Vec<f64> = groups.iter().map(|group| mean(group)).collect();
    let centre = mean(&means);
    let within: f64 = (groups.iter().zip(&means))
        .flat_map(|(group, mean)| group.iter().map(move |x| (x - mean).powi(2)))
        .sum();
    let (k, m) = (f64::from(k), f64::from(m));
    let variance = within / (k * (m - 1.0));
    let between = m * means
        .iter()
        .map(|mean| (mean - centre).powi(2))
        .sum::<f64>()
        / k;
    let kappa = m * variance / (between - variance);

    let model = json!({"gaussian_known_variance": {"mean": 0.0, "kappa": 1.0, "variance": 50.0}});
    let start = config(&model, &constant(1e13));
    let found = fit(&slices(&groups), &start, fixed(&["mean_run_length"])).unwrap();
    assert!(found.converged, "{found:?}");
    near("mean", parameter(&found, "mean").value, centre, 1e-6);
    near(
        "variance",
        parameter(&found, "variance").value,
        variance,
        1e-4,
    );
    near("kappa", parameter(&found, "kappa").value, kappa, 1e-4);
    // The variance of x̄ is between/(k m); that of ln σ² is 2/(k (m − 1)).
    let error = |name| parameter(&found, name).error.unwrap();
    near(
        "error of the mean",
        error("mean"),
        (between / (k * m)).sqrt(),
        1e-3,
    );
    let of_variance = variance * (2.0 / (k * (m - 1.0))).sqrt();
    near(
        "error of the variance",
        error("variance"),
        of_variance,
        1e-3,
    );
}

/// Levels so far apart that changes are certain: λ is the number of places at which one could
/// have been, over the number of changes.
#[test]
fn certain_changes_are_counted() {
    let mut random = Random::new(9);
    let mut changes = 0;
    let series: Vec<Vec<f64>> = (0..5)
        .map(|_| {
            let mut level = 0.0;
            let mut next = |t: usize| {
                if t > 0 && random.uniform() < 0.04 {
                    level += 1e6;
                    changes += 1;
                }
                level + random.normal()
            };
            (0..300).map(&mut next).collect()
        })
        .collect();
    let model = json!({"gaussian_known_variance": {"mean": 0.0, "kappa": 1e-13, "variance": 1.0}});
    let start = config(&model, &constant(1000.0));
    let found = fit(
        &slices(&series),
        &start,
        fixed(&["mean", "kappa", "variance"]),
    )
    .unwrap();
    let places = 5.0 * 299.0;
    let lambda = parameter(&found, "mean_run_length");
    near("λ", lambda.value, places / f64::from(changes), 1e-5);
    // Of ln λ: √((1 − h)/changes).
    let h = 1.0 / lambda.value;
    let error = lambda.value * ((1.0 - h) / f64::from(changes)).sqrt();
    near("its error", lambda.error.unwrap(), error, 1e-2);
}

fn levels(random: &mut Random, n: usize) -> Vec<f64> {
    let begin = |r: &mut Random| 5.0 * r.normal();
    let draw = |r: &mut Random, level: &f64, _| level + r.normal();
    stream(random, n, &geometric(20.0), &begin, &draw)
}

/// No small step from what was found is higher, along axes and across.
#[test]
fn what_was_found_is_a_peak() {
    let mut random = Random::new(10);
    let series: Vec<_> = (0..3).map(|_| levels(&mut random, 150)).collect();
    let series = slices(&series);
    let gaussian = json!({"gaussian": {"mean": 1.0, "kappa": 1.0, "alpha": 1.0, "beta": 3.0}});
    let student =
        json!({"student_t": {"mean": 1.0, "kappa": 1.0, "alpha": 1.0, "beta": 3.0, "nu": 5.0}});
    for model in [gaussian, student] {
        let found = fit(
            &series,
            &config(&model, &constant(50.0)),
            Options::default(),
        )
        .unwrap();
        assert!(found.converged, "{found:?}");
        let model = found.config.model.values();
        let spec = found.config.model.spec().unwrap();
        for _ in 0..40 {
            let mut moved = model.clone();
            for (value, fitted) in moved.iter_mut().zip(&found.parameters) {
                if fitted.outcome != Outcome::Found {
                    continue;
                }
                let step = 0.05 * fitted.error.unwrap() * random.normal();
                *value = Some(bocpd_core::parameter::ParameterValue::Number(
                    fitted.value + step,
                ));
            }
            let mut other = found.config.clone();
            other.model = spec.with(&moved, None).unwrap();
            let HazardConfig::Constant { mean_run_length } = &mut other.hazard else {
                panic!("{other:?}")
            };
            *mean_run_length *= 1.0 + 0.01 * random.normal();
            let height = evidence(&other, &series);
            assert!(
                height <= found.ln_evidence + 1e-8,
                "{height} {other:?} {found:?}"
            );
        }
    }
}

/// From wherever it starts, with any model and any hazard, exact or pruned.
#[test]
fn the_evidence_is_never_lowered() {
    let mut random = Random::new(11);
    let hazards = catalogue::hazards(10.0);
    for round in 0..6 {
        for (i, entry) in MODELS.iter().enumerate() {
            let (model, hazard) = (
                (entry.model)(&mut random),
                &hazards[(i + round) % hazards.len()],
            );
            let mut start = config(&model, hazard);
            if round % 2 == 1 {
                start.pruning = Pruning::top_k(4);
            }
            let series: Vec<Vec<f64>> = (0..3)
                .map(|j| {
                    (0..25)
                        .map(|t| (entry.draw)(&mut random, (t / 9 + j) % 4))
                        .collect()
                })
                .collect();
            let series = slices(&series);
            let few = Options {
                evaluations: 80,
                ..Options::default()
            };
            let found = fit(&series, &start, few).unwrap();
            let what = format!("{}: {start:?} {found:?}", entry.name);
            assert!(found.ln_evidence >= found.ln_evidence_before, "{what}");
            assert!(found.evaluations <= 80, "{what}");
            assert_eq!(
                found.ln_evidence_before,
                evidence(&start, &series),
                "{what}"
            );
            assert_eq!(
                found.ln_evidence,
                evidence(&found.config, &series),
                "{what}"
            );
            for one in &found.parameters {
                assert!(one.value.is_finite(), "{what}");
                let stayed = one.outcome == Outcome::Fixed;
                assert!(!stayed || one.value == one.before, "{what}");
            }
        }
    }
}

/// In other units the same is found.
#[test]
fn units_do_not_matter() {
    let mut random = Random::new(12);
    let begin = |r: &mut Random| (5.0 * r.normal(), (0.8 * r.normal()).exp());
    let draw = |r: &mut Random, &(level, sd): &(f64, f64), _| level + sd * r.normal();
    let xs = stream(&mut random, 500, &geometric(20.0), &begin, &draw);
    let at = |scale: f64, mean: f64| {
        let model = json!({"gaussian": {
            "mean": mean, "kappa": 1.0, "alpha": 1.0, "beta": 3.0 * scale * scale,
        }});
        let ys: Vec<f64> = xs.iter().map(|x| mean + scale * x).collect();
        fit(
            &[&ys[..]],
            &config(&model, &constant(100.0)),
            Options::default(),
        )
        .unwrap()
    };
    let plain = at(1.0, 0.0);
    for (scale, mean) in [(1e-6, 0.0), (1e9, 0.0), (1e3, 1e5)] {
        let other = at(scale, mean);
        for name in ["kappa", "alpha", "mean_run_length"] {
            let (a, b) = (parameter(&other, name), parameter(&plain, name));
            let error = b.error.unwrap();
            assert!((a.value - b.value).abs() < 1e-2 * error, "{a:?} {b:?}");
        }
        let (a, b) = (parameter(&other, "beta"), parameter(&plain, "beta"));
        let (value, error) = (a.value / (scale * scale), b.error.unwrap());
        assert!((value - b.value).abs() < 1e-2 * error, "{a:?} {b:?}");
        let (a, b) = (parameter(&other, "mean"), parameter(&plain, "mean"));
        let error = b.error.unwrap();
        assert!(
            ((a.value - mean) / scale - b.value).abs() < 1e-2 * error,
            "{a:?} {b:?}"
        );
        near("error", a.error.unwrap() / scale, error, 1e-2);
    }
}

/// Nothing runs off where a history tells nothing, and it is said.
#[test]
fn what_a_history_does_not_tell() {
    let mut random = Random::new(13);
    // No change: how long segments are is open upwards.
    let xs: Vec<f64> = (0..200).map(|_| random.normal()).collect();
    let model = json!({"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0}});
    let start = config(&model, &constant(20.0));
    let how = fixed(&["mean", "kappa", "alpha", "beta"]);
    let found = fit(&[&xs[..]], &start, how).unwrap();
    assert!(found.converged, "{found:?}");
    let lambda = parameter(&found, "mean_run_length");
    assert_eq!(
        (lambda.outcome, lambda.error),
        (Outcome::Limit, None),
        "{found:?}"
    );
    near("the limit", lambda.value, 2000.0, 1e-9);
    // Where all may move, segments may all be the same as well.
    let found = fit(&[&xs[..]], &start, Options::default()).unwrap();
    assert!(found.converged, "{found:?}");
    assert_ne!(
        parameter(&found, "mean_run_length").outcome,
        Outcome::Found,
        "{found:?}"
    );
    // One segment has one level and one variance: how these vary it does not tell.
    for name in ["kappa", "alpha"] {
        let one = parameter(&found, name);
        assert!(
            one.outcome != Outcome::Found || one.error.unwrap() > one.value,
            "{found:?}"
        );
        assert!(one.value <= 1e6 && one.value >= 1e-6, "{found:?}");
    }
    // The ratio is known all the same.
    let variance = parameter(&found, "beta").value / parameter(&found, "alpha").value;
    assert!((0.5..2.0).contains(&variance), "{found:?}");

    // A start beyond the limit stays where it is.
    let far = config(&model, &constant(1e9));
    let found = fit(&[&xs[..]], &far, Options::default()).unwrap();
    assert!(parameter(&found, "mean_run_length").value <= 1e9);

    // Only missing values: nothing moves.
    let mut start = config(&model, &constant(20.0));
    start.missing = Missing::Skip;
    let found = fit(&[&[f64::NAN; 9][..]], &start, Options::default()).unwrap();
    assert_eq!(
        (found.config, found.ln_evidence, found.observations),
        (start, 0.0, 9)
    );
    assert!(
        found
            .parameters
            .iter()
            .all(|one| one.outcome == Outcome::Fixed)
    );

    // All values equal: variances would go to 0.
    let found = fit(
        &[&[3.0; 50][..]],
        &config(&model, &constant(20.0)),
        Options::default(),
    )
    .unwrap();
    assert!(
        found.ln_evidence.is_finite() && found.config.build().is_ok(),
        "{found:?}"
    );
}

#[test]
fn names_say_what_moves() {
    let mut random = Random::new(14);
    let xs: Vec<f64> = (0..120)
        .map(|t| random.poisson(if t < 50 { 3.0 } else { 9.0 }))
        .collect();
    let model = json!({"poisson": {"shape": 1.0, "rate": 0.3}});
    let weibull = json!({"weibull": {"shape": 1.5, "scale": 60.0}});
    let mut start = config(&model, &weibull);
    start.outliers = Some(Outliers::new(0.03));
    let moved = |options: Options<'_>| {
        let found = fit(&[&xs[..]], &start, options).unwrap();
        let moved = found
            .parameters
            .iter()
            .filter(|one| one.outcome != Outcome::Fixed);
        moved
            .map(|one| format!("{}.{}", one.part.name(), one.name))
            .collect::<Vec<_>>()
    };
    let all = ["model.shape", "model.rate", "hazard.shape", "hazard.scale"];
    assert_eq!(moved(Options::default()), all);
    assert_eq!(
        moved(fixed(&["hazard.shape", "rate"])),
        ["model.shape", "hazard.scale"]
    );
    let how = Options {
        fixed: &["model.shape", "model.rate", "hazard.shape", "scale"],
        free: &["outliers"],
        ..Options::default()
    };
    assert_eq!(moved(how), ["outliers.outliers"]);

    let refused = |options: Options<'_>| fit(&[&xs[..]], &start, options).unwrap_err().to_string();
    assert_eq!(
        refused(fixed(&["shape"])),
        "\"shape\" must say which of these is meant: model.shape, hazard.shape"
    );
    assert_eq!(
        refused(fixed(&["kappa\n"])),
        "\"kappa\\n\" must be a parameter of the configuration that is a number: shape, rate, \
         shape, scale, outliers"
    );
    let both = Options {
        fixed: &["rate"],
        free: &["rate"],
        ..Options::default()
    };
    assert_eq!(refused(both), "\"rate\" must be either fixed or free");
    let none = Options {
        evaluations: 0,
        ..Options::default()
    };
    assert_eq!(refused(none), "evaluations must lie in [1, 1e9], got 0");
}

/// What is off stays off unless it is named, and cannot be named where it moves by factors.
#[test]
fn what_is_off_stays_off() {
    let mut random = Random::new(15);
    let xs = levels(&mut random, 60);
    let model = json!({"structured_gaussian": {
        "mean": 0.0, "kappa": 0.1, "alpha": 2.0, "beta": 2.0, "phi": 0.0, "drift": 0.0, "slope": 0.0,
        "slope_drift": 0.0, "period": 0.0, "harmonics": 1, "season": 1.0, "cauchy": 0.0,
    }});
    let start = config(&model, &constant(20.0));
    let found = fit(&[&xs[..]], &start, Options::default()).unwrap();
    // There is no season whose amplitudes could be larger.
    for name in [
        "phi",
        "drift",
        "slope",
        "slope_drift",
        "period",
        "season",
        "cauchy",
    ] {
        assert_eq!(parameter(&found, name).outcome, Outcome::Fixed, "{name}");
    }
    let how = Options {
        free: &["drift"],
        ..Options::default()
    };
    let error = fit(&[&xs[..]], &start, how).unwrap_err().to_string();
    assert_eq!(
        error,
        "\"drift\" must not be 0 where it is to be fitted: it moves by factors"
    );
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let model = json!({"poisson": {"shape": 1.0, "rate": 1.0}});
    let start = config(&model, &constant(20.0));
    let (good, bad) = ([1.0, 2.0], [3.0, 4.0, -1.0]);
    let error = fit(&[&good[..], &bad], &start, Options::default()).unwrap_err();
    let FitError::Data {
        series: 1,
        error: at,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(at.index, 2);
    assert!(matches!(
        at.error,
        UpdateError::Observation(ObservationError::OutOfSupport { value: -1.0, .. })
    ));
    // A later piece of a long series is counted from its beginning.
    let mut long = vec![1.0; 5000];
    long[4700] = 0.5;
    let error = fit(&[&long[..]], &start, Options::default())
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("series 0, at index 4700: "), "{error}");

    let none: [&[f64]; 2] = [&[], &[]];
    let error = fit(&none, &start, Options::default())
        .unwrap_err()
        .to_string();
    assert_eq!(error, "series must have an observation at least");

    let mut several = start.clone();
    several.alternatives = vec![Alternative::new(start.model.clone())];
    let error = fit(&[&good[..]], &several, Options::default())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "alternatives must be left out: one model is fitted at a time"
    );

    let own = Config::new(ModelConfig::Own { dimension: 1 }, start.hazard);
    let error = fit(&[&good[..]], &own, Options::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("model must come with its functions"),
        "{error}"
    );
}

#[test]
fn evaluations_are_bounded() {
    let mut random = Random::new(16);
    let xs = levels(&mut random, 100);
    let model = json!({"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}});
    let start = config(&model, &constant(20.0));
    let mut last = f64::NEG_INFINITY;
    for evaluations in [1, 2, 12, 25, 50, 100, 2000] {
        let how = Options {
            evaluations,
            ..Options::default()
        };
        let found = fit(&[&xs[..]], &start, how).unwrap();
        assert!(found.evaluations <= evaluations, "{found:?}");
        assert!(found.ln_evidence >= last, "{found:?}");
        assert_eq!(found.converged, evaluations == 2000, "{found:?}");
        last = found.ln_evidence;
    }
}

/// Which changes are wanted says nothing of those that there are.
#[test]
fn preferences_are_set_aside_and_kept() {
    let mut random = Random::new(17);
    let xs = levels(&mut random, 150);
    let model = json!({"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0}});
    let plain = config(&model, &constant(20.0));
    let mut wanted = plain.clone();
    (wanted.resolution, wanted.min_segment, wanted.sensitivity) = (0.3, 9, 4.0);
    let (a, mut b) = (
        fit(&[&xs[..]], &plain, Options::default()).unwrap(),
        fit(&[&xs[..]], &wanted, Options::default()).unwrap(),
    );
    let config = &mut b.config;
    assert_eq!(
        (config.resolution, config.min_segment, config.sensitivity),
        (0.3, 9, 4.0)
    );
    (config.resolution, config.min_segment, config.sensitivity) = (1.0, 1, 1.0);
    assert_eq!(a, b);
}

/// Missing values and features come along.
#[test]
fn features_come_along() {
    let mut random = Random::new(18);
    let mut features = Vec::new();
    let mut xs = Vec::new();
    let mut coefficients = [0.0; 2];
    for t in 0..400 {
        if t % 40 == 0 {
            coefficients = [4.0 * random.normal(), 4.0 * random.normal()];
        }
        let row = [random.normal(), random.normal()];
        features.extend(row);
        xs.push(coefficients[0] * row[0] + coefficients[1] * row[1] + random.normal());
    }
    xs[7] = f64::NAN;
    let model = json!({"regression": {
        "mean": 0.0, "kappa": 1.0, "alpha": 2.0, "beta": 1.0, "lags": 0, "lag_scale": 0.5,
        "slope": 0.0, "feature_scale": 1.0, "features": 2,
    }});
    let mut start = config(&model, &constant(100.0));
    start.missing = Missing::Skip;
    let rows = Rows::with_features(&xs, &features);
    let found = fit(&[rows], &start, Options::default()).unwrap();
    let scale = parameter(&found, "feature_scale");
    assert!(
        (2.0..8.0).contains(&scale.value) && scale.error.unwrap() < 2.0,
        "{scale:?}"
    );
    assert_eq!(scale.part, Part::Model);
    // There are no lags whose coefficients could be larger.
    assert_eq!(parameter(&found, "lag_scale").outcome, Outcome::Fixed);
    let short = Rows::with_features(&xs, &features[..4]);
    let error = fit(&[short], &start, Options::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("must come with 2 features"), "{error}");
}

/// In many histories of the same kind, estimates scatter as their errors say.
#[test]
#[ignore = "takes a minute"]
fn errors_are_those_of_repetitions() {
    let seed = std::env::var("BOCPD_SEED").map_or(1, |seed| seed.parse().unwrap());
    let truth = [("shape", 2.0), ("rate", 0.1), ("mean_run_length", 12.0)];
    let mut random = Random::new(seed);
    let begin = |r: &mut Random| r.gamma(2.0) / 0.1;
    let draw = |r: &mut Random, level: &f64, _| r.poisson(*level);
    let model = json!({"poisson": {"shape": 1.0, "rate": 1.0}});
    let mut squares = [0.0; 3];
    let rounds = 200;
    for _ in 0..rounds {
        let xs = stream(&mut random, 2000, &geometric(12.0), &begin, &draw);
        let mut start = config(&model, &constant(100.0));
        start.pruning = Pruning::default();
        let found = fit(&[&xs[..]], &start, Options::default()).unwrap();
        for ((name, want), square) in truth.iter().zip(&mut squares) {
            let one = parameter(&found, name);
            *square +=
                ((one.value.ln() - f64::ln(*want)) / (one.error.unwrap() / one.value)).powi(2);
        }
    }
    for ((name, _), square) in truth.iter().zip(squares) {
        let scatter = (square / f64::from(rounds)).sqrt();
        println!("{name}: estimates scatter {scatter:.3} times as much as their errors say");
        assert!((0.85..1.15).contains(&scatter), "{name}: {scatter}");
    }
}
