//! Models with outliers.

use crate::common;
use bocpd_core::bank::Bank;
use bocpd_core::distribution::{Among, Cauchy, Distribution};
use bocpd_core::kernel::Isa;
use bocpd_core::model::{GaussianKnownVariance, Poisson};
use bocpd_core::observation::Observation;
use bocpd_core::outliers::{Outliers, WithOutliers};
use bocpd_core::{Constant, Detector, Fleet, Gaussian, ObservationModel, Pruning, ScalarModel};
use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config::parse;
use bocpd_tests::oracle::naive::Naive;
use bocpd_tests::random::Random;
use serde_json::{Value, json};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Models that cannot have outliers.
pub(crate) const WITHOUT: [&str; 5] = [
    "bernoulli",
    "binomial",
    "binomial_trials",
    "categorical",
    "poisson_exposure",
];

fn entries() -> impl Iterator<Item = &'static Entry> {
    MODELS.iter().filter(|entry| !WITHOUT.contains(&entry.name))
}

fn outliers(random: &mut Random) -> Value {
    json!({
        "probability": random.between(0.005, 0.1),
        "centre": random.between(0.0, 4.0),
        "scale": random.between(2.0, 9.0),
    })
}

/// Segments, one value in twenty five far away, some missing.
fn data(entry: &Entry, random: &mut Random, n: usize) -> Vec<Option<f64>> {
    let mut level = 0;
    let mut value = |random: &mut Random| {
        if random.uniform() < 0.02 {
            level = (level + 1) % 3;
        }
        let x = (entry.draw)(random, level);
        if random.uniform() < 0.04 {
            (40.0 + 100.0 * random.uniform()).round()
        } else {
            x
        }
    };
    (0..n)
        .map(|_| {
            let x = value(random);
            (random.uniform() > 0.03).then_some(x)
        })
        .collect()
}

#[test]
fn the_filter_is_the_textbook_one() {
    let mut wild = 0;
    for (i, entry) in entries().enumerate() {
        let mut random = Random::new(i as u64);
        for hazard in catalogue::hazards(30.0) {
            let mut config = catalogue::config(&(entry.model)(&mut random), &hazard);
            config["outliers"] = outliers(&mut random);
            let (model, oracle_hazard) = parse(&config);
            let mut naive = Naive::new(&*model, &oracle_hazard);
            let mut detector = common::build(&config);
            for (t, x) in data(entry, &mut random, 250).into_iter().enumerate() {
                let step = common::feed(&mut detector, x);
                naive.step(x);
                let what = format!("{config} at {t}, {x:?}");
                assert_close(&what, step.p_outlier, naive.p_outlier(), 1e-9);
                assert_eq!(step.p_outlier, detector.p_outlier(), "{what}");
                assert_close(&what, step.p_change_now, naive.p_change_now(), 1e-9);
                assert_close(&what, step.ln_predictive, naive.ln_predictive(), 1e-9);
                wild += usize::from(step.p_outlier > 0.5);
            }
            let got = common::dense_posterior(&detector);
            assert_all_close(entry.name, &got, &naive.posterior(), 1e-9);
            let (got, want) = (detector.map_ln_joint(), naive.map_ln_joint());
            assert_close(entry.name, got, want, 1e-9);
            // A change just before an outlier or just after it may be equally probable.
            let want = naive.changepoints();
            let got = detector.changepoints();
            assert_eq!(got.len(), want.len(), "{config}");
            for (&got, want) in got.iter().zip(want) {
                assert!(got.abs_diff(want as u64) <= 2, "{config}: {got} and {want}");
            }
        }
    }
    assert!(wild > 200, "{wild} outliers");
}

/// With next to no outliers expected, and q below all densities, nothing is left of them.
#[test]
fn without_probability_it_is_the_model_itself() {
    for (i, entry) in entries().enumerate() {
        let mut random = Random::new(50 + i as u64);
        let plain = catalogue::config(
            &(entry.model)(&mut random),
            &json!({"constant": {"mean_run_length": 30.0}}),
        );
        let mut with = plain.clone();
        with["outliers"] = json!({"probability": 1e-300, "centre": 0.0, "scale": 1.0});
        let series = entry.series(3, &[(60, 0), (50, 1), (40, 0)]);
        let (plain, with) = (common::run(&plain, &series), common::run(&with, &series));
        let (got, want) = (with.ln_evidence(), plain.ln_evidence());
        assert_close(entry.name, got, want, 1e-12);
        let got = common::dense_posterior(&with);
        assert_all_close(entry.name, &got, &common::dense_posterior(&plain), 1e-12);
        assert_eq!(with.changepoints(), plain.changepoints(), "{}", entry.name);
        assert!(with.p_outlier() < 1e-200);
        assert_eq!(plain.p_outlier(), 0.0);
    }
}

fn wide(among: Among) -> Cauchy {
    Cauchy {
        centre: 1.0,
        scale: 4.0,
        among,
    }
}

/// ln p is −10⁵ and less, and all that is said of it is exact.
#[test]
fn densities_that_underflow() {
    let (epsilon, q) = (0.01, wide(Among::Reals));
    let inner = GaussianKnownVariance::new(0.0, 1.0, 1.0).unwrap();
    let model = WithOutliers::new(inner, epsilon, q).unwrap();
    for x in [500.0, 700.0, 1e5, 1e100, 1.7e308, -1e300] {
        let mut detector = Detector::new(model.clone(), Constant::new(100.0).unwrap());
        for _ in 0..20 {
            detector.update(0.3).unwrap();
        }
        let before: Vec<_> = detector.run_length_posterior().collect();
        let step = detector.update(x).unwrap();
        assert_eq!(step.p_outlier, 1.0, "{x}");
        let want = f64::ln(epsilon) + q.ln_density(x);
        assert_close(&x.to_string(), step.ln_predictive, want, 1e-12);
        // Every hypothesis says the same, so nothing is learned but that time goes on.
        let after: Vec<_> = detector.run_length_posterior().collect();
        for (before, after) in before.iter().zip(&after) {
            assert_close("posterior", after.1, 0.99 * before.1, 1e-12);
        }
        let step = detector.update(0.3).unwrap();
        assert!(step.p_outlier < 0.1, "{}", step.p_outlier);
        assert!(detector.changepoints().is_empty());
    }
}

/// What any number does: nothing is NaN, probabilities are probabilities.
#[test]
fn any_number() {
    for entry in entries() {
        let mut random = Random::new(4);
        let mut config = catalogue::config(
            &(entry.model)(&mut random),
            &json!({"constant": {"mean_run_length": 10.0}}),
        );
        for (centre, scale) in [(0.0, 1.0), (1e100, 1e-100), (-1e100, 1e100), (3.0, 1e-9)] {
            config["outliers"] = json!({"probability": 0.02, "centre": centre, "scale": scale});
            let mut detector = common::build(&config);
            let numbers = [
                0.0, 1.0, 2.0, 3.0, 9e15, 1e-300, 0.5, -4.0, 1e300, -1.7e308, 7.0, 1e30,
            ];
            for x in numbers {
                let Ok(step) = detector.update(&[x]) else {
                    continue;
                };
                let what = format!("{} {config} {x}", entry.name);
                assert!((0.0..=1.0).contains(&step.p_outlier), "{what}: {step:?}");
                assert!((0.0..=1.0).contains(&step.p_change_now), "{what}: {step:?}");
                assert!(step.ln_predictive.is_finite(), "{what}: {step:?}");
            }
            assert!(detector.observations() > 3);
        }
    }
}

/// What is predicted is what is then found.
#[test]
fn predictions_have_the_outliers() {
    for (i, entry) in entries().enumerate() {
        let mut random = Random::new(80 + i as u64);
        let mut config = catalogue::config(
            &(entry.model)(&mut random),
            &json!({"constant": {"mean_run_length": 30.0}}),
        );
        config["outliers"] = outliers(&mut random);
        let mut detector = common::build(&config);
        for x in data(entry, &mut random, 120).into_iter().flatten() {
            let predicted = detector.predict(1).unwrap();
            let tail = predicted.tail(x);
            let sum = tail.up_to + tail.above;
            assert_close(entry.name, sum, 1.0, 1e-12);
            let step = detector.update(&[x]).unwrap();
            let (got, want) = (predicted.ln_density(x), step.ln_predictive);
            assert_close(&format!("{} {x}", entry.name), got, want, 1e-9);
        }
        let predicted = detector.predict(1).unwrap();
        for p in [0.001, 0.3, 0.999] {
            let x = predicted.quantile(p);
            assert!(predicted.cdf(x) >= p - 1e-12, "{}", entry.name);
        }
    }
}

#[test]
fn cauchy_distributions_sum_to_one() {
    for (centre, scale) in [
        (0.0, 1.0),
        (3.0, 0.2),
        (-2.0, 5.0),
        (1e6, 10.0),
        (0.2, 1e-3),
    ] {
        let of = |among| Cauchy {
            centre,
            scale,
            among,
        };
        let counts = of(Among::Counts);
        let mut sum = 0.0;
        for k in 0..2000 {
            let k = f64::from(k);
            sum += counts.ln_density(k).exp();
            assert_close("cdf", counts.cdf(k), sum, 1e-11);
            assert_close("survival", counts.survival(k + 0.3), 1.0 - sum, 1e-11);
        }
        for among in [Among::Reals, Among::Positives] {
            let q = of(among);
            for x in [1e-3, 0.4, 2.0, 9.0, 1e4, 1e6 + 3.0] {
                let h = 1e-3 * scale.max((x - centre).abs()).min(x);
                let of = |x| if x < centre { q.cdf(x) } else { -q.survival(x) };
                let (a, b) = (x - h, x + h);
                let slope = if (a < centre) == (b < centre) {
                    (of(b) - of(a)) / (2.0 * h)
                } else {
                    (q.cdf(b) - q.cdf(a)) / (2.0 * h)
                };
                let density = q.ln_density(x).exp();
                // The difference of neighbours has the digits that their size leaves.
                let noise = of(x).abs() * 1e-15 / h;
                assert!(
                    (slope - density).abs() < 1e-5 * density + noise,
                    "{q:?} {x}"
                );
                assert_close("both", q.cdf(x) + q.survival(x), 1.0, 1e-14);
            }
            // The far tail is scale/(π x) over what is possible.
            let possible = if among == Among::Reals {
                1.0
            } else {
                0.5 + (centre / scale).atan() / std::f64::consts::PI
            };
            let want = scale / (std::f64::consts::PI * 1e200) / possible;
            assert!((q.survival(1e200) / want - 1.0).abs() < 1e-12, "{q:?}");
        }
        for among in [Among::Reals, Among::Positives, Among::Counts] {
            let q = of(among);
            assert!(q.ln_density(f64::NAN).is_nan() && q.cdf(f64::NAN).is_nan());
            assert_eq!(
                (q.cdf(f64::INFINITY), q.survival(f64::NEG_INFINITY)),
                (1.0, 1.0)
            );
            assert_eq!(q.ln_density(f64::INFINITY), f64::NEG_INFINITY);
            assert!(q.ln_density(9e15).is_finite());
        }
    }
}

#[test]
fn one_wild_value_is_no_change_and_a_new_level_is_one() {
    let model = json!({"gaussian": {"mean": 0.0, "kappa": 0.04, "alpha": 2.0, "beta": 2.0}});
    let hazard = json!({"constant": {"mean_run_length": 200.0}});
    let mut config = catalogue::config(&model, &hazard);
    let mut random = Random::new(9);
    let mut series: Vec<f64> = (0..120)
        .map(|t| random.normal() + if t < 80 { 0.0 } else { 5.0 })
        .collect();
    (series[30], series[60]) = (25.0, -40.0);
    let plain = common::run(&config, &series);
    assert!(plain.changepoints().len() > 2, "{:?}", plain.changepoints());
    config["outliers"] = json!({"probability": 0.01});
    let mut detector = common::build(&config);
    let mut p_outlier = Vec::new();
    detector
        .update_many(&series, &mut |step| p_outlier.push(step.p_outlier))
        .unwrap();
    assert_eq!(detector.changepoints(), [80]);
    let marked: Vec<usize> = (0..120).filter(|&t| p_outlier[t] > 0.5).collect();
    assert!(marked.contains(&30) && marked.contains(&60), "{marked:?}");
    // Of the new level the first one or two, while it is not yet known for one.
    assert!(
        marked.iter().all(|t| [30, 60, 80, 81].contains(t)),
        "{marked:?}"
    );
    assert!(p_outlier[30] > 0.7 && p_outlier[60] > 0.7, "{p_outlier:?}");
    // In hindsight there is no doubt, and the first of the new level belong to it.
    let hindsight = detector.p_outlier_in(&series, &[80]).unwrap();
    let marked: Vec<usize> = (0..120).filter(|&t| hindsight[t] > 0.5).collect();
    assert_eq!(marked, [30, 60]);
    assert!(hindsight[30] > 0.99 && hindsight[60] > 0.99);
    assert!(plain.p_outlier_in(&series, &[80]).unwrap().is_empty());
}

/// A missing observation is no outlier, also where the hazard bears no newborn.
#[test]
fn missing_observations_are_no_outliers() {
    for hazard in [
        common::one_segment(),
        json!({"constant": {"mean_run_length": 9.0}}),
    ] {
        let model =
            json!({"gaussian_known_variance": {"mean": 0.0, "kappa": 1.0, "variance": 1.0}});
        let mut config = catalogue::config(&model, &hazard);
        config["outliers"] = json!({"probability": 0.05});
        let mut detector = common::build(&config);
        assert_eq!(detector.p_outlier(), 0.0);
        common::feed(&mut detector, Some(0.1));
        assert!(common::feed(&mut detector, Some(1e9)).p_outlier > 0.99);
        assert_eq!(common::feed(&mut detector, None).p_outlier, 0.0);
        assert_eq!(detector.p_outlier(), 0.0);
        detector.reset();
        assert_eq!(detector.p_outlier(), 0.0);
    }
}

/// Where nothing is said of it, q has the quartiles of the prior predictive.
#[test]
fn outliers_come_from_where_the_prior_says() {
    let (mean, kappa, alpha, beta) = (3.0, 0.5, 1.5, 2.0);
    let model = json!({"gaussian": {"mean": mean, "kappa": kappa, "alpha": alpha, "beta": beta}});
    let mut config = catalogue::config(&model, &json!({"constant": {"mean_run_length": 9.0}}));
    let scale = f64::sqrt(beta * (kappa + 1.0) / (alpha * kappa));
    let prior = StudentsT::new(mean, scale, 2.0 * alpha).unwrap();
    let quartile = prior.inverse_cdf(0.75) - mean;
    let xs = [3.1, 2.0, 90.0, 4.0, 3.3];
    config["outliers"] = json!({"probability": 0.02, "centre": mean, "scale": quartile});
    let given = common::run(&config, &xs);
    for half in [
        json!({"probability": 0.02}),
        json!({"probability": 0.02, "centre": mean}),
    ] {
        config["outliers"] = half;
        let found = common::run(&config, &xs);
        assert_close("evidence", found.ln_evidence(), given.ln_evidence(), 1e-8);
    }
    // Counts that are nearly all 0 have a broad density nevertheless.
    let model = json!({"poisson": {"shape": 1.0, "rate": 1000.0}});
    config["model"] = model;
    config["outliers"] = json!({"probability": 0.02});
    let detector = common::run(&config, &[0.0, 0.0, 50.0, 0.0]);
    assert!(detector.changepoints().is_empty());
}

#[test]
fn what_cannot_be_is_refused() {
    let config = |model: &Value, outliers: &Value| {
        let mut config = catalogue::config(model, &json!({"constant": {"mean_run_length": 9.0}}));
        config["outliers"] = outliers.clone();
        common::parse(&config)
    };
    let gaussian = json!({"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}});
    let cases = [
        (
            json!({"probability": 0.0}),
            "probability of outliers must lie in (0, 1), got 0",
        ),
        (
            json!({"probability": 1.0}),
            "probability of outliers must lie in (0, 1), got 1",
        ),
        (
            json!({"probability": -0.1}),
            "probability of outliers must lie in (0, 1), got -0.1",
        ),
        (
            json!({"probability": 0.1, "centre": 1e101}),
            "centre of outliers must lie in ",
        ),
        (
            json!({"probability": 0.1, "scale": 0.0}),
            "scale of outliers must lie in [1/1e100, 1e100], got 0",
        ),
    ];
    for (outliers, message) in cases {
        let config = config(&gaussian, &outliers);
        let (checked, built) = (config.check().unwrap_err(), config.build().err().unwrap());
        assert_eq!(checked, built);
        assert!(checked.to_string().starts_with(message), "{checked}");
    }
    for model in [
        json!({"bernoulli": {"a": 1.0, "b": 1.0}}),
        json!({"binomial": {"a": 1.0, "b": 1.0, "trials": 9}}),
    ] {
        let config = config(&model, &json!({"probability": 0.1}));
        let (checked, built) = (config.check().unwrap_err(), config.build().err().unwrap());
        assert_eq!(checked, built);
        assert!(
            checked.to_string().starts_with("outliers must be left out"),
            "{checked}"
        );
    }
}

/// The same bits on every instruction set, one by one and in a batch, and from a snapshot on.
#[test]
fn the_same_bits_everywhere() {
    let broad = wide(Among::Reals);
    let model = WithOutliers::new(Gaussian::new(0.0, 0.5, 1.0, 1.0).unwrap(), 0.03, broad).unwrap();
    let fresh = |isa| {
        Detector::new(model.clone(), Constant::new(20.0).unwrap())
            .with_pruning(Pruning::top_k(12))
            .unwrap()
            .with_isa(isa)
    };
    let mut random = Random::new(11);
    let xs: Vec<f64> = data(&MODELS[0], &mut random, 300)
        .into_iter()
        .flatten()
        .collect();
    let mut first = fresh(Isa::BASELINE);
    let steps: Vec<_> = xs.iter().map(|x| first.update(x).unwrap()).collect();
    assert!(steps.iter().filter(|step| step.p_outlier > 0.5).count() > 5);
    for isa in Isa::available() {
        let mut many = Vec::new();
        let mut detector = fresh(isa);
        detector.update_many(&xs, |step| many.push(*step)).unwrap();
        assert_eq!(many, steps);
    }
    for cut in [0, 1, 17, 150] {
        let mut detector = fresh(Isa::best());
        detector.update_many(&xs[..cut], |_| ()).unwrap();
        let bytes = detector.snapshot();
        let mut restored = fresh(Isa::best());
        restored.restore(&bytes).unwrap();
        assert_eq!(restored.snapshot(), bytes);
        assert_eq!(restored.p_outlier(), detector.p_outlier());
        for (t, x) in xs.iter().enumerate().skip(cut) {
            assert_eq!(restored.update(x).unwrap(), steps[t]);
        }
    }
}

/// What is scored, absorbed and observed is the same.
#[test]
fn parts_of_a_step_agree_with_the_whole() {
    let model = WithOutliers::new(Poisson::new(2.0, 0.5).unwrap(), 0.05, wide(Among::Counts));
    let model = model.unwrap();
    let isa = Isa::best();
    let mut bank = model.bank(0);
    for (t, k) in [3u64, 2, 80, 4, 0, 5, 200, 9].into_iter().enumerate() {
        model.spawn(&mut bank);
        let (mut apart, x) = (bank.clone(), Observation::of(&k));
        let room = bank.len().next_multiple_of(8);
        let (mut scored, mut observed) = (vec![0.5; room], vec![0.5; room]);
        model.score(isa, &apart, x, &mut scored);
        model.absorb(isa, &mut apart, x, None);
        model.observe(isa, &mut bank, x, &mut observed).unwrap();
        assert_eq!(scored[..=t], observed[..=t]);
        assert_eq!(model.p_outlier(&apart), model.p_outlier(&bank));
        // Nobody absorbs: nothing is learned.
        let (mut idle, before) = (bank.clone(), bank.clone());
        model.absorb(isa, &mut idle, x, Some(&vec![0.0; room]));
        let (mut a, mut b) = (vec![0.0; room], vec![0.0; room]);
        model.score(isa, &idle, x, &mut a);
        model.score(isa, &before, x, &mut b);
        assert_eq!(a[..=t], b[..=t]);
    }
}

/// A model that may find everything impossible refuses nothing any more, but what is no
/// density.
#[test]
fn models_of_anybody() {
    struct Half;
    impl ScalarModel for Half {
        type Obs = f64;
        type Stats = f64;
        fn prior(&self) -> f64 {
            0.0
        }
        fn ln_predictive(&self, seen: &f64, x: &f64) -> f64 {
            if *x == 77.0 {
                f64::NAN
            } else if *x < 0.0 {
                f64::NEG_INFINITY
            } else {
                -*x - 0.001 * seen
            }
        }
        fn update(&self, seen: &mut f64, _: &f64) {
            *seen += 1.0;
        }
    }
    let model = WithOutliers::new(Half, 0.1, wide(Among::Reals)).unwrap();
    let mut detector = Detector::new(model, Constant::new(10.0).unwrap());
    detector.update(0.2).unwrap();
    let step = detector.update(-3.0).unwrap();
    assert_eq!(step.p_outlier, 1.0);
    let before = detector.p_outlier();
    let posterior: Vec<_> = detector.run_length_posterior().collect();
    assert!(detector.update(77.0).is_err());
    assert_eq!(detector.p_outlier(), before);
    assert_eq!(
        posterior,
        detector.run_length_posterior().collect::<Vec<_>>()
    );
    assert!(!detector.is_broken());
    detector.update(0.1).unwrap();
}

/// Snapshots of what cannot be are refused.
#[test]
fn forged_probabilities_are_refused() {
    use bocpd_core::model::StoredModel;
    let inner = Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
    let model = WithOutliers::new(inner.clone(), 0.05, wide(Among::Reals)).unwrap();
    let mut bank = model.bank(0);
    for x in [0.1, 0.2, 90.0] {
        model.spawn(&mut bank);
        model
            .observe(Isa::best(), &mut bank, Observation::of(&x), &mut [0.0; 8])
            .unwrap();
    }
    let lengths = [3, 2, 1];
    let bytes = model.store(&bank);
    assert!(model.load(&bytes, &lengths).is_some());
    // Two absorbed observations do not fit segments of one.
    assert!(model.load(&bytes, &[1, 1, 1]).is_none());
    assert!(model.load(&bytes, &lengths[..2]).is_none());
    assert!(model.load(&bytes[..bytes.len() - 1], &lengths).is_none());
    assert!(inner.load(&bytes, &lengths).is_none());
    let forged = |rho: &[f64]| {
        let (inner, _): (Vec<u8>, Vec<f64>) = postcard::from_bytes(&bytes).unwrap();
        postcard::to_allocvec(&(inner, rho)).unwrap()
    };
    assert!(model.load(&forged(&[0.0, 1.0, 0.5]), &lengths).is_some());
    for rho in [
        &[0.0, 1.0][..],
        &[0.0; 4],
        &[0.0, -0.1, 0.0],
        &[0.0, 1.1, 0.0],
        &[f64::NAN; 3],
    ] {
        assert!(model.load(&forged(rho), &lengths).is_none(), "{rho:?}");
    }
}

/// Segments that are fitted do not absorb outliers either.
#[test]
fn segments_do_not_absorb_outliers() {
    let model = json!({"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 2.0, "beta": 2.0}});
    let mut config = catalogue::config(&model, &common::one_segment());
    let xs = [0.1, -0.4, 0.3, 99.0, 0.2, -0.1];
    config["outliers"] = json!({"probability": 0.01, "centre": 0.0, "scale": 5.0});
    let detector = common::run(&config, &xs);
    let with = detector.segments(&xs, &[], 0.9).unwrap();
    assert_close(
        "evidence",
        with[0].ln_evidence,
        detector.ln_evidence(),
        1e-12,
    );
    assert_eq!(with[0].observed, 6);
    config["outliers"] = Value::Null;
    let plain = common::build(&config);
    let calm = [0.1, -0.4, 0.3, 0.2, -0.1];
    let without = plain.segments(&calm, &[], 0.9).unwrap();
    for (with, without) in with[0].parameters.iter().zip(&without[0].parameters) {
        assert_close(with.name, with.mean, without.mean, 1e-12);
        assert_close(with.name, with.sd, without.sd, 1e-12);
    }
}

/// Simulated segments have as many outliers as they should.
#[test]
fn simulations_have_outliers() {
    let model = json!({"gaussian_known_variance": {"mean": 0.0, "kappa": 1.0, "variance": 1.0}});
    let mut config = catalogue::config(&model, &common::one_segment());
    config["outliers"] = json!({"probability": 0.2, "centre": 0.0, "scale": 1e6});
    let detector = common::build(&config);
    let mut random = bocpd_core::random::Random::new(5);
    let xs = detector.simulate(&mut random, 20_000).unwrap();
    let wild = xs.iter().filter(|x| x.abs() > 1e5).count() as f64 / 20_000.0;
    // P(|q| > 1e5) = 1 − 2 atan(0.1)/π.
    let want = 0.2 * (1.0 - 2.0 * 0.1f64.atan() / std::f64::consts::PI);
    assert!((wild - want).abs() < 0.01, "{wild} for {want}");
}

/// In f32, and in a fleet, it is the same.
#[test]
fn scalars_and_fleets() {
    let mut random = Random::new(21);
    let xs: Vec<f64> = data(&MODELS[0], &mut random, 200)
        .into_iter()
        .flatten()
        .collect();
    let broad = wide(Among::Reals);
    let hazard = Constant::new(40.0).unwrap();
    let double = Gaussian::new(0.0, 0.2, 2.0, 2.0).unwrap();
    let double = WithOutliers::new(double, 0.02, broad).unwrap();
    let single = Gaussian::<f32>::typed(0.0, 0.2, 2.0, 2.0).unwrap();
    let single = WithOutliers::new(single, 0.02, broad).unwrap();
    let mut alone = Detector::new(double.clone(), hazard);
    let mut coarse = Detector::new(single, hazard);
    let mut fleet = Fleet::new(double, &hazard, Pruning::default(), 2).unwrap();
    for x in xs {
        let step = alone.update(x).unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "to the other scalar")]
        let rough = coarse.update(x as f32).unwrap();
        assert!((step.p_outlier - rough.p_outlier).abs() < 1e-2, "{x}");
        let mut steps = Vec::new();
        fleet.update(&[x, x], |_, step| steps.push(step.unwrap()));
        assert_eq!(steps, [step, step]);
    }
}

#[test]
fn plain_data_is_read() {
    let given: Outliers = serde_json::from_value(json!({"probability": 0.02})).unwrap();
    assert_eq!(given, Outliers::new(0.02));
    assert!(serde_json::from_value::<Outliers>(json!({"probability": 0.02, "q": 1})).is_err());
}
