//! What the core alone says of each case of the corpus, bit for bit, for
//! `tests/test_bits.py`: one line of JSON a case, numbers as the 16 hexadecimal
//! digits of their IEEE bits.

use std::error::Error;
use std::path::PathBuf;

use bocpd_core::alarm::AlarmPolicy;
use bocpd_core::config::HazardConfig;
use bocpd_core::distribution::Distribution;
use bocpd_core::error::ReadoutError;
use bocpd_core::observation::{Observation, Rows, SideInformation};
use bocpd_core::random::Random;
use bocpd_core::readout::Shift;
use bocpd_core::{AnyDetector, Config, Detection, History};
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(corpus)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    paths.sort();
    for path in paths {
        let case: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        println!("{}", json!({"name": case["name"], "bits": bits(&case)?}));
    }
    Ok(())
}

/// All readouts of a case, by name.
fn bits(case: &Value) -> Result<Map<String, Value>, Box<dyn Error>> {
    let mut config: Config = serde_json::from_value(case["config"].clone())?;
    config.history = History::All;
    config.shifts = true;
    config.alarm = Some(AlarmPolicy {
        threshold: 0.5,
        ..AlarmPolicy::default()
    });
    let mut detector = config.build()?;
    let mut said = Map::new();
    let mut say = |name: &str, numbers: Vec<f64>| {
        let hex = numbers.iter().map(|x| format!("{:016x}", x.to_bits()));
        said.insert(name.to_owned(), hex.collect());
    };
    say("steps", feed(&mut detector, case)?);
    let xs = observations(case).concat();
    say("filter", filter(&detector));
    let posterior: Vec<(u64, f64)> = detector.run_length_posterior().collect();
    say(
        "run_length_posterior",
        posterior.iter().rev().map(|&(_, p)| p).collect(),
    );
    say("changepoints", indices(&detector.changepoints()));
    let rows = features(case);
    let last = rows.last().map_or(&[][..], |row| row);
    let side = SideInformation::of_features(last);
    say("predict", distribution(&detector.predict_with(1, &side)?));
    // With lags nobody knows.
    let further = detector.predict_with(7, &side);
    let further = further.map_or_else(|_| Vec::new(), |further| distribution(&further));
    say("predict 7", further);
    for parameter in detector.parameters()? {
        let (name, dimension) = (parameter.name, parameter.dimension);
        let name = match detector.dimension() {
            1 => format!("parameter {name}"),
            _ => format!("parameter {name}[{dimension}]"),
        };
        say(&name, distribution(&*parameter.posterior));
    }
    say("shift", shift(detector.shift()));
    let alarms = detector.take_alarms().into_iter().flat_map(|alarm| {
        let numbers = [
            alarm.began as f64,
            alarm.noticed_at as f64,
            alarm.probability,
        ];
        numbers.into_iter().chain(shift(Ok(alarm.shift)))
    });
    say("alarms", alarms.collect());
    say("smoothed", detector.smoothed()?.p_change_at);
    let draws = detector.sample_segmentations(5, 1)?;
    say(
        "draws",
        draws.iter().flat_map(|draw| indices(draw)).collect(),
    );
    say(
        "simulated",
        detector
            .simulate(&mut Random::new(1), 5)
            .unwrap_or_default(),
    );
    if case.get("elapsed").is_none_or(Value::is_null) {
        let flat = rows.concat();
        let series = Rows::with_features(&xs, &flat);
        say(
            "detection",
            detection(&Detection::of(&detector, series, 0.9)?),
        );
    }
    Ok(said)
}

fn numbers(values: &Value) -> Vec<f64> {
    let values = values.as_array().into_iter().flatten();
    values.map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

/// The numbers of each observation, NaN for those that are missing.
fn observations(case: &Value) -> Vec<Vec<f64>> {
    let further = case.get("further").and_then(Value::as_array);
    let first = numbers(&case["data"]).into_iter().enumerate();
    let row = |(t, x)| {
        let further = further.map_or_else(Vec::new, |rows| numbers(&rows[t]));
        [vec![x], further].concat()
    };
    first.map(row).collect()
}

/// The features of each observation; none where there are none.
fn features(case: &Value) -> Vec<Vec<f64>> {
    let rows = case.get("features").and_then(Value::as_array);
    rows.into_iter().flatten().map(numbers).collect()
}

fn indices(values: &[u64]) -> Vec<f64> {
    values.iter().map(|&value| value as f64).collect()
}

fn feed(detector: &mut AnyDetector, case: &Value) -> Result<Vec<f64>, Box<dyn Error>> {
    let elapsed = numbers(case.get("elapsed").unwrap_or(&Value::Null));
    let rows = features(case);
    let mut steps = Vec::new();
    for (i, value) in observations(case).into_iter().enumerate() {
        let side = SideInformation::of_features(rows.get(i).map_or(&[][..], |row| row));
        let row = Observation::with(&value[..], &side);
        let step = detector.update_with(row, elapsed.get(i).copied())?;
        steps.extend([
            step.p_change_now,
            step.map_run_length as f64,
            step.map_probability,
            step.ln_predictive,
            step.p_outlier,
        ]);
    }
    Ok(steps)
}

fn filter(detector: &AnyDetector) -> Vec<f64> {
    vec![
        detector.ln_evidence(),
        detector.p_outlier(),
        detector.map_ln_joint(),
        detector.mean_run_length(),
        detector.pruned_mass(),
        detector.live() as f64,
        detector.p_recent_change(5),
        detector.p_change_within(10),
        detector.p_next_change_after(3),
        residual(detector),
        detector.alarm_probability(),
    ]
}

/// A log-logistic hazard falls so slowly that the sum takes seconds.
fn residual(detector: &AnyDetector) -> f64 {
    match detector.config().hazard {
        HazardConfig::LogLogistic { .. } => -1.0,
        _ => detector.expected_residual().unwrap_or(-1.0),
    }
}

fn distribution(distribution: &dyn Distribution) -> Vec<f64> {
    let (low, high) = distribution.interval(0.9);
    vec![
        distribution.mean(),
        distribution.variance(),
        distribution.cdf(1.0),
        distribution.survival(1.0),
        distribution.ln_density(1.0),
        low,
        high,
    ]
}

fn shift(shift: Result<Option<Shift>, ReadoutError>) -> Vec<f64> {
    let Ok(Some(shift)) = shift else {
        return Vec::new();
    };
    vec![shift.probability, shift.p_rose, shift.difference, shift.sd]
}

fn detection(found: &Detection) -> Vec<f64> {
    let mut numbers = vec![found.expected_changes];
    numbers.extend(&found.p_outlier);
    for change in &found.changes {
        let location = &change.location;
        numbers.extend([
            location.index as f64,
            location.probability,
            location.p_nearby,
            location.p_single,
            location.low as f64,
            location.high as f64,
            location.share,
        ]);
        if let Some(jump) = &change.jump {
            numbers.extend([jump.p_rose, jump.difference, jump.sd]);
        }
    }
    for segment in &found.segments {
        numbers.extend([
            segment.start as f64,
            segment.end as f64,
            segment.ln_evidence,
        ]);
        numbers.extend(segment.ln_bayes_factor);
        for parameter in &segment.parameters {
            numbers.extend([parameter.mean, parameter.sd, parameter.low, parameter.high]);
        }
    }
    numbers
}
