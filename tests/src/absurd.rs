//! Configurations that nobody would write and that are valid all the same, and data to
//! match: every parameter anywhere in its range, its ends included.

use serde_json::{Value, json};

use crate::random::Random;

/// A value or none, and the time since the one before if it is not 1.
pub type Event = (Option<f64>, Option<f64>);

/// One of several.
fn pick<T: Clone>(random: &mut Random, of: &[T]) -> T {
    let i = random.below(of.len() as u64);
    of[usize::try_from(i).expect("fits")].clone()
}

/// A number of any size: mostly moderate, sometimes anything, sometimes an end.
fn scale(random: &mut Random, low: f64, high: f64) -> f64 {
    match random.below(5) {
        0 => low,
        1 => high,
        2 => between_logs(random, low, high),
        _ => between_logs(random, 1e-2, 1e2).clamp(low, high),
    }
}

/// Log-uniform, inside whatever rounding does.
fn between_logs(random: &mut Random, low: f64, high: f64) -> f64 {
    random.between(low.ln(), high.ln()).exp().clamp(low, high)
}

/// A positive parameter of a model.
fn positive(random: &mut Random) -> f64 {
    scale(random, 1e-100, 1e100)
}

/// A location.
fn location(random: &mut Random) -> f64 {
    let size = scale(random, 1e-100, 1e100);
    pick(random, &[0.0, size, -size, 1.0])
}

fn degrees(random: &mut Random) -> f64 {
    scale(random, 1.0, 1e100)
}

/// The tags of the models that [`model`] makes.
pub const MODELS: [&str; 7] = [
    "gaussian",
    "student_t",
    "student_t_grid",
    "poisson",
    "bernoulli",
    "binomial",
    "gamma",
];

/// A model with this tag.
///
/// # Panics
/// If there is no such model.
#[must_use]
pub fn model(tag: &str, random: &mut Random) -> Value {
    let r = random;
    let normal = |r: &mut Random| json!({"mean": location(r), "kappa": positive(r), "alpha": positive(r), "beta": positive(r)});
    let parameters = match tag {
        "gaussian" => normal(r),
        "student_t" => {
            let mut parameters = normal(r);
            parameters["nu"] = degrees(r).into();
            parameters
        }
        "student_t_grid" => {
            let mut parameters = normal(r);
            let n = 1 + r.below(4);
            parameters["nu"] = (0..n).map(|_| degrees(r)).collect();
            if r.below(2) == 0 {
                let mut weights: Vec<f64> = (0..n)
                    .map(|_| pick(r, &[0.0, 5e-324, 1e-200, 1.0, 1e200]))
                    .collect();
                weights[0] = weights[0].max(1e-300);
                parameters["nu_prior"] = weights.into();
            }
            parameters
        }
        "poisson" => json!({"shape": positive(r), "rate": positive(r)}),
        "bernoulli" => json!({"a": positive(r), "b": positive(r)}),
        "binomial" => {
            let trials = pick(r, &[1_u64, 2, 12, 256, 257, 1000, 1 << 30, 1 << 53]);
            json!({"a": positive(r), "b": positive(r), "trials": trials})
        }
        "gamma" => {
            let known = pick(r, &[1.0, 1e-6, 1e6, 0.5]);
            json!({"shape": positive(r), "rate": positive(r), "known_shape": known})
        }
        _ => panic!("no model {tag}"),
    };
    json!({ tag: parameters })
}

/// A hazard of any family.
#[must_use]
pub fn hazard(random: &mut Random) -> Value {
    let r = random;
    match r.below(6) {
        0 => {
            let length = scale(r, 1.0 + f64::EPSILON, 1e300);
            json!({"constant": {"mean_run_length": length.max(1.0 + f64::EPSILON)}})
        }
        1 => {
            json!({"rate": {"per_unit_time": pick(r, &[5e-324, 1e-17, 1e-3, 1.0, 50.0, 1e308])}})
        }
        2 => json!({"weibull": {"shape": shape(r), "scale": segment_scale(r)}}),
        3 => json!({"log_logistic": {"shape": shape(r), "scale": segment_scale(r)}}),
        4 => {
            let k = pick(r, &[1, 2, 3, 10, 10_000]);
            let p = pick(r, &[5e-324, 1e-17, 0.01, 0.5, 1.0 - f64::EPSILON / 2.0]);
            json!({"negative_binomial": {"k": k, "p": p}})
        }
        _ => {
            let n = 1 + r.below(12);
            let hazards: Vec<f64> = (0..n).map(|_| table_entry(r)).collect();
            json!({"table": {"hazards": hazards}})
        }
    }
}

fn shape(random: &mut Random) -> f64 {
    pick(random, &[0.01, 0.5, 1.0, 2.0, 100.0])
}

fn segment_scale(random: &mut Random) -> f64 {
    pick(random, &[5e-324, 1e-3, 1.0, 20.0, 1e6, 1e308])
}

fn table_entry(random: &mut Random) -> f64 {
    let ordinary = random.uniform();
    pick(random, &[0.0, 1.0, 5e-324, 1e-17, ordinary, ordinary])
}

/// Limits of any kind.
#[must_use]
pub fn pruning(random: &mut Random) -> Value {
    let r = random;
    let number = 2 + r.below(40);
    let most: Option<u64> = pick(
        r,
        &[None, Some(number), Some(number), Some(2), Some(1 << 31)],
    );
    let least: Option<f64> = pick(
        r,
        &[None, None, Some(0.0), Some(1e-10), Some(1e-3), Some(0.1)],
    );
    let longest: Option<u64> = pick(r, &[None, None, Some(1), Some(7), Some(30), Some(1 << 53)]);
    let seed = r.bits();
    let resample = most.and_then(|_| pick(r, &[None, Some(seed), Some(0), Some(u64::MAX)]));
    json!({
        "max_hypotheses": most,
        "min_weight": least,
        "max_run_length": longest,
        "resample": resample,
    })
}

/// An alarm policy, or none.
#[must_use]
pub fn alarm(random: &mut Random) -> Value {
    let r = random;
    if r.below(2) == 0 {
        return Value::Null;
    }
    let threshold = pick(r, &[5e-324, 1e-3, 0.3, 0.9, 1.0]);
    let window = pick(r, &[1, 2, 50, u64::MAX]);
    json!({
        "threshold": threshold,
        "clear": pick(r, &[5e-324, threshold, threshold]),
        "window": window,
        "min_segment": pick(r, &[1, window.min(3)]),
        "cool_down": pick(r, &[0, 2, u64::MAX]),
        "latched": r.below(2) == 0,
    })
}

/// A whole configuration.
#[must_use]
pub fn config(tag: &str, random: &mut Random) -> Value {
    let lag = random.below(20);
    let history = pick(
        random,
        &[
            json!("nothing"),
            json!("all"),
            json!({ "lag": lag }),
            json!({"lag": u64::MAX}),
        ],
    );
    json!({
        "model": model(tag, random),
        "hazard": hazard(random),
        "pruning": pruning(random),
        "history": history,
        "shifts": random.below(2) == 0,
        "alarm": alarm(random),
    })
}

/// An observation that a model with this tag takes, or may take.
pub fn observation(tag: &str, random: &mut Random) -> f64 {
    let r = random;
    match tag {
        "bernoulli" => r.bernoulli(0.5),
        "binomial" => pick(
            r,
            &[0.0, 1.0, 1.0, 2.0, 12.0, 256.0, 9_007_199_254_740_992.0],
        ),
        "poisson" => pick(
            r,
            &[0.0, 1.0, 3.0, 64.0, 65.0, 1e6, 9_007_199_254_740_992.0],
        ),
        "gamma" => {
            let ordinary = r.exponential(1.0);
            pick(r, &[ordinary, ordinary, 0.0, 5e-324, 1e-100, 1e100, 1e308])
        }
        _ => {
            let (ordinary, moved) = (r.normal(), 5.0 + r.normal());
            let sign = pick(r, &[-1.0, 1.0]);
            let size = pick(r, &[0.0, 5e-324, 1e-100, 1e8, 1e100, 1e200, f64::MAX]);
            pick(r, &[ordinary, ordinary, moved, moved, sign * size])
        }
    }
}

/// What happens next: mostly an observation, now and then none, now and then at another
/// time.
pub fn event(tag: &str, irregular: bool, random: &mut Random) -> Event {
    let x = (random.below(12) > 0).then(|| observation(tag, random));
    let elapsed = pick(random, &[1.0, 0.3, 7.0, 1e-3, 5e-324, 1e17, 1e308]);
    let after = irregular && random.below(3) > 0;
    (x, after.then_some(elapsed))
}
