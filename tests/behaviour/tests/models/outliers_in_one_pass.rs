//! Models that score and absorb an observation in one pass, and take back what outliers have
//! changed, against the way in two: score, decide, absorb.

use std::borrow::Borrow;

use bocpd_core::config::ModelConfig;
use bocpd_core::distribution::{Among, Cauchy};
use bocpd_core::error::ObservationError;
use bocpd_core::kernel::Isa;
use bocpd_core::model::{Regression, StructuredGaussian};
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::outliers::{OneNumber, WithOutliers};
use bocpd_core::{Constant, Detector, Gaussian, ObservationModel, Pruning};
use bocpd_tests::catalogue::MODELS;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

/// A model of which only the scores and what is absorbed are known, so that both ways of a
/// step are those that any model has.
#[derive(Clone)]
struct InTwoPasses<M>(M);

impl<M: ObservationModel> ObservationModel for InTwoPasses<M> {
    type Scalar = M::Scalar;
    type Obs = M::Obs;
    type Bank = M::Bank;

    fn bank(&self, capacity: usize) -> M::Bank {
        self.0.bank(capacity)
    }
    fn check(&self, x: Observation<'_, M::Obs>) -> Result<(), ObservationError> {
        self.0.check(x)
    }
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        self.0.check_side(side)
    }
    fn spawn(&self, bank: &mut M::Bank) {
        self.0.spawn(bank);
    }
    fn score(
        &self,
        isa: Isa,
        bank: &M::Bank,
        x: Observation<'_, M::Obs>,
        ln_joint: &mut [M::Scalar],
    ) {
        self.0.score(isa, bank, x, ln_joint);
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut M::Bank,
        x: Observation<'_, M::Obs>,
        weights: Option<&[M::Scalar]>,
    ) {
        self.0.absorb(isa, bank, x, weights);
    }
    fn may_refuse(&self) -> bool {
        self.0.may_refuse()
    }
    fn has_dynamics(&self) -> bool {
        self.0.has_dynamics()
    }
    fn advance(&self, bank: &mut M::Bank, elapsed: f64) {
        self.0.advance(bank, elapsed);
    }
    fn lags(&self) -> usize {
        self.0.lags()
    }
    fn pass(&self, bank: &mut M::Bank) {
        self.0.pass(bank);
    }
}

/// One step of a stream.
struct Event {
    x: Option<f64>,
    elapsed: Option<f64>,
    features: Vec<f64>,
}

/// Segments with wild values, alone and in a row; some values are missing and some late.
fn events(
    random: &mut Random,
    n: usize,
    features: usize,
    draw: fn(&mut Random, u64) -> f64,
) -> Vec<Event> {
    let (mut level, mut wild) = (0, 0_u32);
    let mut event = |_| {
        if random.uniform() < 0.02 {
            level = (level + 1) % 3;
        }
        wild = wild.saturating_sub(1);
        if random.uniform() < 0.03 {
            wild = if random.uniform() < 0.2 { 4 } else { 1 };
        }
        let mut x = draw(random, level);
        if wild > 0 {
            x = (40.0 + 100.0 * random.uniform()).round();
        }
        let late = random.uniform() < 0.02;
        Event {
            x: (random.uniform() > 0.03).then_some(x),
            elapsed: late.then(|| random.between(0.3, 5.0)),
            features: (0..features).map(|_| random.normal()).collect(),
        }
    };
    (0..n).map(&mut event).collect()
}

/// Everything that steps show, and the posterior at the end.
fn trace<M, X>(
    model: M,
    pruning: Pruning,
    isa: Isa,
    events: &[Event],
    among: Among,
    value: impl Fn(f64) -> X,
) -> Vec<f64>
where
    M: ObservationModel<Obs: OneNumber>,
    X: Borrow<M::Obs>,
{
    let broad = Cauchy {
        centre: 1.0,
        scale: 4.0,
        among,
    };
    let model = WithOutliers::new(model, 0.03, broad).unwrap();
    let mut detector = Detector::new(model, Constant::new(30.0).unwrap())
        .with_pruning(pruning)
        .unwrap()
        .with_isa(isa);
    let mut shown = Vec::new();
    for event in events {
        let step = match event.x.map(&value) {
            Some(x) => {
                let side = SideInformation::of_features(&event.features);
                detector.update_with(Observation::with(x.borrow(), &side), event.elapsed)
            }
            None => match event.elapsed {
                Some(elapsed) => detector.skip_after(elapsed),
                None => detector.skip(),
            },
        };
        let step = step.unwrap();
        shown.extend([step.p_outlier, step.p_change_now, step.ln_predictive]);
    }
    shown.push(detector.ln_evidence());
    // Segmentations that differ in a missing observation are equally probable, and rounding says
    // which is the best.
    let first_seen = |at: &u64| {
        let at = usize::try_from(*at).unwrap();
        let seen = (at..events.len()).find(|&i| events[i].x.is_some());
        seen.unwrap_or(at) as f64
    };
    shown.extend(detector.changepoints().iter().map(first_seen));
    shown
}

/// Both ways, on all instruction sets, with several prunings. Numbers may differ by
/// `tolerance`, relative to what is at least 1; says how many steps found an outlier.
fn same<M, X>(
    what: &str,
    model: &M,
    events: &[Event],
    among: Among,
    value: impl Fn(f64) -> X + Copy,
    tolerance: f64,
) -> usize
where
    M: ObservationModel<Obs: OneNumber> + Clone,
    X: Borrow<M::Obs>,
{
    let mut wild = 0;
    for pruning in [
        Pruning::exact(),
        Pruning::default(),
        Pruning::top_k(20),
        Pruning::max_run_length(50),
    ] {
        let two = InTwoPasses(model.clone());
        let want = trace(two, pruning, Isa::BASELINE, events, among, value);
        let mut sets = Vec::new();
        for isa in Isa::available() {
            let got = trace(model.clone(), pruning, isa, events, among, value);
            assert_eq!(got.len(), want.len(), "{what} {pruning:?}");
            for (i, (got, want)) in got.iter().zip(&want).enumerate() {
                assert!(
                    (got - want).abs() <= tolerance * want.abs().max(1.0),
                    "{what}, {}, {pruning:?}, step {}, number {}: {got} is not {want}",
                    isa.name(),
                    i / 3,
                    i % 3
                );
            }
            sets.push(got);
        }
        let bits = |trace: &Vec<f64>| trace.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(sets.windows(2).all(|two| bits(&two[0]) == bits(&two[1])));
        let steps = want[..3 * events.len()].iter().step_by(3);
        wild += steps.filter(|&&p_outlier| p_outlier > 0.5).count();
    }
    wild
}

/// One number may be different in the last digits where gains come from a table or from a
/// covariance that is carried, and is the same to the last bit elsewhere.
fn tolerance(model: &str) -> f64 {
    if model.starts_with("structured") || model.starts_with("volatile") {
        1e-9
    } else {
        0.0
    }
}

fn among(model: &str) -> Among {
    match model {
        "geometric"
        | "hurdle_poisson"
        | "negative_binomial_grid"
        | "negative_binomial_known_size"
        | "poisson" => Among::Counts,
        "exponential" | "gamma" | "log_normal" | "structured_log_normal" => Among::Positives,
        _ => Among::Reals,
    }
}

fn compare(model: &Value, draw: fn(&mut Random, u64) -> f64, seed: u64) -> usize {
    let name = model.as_object().unwrap().keys().next().unwrap();
    let features = model[name]["features"].as_u64().unwrap_or(0);
    let features = usize::try_from(features).unwrap();
    let config: ModelConfig = serde_json::from_value(model.clone()).unwrap();
    let built = config.build().unwrap();
    let events = events(&mut Random::new(seed), 250, features, draw);
    let what = model.to_string();
    let value = |x: f64| vec![x];
    same(&what, &built, &events, among(name), value, tolerance(name))
}

#[test]
fn every_model() {
    let mut wild = 0;
    // Outcomes of yes and no, or of so many trials, have no wild values.
    let entries = MODELS
        .iter()
        .filter(|entry| !super::outliers::WITHOUT.contains(&entry.name));
    for (i, entry) in entries.enumerate() {
        for seed in 0..3 {
            let model = (entry.model)(&mut Random::new(100 * i as u64 + seed));
            wild += compare(&model, entry.draw, seed);
        }
    }
    assert!(wild > 500, "{wild} outliers");
}

/// Gains by table and carried, every part of the state, and priors that are scored by
/// themselves.
#[test]
fn structures() {
    let mut wild = 0;
    let draw = |random: &mut Random, level: u64| 3.0 * level as f64 + random.normal();
    let parts = [
        json!({"drift": 0.05}),
        json!({"phi": 0.6}),
        json!({"slope": 0.05}),
        json!({"slope": 0.05, "slope_drift": 0.001, "phi": -0.3}),
        json!({"period": 7.0, "harmonics": 2, "season": 1.0}),
        json!({"period": 5.5, "harmonics": 1, "season": 0.5, "phi": 0.5, "drift": 0.01}),
        json!({"cauchy": 5.0}),
        json!({"cauchy": 5.0, "phi": 0.6, "slope": 0.05}),
        json!({"cauchy": 3.0, "period": 7.0, "harmonics": 1, "season": 1.0, "drift": 0.02}),
    ];
    for (i, part) in parts.iter().enumerate() {
        let mut parameters = json!({
            "mean": 1.0, "kappa": 0.2, "alpha": 2.0, "beta": 2.0, "phi": 0.0, "drift": 0.0,
            "slope": 0.0, "slope_drift": 0.0, "period": 0.0, "harmonics": 1, "season": 0.0,
            "cauchy": 0.0,
        });
        for (name, value) in part.as_object().unwrap() {
            parameters[name] = value.clone();
        }
        let model = json!({"structured_gaussian": parameters});
        wild += compare(&model, draw, 40 + i as u64);
    }
    assert!(wild > 100, "{wild} outliers");
}

#[test]
fn regressions() {
    let mut wild = 0;
    let draw = |random: &mut Random, level: u64| 3.0 * level as f64 + random.normal();
    let columns = [(1, 0.0, 0), (0, 0.05, 2), (2, 0.1, 0), (3, 0.05, 4)];
    for (i, (lags, slope, features)) in columns.into_iter().enumerate() {
        let model = json!({"regression": {
            "mean": 1.0, "kappa": 0.2, "alpha": 2.0, "beta": 2.0, "lags": lags,
            "lag_scale": 0.5, "slope": slope, "feature_scale": 1.0, "features": features,
        }});
        wild += compare(&model, draw, 60 + i as u64);
    }
    assert!(wild > 50, "{wild} outliers");
}

#[test]
#[expect(
    clippy::cast_possible_truncation,
    reason = "values of single precision"
)]
fn single_precision() {
    let mut wild = 0;
    let draw = |random: &mut Random, level: u64| 3.0 * level as f64 + random.normal();
    let events = events(&mut Random::new(7), 250, 0, draw);
    let value = |x: f64| x as f32;
    let model = Gaussian::<f32>::typed(1.0, 0.2, 2.0, 2.0).unwrap();
    wild += same("gaussian", &model, &events, Among::Reals, value, 0.0);
    let model = Regression::<f32>::typed(1.0, 0.2, 2.0, 2.0, 1, 0.5, 0.05, 1.0, 0).unwrap();
    wild += same("regression", &model, &events, Among::Reals, value, 0.0);
    let model =
        StructuredGaussian::<f32>::typed(1.0, 0.2, 2.0, 2.0, 0.5, 0.0, 0.05, 0.0, 0.0, 1, 0.0, 0.0);
    let model = model.unwrap();
    wild += same("structured", &model, &events, Among::Reals, value, 1e-2);
    assert!(wild > 50, "{wild} outliers");
}
