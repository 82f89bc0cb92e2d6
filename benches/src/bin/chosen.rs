//! The step of every model as a configuration chooses it, and of what is built of models, beside
//! the Gaussian one, in turns. Prints a Markdown table.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin chosen [ROUNDS]
//! ```

use std::hint::black_box;

use bocpd_bench::data::{self, SEED};
use bocpd_bench::hot::MEAN_RUN_LENGTH;
use bocpd_bench::ratio::{Spread, ratio, take_turns};
use bocpd_core::Pruning;
use bocpd_core::config::{Alternative, Config, HazardConfig, ModelConfig, Per};
use bocpd_core::list::{MODELS, ModelSpec, Observes};
use bocpd_core::observation::{Beside, Rows};
use bocpd_core::outliers::Outliers;
use bocpd_core::parameter::{DefaultRule, ParameterValue};

/// As in the tables of `limit`.
const HYPOTHESES: usize = 450;
const STEPS: usize = 1500;
const ROUNDS: usize = 21;

/// A configuration with a series that it is made for.
struct Subject {
    name: String,
    config: Config,
    values: Vec<f64>,
    features: Vec<f64>,
    dimension: usize,
}

impl Subject {
    /// A model with the parameters that it gets from a series of its own kind.
    fn of(spec: &'static ModelSpec) -> Self {
        let values = values(spec.observes);
        let required = spec.parameters.iter().map(|parameter| {
            let is_required = parameter.default == DefaultRule::Required;
            is_required.then_some(ParameterValue::Whole(10))
        });
        let given: Vec<_> = required.collect();
        let model = spec.with(&given, Some(&values)).expect("defaults");
        let features = match spec.beside {
            None => Vec::new(),
            Some(beside) => beside_of(beside, &values),
        };
        Self {
            name: spec.name.replace('_', " "),
            config: config(model),
            values,
            features,
            dimension: 1,
        }
    }

    /// Something built of Gaussian models.
    fn built(name: &str, change: impl FnOnce(&mut Config)) -> Self {
        let spec = ModelSpec::named("gaussian").expect("a model");
        let mut subject = Self::of(spec);
        name.clone_into(&mut subject.name);
        change(&mut subject.config);
        subject.dimension = subject.config.dimension();
        let rows = subject.values.iter();
        subject.values = rows.flat_map(|&x| vec![x; subject.dimension]).collect();
        subject
    }

    /// Makes the same steps from the same state each time.
    fn steps(self) -> Box<dyn FnMut() -> usize> {
        let detector = self.config.build().expect("a configuration");
        let (warm_up, end) = (2 * HYPOTHESES, 2 * HYPOTHESES + STEPS);
        let of_each = self.features.len() / (self.values.len() / self.dimension);
        let (values, features, dimension) = (self.values, self.features, self.dimension);
        let rows = move |from: usize, to: usize| {
            let part = |all: &[f64], of_each| all[from * of_each..to * of_each].to_vec().leak();
            let mut rows = Rows::with_features(part(&values, dimension), part(&features, of_each));
            rows.dimension = dimension;
            rows
        };
        let (before, seen) = (rows(0, warm_up), rows(warm_up, end));
        let mut begun = detector;
        begun.update_many(before, &mut |_| {}).expect("good data");
        Box::new(move || {
            let mut detector = begun.clone();
            detector
                .update_many(seen, &mut |step| _ = black_box(step))
                .expect("good data");
            STEPS
        })
    }
}

fn config(model: ModelConfig) -> Config {
    let mean_run_length = MEAN_RUN_LENGTH;
    let mut config = Config::new(model, HazardConfig::Constant { mean_run_length });
    config.pruning = Pruning::max_run_length(HYPOTHESES as u64 - 1);
    config
}

fn values(observes: Observes) -> Vec<f64> {
    let n = 2 * HYPOTHESES + STEPS;
    let numbers = |counts: Vec<u64>| counts.into_iter().map(|count| count as f64).collect();
    match observes {
        Observes::Count => numbers(data::poisson(SEED, n)),
        Observes::Category => numbers(data::poisson(SEED, n))
            .into_iter()
            .map(|x: f64| x.min(3.0))
            .collect(),
        Observes::YesNo => data::bernoulli(SEED, n)
            .into_iter()
            .map(|yes| f64::from(u8::from(yes)))
            .collect(),
        Observes::Successes => numbers(data::binomial(SEED, n)),
        Observes::Positive => data::gamma(SEED, n),
        _ => data::gaussian(SEED, n),
    }
}

/// A number beside each observation.
fn beside_of(beside: Beside, values: &[f64]) -> Vec<f64> {
    let one = |i: usize| match beside {
        Beside::Trials => 10.0 + (i % 7) as f64,
        _ => 0.5 + 0.25 * (i % 7) as f64,
    };
    (0..values.len()).map(one).collect()
}

fn subjects() -> Vec<Subject> {
    let gaussian = || config_of("gaussian");
    let several = |dimension: usize| {
        let (mean, beta) = (vec![0.0; dimension], vec![1.0; dimension]);
        let (kappa, alpha) = (1.0, 1.0);
        ModelConfig::MultivariateGaussian {
            mean,
            kappa,
            alpha,
            beta,
        }
    };
    let mut all = vec![Subject::of(ModelSpec::named("gaussian").expect("a model"))];
    let others = MODELS.iter().filter(|spec| spec.name != "gaussian");
    all.extend(others.filter(|spec| !spec.of_several).map(Subject::of));
    for dimension in [2, 4, 8] {
        let name = format!("multivariate gaussian, {dimension} numbers");
        all.push(Subject::built(&name, |config| {
            config.model = several(dimension);
        }));
    }
    for dimension in [2, 4, 8] {
        let name = format!("product of {dimension} gaussians");
        let further = vec![gaussian(); dimension - 1];
        all.push(Subject::built(&name, |config| config.product = further));
    }
    all.push(Subject::built("gaussian, outliers", |config| {
        config.outliers = Some(Outliers::new(0.01));
    }));
    all.push(Subject::built("gaussian, resolution 0.5", |config| {
        config.resolution = 0.5;
    }));
    for (name, per) in [
        ("one of 3 for the stream", Per::Stream),
        ("one of 3 per segment", Per::Segment),
    ] {
        all.push(Subject::built(name, |config| {
            config.alternatives = vec![Alternative::new(gaussian()), Alternative::new(gaussian())];
            config.alternatives_per = per;
        }));
    }
    all.push(Subject::built("gaussian, grid of 4 hazards", |config| {
        let mean_run_lengths = vec![50.0, 100.0, 200.0, 400.0];
        config.hazard = HazardConfig::ConstantGrid { mean_run_lengths };
    }));
    all
}

fn config_of(name: &str) -> ModelConfig {
    Subject::of(ModelSpec::named(name).expect("a model"))
        .config
        .model
}

fn main() {
    let rounds = std::env::args()
        .nth(1)
        .map_or(ROUNDS, |n| n.parse().expect("a number of rounds"));
    let (mut names, mut contenders) = (Vec::new(), Vec::new());
    for subject in subjects() {
        names.push(subject.name.clone());
        contenders.push(subject.steps());
    }
    let mut turns: Vec<&mut dyn FnMut() -> usize> = contenders
        .iter_mut()
        .map(|contender| contender.as_mut() as _)
        .collect();
    let times = take_turns(rounds, &mut turns);
    println!("ns of one step and ratios, as min/median/max of {rounds} rounds in turns");
    println!("\n| {HYPOTHESES} hypotheses | ns | × Gaussian |");
    println!("|---|--:|--:|");
    for (name, time) in names.iter().zip(&times) {
        println!(
            "| {name} | {} | {} |",
            Spread::of(time.clone()),
            ratio(time, &times[0])
        );
    }
}
