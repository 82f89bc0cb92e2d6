//! Regression segments against exact evidences (`tests/tools/regression.py` makes the table),
//! streams with features against the textbook filter, and what must hold whatever the data.

use crate::common;
use bocpd_core::bank::Bank;
use bocpd_core::distribution::Distribution;
use bocpd_core::error::{ObservationError, ReadoutError, UpdateError};
use bocpd_core::kernel::{Isa, Real};
use bocpd_core::model::{Regression, RegressionBank};
use bocpd_core::observation::{Observation, Rows, SideInformation};
use bocpd_core::{AnyDetector, Constant, Detection, Detector, Gaussian, ObservationModel};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config::parse_with;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::oracle::naive::Naive;
use bocpd_tests::random::Random;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Parameters {
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    lags: u32,
    lag_scale: f64,
    slope: f64,
    feature_scale: f64,
    features: u32,
}

/// Nothing but an intercept.
const PLAIN: Parameters = Parameters {
    mean: 0.0,
    kappa: 0.1,
    alpha: 1.5,
    beta: 0.8,
    lags: 0,
    lag_scale: 0.5,
    slope: 0.0,
    feature_scale: 1.0,
    features: 0,
};

impl Parameters {
    fn model(self) -> Regression {
        self.typed()
    }

    fn typed<F: Real>(self) -> Regression<F> {
        Regression::typed(
            self.mean,
            self.kappa,
            self.alpha,
            self.beta,
            self.lags,
            self.lag_scale,
            self.slope,
            self.feature_scale,
            self.features,
        )
        .expect("parameters within their limits")
    }

    fn config(self) -> Value {
        json!({
            "model": {"regression": self},
            "hazard": {"constant": {"mean_run_length": 20.0}},
            "pruning": {"max_hypotheses": null, "min_weight": null, "max_run_length": null},
            "missing": "skip",
        })
    }
}

/// Every combination of parts.
fn structures() -> Vec<Parameters> {
    let mut all = Vec::new();
    for lags in [0, 1, 3] {
        for slope in [0.0, 0.2] {
            for features in [0, 1, 4] {
                all.push(Parameters {
                    lags,
                    slope,
                    features,
                    ..PLAIN
                });
            }
        }
    }
    all
}

/// Random features for so many observations, in rows.
fn features(parameters: Parameters, n: usize, random: &mut Random) -> Vec<Vec<f64>> {
    let row = |random: &mut Random| (0..parameters.features).map(|_| random.normal()).collect();
    (0..n).map(|_| row(random)).collect()
}

/// One segment, as a detector that knows where it began goes through it.
struct Alone<'a, F: Real> {
    model: &'a Regression<F>,
    bank: RegressionBank<F>,
}

impl<'a, F: Real> Alone<'a, F> {
    /// A segment that begins after these observations.
    fn after(model: &'a Regression<F>, before: &[f64]) -> Self {
        let mut bank = model.bank(1);
        let nothing = vec![0.0; 16];
        for &x in before {
            let x = F::of(x);
            let side = SideInformation::of_features(&nothing);
            model.absorb(Isa::best(), &mut bank, Observation::with(&x, &side), None);
        }
        model.spawn(&mut bank);
        Self { model, bank }
    }

    fn observe(&mut self, x: f64, features: &[f64]) -> f64 {
        let mut ln_joint = vec![F::zero(); F::LANES];
        let x = F::of(x);
        let side = SideInformation::of_features(features);
        let x = Observation::with(&x, &side);
        self.model.check(x).expect("an observation");
        self.model
            .observe(Isa::best(), &mut self.bank, x, &mut ln_joint)
            .expect("possible");
        ln_joint[0].wide()
    }

    fn advance(&mut self, elapsed: f64) {
        self.model.advance(&mut self.bank, elapsed);
    }

    /// ln p of all of them.
    fn all(&mut self, xs: &[Option<f64>], elapsed: Option<&[f64]>, features: &[Vec<f64>]) -> f64 {
        let mut total = 0.0;
        for (i, x) in xs.iter().enumerate() {
            if i > 0 {
                self.advance(elapsed.map_or(1.0, |elapsed| elapsed[i]));
            }
            match x {
                Some(x) => total += self.observe(*x, features.get(i).map_or(&[], |row| row)),
                None => self.model.pass(&mut self.bank),
            }
        }
        total
    }
}

#[derive(Deserialize)]
struct Dense {
    parameters: Parameters,
    before: Vec<f64>,
    elapsed: Option<Vec<f64>>,
    features: Option<Vec<Vec<f64>>>,
    xs: Vec<Option<f64>>,
    ln_evidence: f64,
}

#[derive(Deserialize)]
struct Table {
    dense: Vec<Dense>,
}

#[test]
fn evidences_are_those_of_the_dense_multivariate_t() {
    let table: Table =
        serde_json::from_str(include_str!("../../../data/regression.json")).expect("a table");
    assert!(table.dense.len() >= 200);
    let mut largest: f64 = 0.0;
    for (i, row) in table.dense.iter().enumerate() {
        let model = row.parameters.model();
        let features = row.features.as_deref().unwrap_or_default();
        let mut alone = Alone::after(&model, &row.before);
        let got = alone.all(&row.xs, row.elapsed.as_deref(), features);
        let error = (got - row.ln_evidence).abs();
        largest = largest.max(error);
        let p = row.parameters;
        assert!(error <= 1e-11, "{i}: {got}, not {}: {p:?}", row.ln_evidence);
    }
    println!("largest error {largest:e}");
}

/// A stream with everything to judge by.
struct Stream {
    config: Value,
    xs: Vec<Option<f64>>,
    elapsed: Vec<f64>,
    features: Vec<Vec<f64>>,
}

impl Stream {
    fn new(parameters: Parameters, n: usize, irregular: bool, random: &mut Random) -> Self {
        let features = features(parameters, n, random);
        let mut last = 0.0;
        let xs = (0..n).map(|t| {
            let level = if t / 12 % 2 == 0 { 0.0 } else { 4.0 };
            last = level + 0.4 * last + random.normal() + features[t].iter().sum::<f64>();
            (random.uniform() < 0.9).then_some(last)
        });
        let mut stream = Self {
            config: parameters.config(),
            xs: xs.collect(),
            elapsed: vec![1.0; n],
            features,
        };
        if irregular {
            stream.elapsed.fill_with(|| random.between(0.2, 2.5));
        }
        stream
    }

    fn feed(&self, detector: &mut AnyDetector, t: usize) -> bocpd_core::Step {
        let x = [self.xs[t].unwrap_or(f64::NAN)];
        let side = SideInformation::of_features(&self.features[t]);
        let row = Observation::with(&x[..], &side);
        let step = detector.update_with(row, Some(self.elapsed[t]));
        step.unwrap_or_else(|error| panic!("{error} at {t}"))
    }
}

#[test]
fn streams_with_features_are_those_of_the_textbook_filter() {
    for (k, parameters) in structures().into_iter().enumerate() {
        for outliers in [
            Value::Null,
            json!({"probability": 0.05, "centre": 0.0, "scale": 6.0}),
        ] {
            let mut random = Random::new(k as u64);
            let mut stream = Stream::new(parameters, 60, k % 2 == 1, &mut random);
            if !outliers.is_null() {
                stream.config["outliers"] = outliers;
                stream.xs[40] = Some(60.0);
            }
            let (model, hazard) = parse_with(&stream.config, Some(&stream.features));
            let mut naive = Naive::new(&*model, &hazard);
            let mut detector = common::build(&stream.config);
            for t in 0..stream.xs.len() {
                let step = stream.feed(&mut detector, t);
                naive.step_after(stream.elapsed[t], stream.xs[t]);
                let what = format!("{parameters:?} at {t}");
                assert_close(&what, step.ln_predictive, naive.ln_predictive(), 1e-10);
                assert_close(&what, step.p_outlier, naive.p_outlier(), 1e-10);
                let posterior = common::dense_posterior(&detector);
                assert_all_close(&what, &posterior, &naive.posterior(), 1e-10);
            }
            assert_close(
                "evidence",
                detector.ln_evidence(),
                naive.ln_evidence(),
                1e-10,
            );
        }
    }
}

#[test]
fn everything_is_a_sum_over_segmentations() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let mut random = Random::new(100 + k as u64);
        let stream = Stream::new(parameters, 9, k % 2 == 0, &mut random);
        let (model, hazard) = parse_with(&stream.config, Some(&stream.features));
        let mut detector = common::build(&stream.config);
        for t in 0..9 {
            stream.feed(&mut detector, t);
        }
        let all = Enumeration::new(&*model, &hazard, &stream.xs, &stream.elapsed);
        let what = format!("{parameters:?}");
        assert_close(&what, detector.ln_evidence(), all.ln_evidence(), 1e-11);
        let posterior = common::dense_posterior(&detector);
        assert_all_close(&what, &posterior, &all.posterior(), 1e-11);
        assert_close(&what, detector.map_ln_joint(), all.map().ln_joint, 1e-11);
    }
}

/// What is predicted of an observation, given its features, is what its score will be; further
/// away it is what the textbook says after as many missing ones.
#[test]
fn predictions_take_features() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let mut random = Random::new(200 + k as u64);
        let stream = Stream::new(parameters, 40, false, &mut random);
        let mut detector = common::build(&stream.config);
        for t in 0..30 {
            if let Some(x) = stream.xs[t] {
                let side = SideInformation::of_features(&stream.features[t]);
                let predicted = detector.predict_with(1, &side).unwrap().ln_density(x);
                let after = detector.predict_after_with(1.0, &side).unwrap();
                let step = stream.feed(&mut detector, t);
                let what = format!("{parameters:?} at {t}");
                assert_close(&what, predicted, step.ln_predictive, 1e-10);
                if t > 0 {
                    assert_close(&what, after.ln_density(x), step.ln_predictive, 1e-10);
                }
            } else {
                stream.feed(&mut detector, t);
            }
        }
        let side = SideInformation::of_features(&stream.features[33]);
        let further = detector.predict_with(4, &side);
        if parameters.lags > 0 {
            let error = further.unwrap_err().to_string();
            assert!(
                error.starts_with("ahead must be 1: the model has lags"),
                "{error}"
            );
            continue;
        }
        let (model, hazard) = parse_with(&stream.config, Some(&stream.features));
        let mut naive = Naive::new(&*model, &hazard);
        for t in 0..34 {
            let x = if t < 30 { stream.xs[t] } else { None };
            naive.step(if t == 33 { Some(1.5) } else { x });
        }
        let got = further.unwrap().ln_density(1.5);
        assert_close(
            &format!("{parameters:?}"),
            got,
            naive.ln_predictive(),
            1e-10,
        );
    }
}

/// Segments of a whole series, with the lags before each and the features of each observation.
#[test]
fn segments_are_those_of_the_textbook() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let mut random = Random::new(300 + k as u64);
        let stream = Stream::new(parameters, 48, false, &mut random);
        let (model, _) = parse_with(&stream.config, Some(&stream.features));
        let xs: Vec<f64> = stream.xs.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
        let flat: Vec<f64> = stream.features.concat();
        let rows = Rows::with_features(&xs, &flat);
        let detector = common::build(&stream.config);
        let segments = detector.segments(rows, &[12, 30], 0.9).unwrap();
        for segment in &segments {
            let at = |index: u64| usize::try_from(index).unwrap();
            let (from, to) = (at(segment.start), at(segment.end));
            let want = model.ln_evidence_of(&stream.xs, &stream.elapsed, from, to);
            assert_close(&format!("{parameters:?}"), segment.ln_evidence, want, 1e-10);
        }
        let names: Vec<&str> = segments[0].parameters.iter().map(|p| p.name).collect();
        assert_eq!(names[..2], ["intercept", "variance"]);
        let more =
            usize::from(parameters.slope > 0.0) + (parameters.lags + parameters.features) as usize;
        assert_eq!(names.len(), 2 + more);
        // The whole in one call, and in a batch.
        let config = common::parse(&stream.config);
        let found = bocpd_core::detect(rows, Some(&config), 0.9).unwrap();
        let mut batch = common::parse(&json!({
            "model": stream.config["model"], "hazard": stream.config["hazard"],
            "pruning": stream.config["pruning"], "missing": "skip", "history": "all",
        }))
        .build()
        .unwrap();
        batch.update_many(rows, &mut |_| ()).unwrap();
        let mut single = common::build(&stream.config);
        for (x, features) in xs.iter().zip(&stream.features) {
            let x = [*x];
            let side = SideInformation::of_features(features);
            single
                .update_with(Observation::with(&x[..], &side), None)
                .unwrap();
        }
        assert_eq!(found.ln_evidence, batch.ln_evidence());
        assert_eq!(single.ln_evidence(), batch.ln_evidence());
        let again = Detection::of(&batch, rows, 0.9).unwrap();
        assert_eq!(again.segments, found.segments);
    }
}

/// With an intercept alone it is the Gaussian model.
#[test]
fn an_intercept_alone_is_the_gaussian_model() {
    let plain = PLAIN.model();
    let gaussian = Gaussian::new(PLAIN.mean, PLAIN.kappa, PLAIN.alpha, PLAIN.beta).unwrap();
    assert!(!plain.has_dynamics());
    let (mut ours, mut theirs) = (plain.bank(0), gaussian.bank(0));
    let mut random = Random::new(3);
    for t in 0..1200 {
        if t % 3 == 0 {
            plain.spawn(&mut ours);
            gaussian.spawn(&mut theirs);
        }
        let padded = ours.len().next_multiple_of(8);
        let (mut a, mut b) = (vec![0.0; padded], vec![0.0; padded]);
        let x = if t % 100 == 99 {
            1e130
        } else {
            random.normal()
        };
        let seen = Observation::of(&x);
        plain.observe(Isa::best(), &mut ours, seen, &mut a).unwrap();
        gaussian
            .observe(Isa::best(), &mut theirs, seen, &mut b)
            .unwrap();
        for i in 0..ours.len() {
            assert_close(&format!("{i} at {t}"), a[i], b[i], 1e-12);
        }
        if t % 40 == 39 {
            let kept: Vec<u32> = (0..).take(ours.len()).filter(|i| i % 3 != 1).collect();
            ours.keep(&kept);
            theirs.keep(&kept);
        }
    }
}

/// Counts beyond the table, coefficients that come to rest.
#[test]
fn a_long_segment_recovers_its_coefficients() {
    let parameters = Parameters {
        alpha: 3.0,
        lags: 1,
        features: 1,
        ..PLAIN
    };
    let model = parameters.model();
    let mut detector = Detector::new(model, Constant::new(1e6).unwrap());
    let config = json!({
        "model": {"regression": parameters}, "hazard": {"table": {"hazards": [0.0]}},
    });
    let mut random = Random::new(5);
    let n = 4000;
    let rows = features(parameters, n, &mut random);
    let (mut last, mut xs) = (0.0, Vec::new());
    for row in &rows {
        last = 0.7 * last + 1.5 * row[0] + random.normal();
        xs.push(last);
    }
    for (x, row) in xs.iter().zip(&rows) {
        let side = SideInformation::of_features(row);
        detector
            .update_with(Observation::with(x, &side), None)
            .unwrap();
    }
    let found = detector.parameters().unwrap();
    for (name, value) in [
        ("intercept", 0.0),
        ("variance", 1.0),
        ("lag_1", 0.7),
        ("feature_0", 1.5),
    ] {
        let parameter = found.iter().find(|p| p.name == name).unwrap();
        let (mean, sd) = (
            parameter.posterior.mean(),
            parameter.posterior.variance().sqrt(),
        );
        assert!(
            (mean - value).abs() < 4.0 * sd && sd < 0.05,
            "{name}: {mean} {sd}"
        );
    }
    assert!(detector.changepoints().is_empty());
    // To the textbook's recursion, which loses some digits itself.
    let (oracle, hazard) = parse_with(&config, Some(&rows));
    let (mut stats, mut total) = (oracle.prior(), 0.0);
    let _ = hazard;
    for &x in &xs {
        total += oracle.ln_predictive(&stats, x);
        oracle.absorb(&mut stats, x);
    }
    let mut alone = Alone::after(detector.model(), &[]);
    let seen: Vec<_> = xs.iter().map(|&x| Some(x)).collect();
    assert_close("evidence", alone.all(&seen, None, &rows), total, 1e-11);
}

/// x → a x + b with the prior moved along, features in another unit with theirs: the same but
/// for the density.
#[test]
fn units_do_not_matter() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let mut random = Random::new(400 + k as u64);
        let stream = Stream::new(parameters, 60, false, &mut random);
        let model = parameters.model();
        let want = Alone::after(&model, &[]).all(&stream.xs, None, &stream.features);
        let seen = stream.xs.iter().flatten().count() as f64;
        for (a, b, unit) in [(1e-6, 3.0, 1.0), (2e5, -1e3, 1e-3), (0.37, 0.0, 1e9)] {
            let there = Parameters {
                mean: a * parameters.mean + b,
                beta: a * a * parameters.beta,
                feature_scale: parameters.feature_scale / unit,
                ..parameters
            };
            let xs: Vec<_> = stream.xs.iter().map(|x| x.map(|x| a * x + b)).collect();
            let rows: Vec<Vec<f64>> = stream
                .features
                .iter()
                .map(|row| row.iter().map(|f| unit * f).collect())
                .collect();
            let got = Alone::after(&there.model(), &[]).all(&xs, None, &rows);
            let what = format!("{there:?}");
            assert_close(&what, got, want - seen * f64::ln(a), 1e-7);
        }
    }
}

/// Data that are exactly representable with and without 1e9 added, the prior moved with them.
#[test]
fn a_shift_changes_nothing() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let mut random = Random::new(500 + k as u64);
        let stream = Stream::new(parameters, 60, false, &mut random);
        let exact = |x: f64| (x * 1024.0).round() / 1024.0;
        let xs: Vec<_> = stream.xs.iter().map(|x| x.map(exact)).collect();
        let moved: Vec<_> = xs.iter().map(|x| x.map(|x| x + 1e9)).collect();
        let there = Parameters {
            mean: parameters.mean + 1e9,
            ..parameters
        };
        let a = Alone::after(&parameters.model(), &[]).all(&xs, None, &stream.features);
        let b = Alone::after(&there.model(), &[]).all(&moved, None, &stream.features);
        assert!((a - b).abs() <= 1e-9, "{parameters:?}: {a}, {b}");
    }
}

/// Features that repeat each other or the intercept, or are far from 0, are no harm: they
/// say together what one of them would with their priors together.
#[test]
fn features_may_repeat_each_other() {
    let mut random = Random::new(7);
    let rows: Vec<f64> = (0..300).map(|_| random.normal()).collect();
    let xs: Vec<_> = rows
        .iter()
        .map(|f| Some(2.0 * f + random.normal()))
        .collect();
    let model = |features, feature_scale| {
        Parameters {
            feature_scale,
            features,
            ..PLAIN
        }
        .model()
    };
    let one: Vec<Vec<f64>> = rows.iter().map(|&f| vec![f]).collect();
    let four: Vec<Vec<f64>> = rows.iter().map(|&f| vec![f; 4]).collect();
    for scale in [1.0, 1e6] {
        let want = Alone::after(&model(1, 2.0 * scale), &[]).all(&xs, None, &one);
        let got = Alone::after(&model(4, scale), &[]).all(&xs, None, &four);
        assert_close("four for one", got, want, 1e-9);
    }
    // A constant is an intercept: the two precisions are that of their sum.
    let constant: Vec<Vec<f64>> = rows.iter().map(|_| vec![1.0]).collect();
    let both = Parameters {
        kappa: 1.0 / (1.0 / PLAIN.kappa + 9.0),
        ..PLAIN
    };
    let want = Alone::after(&both.model(), &[]).all(&xs, None, &[]);
    let got = Alone::after(&model(1, 3.0), &[]).all(&xs, None, &constant);
    assert_close("a constant", got, want, 1e-10);
    // Far from 0: with an intercept that may be anywhere it is as if it were about 0, but for the
    // digits that 1e9 leaves no room for.
    let free = Parameters {
        features: 1,
        feature_scale: 10.0,
        kappa: 1e-24,
        ..PLAIN
    };
    let far: Vec<Vec<f64>> = rows.iter().map(|&f| vec![f + 1e9]).collect();
    let want = Alone::after(&free.model(), &[]).all(&xs, None, &one);
    let got = Alone::after(&free.model(), &[]).all(&xs, None, &far);
    assert!((got - want).abs() < 1e-3, "{got}, {want}");
}

/// Many hypotheses side by side, births and cuts: each scores as it would alone, and what only
/// some absorb is no more than a lag to the others.
#[test]
fn hypotheses_side_by_side_are_as_they_would_be_alone() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let model = parameters.model();
        let mut random = Random::new(600 + k as u64);
        let rows = features(parameters, 120, &mut random);
        let mut bank = model.bank(0);
        let mut alone: Vec<Alone<f64>> = Vec::new();
        let mut before = Vec::new();
        for (t, row) in rows.iter().enumerate() {
            let gap = if k % 3 == 0 {
                random.between(0.3, 2.5)
            } else {
                1.0
            };
            if t > 0 {
                model.advance(&mut bank, gap);
                for one in &mut alone {
                    one.advance(gap);
                }
            }
            if t % 5 != 3 {
                model.spawn(&mut bank);
                alone.push(Alone::after(&model, &before));
            }
            let x = random.normal() + (t / 50) as f64 * 6.0;
            before.push(x);
            let side = SideInformation::of_features(row);
            let seen = Observation::with(&x, &side);
            let padded = bank.len().next_multiple_of(8);
            if t % 11 == 10 {
                let weights: Vec<f64> = (0..padded)
                    .map(|i| f64::from(u8::from((i + t) % 3 != 0)))
                    .collect();
                model.absorb(Isa::best(), &mut bank, seen, Some(&weights));
                for (i, one) in alone.iter_mut().enumerate() {
                    if weights[i] == 0.0 {
                        let none = vec![0.0; 8];
                        let isa = Isa::best();
                        one.model.absorb(isa, &mut one.bank, seen, Some(&none));
                    } else {
                        one.observe(x, &rows[t]);
                    }
                }
            } else {
                let (mut ln_joint, mut scores) = (vec![0.0; padded], vec![0.0; padded]);
                model.score(Isa::best(), &bank, seen, &mut scores);
                model
                    .observe(Isa::best(), &mut bank, seen, &mut ln_joint)
                    .unwrap();
                assert_eq!(scores[..bank.len()], ln_joint[..bank.len()]);
                for (i, one) in alone.iter_mut().enumerate() {
                    let want = one.observe(x, &rows[t]);
                    let what = format!("{parameters:?}, step {t}, hypothesis {i}");
                    assert_close(&what, ln_joint[i], want, 1e-11);
                }
            }
            if t % 13 == 12 {
                let kept: Vec<u32> = (0..)
                    .take(bank.len())
                    .filter(|i| (*i as usize * 7 + t) % 3 != 1)
                    .collect();
                bank.keep(&kept);
                let mut at = 0;
                alone.retain(|_| {
                    at += 1;
                    kept.contains(&(at - 1))
                });
            }
        }
    }
}

/// Every instruction set gives the same bits, in both types.
#[test]
fn instruction_sets_agree() {
    fn run<F: Real>(parameters: Parameters, isa: Isa) -> Vec<u64> {
        let model = parameters.typed::<F>();
        let mut bank = model.bank(0);
        let mut random = Random::new(4);
        let mut bits = Vec::new();
        for t in 0..80 {
            if t > 0 {
                model.advance(&mut bank, if t % 17 == 16 { 1.5 } else { 1.0 });
            }
            let x = F::of(random.normal());
            let row = &features(parameters, 1, &mut random)[0];
            let side = SideInformation::of_features(row);
            let mut ln_joint = vec![F::zero(); (bank.len() + 1).next_multiple_of(F::LANES)];
            model
                .spawn_and_observe(isa, &mut bank, Observation::with(&x, &side), &mut ln_joint)
                .unwrap();
            bits.extend(ln_joint[..bank.len()].iter().map(|x| x.wide().to_bits()));
            if t % 20 == 19 {
                bank.keep(&(0..).take(bank.len()).step_by(2).collect::<Vec<u32>>());
            }
        }
        bits
    }
    for parameters in structures() {
        for isa in Isa::available() {
            let same = run::<f64>(parameters, isa) == run::<f64>(parameters, Isa::BASELINE)
                && run::<f32>(parameters, isa) == run::<f32>(parameters, Isa::BASELINE);
            assert!(same, "{parameters:?}, {}", isa.name());
        }
    }
}

/// The narrower scalar follows.
#[test]
fn single_precision_follows() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let mut random = Random::new(700 + k as u64);
        let stream = Stream::new(parameters, 100, false, &mut random);
        let wide = Alone::after(&parameters.model(), &[]).all(&stream.xs, None, &stream.features);
        let narrow = parameters.typed::<f32>();
        let narrow = Alone::after(&narrow, &[]).all(&stream.xs, None, &stream.features);
        assert!(
            (wide - narrow).abs() <= 1e-4 * wide.abs(),
            "{parameters:?}: {wide}, {narrow}"
        );
    }
}

/// Whatever numbers come, scores are numbers, and so is what is said.
#[test]
fn no_number_is_too_much() {
    fn run<F: Real>(parameters: Parameters, xs: [f64; 6], feature: f64, elapsed: f64) {
        let model = parameters.typed::<F>();
        let mut alone = Alone::after(&model, &[]);
        for (t, x) in xs.into_iter().cycle().take(40).enumerate() {
            let row =
                vec![if t % 3 == 1 { -feature } else { feature }; parameters.features as usize];
            let ln_p = alone.observe(x.clamp(-F::max_value().wide(), F::max_value().wide()), &row);
            assert!(
                ln_p.is_finite(),
                "{parameters:?}: {xs:?} {feature} {elapsed}: {ln_p}"
            );
            alone.advance(elapsed);
            let all = alone.bank.clone();
            assert!(
                model.is_sound(&all, &[t as u64 + 1]),
                "{parameters:?}: {xs:?} {feature} {elapsed}"
            );
        }
    }
    for parameters in structures() {
        for scale in [1e12, 1.0] {
            let parameters = Parameters {
                lag_scale: scale,
                ..parameters
            };
            for xs in [
                [1e300, -1e300, 1e300, 0.0, f64::MAX, f64::MIN],
                [1e100, -1e100, 1e100, -1e100, 1e-300, 1e100],
                [1e-300, 0.0, -0.0, 1e-320, 1.0, 1e200],
                [1e100, 1e99, 1.0, 1e98, 1e-300, 1e50],
            ] {
                for elapsed in [1.0, 1e-300, 1e30] {
                    for feature in [1e15, 1e-320, 1.0] {
                        run::<f64>(parameters, xs, feature, elapsed);
                        run::<f32>(parameters, xs, feature.min(1e6), elapsed);
                    }
                }
            }
        }
    }
}

/// What is wrong with features is said, and nothing has changed.
#[test]
fn bad_features_are_named() {
    let parameters = Parameters {
        features: 2,
        ..PLAIN
    };
    let mut detector = common::build(&parameters.config());
    let update = |detector: &mut AnyDetector, x: f64, features: &[f64]| {
        let side = SideInformation::of_features(features);
        detector.update_with(Observation::with(&[x][..], &side), None)
    };
    update(&mut detector, 1.0, &[0.5, 0.25]).unwrap();
    let before = detector.snapshot();
    for (features, words) in [
        (&[][..], "observation must come with 2 features, got 0"),
        (&[1.0], "observation must come with 2 features, got 1"),
        (&[1.0; 3], "observation must come with 2 features, got 3"),
        (&[1.0, f64::NAN], "features[1] must be finite, got NaN"),
        (&[f64::INFINITY, 1.0], "features[0] must be finite, got inf"),
        (
            &[1.0, -1e60],
            "features[1] must lie in ±1e15 when multiplied by feature_scale, got -1",
        ),
    ] {
        let error = update(&mut detector, 1.0, features).unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
        let side = SideInformation::of_features(features);
        let error = detector.predict_with(1, &side).unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
        assert!(detector.snapshot() == before);
    }
    assert_eq!(
        detector.predict(1).unwrap_err(),
        ReadoutError::Update(UpdateError::Observation(ObservationError::Features {
            got: 0,
            expected: 2
        }))
    );
    // Missing with what cannot be: it is missing.
    update(&mut detector, f64::NAN, &[]).unwrap();
    // In rows, where it is.
    let xs = [1.0, 2.0, 3.0];
    for (features, index) in [
        (vec![], 0),
        (vec![1.0; 3], 0),
        (vec![1.0; 9], 0),
        (vec![1.0; 5], 2),
        (vec![1.0; 8], 2),
    ] {
        let mut fresh = common::build(&parameters.config());
        let rows = Rows::with_features(&xs, &features);
        let error = fresh.update_many(rows, &mut |_| ()).unwrap_err();
        assert_eq!(error.index, index, "{features:?}: {error}");
        let error = bocpd_core::detect(rows, Some(&common::parse(&parameters.config())), 0.9);
        assert!(error.is_err());
        assert!(fresh.segments(rows, &[], 0.9).is_err());
    }
    // A model that takes none says so.
    let mut plain = common::build(&PLAIN.config());
    let error = plain
        .update_many(Rows::with_features(&xs, &xs), &mut |_| ())
        .unwrap_err();
    assert_eq!(error.index, 0);
    let words = "observation comes with features, which this model does not take";
    assert_eq!(error.error.to_string(), words);
    assert!(
        plain
            .predict_with(1, &SideInformation::of_features(&[1.0]))
            .is_err()
    );
    // Of a model with features no series is drawn.
    assert!(
        detector
            .simulate(&mut bocpd_core::random::Random::new(1), 3)
            .is_none()
    );
}

/// A detector goes on from its snapshot as if nothing had been, also in the narrower type;
/// bytes that no stream leads to are refused.
#[test]
fn snapshots_hold_the_lags() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let mut random = Random::new(800 + k as u64);
        let stream = Stream::new(parameters, 80, false, &mut random);
        let mut detector = common::build(&stream.config);
        for t in 0..80 {
            if t % 9 == 4 {
                detector = bocpd_core::any::restore(&detector.snapshot()).unwrap();
            }
            stream.feed(&mut detector, t);
        }
        let mut whole = common::build(&stream.config);
        for t in 0..80 {
            stream.feed(&mut whole, t);
        }
        assert!(detector.snapshot() == whole.snapshot(), "{parameters:?}");

        let narrow = || Detector::new(parameters.typed::<f32>(), Constant::new(20.0).unwrap());
        let mut detector = narrow();
        let feed = |detector: &mut Detector<Regression<f32>, Constant>, t: usize| {
            #[expect(clippy::cast_possible_truncation, reason = "rounded")]
            let x = stream.xs[t].unwrap_or(0.5) as f32;
            let side = SideInformation::of_features(&stream.features[t]);
            detector
                .update_with(Observation::with(&x, &side), None)
                .unwrap();
        };
        for t in 0..80 {
            if t % 9 == 4 {
                let mut restored = narrow();
                restored.restore(&detector.snapshot()).unwrap();
                detector = restored;
            }
            feed(&mut detector, t);
        }
        let mut whole = narrow();
        (0..80).for_each(|t| feed(&mut whole, t));
        assert!(detector.snapshot() == whole.snapshot(), "{parameters:?}");
    }
}

/// A bank that no stream leads to is told from one that some does.
#[test]
fn forged_banks_are_refused() {
    for parameters in structures() {
        let model = parameters.model();
        let mut random = Random::new(9);
        let mut bank = model.bank(0);
        for t in 0..20 {
            if t > 0 {
                model.advance(&mut bank, 1.0);
            }
            let row = &features(parameters, 1, &mut random)[0];
            let x = random.normal();
            let side = SideInformation::of_features(row);
            let mut ln_joint = vec![0.0; (bank.len() + 1).next_multiple_of(8)];
            let seen = Observation::with(&x, &side);
            model
                .spawn_and_observe(Isa::best(), &mut bank, seen, &mut ln_joint)
                .unwrap();
        }
        // One that has absorbed nothing, too.
        model.advance(&mut bank, 1.0);
        model.spawn(&mut bank);
        let lengths: Vec<u64> = (1..=21).rev().collect();
        assert!(model.is_sound(&bank, &lengths), "{parameters:?}");
        let honest = serde_json::to_value(&bank).unwrap();
        let refused = |forged: &Value, what: &str| {
            // What cannot be read is refused, too.
            let forged = serde_json::from_value::<RegressionBank<f64>>(forged.clone());
            let sound = forged.is_ok_and(|bank| model.is_sound(&bank, &lengths));
            assert!(!sound, "{parameters:?}: {what}");
        };
        let columns = 1 + parameters.lags + parameters.features + u32::from(parameters.slope > 0.0);
        let columns = columns as usize;
        let width = usize::try_from(honest["hypotheses"]["width"].as_u64().unwrap()).unwrap();
        let is_age = |i: usize| parameters.slope > 0.0 && i == columns + 2;
        for hypothesis in [0, 7, 20] {
            for statistic in (0..width).filter(|&i| !is_age(i)) {
                let mut forged = honest.clone();
                forged["hypotheses"]["statistics"][hypothesis * width + statistic] = json!(1e308);
                refused(&forged, &format!("statistic {statistic} of {hypothesis}"));
            }
        }
        for statistic in [
            columns,
            columns + 1,
            width - 1 - columns * (columns - 1) / 2,
        ] {
            let mut forged = honest.clone();
            forged["hypotheses"]["statistics"][statistic] = json!(-30.0);
            refused(&forged, &format!("a negative statistic {statistic}"));
        }
        let mut forged = honest.clone();
        forged["lags"].as_array_mut().unwrap().push(json!(0.5));
        refused(&forged, "one lag more");
        for i in 0..parameters.lags as usize {
            let mut forged = honest.clone();
            forged["lags"][i] = json!(1e60);
            refused(&forged, "a lag beyond the end");
        }
        let mut forged = honest.clone();
        forged["hypotheses"]["width"] = json!(width + 1);
        refused(&forged, "another width");
        let mut forged = honest;
        forged["hypotheses"]["counts"] = Value::Null;
        refused(&forged, "nothing is counted");
    }
}
