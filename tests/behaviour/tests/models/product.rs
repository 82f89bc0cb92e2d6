//! Observations of several numbers are a sum over all segmentations, too, and each number does
//! in them what it would do alone.

use crate::common::{self, Readouts};
use bocpd_core::any::restore;
use bocpd_core::config::{Config, HazardConfig, ModelConfig};
use bocpd_core::distribution::Distribution;
use bocpd_core::observation::{Observation, Rows, SideInformation};
use bocpd_core::random::Random as Seeded;
use bocpd_core::{AnyDetector, detect};
use bocpd_tests::catalogue;
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-10;
const N: usize = 8;

/// Names of the models of the numbers.
const TOGETHER: [&[&str]; 6] = [
    &["gaussian", "gaussian"],
    &["gaussian", "poisson", "gamma"],
    &["structured_gaussian", "bernoulli"],
    &["log_normal", "geometric", "student_t_grid"],
    &["binomial", "gaussian_known_variance"],
    &["weighted_gaussian", "negative_binomial_known_size"],
];

fn entry(name: &str) -> &'static catalogue::Entry {
    let entry = catalogue::MODELS.iter().find(|entry| entry.name == name);
    entry.expect("a model")
}

fn configuration(names: &[&str], hazard: &Value, random: &mut Random) -> Value {
    let mut models = names.iter().map(|name| (entry(name).model)(random));
    let mut config = catalogue::config(&models.next().expect("a model"), hazard);
    config["product"] = json!(models.collect::<Vec<_>>());
    config["history"] = json!("all");
    config["missing"] = json!("skip");
    config
}

/// Rows with levels of their own, of whose numbers some are missing.
fn draw(names: &[&str], random: &mut Random) -> Vec<Option<f64>> {
    let level = random.below(3);
    let numbers = names.iter();
    let number = |name: &&str| {
        let x = (entry(name).draw)(random, level);
        (random.uniform() < 0.8).then_some(x)
    };
    numbers.map(number).collect()
}

fn feed(detector: &mut AnyDetector, row: &[Option<f64>]) {
    common::try_feed_row(detector, None, row, &[]).expect("a row");
}

#[test]
fn sums_over_segmentations() {
    let mut random = Random::new(61);
    for names in TOGETHER {
        for (i, hazard) in catalogue::hazards(5.0).iter().enumerate() {
            let config = configuration(names, hazard, &mut random);
            let irregular = i < 3;
            let mut detector = common::build(&config);
            let (mut rows, mut elapsed) = (Vec::new(), Vec::new());
            for _ in 0..N {
                rows.push(draw(names, &mut random));
                let gap = irregular.then(|| random.between(0.1, 3.0));
                elapsed.push(gap.unwrap_or(1.0));
                let row = &rows[rows.len() - 1];
                common::try_feed_row(&mut detector, gap, row, &[]).expect("a step");
                let (model, hazard) = config::product(&config, &rows);
                let all = Enumeration::new(&model, &hazard, &model.series(), &elapsed);
                let what = format!("{config} after {rows:?}");
                let got = common::dense_posterior(&detector);
                assert_all_close(&what, &got, &all.posterior(), TOLERANCE);
                let ln_evidence = detector.ln_evidence();
                assert_close(&what, ln_evidence, all.ln_evidence(), TOLERANCE);
                let (joint, best) = (detector.map_ln_joint(), all.map().ln_joint);
                assert_close(&what, joint, best, TOLERANCE);
                let smoothed = detector.smoothed().expect("a history");
                assert_all_close(&what, &smoothed.p_change_at, &all.smoothed(), TOLERANCE);
            }
        }
    }
}

/// A number that is always missing has no part in anything.
#[test]
fn what_is_missing_is_not_there() {
    let mut random = Random::new(62);
    let hazard = json!({"constant": {"mean_run_length": 40.0}});
    let mut config = configuration(&["gaussian", "poisson"], &hazard, &mut random);
    let mut product = common::build(&config);
    let mut alone = {
        config["product"] = json!([]);
        common::build(&config)
    };
    for t in 0..60 {
        let x = entry("gaussian").series(t, &[(1, t / 30)])[0];
        feed(&mut product, &[Some(x), None]);
        feed(&mut alone, &[Some(x)]);
        assert_eq!(Readouts::of(&product), Readouts::of(&alone), "after {t}");
    }
}

/// Within one segment the numbers have nothing to do with each other.
#[test]
fn one_segment_is_each_number_by_itself() {
    let mut random = Random::new(63);
    for names in TOGETHER {
        let mut config = configuration(names, &common::one_segment(), &mut random);
        if names.contains(&"gamma") {
            config["outliers"] = json!({"probability": 0.05});
        }
        let mut together = common::build(&config);
        let models = common::parse(&config)
            .models_of_numbers()
            .cloned()
            .collect::<Vec<_>>();
        let mut alone: Vec<AnyDetector> = models
            .into_iter()
            .map(|model| {
                let mut one = common::parse(&config);
                (one.model, one.product) = (model, Vec::new());
                one.build().expect("a detector")
            })
            .collect();
        for t in 0..30 {
            let row = draw(names, &mut random);
            let expected: Vec<_> = (0..row.len())
                .map(|j| together.predict_number(j, 1).expect("a predictive"))
                .collect();
            feed(&mut together, &row);
            let (mut ln_p, mut ordinary) = (0.0, 1.0);
            for (j, (detector, &x)) in alone.iter_mut().zip(&row).enumerate() {
                let step = common::try_feed_row(detector, None, &[x], &[]).expect("a step");
                if let Some(x) = x {
                    let foreseen = expected[j].ln_density(x);
                    assert_close("predict_number", foreseen, step.ln_predictive, 1e-9);
                    ln_p += step.ln_predictive;
                    ordinary *= 1.0 - step.p_outlier;
                }
            }
            let what = format!("{names:?} at {t}");
            assert_close(&what, together.ln_predictive(), ln_p, 1e-12);
            assert_close(&what, together.p_outlier(), 1.0 - ordinary, 1e-12);
        }
        let parameters = together.parameters().expect("parameters");
        let mut of_all = parameters.iter();
        for (j, detector) in alone.iter().enumerate() {
            for one in detector.parameters().expect("parameters") {
                let same = of_all.next().expect("as many parameters");
                assert_eq!((same.name, same.dimension), (one.name, j));
                let (a, b) = (same.posterior.quantile(0.3), one.posterior.quantile(0.3));
                assert_close(one.name, a, b, 1e-12);
            }
        }
        assert!(of_all.next().is_none());
    }
}

/// What each number has to do with a change is the Bayes factor of that number alone, and all of
/// them together are that of the change.
#[test]
fn parts_of_a_change() {
    let mut random = Random::new(64);
    let names = ["gaussian", "poisson", "gamma"];
    for resolution in [1.0, 0.5] {
        let hazard = json!({"constant": {"mean_run_length": 40.0}});
        let mut json = configuration(&names, &hazard, &mut random);
        json["resolution"] = json!(resolution);
        // The first number changes at 20, the second at 40, the third not at all.
        let levels = |t: u64| [t / 20 % 2 + t / 40, t / 40, 1];
        let rows: Vec<Vec<Option<f64>>> = (0..60)
            .map(|t| {
                let each = names.iter().zip(levels(t));
                let mut draw = |(name, level)| (entry(name).draw)(&mut random, level);
                let mut row: Vec<_> = each
                    .map(|(name, level)| Some(draw((name, level))))
                    .collect();
                row[(t % 3) as usize] = row[(t % 3) as usize].filter(|_| t % 7 > 0);
                row
            })
            .collect();
        let values: Vec<f64> = rows
            .concat()
            .iter()
            .map(|x| x.unwrap_or(f64::NAN))
            .collect();
        let found = detect(&values, Some(&common::parse(&json)), 0.9).expect("a detection");
        assert!(!found.changes.is_empty());
        let (model, _) = config::product(&json, &rows);
        let elapsed = vec![1.0; rows.len()];
        let positions: Vec<usize> = found
            .segments
            .iter()
            .map(|segment| usize::try_from(segment.start).expect("a position"))
            .chain([rows.len()])
            .collect();
        for (i, change) in found.changes.iter().enumerate() {
            let sum: f64 = change.parts.iter().map(|part| part.ln_bayes_factor).sum();
            let whole = found.segments[i + 1].ln_bayes_factor.expect("a factor");
            assert_close("the sum", sum, whole, 1e-10);
            let (from, at, to) = (positions[i], positions[i + 1], positions[i + 2]);
            for part in &change.parts {
                let one = &model.models[part.dimension];
                let column = model.column(part.dimension);
                let of = |from, to| one.ln_evidence_of(&column, &elapsed, from, to);
                let want = resolution * (of(from, at) + of(at, to) - of(from, to));
                assert_close("a part", part.ln_bayes_factor, want, 1e-10);
                assert_eq!(part.jump.expect("a level").dimension, part.dimension);
            }
            let largest = change
                .parts
                .iter()
                .max_by(|a, b| a.ln_bayes_factor.total_cmp(&b.ln_bayes_factor))
                .expect("parts");
            assert_eq!(change.jump, largest.jump);
        }
    }
}

fn plain() -> Config {
    let models = [
        ModelConfig::Gaussian {
            mean: 0.0,
            kappa: 0.1,
            alpha: 1.0,
            beta: 1.0,
        },
        ModelConfig::Poisson {
            shape: 1.0,
            rate: 0.2,
        },
    ];
    let hazard = HazardConfig::Constant {
        mean_run_length: 100.0,
    };
    Config::of_product(models, hazard).expect("two models")
}

#[test]
fn refusals_name_the_number() {
    let mut detector = plain().build().expect("a detector");
    detector.update(&[0.5, 3.0]).expect("a row");
    let before = Readouts::of(&detector);
    for (row, what) in [
        (
            &[f64::NAN, 3.0][..],
            "observation[0] must be finite, got NaN",
        ),
        (
            &[0.5, f64::INFINITY],
            "observation[1] must be finite, got inf",
        ),
        (
            &[0.5, 2.5],
            "observation[1] must be a whole number, 0 or more, got 2.5",
        ),
        (
            &[0.5, -1.0],
            "observation[1] must be a whole number, 0 or more, got -1",
        ),
        (&[0.5], "observation must have length 2, got 1"),
        (&[0.5, 1.0, 2.0], "observation must have length 2, got 3"),
    ] {
        let error = detector.update(row).expect_err("refused").to_string();
        assert!(error.contains(what), "{error} for {row:?}");
        assert_eq!(Readouts::of(&detector), before, "{row:?}");
    }
    let three = Rows::of_numbers(&[0.5, 3.0, 1.0, 0.5, 3.0, 1.0], 3);
    for error in [
        detector
            .update_many(three, &mut |_| {})
            .expect_err("refused")
            .to_string(),
        detect(three, Some(&plain()), 0.9)
            .expect_err("refused")
            .to_string(),
        detector
            .segments(three, &[], 0.9)
            .expect_err("refused")
            .to_string(),
    ] {
        assert!(error.contains("length 2, got 3"), "{error}");
    }
    assert_eq!(Readouts::of(&detector), before);
    let side = SideInformation::of_features(&[1.0]);
    let row = Observation::with(&[0.5, 3.0][..], &side);
    let error = detector.update_with(row, None).expect_err("refused");
    assert!(error.to_string().contains("features"), "{error}");
    let error = detector
        .predict_number(2, 1)
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains("dimension") && error.contains('2'),
        "{error}"
    );
}

#[test]
fn configurations_that_make_no_sense_are_refused() {
    let refused = |change: &dyn Fn(&mut Config)| {
        let mut config = plain();
        change(&mut config);
        let error = config.check().expect_err("refused").to_string();
        let built = config.build().err().expect("refused").to_string();
        assert_eq!(built, error);
        error
    };
    let own = refused(&|config| config.product.push(ModelConfig::Own { dimension: 1 }));
    assert!(own.contains("product"), "{own}");
    let bad = refused(&|config| {
        config.product.push(ModelConfig::Poisson {
            shape: f64::NAN,
            rate: 1.0,
        });
    });
    assert!(bad.contains("shape") && bad.contains("NaN"), "{bad}");
    let alternatives = refused(&|config| {
        let model = config.model.clone();
        config
            .alternatives
            .push(bocpd_core::config::Alternative::new(model));
    });
    assert!(alternatives.contains("alternatives"), "{alternatives}");
    let mut centre = bocpd_core::Outliers::new(0.01);
    centre.centre = Some(1.0);
    let centre = refused(&|config| config.outliers = Some(centre));
    assert!(centre.contains("centre"), "{centre}");
    let many = refused(&|config| {
        let model = config.model.clone();
        config.product = vec![model; 1024];
    });
    assert!(many.contains("1023"), "{many}");
}

#[test]
fn saved_and_restored() {
    let mut random = Random::new(65);
    for names in TOGETHER {
        let hazard = json!({"constant": {"mean_run_length": 40.0}});
        let mut config = configuration(names, &hazard, &mut random);
        if names.contains(&"gamma") {
            config["outliers"] = json!({"probability": 0.05});
        }
        let mut detector = common::build(&config);
        for _ in 0..40 {
            feed(&mut detector, &draw(names, &mut random));
        }
        let bytes = detector.snapshot();
        let mut again = restore(&bytes).expect("a detector");
        assert_eq!(again.snapshot(), bytes);
        for _ in 0..10 {
            let row = draw(names, &mut random);
            feed(&mut detector, &row);
            feed(&mut again, &row);
            assert_eq!(Readouts::of(&detector), Readouts::of(&again));
        }
    }
}

/// Where nothing is said, each number has a model as it would have alone, and a change of one of
/// them is found and named.
#[test]
fn nothing_said() {
    let mut random = Random::new(66);
    let values: Vec<f64> = (0..200)
        .flat_map(|t| {
            let level = if t < 120 { 50.0 } else { 56.0 };
            let flag = random.bernoulli(0.4);
            [1e4 + 300.0 * random.normal(), level + random.normal(), flag]
        })
        .collect();
    let found = detect(Rows::of_numbers(&values, 3), None, 0.9).expect("a detection");
    assert_eq!(found.observations, 200);
    let at: Vec<u64> = found
        .changes
        .iter()
        .map(|change| change.location.index)
        .collect();
    assert_eq!(at, [120]);
    let jump = found.changes[0].jump.expect("a level");
    assert_eq!((jump.parameter, jump.dimension), ("mean", 1));
    assert!((jump.difference - 6.0).abs() < 0.5, "{jump:?}");
    assert!(matches!(
        found.config.product[1],
        ModelConfig::Bernoulli { .. }
    ));
    assert!(
        found.assumptions.contains("number 2"),
        "{}",
        found.assumptions
    );
}

#[test]
fn simulated_rows_can_be_observed() {
    let mut detector = plain().build().expect("a detector");
    let rows = detector.simulate(&mut Seeded::new(7), 50).expect("rows");
    assert_eq!(rows.len(), 100);
    detector
        .update_many(&rows, &mut |_| {})
        .expect("observations");
    assert_eq!(detector.observations(), 50);
}
