//! Any detector, from bytes.

use std::sync::Arc;

use bocpd_core::alarm::AlarmPolicy;
use bocpd_core::config::{Alternative, HazardConfig, ModelConfig, Per};
use bocpd_core::distribution::{Distribution, Parameter, StudentT};
use bocpd_core::error::ParameterError;
use bocpd_core::kernel::Isa;
use bocpd_core::list::{HAZARDS, MODELS, Observes};
use bocpd_core::model::Describe;
use bocpd_core::observation::Observation;
use bocpd_core::outliers::Outliers;
use bocpd_core::parameter::{ParameterKind, ParameterSpec, ParameterValue};
use bocpd_core::random::Random;
use bocpd_core::{
    AnyDetector, Config, Hazard, History, Missing, ObservationError, ObservationModel, Pruning,
    ScalarModel,
};

use crate::source::Source;

/// What a detector is built from, as often as one is needed.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The configuration.
    pub config: Config,
    /// The model, where it is none of those that come with the library.
    model: Option<OwnModel>,
    hazard: Option<OwnHazard>,
}

impl Recipe {
    /// Reads one.
    ///
    /// # Errors
    /// If a parameter of the model or of the hazard cannot be used.
    pub fn read(source: &mut Source) -> Result<Self, ParameterError> {
        let own_model = source.one_in(8).then(|| OwnModel {
            knows_itself: source.one_in(2),
            is_unruly: source.one_in(4),
        });
        let own_hazard = source.one_in(8).then(|| OwnHazard::read(source));
        let model = match own_model {
            Some(_) => ModelConfig::Own { dimension: 1 },
            None => model(source)?,
        };
        let hazard = match own_hazard {
            Some(_) => HazardConfig::Own,
            None => hazard(source)?,
        };
        let mut config = Config::new(model, hazard);
        config.pruning = pruning(source);
        config.missing = source.pick(&[Missing::Error, Missing::Skip]);
        config.history = history(source);
        config.shifts = source.one_in(2);
        config.alarm = source.option(policy);
        config.outliers = source.option(outliers);
        if source.one_in(4) {
            preferences(source, &mut config);
        }
        match source.byte() % 8 {
            7 => {
                config.alternatives = alternatives(source)?;
                config.alternatives_per = source.pick(&[Per::Stream, Per::Segment]);
            }
            6 => config.product = product(source)?,
            _ => {}
        }
        Ok(Self {
            config,
            model: own_model,
            hazard: own_hazard,
        })
    }

    /// The detector.
    ///
    /// # Errors
    /// If the configuration cannot be used.
    pub fn build(&self) -> Result<AnyDetector, ParameterError> {
        let hazard = self.hazard.clone().map(|own| Arc::new(own) as _);
        match (&self.model, hazard) {
            (Some(own), hazard) if own.is_unruly => {
                self.config.build_with_model(Unruly(own.clone()), hazard)
            }
            (Some(own), hazard) => self.config.build_with_model(own.clone(), hazard),
            (None, Some(hazard)) => self.config.build_with_hazard(hazard),
            (None, None) => self.config.build(),
        }
    }

    /// Whether bytes of a detector are enough to make it again.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.model.is_none() && self.hazard.is_none()
    }
}

/// A detector of each model, with data behind it; between them they have every hazard,
/// every way to prune and to remember, and alarms.
///
/// # Panics
/// Never: they can be built, and observe what they are given.
#[must_use]
pub fn ordinary() -> Vec<AnyDetector> {
    let mut random = bocpd_tests::random::Random::new(1);
    let hazards = bocpd_tests::catalogue::hazards(8.0);
    let prunings = [
        Pruning::default(),
        Pruning::exact(),
        Pruning::top_k(4),
        Pruning::max_run_length(6),
        Pruning::stratified(4, 1),
    ];
    let histories = [History::Nothing, History::Lag(5), History::All];
    let mut detectors = Vec::new();
    let models = bocpd_tests::catalogue::MODELS;
    for i in 0..2 * models.len() {
        let entry = &models[i % models.len()];
        let model = (entry.model)(&mut random);
        let hazard = hazards[i % 6].clone();
        let mut config = Config::new(
            serde_json::from_value(model).expect("a model"),
            serde_json::from_value(hazard).expect("a hazard"),
        );
        config.pruning = prunings[i % 5];
        config.missing = [Missing::Error, Missing::Skip][i % 2];
        config.history = histories[i % 3];
        config.shifts = i % 4 == 1;
        config.alarm = (i % 4 == 2).then(|| AlarmPolicy::at(0.3));
        // Every model once without and once with outliers, where it can have them.
        config.outliers = (i >= models.len()).then(|| Outliers::new(0.1));
        if config.check().is_err() {
            config.outliers = None;
        }
        let mut detector = config.build().expect("a configuration");
        for t in 0..20 {
            let x = (entry.draw)(&mut random, t / 8);
            detector.update(&[x]).expect("a step");
        }
        detectors.push(detector);
    }
    detectors.extend(products());
    detectors
}

/// Detectors of several numbers, of which some are missing.
fn products() -> Vec<AnyDetector> {
    let mut random = bocpd_tests::random::Random::new(2);
    let models = bocpd_tests::catalogue::MODELS;
    let of_one = models.iter().filter(|entry| entry.name != "regression");
    let of_one: Vec<_> = of_one.collect();
    let product = |i: usize| {
        let entries = [of_one[i], of_one[(i + 5) % of_one.len()]];
        let each = entries.map(|entry| (entry.model)(&mut random));
        let each = each.map(|model| serde_json::from_value(model).expect("a model"));
        let hazard = HazardConfig::Constant {
            mean_run_length: 8.0,
        };
        let mut config = Config::of_product(each, hazard).expect("two models");
        config.missing = Missing::Skip;
        config.history = [History::Nothing, History::Lag(5), History::All][i % 3];
        config.outliers = (i % 2 == 1).then(|| Outliers::new(0.1));
        if config.check().is_err() {
            config.outliers = None;
        }
        let mut detector = config.build().expect("a configuration");
        for t in 0..20 {
            let mut row = entries.map(|entry| (entry.draw)(&mut random, t / 8));
            if t % 3 == 0 {
                row[usize::from(t % 2 == 0)] = f64::NAN;
            }
            detector.update(&row).expect("a step");
        }
        detector
    };
    (0..of_one.len()).map(product).collect()
}

/// Numbers that the models of an observation can observe, mostly; where there are several,
/// some are missing.
pub fn row(config: &Config, source: &mut Source) -> Vec<f64> {
    let several = config.dimension() > 1;
    let models = config.models_of_numbers();
    let number = |model| {
        if several && source.one_in(4) {
            return f64::NAN;
        }
        value(model, source)
    };
    models.map(number).collect()
}

/// A value that a model can observe, mostly.
pub fn value(model: &ModelConfig, source: &mut Source) -> f64 {
    let byte = source.byte();
    if byte >= 250 {
        return source.number();
    }
    match model.spec().map(|spec| spec.observes) {
        Some(Observes::Count) => f64::from(byte % 32),
        Some(Observes::Successes) => f64::from(byte % 13),
        Some(Observes::YesNo | Observes::Category) => f64::from(byte % 2),
        Some(Observes::Positive) => (f64::from(byte) / 25.0 - 5.0).exp2(),
        _ => f64::from(byte) / 16.0 - 8.0,
    }
}

/// One of the models of the library.
///
/// # Errors
/// If a parameter cannot be used.
pub fn model(source: &mut Source) -> Result<ModelConfig, ParameterError> {
    let spec = source.pick(MODELS);
    spec.with(&parameters(spec.parameters, source), Some(&[]))
}

/// One of the hazards of the library.
///
/// # Errors
/// If a parameter cannot be used.
pub fn hazard(source: &mut Source) -> Result<HazardConfig, ParameterError> {
    let spec = source.pick(HAZARDS);
    spec.with(&parameters(spec.parameters, source))
}

/// Values for parameters; half of those that need none have the default.
fn parameters(specs: &[ParameterSpec], source: &mut Source) -> Vec<Option<ParameterValue>> {
    let number = |source: &mut Source| match source.byte() {
        // Probabilities, trials, degrees of freedom: somewhere in the middle of all limits.
        0..=119 => f64::from(source.byte()) / 255.0,
        120..=219 => source.positive(),
        _ => source.number(),
    };
    let mut length = 0;
    let value = |spec: &ParameterSpec| {
        let value = match spec.kind {
            ParameterKind::Whole32 | ParameterKind::Whole64 => {
                ParameterValue::Whole(source.count(12))
            }
            ParameterKind::List => {
                let list = source.list(number);
                length = list.len();
                ParameterValue::List(list)
            }
            ParameterKind::OptionalList => {
                ParameterValue::List((0..length).map(|_| source.share()).collect())
            }
            _ => ParameterValue::Number(number(source)),
        };
        let needed = spec.default == bocpd_core::parameter::DefaultRule::Required;
        (needed || source.one_in(2)).then_some(value)
    };
    specs.iter().map(value).collect()
}

/// Limits on hypotheses.
pub fn pruning(source: &mut Source) -> Pruning {
    if source.one_in(4) {
        return Pruning::default();
    }
    let mut pruning = Pruning::exact();
    pruning.max_hypotheses =
        source.option(|source| usize::try_from(source.count(130)).unwrap_or(usize::MAX));
    pruning.min_weight = source.option(|source| match source.byte() {
        240.. => source.number(),
        byte => (-f64::from(byte)).exp2(),
    });
    pruning.max_run_length = source.option(|source| source.count(130));
    pruning.resample = source.option(|source| source.count(0));
    pruning
}

/// How much is remembered.
pub fn history(source: &mut Source) -> History {
    match source.below(3) {
        0 => History::Nothing,
        1 => History::Lag(source.count(130)),
        _ => History::All,
    }
}

/// When a change is an alarm.
pub fn policy(source: &mut Source) -> AlarmPolicy {
    let threshold = source.share();
    let mut policy = AlarmPolicy::at(threshold);
    if source.one_in(2) {
        policy.window = source.count(130);
        policy.min_segment = source.count(130);
        policy.clear = threshold * source.share();
        policy.cool_down = source.count(130);
        policy.latched = source.one_in(2);
    }
    policy
}

/// Which changes are wanted.
fn preferences(source: &mut Source, config: &mut Config) {
    if source.one_in(2) {
        config.resolution = source.share();
    }
    if source.one_in(2) {
        config.min_segment = source.count(5);
    }
    if source.one_in(2) {
        config.sensitivity = source.positive();
    }
}

/// One to three models beside the first.
fn alternatives(source: &mut Source) -> Result<Vec<Alternative>, ParameterError> {
    let mut all = Vec::new();
    for _ in 0..=source.below(3) {
        let mut one = Alternative::new(model(source)?);
        one.weight = source.positive();
        all.push(one);
    }
    Ok(all)
}

/// The models of one to three numbers beside the first.
fn product(source: &mut Source) -> Result<Vec<ModelConfig>, ParameterError> {
    (0..=source.below(3)).map(|_| model(source)).collect()
}

fn outliers(source: &mut Source) -> Outliers {
    let mut outliers = Outliers::new(source.share());
    if source.one_in(4) {
        outliers.centre = Some(source.number());
    }
    if source.one_in(4) {
        outliers.scale = Some(source.number());
    }
    outliers
}

/// A model that believes what it is told: the log density of an observation is the
/// observation, whatever that is.
#[derive(Clone, Debug)]
struct OwnModel {
    knows_itself: bool,
    is_unruly: bool,
}

impl OwnModel {
    fn tail(&self, seen: f64) -> Option<StudentT> {
        self.knows_itself.then(|| StudentT {
            nu: 3.0,
            location: seen.clamp(-1e6, 1e6),
            scale: seen.abs().clamp(1e-3, 1e3),
        })
    }
}

impl ScalarModel for OwnModel {
    type Obs = [f64];
    type Stats = f64;

    fn prior(&self) -> f64 {
        0.0
    }
    fn ln_predictive(&self, seen: &f64, x: &[f64]) -> f64 {
        x.iter().sum::<f64>() - (seen - 1.0).abs() / 8.0
    }
    fn update(&self, seen: &mut f64, x: &[f64]) {
        *seen = 0.5 * *seen + x.iter().sum::<f64>();
    }
    fn parameters(&self, seen: &f64) -> Vec<Parameter> {
        let known = self.tail(*seen);
        known.map_or_else(Vec::new, |known| vec![Parameter::new("level", known)])
    }
    fn predictive(&self, seen: &f64) -> Option<Box<dyn Distribution>> {
        Some(Box::new(self.tail(*seen)?))
    }
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        self.knows_itself
            .then(|| (0..n).map(|_| random.uniform()).collect())
    }
}

/// The same model with an observation that it cannot stand: it breaks its contract, by
/// absorbing what it gives no weights for.
#[derive(Clone, Debug)]
struct Unruly(OwnModel);

/// What an unruly model cannot stand.
const RED_RAG: f64 = 5.25;

impl ObservationModel for Unruly {
    type Scalar = f64;
    type Obs = [f64];
    type Bank = <OwnModel as ObservationModel>::Bank;

    fn bank(&self, capacity: usize) -> Self::Bank {
        self.0.bank(capacity)
    }
    fn check(&self, x: Observation<'_, [f64]>) -> Result<(), ObservationError> {
        ObservationModel::check(&self.0, x)
    }
    fn spawn(&self, bank: &mut Self::Bank) {
        self.0.spawn(bank);
    }
    fn score(&self, isa: Isa, bank: &Self::Bank, x: Observation<'_, [f64]>, ln_joint: &mut [f64]) {
        self.0.score(isa, bank, x, ln_joint);
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, [f64]>,
        weights: Option<&[f64]>,
    ) {
        self.0.absorb(isa, bank, x, weights);
    }
    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        if x.value == [RED_RAG] {
            self.absorb(isa, bank, x, None);
            ln_joint.fill(f64::NAN);
            return Ok(());
        }
        self.0.observe(isa, bank, x, ln_joint)
    }
}

impl Describe for Unruly {
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        Describe::parameters(&self.0, bank, hypothesis)
    }
    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        Describe::predictive(&self.0, bank, hypothesis, dimension)
    }
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        Describe::simulate(&self.0, random, n)
    }
}

/// A hazard that may be anything at one length and is a probability at all others.
#[derive(Clone, Debug)]
struct OwnHazard {
    usual: f64,
    at: u64,
    there: f64,
    over: Option<f64>,
}

impl OwnHazard {
    fn read(source: &mut Source) -> Self {
        Self {
            usual: f64::from(source.byte()) / 255.0,
            at: u64::from(source.byte()),
            there: source.share(),
            over: source.option(Source::share),
        }
    }
}

impl Hazard for OwnHazard {
    fn hazard(&self, length: u64) -> f64 {
        if length == self.at {
            self.there
        } else {
            self.usual
        }
    }
    fn over(&self, _age: f64, _elapsed: f64) -> Option<f64> {
        self.over
    }
}
