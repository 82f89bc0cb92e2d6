//! What there are fixtures of: every model with every hazard, every pruning, history and
//! alarm policy on the way; detectors of fixed types in both scalars; models and hazards of
//! the caller's.

use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::random::Random;
use serde_json::{Value, json};

use super::detectors::{Subject, TYPED, fresh};

/// A value or none, and the time since the one before if it was not 1.
pub(crate) type Event = (Option<f64>, Option<f64>);

/// A detector and what it sees.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) holds: String,
    pub(crate) detector: Value,
    seen: Vec<Event>,
    /// Whether settled changepoints are taken away.
    taken: bool,
    pub(crate) next: Vec<Event>,
}

impl Case {
    /// The detector when it has seen what the snapshot remembers.
    pub(crate) fn run(&self) -> Box<dyn Subject> {
        let mut subject = fresh(&self.detector);
        for &event in &self.seen {
            subject.feed(event);
        }
        if self.taken {
            subject.take_settled();
        }
        subject
    }
}

/// Observations up to a snapshot, and after it.
const SEEN: usize = 36;
const NEXT: usize = 10;

fn hazards() -> Vec<Value> {
    catalogue::hazards(12.0)
}

/// The name of a hazard.
fn tag(hazard: &Value) -> &str {
    let mut keys = hazard.as_object().expect("a tag").keys();
    keys.next().expect("a tag")
}

fn prunings() -> [(&'static str, Value); 7] {
    let pruning = |k: Option<u64>, weight: Option<f64>, longest: Option<u64>, seed: Option<u64>| {
        json!({
            "max_hypotheses": k,
            "min_weight": weight,
            "max_run_length": longest,
            "resample": seed,
        })
    };
    [
        ("without pruning", pruning(None, None, None, None)),
        ("at most 6 hypotheses", pruning(Some(6), None, None, None)),
        (
            "no weight under 1e-4",
            pruning(None, Some(1e-4), None, None),
        ),
        ("run lengths up to 9", pruning(None, None, Some(9), None)),
        (
            "at most 12 by resampling",
            pruning(Some(12), None, None, Some(3)),
        ),
        (
            "at most 8, none under 1e-6",
            pruning(Some(8), Some(1e-6), None, None),
        ),
        (
            "at most 20, run lengths up to 14",
            pruning(Some(20), None, Some(14), None),
        ),
    ]
}

fn histories() -> [(&'static str, Value); 3] {
    [
        ("no history", json!("nothing")),
        ("a history of 7", json!({"lag": 7})),
        ("all history", json!("all")),
    ]
}

fn alarms() -> [(&'static str, Value); 3] {
    [
        ("no alarms", Value::Null),
        ("alarms", json!({"threshold": 0.5, "clear": 0.3})),
        (
            "latched alarms",
            json!({"threshold": 0.5, "clear": 0.3, "cool_down": 3, "latched": true}),
        ),
    ]
}

/// Segments of 12, a twelfth of them missing, at irregular times if asked for.
fn events(entry: &Entry, random: &mut Random, irregular: bool) -> (Vec<Event>, Vec<Event>) {
    let mut events: Vec<Event> = (0..SEEN + NEXT)
        .map(|t| {
            let x = (entry.draw)(random, t as u64 / 12 % 3);
            let x = (random.uniform() > 1.0 / 12.0).then_some(x);
            let after = random.between(0.2, 3.0);
            (x, (irregular && t % 5 > 0).then_some(after))
        })
        .collect();
    let next = events.split_off(SEEN);
    (events, next)
}

fn configured(i: usize, entry: &Entry, j: usize) -> Case {
    let mut random = Random::new(10 * i as u64 + j as u64);
    let hazard = &hazards()[j];
    // Each kind comes with each model and with each hazard.
    let (pruned, pruning) = &prunings()[(i + j) % 7];
    let (remembered, history) = &histories()[(i + 2 * j) % 3];
    let (alarmed, alarm) = &alarms()[(i + j / 3) % 3];
    let irregular = j < 4 && (i + j).is_multiple_of(2);
    let (seen, next) = events(entry, &mut random, irregular);
    let mut config = catalogue::config(&(entry.model)(&mut random), hazard);
    if let Some(grid) = config["hazard"].get_mut("constant_grid") {
        // Several filters side by side.
        grid["mean_run_lengths"] = json!([6.0, 12.0, 90.0]);
    }
    config["pruning"] = pruning.clone();
    config["history"] = history.clone();
    config["shifts"] = i.is_multiple_of(2).into();
    config["alarm"] = alarm.clone();
    let times = if irregular { "irregular" } else { "regular" };
    Case {
        name: format!("{}-{}", entry.name, tag(hazard)),
        holds: format!("{pruned}, {remembered}, {alarmed}, {times} times"),
        detector: json!({ "configured": config }),
        seen,
        taken: (i + j) % 4 == 3,
        next,
    }
}

/// A model with outliers, of which there are some.
fn with_outliers(i: usize, entry: &Entry) -> Case {
    let mut case = configured(i, entry, i % 6);
    case.name = format!("{}-outliers", entry.name);
    case.holds = format!("outliers, {}", case.holds);
    let outliers = json!({"probability": 0.05, "centre": 2.0, "scale": 4.0});
    case.detector["configured"]["outliers"] = outliers;
    for (t, (x, _)) in case.seen.iter_mut().enumerate() {
        if t % 9 == 8 {
            *x = x.map(|_| 60.0);
        }
    }
    case
}

/// Three models of the same observations, which go side by side.
fn with_alternatives(i: usize, entry: &Entry) -> Case {
    let mut case = configured(i, entry, i % 6);
    case.name = format!("{}-alternatives", entry.name);
    case.holds = format!("a choice among models, {}", case.holds);
    let mut random = Random::new(i as u64);
    let others = [0.5, 2.0].map(|weight| {
        let model = (entry.model)(&mut random);
        json!({"model": model, "weight": weight})
    });
    case.detector["configured"]["alternatives"] = json!(others);
    // Long enough for models to be given up and tried again.
    for _ in 0..3 {
        case.seen.extend(events(entry, &mut random, false).0);
    }
    case
}

/// A choice among three models in each segment, with outliers.
fn with_a_choice_in_each_segment(i: usize, entry: &Entry) -> Case {
    let mut case = with_alternatives(i, entry);
    case.name = format!("{}-per-segment", entry.name);
    case.holds = format!("anew in each segment, {}", case.holds);
    let config = &mut case.detector["configured"];
    config["alternatives_per"] = json!("segment");
    config["outliers"] = json!({"probability": 0.05, "centre": 2.0, "scale": 4.0});
    case
}

/// A model with outliers, and with what is wanted of changes.
fn with_preferences(i: usize, entry: &Entry) -> Case {
    let mut case = with_outliers(i, entry);
    case.name = format!("{}-preferences", entry.name);
    case.holds = format!("which changes are wanted, {}", case.holds);
    let config = &mut case.detector["configured"];
    config["resolution"] = json!(0.5);
    config["min_segment"] = json!(4);
    config["sensitivity"] = json!(2.5);
    case
}

/// Rows of three numbers with a model each, of which some are outliers.
fn with_further_numbers(i: usize, entry: &Entry) -> Case {
    let mut case = with_outliers(i, entry);
    case.name = format!("{}-numbers", entry.name);
    case.holds = format!("three numbers, {}", case.holds);
    let mut random = Random::new(i as u64);
    let further = [(); 2].map(|()| (entry.model)(&mut random));
    let config = &mut case.detector["configured"];
    config["product"] = json!(further);
    config["outliers"] = json!({"probability": 0.05});
    config["missing"] = json!("skip");
    case
}

fn fixed(entry: &Entry, scalar: &str) -> Case {
    let (seen, next) = events(entry, &mut Random::new(7), entry.name == "gamma");
    Case {
        name: format!("{}-{scalar}", entry.name),
        holds: format!("the state alone of a detector in {scalar}"),
        detector: json!({"fixed": entry.name, "scalar": scalar}),
        seen,
        taken: false,
        next,
    }
}

fn own(name: &str, holds: &str, model: &Value) -> Case {
    let config = json!({
        "model": model,
        "hazard": "own",
        "pruning": {"max_hypotheses": 10},
        "history": {"lag": 5},
    });
    let (seen, next) = events(&MODELS[6], &mut Random::new(8), false);
    Case {
        name: name.into(),
        holds: holds.into(),
        detector: json!({ "own": config }),
        seen,
        taken: false,
        next,
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (i, entry) in MODELS.iter().enumerate() {
        for j in 0..hazards().len() {
            cases.push(configured(i, entry, j));
        }
        if TYPED.contains(&entry.name) {
            cases.extend(["f64", "f32"].map(|scalar| fixed(entry, scalar)));
        }
    }
    let gamma = json!({"gamma": {"shape": 1.0, "rate": 1.0, "known_shape": 2.0}});
    let own_model = json!({"own": {"dimension": 1}});
    cases.push(own(
        "own-model",
        "model and hazard of the caller's",
        &own_model,
    ));
    cases.push(own("own-hazard", "a hazard of the caller's", &gamma));
    for (i, entry) in MODELS.iter().enumerate() {
        if ["gaussian", "student_t", "poisson", "gamma"].contains(&entry.name) {
            cases.push(with_outliers(i, entry));
            cases.push(with_alternatives(i, entry));
            cases.push(with_preferences(i, entry));
            cases.push(with_a_choice_in_each_segment(i, entry));
            cases.push(with_further_numbers(i, entry));
        }
    }
    let mut new = configured(0, &MODELS[0], 0);
    new.name = "new".into();
    new.holds = "a detector that has seen nothing".into();
    (new.seen, new.taken) = (Vec::new(), false);
    cases.push(new);
    cases
}
