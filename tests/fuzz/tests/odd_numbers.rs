//! Every numeric argument of the core, with numbers that arithmetic, comparisons and
//! conversions go wrong with: each call ends, and gives an answer or an error.
//!
//! The walk runs in a thread of its own, so that a call without an end is noticed.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use bocpd_core::alarm::AlarmPolicy;
use bocpd_core::calibrate::{Effort, Quiet, Target, calibrate};
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::distribution::{
    Beta, BetaBinomial, BetaNegativeBinomial, CompoundGamma, Distribution,
    Gamma as GammaDistribution, InverseGamma, Mixture,
    NegativeBinomial as NegativeBinomialDistribution, RootInverseGamma, StudentT as T, p_greater,
};
use bocpd_core::error::DetectError;
use bocpd_core::fit::{Options, fit};
use bocpd_core::hazard::{ConstantGrid, Hazard};
use bocpd_core::list::{HAZARDS, MODELS, ModelSpec, Observes};
use bocpd_core::model::{
    Bernoulli, Binomial, Exponential, Gamma, GaussianKnownMean, Geometric,
    NegativeBinomialKnownSize, Poisson, StudentT, StudentTGrid,
};
use bocpd_core::observation::{Beside, Observation, Rows, SideInformation};
use bocpd_core::panel::{Panel, Row};
use bocpd_core::parameter::{DefaultRule, ParameterKind, ParameterSpec, ParameterValue};
use bocpd_core::random::Random;
use bocpd_core::readout::Remark;
use bocpd_core::{
    AnyDetector, Config, Constant, Detection, Detector, Fleet, Gaussian, History, Missing,
    ObservationModel, Prepared, Pruning, defaults, detect, detect_changes, detect_many,
};
use bocpd_fuzz_targets::readouts::probability;
use bocpd_fuzz_targets::source::{COUNTS, NUMBERS};

/// Work that takes longer never ends: most takes milliseconds.
const LIMIT: Duration = Duration::from_secs(60);

/// Tells what it is about to do.
struct Walk(mpsc::SyncSender<String>);

impl Walk {
    /// Runs some calls. What was called last is told when they panic or do not end.
    fn calls(&self, label: String, calls: impl FnOnce()) {
        self.0.send(label).expect("somebody listens");
        calls();
    }
}

/// Runs a walk, with an eye on the clock.
fn walk(steps: impl FnOnce(&Walk) + Send + 'static) {
    let (tell, told) = mpsc::sync_channel(0);
    let worker = std::thread::spawn(move || steps(&Walk(tell)));
    let mut last = String::new();
    loop {
        match told.recv_timeout(LIMIT) {
            Ok(label) => last = label,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("{last} does not end"),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    assert!(worker.join().is_ok(), "{last}");
}

/// Values for the parameters of a model or a hazard: the default where there is one.
fn usual_values(specs: &[ParameterSpec]) -> Vec<Option<ParameterValue>> {
    let value = |spec: &ParameterSpec| {
        let value = match spec.kind {
            ParameterKind::Whole32 | ParameterKind::Whole64 => ParameterValue::Whole(12),
            ParameterKind::List if spec.name == "mean_run_lengths" => {
                ParameterValue::List(vec![5.0, 9.0])
            }
            ParameterKind::List => ParameterValue::List(vec![0.1, 0.2]),
            ParameterKind::Number if spec.name == "p" => ParameterValue::Number(0.3),
            _ => ParameterValue::Number(9.0),
        };
        // As many trials as there are in the data below.
        (spec.default == DefaultRule::Required || spec.name == "trials").then_some(value)
    };
    specs.iter().map(value).collect()
}

/// The usual values with one of them replaced by an odd one, for each of them and for each
/// odd one.
fn odd_values(specs: &[ParameterSpec]) -> Vec<Vec<Option<ParameterValue>>> {
    let mut all = Vec::new();
    for (i, spec) in specs.iter().enumerate() {
        let lists = |x: f64| ParameterValue::List(vec![x, 3.0]);
        let values: Vec<ParameterValue> = match spec.kind {
            ParameterKind::Whole32 | ParameterKind::Whole64 => {
                COUNTS.map(ParameterValue::Whole).to_vec()
            }
            ParameterKind::List | ParameterKind::OptionalList => NUMBERS.map(lists).to_vec(),
            _ => NUMBERS.map(ParameterValue::Number).to_vec(),
        };
        for value in values {
            let mut given = usual_values(specs);
            given[i] = Some(value);
            if spec.kind == ParameterKind::OptionalList {
                // As long as the list that it belongs to.
                given[i - 1] = Some(ParameterValue::List(vec![3.0, 9.0]));
            }
            all.push(given);
        }
    }
    all
}

/// Values that priors are made from.
const SCALE: [f64; 4] = [0.5, 1.5, 1.0, 2.0];

fn usual_model() -> ModelConfig {
    let spec = ModelSpec::named("gaussian").expect("a model");
    spec.with(&[], Some(&SCALE)).expect("a model")
}

fn usual_hazard() -> HazardConfig {
    HazardConfig::Constant {
        mean_run_length: 9.0,
    }
}

fn config(model: ModelConfig, hazard: HazardConfig) -> Config {
    let mut config = Config::new(model, hazard);
    config.pruning = Pruning::top_k(40);
    config.history = History::All;
    config.shifts = true;
    config.alarm = Some(AlarmPolicy::at(0.2));
    config
}

/// Each model with the hazard whose turn it is, and each hazard with the Gaussian model, at
/// the usual arguments.
fn usual() -> Vec<Config> {
    let hazards: Vec<HazardConfig> = HAZARDS
        .iter()
        .map(|spec| spec.with(&usual_values(spec.parameters)).expect("a hazard"))
        .collect();
    let mut all = Vec::new();
    for (i, spec) in MODELS.iter().enumerate() {
        let values = usual_values(spec.parameters);
        let model = spec.with(&values, Some(&SCALE)).expect("a model");
        all.push(config(model, hazards[i % hazards.len()].clone()));
    }
    for hazard in hazards {
        all.push(config(usual_model(), hazard));
    }
    all.push(config(regression(2, 0), usual_hazard()));
    all
}

/// A regression that is more than the Gaussian model.
fn regression(lags: u64, features: u64) -> ModelConfig {
    let spec = ModelSpec::named("regression").expect("a model");
    let value = |parameter: &ParameterSpec| match parameter.name {
        "lags" => Some(ParameterValue::Whole(lags)),
        "features" => Some(ParameterValue::Whole(features)),
        "slope" => Some(ParameterValue::Number(0.2)),
        _ => None,
    };
    let values: Vec<_> = spec.parameters.iter().map(value).collect();
    spec.with(&values, Some(&SCALE)).expect("a model")
}

/// A few observations that the model can score, with a change among them.
fn typical(model: &ModelConfig) -> [f64; 8] {
    match model.spec().map(|spec| spec.observes) {
        Some(Observes::Count) => [2.0, 1.0, 3.0, 2.0, 20.0, 25.0, 22.0, 19.0],
        Some(Observes::YesNo | Observes::Category) => [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        Some(Observes::Successes) => [2.0, 1.0, 3.0, 2.0, 11.0, 12.0, 10.0, 11.0],
        _ => [0.1, 0.4, 0.3, 0.2, 5.2, 4.9, 5.4, 5.0],
    }
}

/// A detector with data behind it.
fn fed(config: &Config) -> Option<AnyDetector> {
    let mut detector = config.build().ok()?;
    for x in typical(&config.model) {
        // What is observed may be impossible under an odd prior.
        let _ = detector.update(&[x]);
    }
    Some(detector)
}

/// Asks a distribution about every number.
fn questions(d: &dyn Distribution) {
    for x in NUMBERS {
        let answers = [d.cdf(x), d.survival(x)];
        for p in answers {
            assert!(p.is_nan() || (0.0..=1.0).contains(&p), "at {x:e}: {p}");
            assert!(!x.is_nan() || p.is_nan(), "at NaN: {p}");
        }
        let ln = d.ln_density(x);
        assert!(!x.is_nan() || ln.is_nan(), "at NaN: {ln}");
        let _ = (d.quantile(x), d.interval(x));
    }
    let _ = (d.mean(), d.variance(), d.support(), d.is_discrete());
}

/// Asks a detector a little of everything.
fn look(detector: &mut AnyDetector) {
    bocpd_fuzz_targets::readouts::plain(detector);
    for k in [3, 1_000_000_000_000, u64::MAX] {
        probability("within", detector.p_change_within(k));
        probability("next", detector.p_next_change_after(k));
        if let Ok(mixture) = detector.predict(k) {
            for x in [f64::NAN, f64::NEG_INFINITY, 0.5, 3.0, 1e308] {
                let tail = mixture.tail(x);
                let _ = (tail.pit(), tail.p_value(), mixture.ln_density(x));
            }
        }
    }
    if let Ok(parameters) = detector.parameters() {
        for parameter in parameters {
            let _ = (parameter.posterior.mean(), parameter.posterior.variance());
            let _ = parameter.posterior.interval(0.9);
        }
    }
    let _ = detector.update_after(2.5, &[1.0]);
    let _ = detector.skip();
}

#[test]
fn parameters_of_models() {
    walk(|walk| {
        for spec in MODELS {
            for values in odd_values(spec.parameters) {
                walk.calls(format!("{}: {values:?}", spec.name), || {
                    let Ok(model) = spec.with(&values, Some(&SCALE)) else {
                        return;
                    };
                    let mut detector = fed(&config(model, usual_hazard())).expect("a detector");
                    look(&mut detector);
                    let _ = detector.simulate(&mut Random::new(1), 5);
                    for x in NUMBERS {
                        let _ = detector.update(&[x]);
                    }
                    look(&mut detector);
                });
            }
        }
    });
}

fn single<M: ObservationModel>(model: M) -> Detector<M, Constant> {
    Detector::new(model, Constant::new(9.0).expect("a hazard"))
}

/// The same in single precision: parameters, and observations.
#[test]
fn single_precision() {
    fn steps<M, X>(model: Result<M, bocpd_core::error::ParameterError>, xs: &[X])
    where
        M: ObservationModel<Obs = X>,
    {
        let Ok(model) = model else { return };
        let mut detector = single(model);
        for x in xs {
            if let Ok(step) = detector.update(x) {
                probability("p_change_now", step.p_change_now);
            }
        }
        for p in detector.run_length_posterior() {
            probability("posterior", p.1);
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit is odd, too"
    )]
    let reals: Vec<f32> = NUMBERS.iter().map(|&x| x as f32).collect();
    let counts: Vec<u64> = COUNTS.iter().map(|count| count >> 12).collect();
    walk(move |walk| {
        for x in NUMBERS {
            walk.calls(format!("f32 models at {x:e}"), || {
                for [m, k, a, b] in [
                    [x, 1.0, 1.0, 1.0],
                    [0.0, x, 1.0, 1.0],
                    [0.0, 1.0, x, 1.0],
                    [0.0, 1.0, 1.0, x],
                ] {
                    steps(Gaussian::<f32>::typed(m, k, a, b), &reals);
                    steps(StudentT::<f32>::typed(m, k, a, b, 3.0), &reals);
                    steps(
                        StudentTGrid::<f32>::typed(m, k, a, b, &[3.0, 9.0], None),
                        &reals,
                    );
                }
                steps(StudentT::<f32>::typed(0.0, 1.0, 1.0, 1.0, x), &reals);
                let (nu, prior) = ([x, 3.0], [0.5, x]);
                steps(
                    StudentTGrid::<f32>::typed(0.0, 1.0, 1.0, 1.0, &nu, None),
                    &reals,
                );
                steps(
                    StudentTGrid::<f32>::typed(0.0, 1.0, 1.0, 1.0, &[3.0, 9.0], Some(&prior)),
                    &reals,
                );
                for [a, b] in [[x, 1.0], [1.0, x]] {
                    steps(Poisson::<f32>::typed(a, b), &counts);
                    steps(Bernoulli::<f32>::typed(a, b), &[true, false, true]);
                    steps(Binomial::<f32>::typed(a, b, 12), &counts);
                    steps(Gamma::<f32>::typed(a, b, 1.5), &reals);
                    steps(Exponential::<f32>::typed(a, b), &reals);
                    steps(Geometric::<f32>::typed(a, b), &counts);
                    steps(NegativeBinomialKnownSize::<f32>::typed(2.5, a, b), &counts);
                    steps(GaussianKnownMean::<f32>::typed(0.0, a, b), &reals);
                }
                steps(
                    NegativeBinomialKnownSize::<f32>::typed(x, 1.0, 1.0),
                    &counts,
                );
                steps(GaussianKnownMean::<f32>::typed(x, 1.0, 1.0), &reals);
                steps(Gamma::<f32>::typed(1.0, 1.0, x), &reals);
            });
        }
    });
}

#[test]
fn parameters_of_hazards() {
    walk(|walk| {
        for spec in HAZARDS {
            for values in odd_values(spec.parameters) {
                walk.calls(format!("{}: {values:?}", spec.name), || {
                    let Ok(hazard) = spec.with(&values) else {
                        return;
                    };
                    let mut detector = fed(&config(usual_model(), hazard)).expect("a detector");
                    look(&mut detector);
                    for elapsed in NUMBERS {
                        let _ = detector.update_after(elapsed, &[1.0]);
                    }
                    look(&mut detector);
                });
            }
        }
    });
}

#[test]
fn limits_and_policies() {
    walk(|walk| {
        let usual = || config(usual_model(), usual_hazard());
        let check = |config: Config| {
            if let Some(mut detector) = fed(&config) {
                for _ in 0..100 {
                    detector.update(&[0.5]).expect("a step");
                }
                look(&mut detector);
            }
        };
        for count in COUNTS {
            walk.calls(format!("limits of {count}"), || {
                let size = usize::try_from(count).expect("64 bits");
                for pruning in [
                    Pruning::top_k(size),
                    Pruning::stratified(size, 1),
                    Pruning::stratified(9, count),
                    Pruning::max_run_length(count),
                ] {
                    let mut config = usual();
                    config.pruning = pruning;
                    check(config);
                }
                let mut config = usual();
                config.history = History::Lag(count);
                check(config);
                for policy in 0..3 {
                    let mut config = usual();
                    let mut alarm = AlarmPolicy::at(0.2);
                    *[
                        &mut alarm.window,
                        &mut alarm.min_segment,
                        &mut alarm.cool_down,
                    ][policy] = count;
                    config.alarm = Some(alarm);
                    check(config);
                }
            });
        }
        for number in NUMBERS {
            walk.calls(format!("limits of {number:e}"), || {
                let mut config = usual();
                config.pruning = Pruning::min_weight(number);
                check(config);
                let mut config = usual();
                config.alarm = Some(AlarmPolicy::at(number));
                check(config);
                let mut config = usual();
                config.alarm = Some(AlarmPolicy {
                    clear: number,
                    ..AlarmPolicy::at(0.2)
                });
                check(config);
            });
        }
    });
}

/// A number in every place of what may come along with an observation.
fn beside(x: &f64) -> [SideInformation<'_>; 5] {
    let mut all = [SideInformation::NONE; 5];
    all[0].weight = Some(*x);
    all[1].exposure = Some(*x);
    all[2].sd = Some(*x);
    all[3].trials = Some(*x);
    all[4].features = core::slice::from_ref(x);
    all
}

/// Numbers beside observations, as such and as what priors are made from.
#[test]
fn numbers_beside() {
    walk(|walk| {
        for x in NUMBERS {
            walk.calls(format!("beside: {x:e}"), || {
                for beside in Beside::ALL {
                    let side = beside.of(x);
                    for config in usual() {
                        let mut detector = fed(&config).expect("a detector");
                        let row = Observation::with(&[1.0][..], &side);
                        let _ = detector.update_with(row, None);
                        let _ = detector.predict_with(1, &side);
                    }
                    for values in [
                        beside.standardised(&[x], &[1.0]),
                        beside.standardised(&[1.0], &[x]),
                    ] {
                        let _ = defaults::model_for(defaults::Kind::PoissonExposure, &values);
                    }
                }
            });
        }
    });
}

/// Numbers in the rows of a panel, and its marks.
#[test]
fn panels() {
    walk(|walk| {
        let config = config(
            ModelSpec::named("gaussian")
                .expect("a model")
                .with(&[], Some(&SCALE))
                .expect("a model"),
            HazardConfig::Rate { per_unit_time: 0.1 },
        );
        for x in NUMBERS {
            walk.calls(format!("panel: {x:e}"), || {
                let mut panel = Panel::new(&config).expect("a panel");
                for key in 0..3 {
                    let _ = panel.push(key, &[x]);
                    let _ = panel.push_at(key, x, &[1.0]);
                    let _ = panel.push_with(key, Some(1.0), Observation::of(&[x][..]));
                    let rows = [
                        Row::new(key, [x]),
                        Row::at(key, x, [1.0]),
                        Row::at(7, 2.0, [x]).with_features([x]),
                    ];
                    panel.push_many(&rows);
                }
                let bytes = panel.snapshot();
                Panel::<i32>::restore(&bytes).expect("what was written is read");
            });
        }
        for count in COUNTS {
            walk.calls(format!("first observations: {count}"), || {
                let Ok(first) = usize::try_from(count) else {
                    return;
                };
                let Ok(mut panel) = Panel::automatic(&defaults::Given::default(), first) else {
                    return;
                };
                for x in NUMBERS {
                    let _ = panel.push(1, &[x]);
                    let _ = panel.push_at(2, x, &[x]);
                }
                let bytes = panel.snapshot();
                Panel::<i32>::restore(&bytes).expect("what was written is read");
            });
            walk.calls(format!("marks: {count}"), || {
                let mut panel = Panel::new(&config).expect("a panel");
                let _ = panel.push(1, &[0.5]);
                let bytes = panel.snapshot_since(count);
                let _ = panel.evict_idle(count);
                panel.apply(&bytes).expect("what was written is read");
            });
        }
    });
}

/// Every question with a number in it, to every model and under every hazard.
#[test]
fn questions_to_detectors() {
    walk(|walk| {
        for config in usual() {
            let label = format!("{:?}, {:?}", config.model, config.hazard);
            let detector = fed(&config).expect("a detector");
            let rows = typical(&config.model);
            for k in COUNTS {
                walk.calls(format!("{label}: {k}"), || {
                    let near = k % 12;
                    probability("p_recent_change", detector.p_recent_change(k));
                    probability("p_change_within", detector.p_change_within(k));
                    probability("p_next_change_after", detector.p_next_change_after(k));
                    let _ = detector.p_change_at(k);
                    let _ = detector.p_change_between(near, k);
                    let _ = detector.p_change_between(k, near);
                    let _ = detector.shift_between(near, k);
                    let _ = detector.shift_between(k, near);
                    let _ = detector.locations(&[near, k], 0.9);
                    let _ = detector.segments(&rows, &[near, k], 0.9);
                    let _ = detector.sample_segmentations(3, k);
                    let most = usize::try_from(k).unwrap_or(usize::MAX);
                    let _ = detector.segmentations(&rows, most);
                    let _ = detector.segmentation_with(&rows, most);
                    let _ = detect_changes(&rows, Some(&config), 0.9, most);
                    let mut fresh = config.build().expect("built before");
                    let none = |_: &mut AnyDetector, _| Ok::<(), DetectError>(());
                    let _ = Detection::over_changes(&mut fresh, &rows, 0.9, most, none);
                    let _ = detector.simulate(&mut Random::new(k), 3);
                    let smoothed = detector.smoothed().expect("a history");
                    assert_eq!(smoothed.get(k).is_some(), k < 8);
                    if let Ok(mixture) = detector.predict(k) {
                        assert!(k <= 1 || detector.model().lags() == 0, "nobody knows");
                        let _ = mixture.tail(1.0);
                    }
                });
            }
            for x in NUMBERS {
                walk.calls(format!("{label}: {x:e}"), || {
                    let mut steps = detector.clone();
                    let _ = steps.update(&[x]);
                    let _ = steps.update_after(x, &[1.0]);
                    let _ = steps.skip_after(x);
                    for side in beside(&x) {
                        let row = Observation::with(&[1.0][..], &side);
                        let _ = steps.update_with(row, None);
                        let _ = steps.update_with(row, Some(x));
                    }
                    let _ = steps.update_many(&[1.0, x], &mut |_| {});
                    look(&mut steps);
                    let _ = detector.locations(&[4], x);
                    let _ = detector.segments(&rows, &[4], x);
                    let _ = detector.segments(&[1.0, x, 2.0], &[1], 0.9);
                    let _ = Detection::of(&detector, &rows, x);
                    let _ = detect(&[1.0, 2.0, x, 3.0], Some(&config), 0.9);
                    let mut fresh = config.build().expect("built before");
                    let _ = Detection::over(&mut fresh, &rows, x, |detector, range| {
                        let taken = detector.update_range(&rows, range, &mut |_| {});
                        taken.map_err(DetectError::from)
                    });
                    let _ = detect_many(&[[1.0, x]], Some(&config), x);
                    let prepared = Prepared::new(&config).expect("a configuration");
                    let _ = prepared.detect(&[1.0, x], x);
                    let _ = prepared.detect_at(&[1.0, 0.5], &[0.0, x], 0.9);
                    let _ = prepared.locate(&[1.0, x], x);
                    let _ = prepared.locate_at(&[1.0, 0.5], &[0.0, x], 0.9);
                    let _ = detector.predict_after(x);
                });
            }
            walk.calls(format!("{label}: distributions"), || {
                let mixture = detector.predict(1).expect("a predictive");
                questions(&mixture);
                for parameter in detector.parameters().expect("parameters") {
                    questions(&*parameter.posterior);
                    for x in NUMBERS {
                        let _ = bocpd_core::readout::Estimate::new(&parameter, x);
                    }
                }
                let other = detector.predict(3);
                if detector.model().lags() > 0 {
                    assert!(other.is_err(), "what is observed until then is not known");
                    return;
                }
                let other = other.expect("a predictive");
                assert!((p_greater(&mixture, &other) - 0.5).abs() < 0.5);
            });
        }
    });
}

/// Every number as a feature, and in every question that takes some.
#[test]
fn features_of_any_number() {
    walk(|walk| {
        for lags in [0, 2] {
            let config = config(regression(lags, 2), usual_hazard());
            let mut detector = config.build().expect("a detector");
            let rows = typical(&config.model);
            let features: Vec<f64> = (0..16).map(|i| f64::from(i % 5) - 2.0).collect();
            let series = Rows::with_features(&rows, &features);
            detector
                .update_many(series, &mut |_| {})
                .expect("good data");
            for x in NUMBERS {
                walk.calls(format!("{lags} lags, a feature of {x:e}"), || {
                    for features in [&[x, 1.0][..], &[x, x], &[x], &[x; 5]] {
                        let side = SideInformation::of_features(features);
                        for expected in [0, 2, usize::MAX] {
                            let _ = side.features_alone(expected);
                        }
                        let mut steps = detector.clone();
                        for y in [0.5, x] {
                            let value = [y];
                            let row = Observation::with(&value[..], &side);
                            let _ = steps.update_with(row, None);
                            let _ = steps.update_with(row, Some(x));
                        }
                        for ahead in [1, 2, 1 << 40, u64::MAX] {
                            if let Ok(mixture) = steps.predict_with(ahead, &side) {
                                questions(&mixture);
                            }
                        }
                        let _ = steps.predict_after_with(x, &side);
                        let _ = steps.predict_after_with(0.5, &side);
                        look(&mut steps);
                        let values = [1.0, x];
                        let rows = Rows::with_features(&values, features);
                        let _ = steps.update_many(rows, &mut |_| {});
                        let _ = detector.segments(rows, &[1], 0.9);
                        let _ = detector.p_outlier_in(rows, &[1]);
                        let _ = Detection::of(&detector, rows, 0.9);
                        let _ = detect(rows, Some(&config), 0.9);
                        let _ = detect(rows, None, 0.9);
                    }
                });
            }
        }
    });
}

/// Pairs of models for observations of two numbers.
fn pairs() -> Vec<Config> {
    let of_one = MODELS.iter().filter(|spec| spec.name != "regression");
    let models: Vec<ModelConfig> = of_one
        .map(|spec| {
            let values = usual_values(spec.parameters);
            spec.with(&values, Some(&SCALE)).expect("a model")
        })
        .collect();
    let pair = |i: usize| {
        let other = models[(i + 4) % models.len()].clone();
        let mut config = config(models[i].clone(), usual_hazard());
        config.product.push(other);
        config
    };
    (0..models.len()).map(pair).collect()
}

/// Every number in the place of one of two, and in the questions about one of them.
#[test]
fn observations_of_several_numbers() {
    walk(|walk| {
        for (i, mut config) in pairs().into_iter().enumerate() {
            config.missing = [Missing::Error, Missing::Skip][i % 2];
            let label = format!("{:?}", config.models_of_numbers().collect::<Vec<_>>());
            let columns: Vec<_> = config.models_of_numbers().map(typical).collect();
            let rows: Vec<f64> = (0..8)
                .flat_map(|t| [columns[0][t], columns[1][t]])
                .collect();
            let mut detector = config.build().expect("a configuration");
            detector.update_many(&rows, &mut |_| {}).expect("good data");
            for x in NUMBERS {
                walk.calls(format!("{label}: {x:e}"), || {
                    let mut steps = detector.clone();
                    for row in [[x, rows[1]], [rows[0], x], [x, x], [x, f64::NAN]] {
                        let _ = steps.update(&row);
                        let _ = steps.update_after(x, &row);
                        for missing in [&[true, false][..], &[true, true], &[true]] {
                            let mut side = SideInformation::NONE;
                            side.missing = missing;
                            let row = Observation::with(&row[..], &side);
                            let _ = steps.update_with(row, None);
                        }
                    }
                    look(&mut steps);
                    let mut wild = rows.clone();
                    wild[9] = x;
                    let _ = detector.segments(&wild, &[4], 0.9);
                    let _ = Detection::of(&detector, &wild, 0.9);
                    let _ = detect(&wild, Some(&config), 0.9);
                    for which in [0, 1, 2] {
                        let known = detector.predict_number_after(which, x);
                        assert!(which < 2 || known.is_err());
                    }
                });
            }
            walk.calls(format!("{label}: questions"), || {
                for count in COUNTS {
                    let size = usize::try_from(count).expect("64 bits");
                    assert_eq!(detector.predict_number(size, 1).is_ok(), size < 2);
                    let _ = detector.predict_number(1, count);
                    let _ = detector.predict_number_after(size, 1.0);
                }
                for which in [0, 1] {
                    questions(&detector.predict_number(which, 1).expect("a predictive"));
                }
            });
        }
    });
}

/// How many numbers an observation has, where nothing else is said.
#[test]
fn rows_of_any_dimension() {
    walk(|walk| {
        let given = defaults::Given::default();
        let xs = [0.1, 4.0, 0.4, 3.0, 0.3, 2.0, 5.2, 9.0, 4.9];
        for count in COUNTS {
            walk.calls(format!("rows of {count} numbers"), || {
                let size = usize::try_from(count).expect("64 bits");
                for values in [&xs[..], &[]] {
                    let rows = Rows::of_numbers(values, size);
                    let _ = defaults::candidates(rows, &given);
                    let _ = defaults::config_for_stream(rows, &given);
                    let _ = detect(rows, None, 0.9);
                    let _ = detect(rows, Some(&pairs()[0]), 0.9);
                }
            });
        }
        for x in NUMBERS {
            walk.calls(format!("rows with {x:e}"), || {
                let values = [0.1, 4.0, x, 3.0, 0.3, x];
                let rows = Rows::of_numbers(&values, 2);
                let _ = defaults::candidates(rows, &given);
                let _ = defaults::config_for_stream(rows, &given);
                let _ = detect(rows, None, 0.9);
            });
        }
    });
}

/// Asks for more than any machine has.
#[test]
fn more_than_there_is() {
    walk(|walk| {
        for config in usual() {
            let label = format!("{:?}, {:?}", config.model, config.hazard);
            let detector = fed(&config).expect("a detector");
            for n in [1 << 50, 1 << 60, usize::MAX] {
                walk.calls(format!("{label}: {n}"), || {
                    assert!(detector.sample_segmentations(n, 1).is_err());
                    assert!(detector.simulate(&mut Random::new(1), n).is_none());
                });
            }
        }
        for n in [1 << 50, 1 << 60, usize::MAX] {
            walk.calls(format!("a fleet of {n}"), || {
                let hazard = Constant::new(9.0).expect("a hazard");
                let model = Bernoulli::new(1.0, 1.0).expect("a model");
                assert!(Fleet::new(model, &hazard, Pruning::default(), n).is_err());
            });
        }
    });
}

/// A fit that ends, is no worse than its start, and gives what can be built.
fn fitted(series: &[&[f64]], begin: &Config) {
    let few = Options {
        evaluations: 40,
        ..Options::default()
    };
    if let Ok(found) = fit(series, begin, few) {
        assert!(found.ln_evidence >= found.ln_evidence_before, "{found:?}");
        assert!(found.evaluations <= 40, "{found:?}");
        found.config.build().expect("what was tried");
    }
}

/// What a fit begins with.
#[test]
fn fits_from_odd_parameters() {
    walk(|walk| {
        for spec in MODELS {
            for values in odd_values(spec.parameters) {
                walk.calls(format!("a fit of {}: {values:?}", spec.name), || {
                    if let Ok(model) = spec.with(&values, Some(&SCALE)) {
                        let xs = typical(&model);
                        fitted(&[&xs[..], &xs[2..5]], &config(model, usual_hazard()));
                    }
                });
            }
        }
        for spec in HAZARDS {
            for values in odd_values(spec.parameters) {
                walk.calls(format!("a fit of {}: {values:?}", spec.name), || {
                    if let Ok(hazard) = spec.with(&values) {
                        let xs = typical(&usual_model());
                        fitted(&[&xs[..], &xs[2..5]], &config(usual_model(), hazard));
                    }
                });
            }
        }
    });
}

/// Values of the history, and how much it may cost.
#[test]
fn fitting() {
    walk(|walk| {
        let begin = config(usual_model(), usual_hazard());
        let few = |evaluations| Options {
            evaluations,
            ..Options::default()
        };
        for x in NUMBERS {
            walk.calls(format!("a fit to {x:e}"), || {
                let (one, other) = ([0.1, x, -0.4, 5.2], [0.3, x]);
                let series = [&one[..], &other[..]];
                fitted(&series, &begin);
            });
        }
        for count in COUNTS {
            let size = usize::try_from(count).expect("64 bits");
            walk.calls(format!("a fit with {count} evaluations"), || {
                let _ = fit(&[&[0.1, 0.4, -0.4, 5.2][..]], &begin, few(size));
            });
        }
    });
}

#[test]
fn calibration() {
    walk(|walk| {
        let config = config(usual_model(), usual_hazard());
        let few = Effort {
            streams: 3,
            longest: Some(5),
            seed: 1,
        };
        let quiet = [0.1, 0.2, -0.3];
        for x in NUMBERS {
            walk.calls(format!("calibration at {x:e}"), || {
                let _ = calibrate(&config, Quiet::Model, Target::AverageRunLength(x), few);
                let target = Target::FalseAlarm {
                    probability: x,
                    horizon: 5,
                };
                let _ = calibrate(&config, Quiet::Model, target, few);
                let values = &[0.1, x, 0.2];
                let history = Quiet::History { values, block: 1 };
                let _ = calibrate(&config, history, Target::AverageRunLength(5.0), few);
            });
        }
        for count in COUNTS {
            let size = usize::try_from(count).expect("64 bits");
            walk.calls(format!("calibration at {count}"), || {
                let values = &quiet;
                let history = Quiet::History {
                    values,
                    block: size,
                };
                let _ = calibrate(&config, history, Target::AverageRunLength(5.0), few);
                let long = Effort {
                    longest: Some(size.min(100_000)),
                    ..few
                };
                let _ = calibrate(&config, Quiet::Model, Target::AverageRunLength(5.0), long);
                let seeded = Effort { seed: count, ..few };
                let _ = calibrate(&config, Quiet::Model, Target::AverageRunLength(5.0), seeded);
            });
        }
        // More than any machine has.
        for size in [1 << 50, 1 << 60, usize::MAX] {
            walk.calls(format!("calibration with {size}"), || {
                let many = Effort {
                    streams: size,
                    ..few
                };
                let _ = calibrate(&config, Quiet::Model, Target::AverageRunLength(5.0), many);
                let long = Target::FalseAlarm {
                    probability: 0.5,
                    horizon: size,
                };
                assert!(calibrate(&config, Quiet::Model, long, few).is_err());
            });
        }
    });
}

type Boxed = Box<dyn Distribution>;

/// A distribution: its name, parameters, and what makes it from others.
type Make = (&'static str, &'static [f64], fn(&[f64]) -> Boxed);

#[test]
fn distributions_of_any_parameters() {
    let makes: [Make; 8] = [
        ("Beta", &[1.5, 0.5], |v| Box::new(Beta { a: v[0], b: v[1] })),
        ("Gamma", &[1.5, 0.5], |v| {
            Box::new(GammaDistribution {
                shape: v[0],
                rate: v[1],
            })
        }),
        ("InverseGamma", &[1.5, 0.5], |v| {
            Box::new(InverseGamma {
                shape: v[0],
                scale: v[1],
            })
        }),
        ("BetaNegativeBinomial", &[2.5, 1.5, 0.5], |v| {
            Box::new(BetaNegativeBinomial {
                size: v[0],
                a: v[1],
                b: v[2],
            })
        }),
        ("RootInverseGamma", &[1.5, 0.5], |v| {
            Box::new(RootInverseGamma {
                shape: v[0],
                scale: v[1],
            })
        }),
        ("NegativeBinomial", &[1.5, 0.5], |v| {
            Box::new(NegativeBinomialDistribution {
                shape: v[0],
                rate: v[1],
            })
        }),
        ("StudentT", &[3.0, 0.3, 1.5], |v| {
            Box::new(T {
                nu: v[0],
                location: v[1],
                scale: v[2],
            })
        }),
        ("CompoundGamma", &[2.0, 1.5, 0.5], |v| {
            Box::new(CompoundGamma {
                known_shape: v[0],
                shape: v[1],
                rate: v[2],
            })
        }),
    ];
    walk(move |walk| {
        for (name, parameters, make) in &makes {
            for i in 0..parameters.len() {
                for number in NUMBERS {
                    let mut parameters = parameters.to_vec();
                    parameters[i] = number;
                    walk.calls(format!("{name}{parameters:?}"), || {
                        let distribution = make(&parameters);
                        questions(&*distribution);
                        let _ = p_greater(&*distribution, &Beta { a: 1.0, b: 1.0 });
                    });
                }
            }
        }
        for number in NUMBERS {
            walk.calls(format!("a mixture with weight {number:e}"), || {
                let one = || -> Boxed { Box::new(Beta { a: 1.0, b: 1.0 }) };
                if let Some(mixture) = Mixture::new([(number, one()), (0.5, one())]) {
                    questions(&mixture);
                }
                let mixture = Mixture::with_ln_weights([(number, one()), (-0.5, one())]);
                if let Some(mixture) = mixture {
                    questions(&mixture);
                }
            });
        }
        for (i, trials) in COUNTS.into_iter().enumerate() {
            for (j, x) in NUMBERS.into_iter().enumerate() {
                walk.calls(format!("BetaBinomial, {trials} trials, {x:e}"), || {
                    // In turns, which of the two is odd.
                    let [a, b] = [[x, 1.5], [1.5, x]][(i + j) % 2];
                    questions(&BetaBinomial { trials, a, b });
                });
            }
        }
    });
}

#[test]
fn defaults_and_random_numbers() {
    walk(|walk| {
        for x in NUMBERS {
            walk.calls(format!("defaults at {x:e}"), || {
                for xs in [&[x][..], &[x, x], &[x, 1.0, 2.0], &[1.0, x, -x, 0.5, 2.0]] {
                    let scale = defaults::robust_scale(xs);
                    assert!(scale.scale > 0.0 && scale.centre.is_finite());
                    let config = defaults::config_for(xs);
                    config.build().expect("what is assumed can be built");
                    let given = defaults::Given::default();
                    let _ = defaults::candidates(xs, &given);
                    let _ = defaults::typical_elapsed(xs);
                    let _ = defaults::structures_in_words([("any", x), ("other", x)]);
                    let mean_run_lengths = vec![x, 9.0];
                    if let Ok(grid) = ConstantGrid::new(&mean_run_lengths) {
                        let _ = grid.at(usize::MAX).hazard(u64::MAX);
                    }
                    let grid = HazardConfig::ConstantGrid { mean_run_lengths };
                    let _ = defaults::hazards_in_words(&grid, &[x, x, x]);
                    if let Ok(config) = defaults::config_for_stream(xs, &given) {
                        let _ = defaults::structures_of_stream(&config, &[x, x]);
                        let mut detector = config.build().expect("it was checked");
                        let _ = detector.update(&[x]);
                        let _ = Remark::all(&detector, &[x][..], &[0, 1, u64::MAX]);
                    }
                    for kind in [
                        defaults::Kind::Gaussian,
                        defaults::Kind::StudentT,
                        defaults::Kind::StudentTGrid,
                        defaults::Kind::Poisson,
                        defaults::Kind::Bernoulli,
                        defaults::Kind::Binomial { trials: 12 },
                        defaults::Kind::Gamma { known_shape: x },
                    ] {
                        let mut config = config.clone();
                        config.model = defaults::model_for(kind, xs);
                        config.outliers = None;
                        let _ = fed(&config);
                    }
                    let _ = detect(xs, None, 0.9);
                    let _ = detect(xs, None, x);
                }
            });
        }
        for count in COUNTS {
            walk.calls(format!("defaults at {count}"), || {
                let size = usize::try_from(count).expect("64 bits");
                let pruning = defaults::pruning_for(size);
                let _ = pruning.check();
                let mut config = defaults::config_for(&[]);
                config.hazard = defaults::hazard_for(size);
                config.build().expect("what is assumed can be built");
                let kind = defaults::Kind::Binomial { trials: count };
                config.model = defaults::model_for(kind, &[1.0, 2.0]);
                config.outliers = None;
                let _ = fed(&config);
                let mut random = Random::new(count);
                assert!(random.below(count) < count.max(1));
            });
        }
    });
}

/// Public functions of the core that take a number, by the lines that declare them.
fn declared() -> Vec<(String, String)> {
    fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/bocpd-core/src");
    let (mut paths, mut found) = (Vec::new(), Vec::new());
    sources(&core, &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a source");
        let text = text.split("#[cfg(test)]").next().expect("the code");
        for (at, _) in text
            .match_indices("pub fn ")
            .chain(text.match_indices("pub const fn "))
        {
            let rest = text[at..].split_once("fn ").expect("fn").1;
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let arguments = rest.split(['{', ';']).next().expect("arguments");
            let arguments = arguments.split("->").next().expect("arguments");
            let numbers = ["f64", "u64", "usize", "u32"];
            let is_word = |word: &str| {
                arguments
                    .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .any(|part| part == word)
            };
            if numbers.iter().any(|number| is_word(number)) {
                let file = path.strip_prefix(&core).expect("inside");
                found.push((file.display().to_string(), name));
            }
        }
    }
    found
}

/// Nothing with a number in it is left out.
#[test]
fn every_function_is_walked() {
    // Lists that models of one's own keep their statistics in, whose positions are those
    // of slices; errors, which carry a number and do nothing with it; functions that take
    // closures with a number in their own arguments.
    let elsewhere = [
        "bank.rs",
        "error.rs",
        "distribution.rs of_dimension",
        "fleet.rs update",
        "fleet.rs par_update",
    ];
    let here = include_str!("odd_numbers.rs");
    let declared = declared();
    assert!(declared.len() > 50, "{declared:?}");
    let mut forgotten = Vec::new();
    for (file, name) in declared {
        let whole = format!("{file} {name}");
        if elsewhere.iter().any(|it| *it == file || *it == whole) {
            continue;
        }
        // Constructors of models and hazards go by the variants of configurations.
        let known = match (file.split('/').next(), &name[..]) {
            (Some("model" | "hazard"), "new") => true,
            (Some("model"), "typed") => here.contains("::<f32>::typed"),
            _ => here.contains(&format!("{name}(")),
        };
        if !known {
            forgotten.push(whole);
        }
    }
    assert!(forgotten.is_empty(), "not in the walk: {forgotten:?}");
}
