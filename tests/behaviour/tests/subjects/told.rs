//! What a detector tells, as JSON.

use bocpd_tests::close::assert_close;
use serde_json::Value;

/// All that is read from a detector of any type.
macro_rules! told {
    ($detector:expr) => {{
        let detector = $detector;
        let posterior: Vec<(u64, f64)> = detector.run_length_posterior().into_iter().collect();
        let smoothed = detector.smoothed().ok();
        let shift = detector.shift().ok().flatten();
        serde_json::json!({
            "observations": detector.observations(),
            "live": detector.live(),
            "changepoints": detector.changepoints(),
            "settled": detector.settled(),
            "map_run_length": detector.map_run_length(),
            "map_probability": $crate::subjects::told::number(detector.map_probability()),
            "p_change_now": $crate::subjects::told::number(detector.p_change_now()),
            "mean_run_length": $crate::subjects::told::number(detector.mean_run_length()),
            "ln_predictive": $crate::subjects::told::number(detector.ln_predictive()),
            "ln_evidence": $crate::subjects::told::number(detector.ln_evidence()),
            "map_ln_joint": $crate::subjects::told::number(detector.map_ln_joint()),
            "pruned_mass": $crate::subjects::told::number(detector.pruned_mass()),
            "posterior": posterior,
            "smoothed": smoothed.map(|smoothed| (smoothed.first, smoothed.p_change_at)),
            "shift": shift.map(|shift| {
                [shift.probability, shift.difference, shift.sd].map($crate::subjects::told::number)
            }),
        })
    }};
}

pub(crate) use told;

/// JSON has no infinities.
pub(crate) fn number(x: f64) -> Value {
    if x.is_finite() {
        x.into()
    } else {
        x.to_string().into()
    }
}

/// Holds readouts against those that were written down. What is no float is the same.
#[track_caller]
pub(crate) fn assert_told(what: &str, got: &Value, want: &Value, tolerance: f64) {
    match (got, want) {
        (Value::Number(a), Value::Number(b)) if b.is_f64() => {
            let (got, want) = (a.as_f64().expect("a float"), b.as_f64().expect("a float"));
            assert_close(what, got, want, tolerance);
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{what}: lengths of {got} and {want}");
            for (i, (got, want)) in a.iter().zip(b).enumerate() {
                assert_told(&format!("{what}[{i}]"), got, want, tolerance);
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            // Whether a map keeps the order of its keys depends on who else is compiled.
            let same = a.len() == b.len() && b.keys().all(|key| a.contains_key(key));
            assert!(same, "{what}: {got} and {want}");
            for (key, want) in b {
                assert_told(&format!("{what}, {key}"), &got[key], want, tolerance);
            }
        }
        _ => assert_eq!(got, want, "{what}"),
    }
}
