//! Rows of numbers that go together: against the sum over all segmentations, closed forms, and
//! integrals over what is missing.

use crate::common::{self, Readouts};
use bocpd_core::any::restore;
use bocpd_core::distribution::Distribution;
use bocpd_core::model::MultivariateGaussian as Model;
use bocpd_core::observation::Rows;
use bocpd_core::random::Random as Seeded;
use bocpd_core::{AnyDetector, detect};
use bocpd_tests::catalogue;
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::Segment;
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::oracle::textbook::multivariate_gaussian::MultivariateGaussian;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

/// A model of so many numbers with a random prior, and its configuration.
fn model(dimension: usize, random: &mut Random) -> (MultivariateGaussian, Value) {
    let each = |random: &mut Random, low, high| {
        (0..dimension)
            .map(|_| random.between(low, high))
            .collect::<Vec<_>>()
    };
    let model = MultivariateGaussian {
        mean: each(random, -1.0, 1.0),
        kappa: random.between(0.1, 2.0),
        alpha: random.between(0.6, 3.0),
        beta: each(random, 0.3, 3.0),
        rows: Vec::new(),
    };
    let json = json!({"multivariate_gaussian": {"mean": model.mean, "kappa": model.kappa,
        "alpha": model.alpha, "beta": model.beta}});
    (model, json)
}

/// Correlated numbers about a level.
fn row(dimension: usize, level: f64, random: &mut Random) -> Vec<f64> {
    let mut before = 0.0;
    (0..dimension)
        .map(|_| {
            before = 0.7 * before + random.normal();
            level + before
        })
        .collect()
}

fn feed(detector: &mut AnyDetector, row: &[f64]) -> f64 {
    detector.update(row).expect("a row").ln_predictive
}

fn with(model: &Value, hazard: &Value) -> AnyDetector {
    let mut config = catalogue::config(model, hazard);
    config["history"] = json!("all");
    config["missing"] = json!("skip");
    common::build(&config)
}

#[test]
fn sums_over_segmentations() {
    let mut random = Random::new(71);
    for dimension in [2, 3, 5] {
        for hazard in &catalogue::hazards(5.0) {
            let (mut oracle, json) = model(dimension, &mut random);
            let mut detector = with(&json, hazard);
            let config = catalogue::config(&json, hazard);
            let (_, law) = config::product(&config_of_one(&config), &[]);
            for t in 0..8 {
                let row = row(dimension, f64::from(t / 4) * 2.0, &mut random);
                oracle.rows.push(row.clone());
                feed(&mut detector, &row);
                let elapsed = vec![1.0; oracle.rows.len()];
                let all = Enumeration::new(&oracle, &law, &oracle.series(), &elapsed);
                let what = format!("{config} after {:?}", oracle.rows);
                let got = common::dense_posterior(&detector);
                assert_all_close(&what, &got, &all.posterior(), 1e-10);
                assert_close(&what, detector.ln_evidence(), all.ln_evidence(), 1e-10);
                assert_close(&what, detector.map_ln_joint(), all.map().ln_joint, 1e-10);
                let smoothed = detector.smoothed().expect("a history");
                assert_all_close(&what, &smoothed.p_change_at, &all.smoothed(), 1e-10);
            }
        }
    }
}

/// The same hazard beside a model that the oracle reads.
fn config_of_one(config: &Value) -> Value {
    let mut config = config.clone();
    config["model"] = json!({"poisson": {"shape": 1.0, "rate": 1.0}});
    config
}

/// The positions of so many rows.
fn positions(n: usize) -> Vec<f64> {
    (0..n).map(|t| t as f64).collect()
}

/// ln p of each row under one segment, and of all of them.
fn one_segment(json: &Value, rows: &[Vec<f64>]) -> (Vec<f64>, f64) {
    let mut detector = with(json, &common::one_segment());
    let each = rows.iter().map(|row| feed(&mut detector, row)).collect();
    (each, detector.ln_evidence())
}

/// Closed form of the evidence, beyond the table of constants, with more numbers than
/// observations, far from zero, and where numbers repeat each other.
#[test]
fn evidence_in_closed_form() {
    let mut random = Random::new(72);
    for (dimension, n) in [(1, 40), (2, 1500), (3, 1100), (7, 3), (32, 5), (4, 60)] {
        let (mut oracle, json) = model(dimension, &mut random);
        oracle.rows = (0..n).map(|_| row(dimension, 1.0, &mut random)).collect();
        let xs: Vec<f64> = if dimension == 1 {
            oracle.rows.iter().map(|row| row[0]).collect()
        } else {
            positions(n)
        };
        let (_, got) = one_segment(&json, &oracle.rows);
        assert_close(
            &format!("{dimension} {n}"),
            got,
            oracle.ln_evidence(&xs),
            1e-11,
        );
    }
    // Numbers that are the same, and constant ones.
    let (mut oracle, json) = model(3, &mut random);
    for _ in 0..50 {
        let x = random.normal();
        oracle.rows.push(vec![x, x, 1.0]);
    }
    let xs = positions(50);
    let (_, got) = one_segment(&json, &oracle.rows);
    assert_close("repeated", got, oracle.ln_evidence(&xs), 1e-10);
}

/// 1e9 added to data and prior mean, all of which is exact in floating point, changes nothing.
#[test]
fn an_offset_does_no_harm() {
    let mut random = Random::new(73);
    let rows: Vec<Vec<f64>> = (0..200)
        .map(|_| {
            let row = row(2, 0.0, &mut random);
            row.iter().map(|x| (x * 1024.0).round() / 1024.0).collect()
        })
        .collect();
    let evidence = |offset: f64| {
        let json = json!({"multivariate_gaussian": {"mean": [offset, -offset], "kappa": 0.5,
            "alpha": 1.0, "beta": [1.0, 2.0]}});
        let moved: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| vec![row[0] + offset, row[1] - offset])
            .collect();
        one_segment(&json, &moved).1
    };
    assert_close("1e9", evidence(1e9), evidence(0.0), 1e-12);
}

/// The Gaussian model, where there is one number.
#[test]
fn one_number_is_the_gaussian_model() {
    let mut random = Random::new(74);
    let hazard = json!({"constant": {"mean_run_length": 30.0}});
    let mut many = with(
        &json!({"multivariate_gaussian": {"mean": [0.3], "kappa": 0.2, "alpha": 1.5, "beta": [0.7]}}),
        &hazard,
    );
    let mut one = with(
        &json!({"gaussian": {"mean": 0.3, "kappa": 0.2, "alpha": 1.5, "beta": 0.7}}),
        &hazard,
    );
    for t in 0..120 {
        let x = random.normal() + f64::from(t / 60) * 3.0;
        assert_close("ln p", feed(&mut many, &[x]), feed(&mut one, &[x]), 1e-11);
    }
    assert_eq!(many.changepoints(), one.changepoints());
    let told = |detector: &AnyDetector| detector.predict(1).expect("a predictive").quantile(0.9);
    assert_close("quantile", told(&many), told(&one), 1e-9);
}

/// ln p(rows), integrated over up to two numbers that are missing, from the closed form of
/// complete rows.
fn integrated(oracle: &MultivariateGaussian, rows: &[Vec<Option<f64>>]) -> f64 {
    let gaps: Vec<(usize, usize)> = (0..rows.len())
        .flat_map(|t| (0..2).map(move |j| (t, j)))
        .filter(|&(t, j)| rows[t][j].is_none())
        .collect();
    let mut oracle = oracle.clone();
    oracle.rows = rows
        .iter()
        .map(|row| row.iter().map(|x| x.unwrap_or(0.0)).collect())
        .collect();
    let xs = positions(rows.len());
    // x = sinh u, so that the tails are reached.
    let (step, nodes) = (0.08, 75);
    let mut total = 0.0;
    let mut over = |at: &mut MultivariateGaussian, weight: f64| {
        total += weight * at.ln_evidence(&xs).exp();
    };
    let places: Vec<(f64, f64)> = (-nodes..=nodes)
        .map(|i| step * f64::from(i))
        .map(|u| (u.sinh(), step * u.cosh()))
        .collect();
    match gaps[..] {
        [] => over(&mut oracle, 1.0),
        [(t, j)] => {
            for &(x, weight) in &places {
                oracle.rows[t][j] = x;
                over(&mut oracle, weight);
            }
        }
        [(t, j), (s, k)] => {
            for &(x, weight) in &places {
                oracle.rows[t][j] = x;
                for &(y, other) in &places {
                    oracle.rows[s][k] = y;
                    over(&mut oracle, weight * other);
                }
            }
        }
        _ => panic!("two gaps at most"),
    }
    total.ln()
}

fn with_gaps(json: &Value, rows: &[Vec<Option<f64>>]) -> Vec<f64> {
    let mut detector = with(json, &common::one_segment());
    let of_row = |row: &Vec<Option<f64>>| {
        let row: Vec<f64> = row.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
        feed(&mut detector, &row)
    };
    rows.iter().map(of_row).collect()
}

/// A row with a gap is scored exactly where those before it are complete; what follows it is off
/// by what the expected statistics leave out, which is measured here.
#[test]
fn gaps_against_quadrature() {
    let mut random = Random::new(75);
    let (mut worst, mut total) = (0.0_f64, 0.0);
    let trials = 30;
    for trial in 0..trials {
        let (oracle, json) = model(2, &mut random);
        let mut rows: Vec<Vec<Option<f64>>> = (0..8)
            .map(|_| row(2, 0.5, &mut random).into_iter().map(Some).collect())
            .collect();
        rows[4][trial % 2] = None;
        let exact = |to: usize| integrated(&oracle, &rows[..to]);
        let got = with_gaps(&json, &rows);
        assert_close("the gap", got[4], exact(5) - exact(4), 1e-6);
        for (t, got) in got.iter().enumerate().skip(5) {
            let off = (got - (exact(t + 1) - exact(t))).abs();
            worst = worst.max(off);
            total += off;
        }
    }
    let mean = total / (3 * trials) as f64;
    println!("after a gap among eight rows: ln p off by {mean:.4} on average, at most {worst:.4}");
    assert!(mean < 0.05 && worst < 0.3, "{mean} {worst}");
    let (oracle, json) = model(2, &mut random);
    let mut rows: Vec<Vec<Option<f64>>> = (0..7)
        .map(|_| row(2, 0.5, &mut random).into_iter().map(Some).collect())
        .collect();
    rows[3][0] = None;
    rows[5][1] = None;
    let got: f64 = with_gaps(&json, &rows).iter().sum();
    let off = (got - integrated(&oracle, &rows)).abs();
    assert!(off < 0.1, "two gaps: {off}");
}

/// A number that is never there leaves the others what they are by themselves, and is as little
/// known as at first.
#[test]
fn a_number_that_is_never_there() {
    let mut random = Random::new(76);
    let (oracle, json) = model(2, &mut random);
    let alone = json!({"gaussian": {"mean": oracle.mean[0], "kappa": oracle.kappa,
        "alpha": oracle.alpha, "beta": oracle.beta[0]}});
    let hazard = json!({"constant": {"mean_run_length": 50.0}});
    let (mut both, mut one) = (with(&json, &hazard), with(&alone, &hazard));
    let before = both
        .predict_number(1, 1)
        .expect("a predictive")
        .interval(0.9);
    for t in 0..80 {
        let x = random.normal() + f64::from(t / 40) * 4.0;
        assert_close(
            "ln p",
            feed(&mut both, &[x, f64::NAN]),
            feed(&mut one, &[x]),
            1e-10,
        );
    }
    assert_eq!(both.changepoints(), one.changepoints());
    let after = both
        .predict_number(1, 1)
        .expect("a predictive")
        .interval(0.9);
    assert!(
        after.1 - after.0 > 0.5 * (before.1 - before.0),
        "{before:?} {after:?}"
    );
}

/// With gaps or without: one by one and many at a time, restored in between, on every
/// instruction set.
#[test]
fn state_goes_on_bit_for_bit() {
    let mut random = Random::new(77);
    let (_, json) = model(3, &mut random);
    let hazard = json!({"constant": {"mean_run_length": 20.0}});
    let mut config = catalogue::config(&json, &hazard);
    config["missing"] = json!("skip");
    config["pruning"] = json!({"max_hypotheses": 12});
    let mut rows: Vec<f64> = (0..90)
        .flat_map(|t| row(3, f64::from(t / 30) * 3.0, &mut random))
        .collect();
    for at in [31, 32, 100, 150, 151, 152] {
        rows[at] = f64::NAN;
    }
    let mut whole = common::build(&config);
    whole
        .update_many(Rows::of_numbers(&rows, 3), &mut |_| {})
        .expect("rows");
    let mut by_one = common::build(&config);
    for (t, row) in rows.chunks(3).enumerate() {
        if t % 7 == 3 {
            by_one = restore(&by_one.snapshot()).expect("an own snapshot");
        }
        by_one.update(row).expect("a row");
    }
    assert_eq!(Readouts::of(&by_one), Readouts::of(&whole));
    assert_eq!(by_one.changepoints(), [30, 60]);
}

/// Scores, absorbing by itself and both at once agree.
#[test]
fn huge_numbers_and_refusals() {
    let json = json!({"multivariate_gaussian": {"mean": [0.0, 0.0], "kappa": 1.0, "alpha": 1.0,
        "beta": [1.0, 1.0]}});
    for huge in [1e99, 1e101, 1e200, -1e300, f64::MAX] {
        let (each, _) = one_segment(
            &json,
            &[
                vec![0.1, 0.2],
                vec![huge, 0.3],
                vec![0.2, 0.1],
                vec![huge, -huge],
                vec![0.0, 0.0],
            ],
        );
        assert!(each.iter().all(|ln| ln.is_finite()), "{huge}: {each:?}");
    }
    let mut detector = with(&json, &json!({"constant": {"mean_run_length": 20.0}}));
    detector.update(&[0.5, 1.0]).expect("a row");
    let before = Readouts::of(&detector);
    for (row, what) in [
        (
            &[0.5, f64::INFINITY][..],
            "observation[1] must be finite, got inf",
        ),
        (&[1.0], "observation must have length 2, got 1"),
        (&[1.0, 2.0, 3.0], "observation must have length 2, got 3"),
    ] {
        let error = detector.update(row).expect_err("refused").to_string();
        assert!(error.contains(what), "{error}");
        assert_eq!(Readouts::of(&detector), before);
    }
    for (mean, beta, what) in [
        (&[][..], &[][..], "length of mean"),
        (&[0.0; 33], &[1.0; 33], "length of mean"),
        (&[0.0, 1.0], &[1.0], "length of beta"),
        (&[0.0, f64::NAN], &[1.0, 1.0], "mean[1]"),
        (&[0.0, 1.0], &[1.0, 0.0], "beta[1]"),
    ] {
        let error = Model::new(mean, 1.0, 1.0, beta)
            .expect_err("refused")
            .to_string();
        assert!(error.contains(what), "{error}");
    }
    let mut config = common::parse(&catalogue::config(&json, &common::one_segment()));
    config.outliers = Some(bocpd_core::Outliers::new(0.01));
    let error = config.build().err().expect("refused").to_string();
    assert!(error.contains("outliers"), "{error}");
}

/// What changed is told by number, and the parts of a change are its Bayes factor.
#[test]
fn detections_know_their_numbers() {
    let mut random = Random::new(78);
    let mut rows = Vec::new();
    for t in 0..100 {
        let x = random.normal();
        let y = 0.9 * x + 0.4 * random.normal();
        rows.extend([x + 2.0, if t < 50 { y } else { y + 3.0 }]);
    }
    let json = json!({"multivariate_gaussian": {"mean": [2.0, 0.0], "kappa": 0.2, "alpha": 1.0,
        "beta": [1.0, 1.0]}});
    let config = common::parse(&catalogue::config(
        &json,
        &json!({"constant": {"mean_run_length": 100.0}}),
    ));
    let found = detect(Rows::of_numbers(&rows, 2), Some(&config), 0.9).expect("a detection");
    let [change] = &found.changes[..] else {
        panic!("{found}")
    };
    assert_eq!(change.location.index, 50);
    assert_eq!(change.jump.expect("a jump").dimension, 1);
    let sum: f64 = change.parts.iter().map(|part| part.ln_bayes_factor).sum();
    let whole = found.segments[1].ln_bayes_factor.expect("a factor");
    assert_close("the sum", sum, whole, 1e-9);
    let told: Vec<_> = change
        .parameters
        .iter()
        .map(|one| (one.dimension, one.parameter))
        .collect();
    assert_eq!(
        told,
        [(0, "mean"), (0, "variance"), (1, "mean"), (1, "variance")]
    );
    assert!(change.parameters[2].p_changed > 0.99 && change.parameters[0].p_changed < 0.5);

    // Means and covariances of what is drawn from the prior, over many segments.
    let model = Model::new(&[1.0, -2.0], 4.0, 4.0, &[1.0, 8.0]).expect("a model");
    let mut seeded = Seeded::new(9);
    let (n, mut sums) = (20_000, [0.0; 4]);
    for _ in 0..n {
        use bocpd_core::model::Describe;
        let row = model.simulate(&mut seeded, 1).expect("a row");
        assert_eq!(row.len(), 2);
        sums[0] += row[0];
        sums[1] += row[1];
        sums[2] += (row[0] - 1.0).powi(2);
        sums[3] += (row[1] + 2.0).powi(2);
    }
    let [x, y, xx, yy] = sums.map(|sum| sum / f64::from(n));
    // E σ² = β/(α − 1), and the level adds a quarter of it.
    assert!((x - 1.0).abs() < 0.02 && (y + 2.0).abs() < 0.06, "{x} {y}");
    assert!(
        (xx - 1.25 / 3.0).abs() < 0.03 && (yy - 10.0 / 3.0).abs() < 0.2,
        "{xx} {yy}"
    );
}
