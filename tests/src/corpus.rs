//! The corpus: cases as JSON files that every front-end runs.
//!
//! The format is documented in `tests/corpus/README.md`.

mod readouts;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

pub use readouts::{Alarm, At, Estimate, Jump, Location, Prediction, Readouts, Segment, Shift};

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The name of its file.
    pub name: String,
    /// Where the expectation comes from.
    pub source: String,
    /// The configuration, as every front-end reads it.
    pub config: Value,
    /// The observations; `None` (null) is missing.
    pub data: Vec<Option<f64>>,
    /// The features of each observation, where the model takes some.
    pub features: Option<Vec<Vec<f64>>>,
    /// The numbers of each observation after the first, where it has several.
    pub further: Option<Vec<Vec<Option<f64>>>>,
    /// Time since the observation before, on irregular grids; the first entry
    /// has no meaning.
    pub elapsed: Option<Vec<f64>>,
    /// What must come out.
    pub expected: Expected,
    /// What must come out of all that can be asked beyond the filter.
    pub readouts: Option<Readouts>,
    /// How close: absolutely below 1, relatively above.
    pub tolerance: f64,
}

/// Readouts; those that are absent are not expected. In lists with one entry
/// per observation, null means "anything".
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// ln `p(x_0..x_t)` at the end.
    pub ln_evidence: Option<f64>,
    /// `P(r_t` = 0 | `x_0..x_t`) after each observation.
    pub p_change_now: Option<Vec<Option<f64>>>,
    /// The most probable run length after each observation.
    pub map_run_length: Option<Vec<Option<u64>>>,
    /// ln `p(x_t` | `x_0..x`_{t−1}) after each observation.
    pub ln_predictive: Option<Vec<Option<f64>>>,
    /// P(`x_t` is an outlier | `x_0..x_t`) after each observation.
    pub p_outlier: Option<Vec<Option<f64>>>,
    /// The mean run length at the end.
    pub mean_run_length: Option<f64>,
    /// `P(r_t` < w) at the end.
    pub p_recent_change: Option<RecentChange>,
    /// (start, probability) at the end, for probabilities above 1e-6.
    pub run_length_posterior: Option<Vec<(u64, f64)>>,
    /// The changes of the best segmentation at the end.
    pub changepoints: Option<Vec<u64>>,
    /// ln of the joint probability of that segmentation and the data.
    pub map_ln_joint: Option<f64>,
}

/// `P(r_t` < w).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecentChange {
    /// The window.
    pub w: u64,
    /// The probability.
    pub value: f64,
}

impl Case {
    /// The numbers of each observation.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<Option<f64>>> {
        let further = |t: usize| self.further.as_ref().map_or(&[][..], |all| &all[t]);
        let rows = self.data.iter().enumerate();
        rows.map(|(t, &x)| [&[x], further(t)].concat()).collect()
    }

    /// Time since the observation before, for each observation.
    #[must_use]
    pub fn elapsed(&self) -> Vec<f64> {
        let regular = || vec![1.0; self.data.len()];
        self.elapsed.clone().unwrap_or_else(regular)
    }
}

/// Where the cases are.
#[must_use]
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// All cases, by name.
///
/// # Panics
/// When a file cannot be read, is not a case, or bears another name.
#[must_use]
pub fn load() -> Vec<Case> {
    let directory = directory();
    let entries = fs::read_dir(&directory).expect("the corpus directory");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of the corpus directory").path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    paths.sort();
    paths.iter().map(|path| load_one(path)).collect()
}

fn load_one(path: &Path) -> Case {
    let shown = path.display();
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{shown}: {e}"));
    let case: Case = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{shown}: {e}"));
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    assert_eq!(stem, Some(case.name.as_str()), "{shown}: name");
    let lengths = [
        case.elapsed.as_ref().map(Vec::len),
        case.features.as_ref().map(Vec::len),
        case.further.as_ref().map(Vec::len),
        case.expected.p_change_now.as_ref().map(Vec::len),
        case.expected.map_run_length.as_ref().map(Vec::len),
        case.expected.ln_predictive.as_ref().map(Vec::len),
        case.expected.p_outlier.as_ref().map(Vec::len),
    ];
    for length in lengths.into_iter().flatten() {
        assert_eq!(
            length,
            case.data.len(),
            "{shown}: one entry per observation"
        );
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::close;
    use crate::oracle::Segment;
    use crate::oracle::config::{parse_with, several};
    use crate::oracle::naive::Naive;

    #[test]
    fn at_least_thirty_cases_that_say_where_they_come_from() {
        let cases = load();
        assert!(cases.len() >= 30, "{}", cases.len());
        for case in cases {
            assert!(!case.source.is_empty(), "{}", case.name);
            assert!(case.tolerance <= 1e-6, "{}", case.name);
        }
    }

    /// The corpus comes from high-precision arithmetic in another language;
    /// the naive filter is the second, independent witness.
    #[test]
    fn the_naive_filter_agrees_with_the_corpus() {
        for case in load() {
            // One naive filter has one hazard. The joint recursion of starts and hazards is in
            // tests/behaviour/tests/models/hazards.rs.
            if case.config["hazard"].get("constant_grid").is_some() {
                continue;
            }
            let mut series = case.data.clone();
            let (model, hazard): (Box<dyn Segment>, _) = if case.further.is_some() {
                let (model, hazard);
                (model, series, hazard) = several(&case.config, &case.rows());
                (model, hazard)
            } else {
                parse_with(&case.config, case.features.as_deref())
            };
            let mut naive = Naive::new(&*model, &hazard);
            let expected = &case.expected;
            let tolerance = match case.name.as_str() {
                // Differences of log-gammas of 10⁸: the core must do better.
                "poisson-large-counts" | "geometric-large-counts" => 1e-6,
                _ => case.tolerance,
            };
            let agree = |what: &str, got: f64, want: Option<f64>| {
                if let Some(want) = want {
                    assert!(
                        close(got, want, tolerance),
                        "{}, {what}: {got} for {want}",
                        case.name
                    );
                }
            };
            let at = |list: &Option<Vec<Option<f64>>>, t| list.as_ref().and_then(|l| l[t]);
            for (t, (&x, elapsed)) in series.iter().zip(case.elapsed()).enumerate() {
                naive.step_after(elapsed, x);
                let want = at(&expected.p_change_now, t);
                agree("p_change_now", naive.p_change_now(), want);
                let want = at(&expected.ln_predictive, t);
                agree("ln_predictive", naive.ln_predictive(), want);
                let want = at(&expected.p_outlier, t);
                agree("p_outlier", naive.p_outlier(), want);
                let want = expected.map_run_length.as_ref().and_then(|l| l[t]);
                if let Some(want) = want {
                    assert_eq!(naive.map_run_length() as u64, want, "{} at {t}", case.name);
                }
            }
            agree("ln_evidence", naive.ln_evidence(), expected.ln_evidence);
            let mean = naive.mean_run_length();
            agree("mean_run_length", mean, expected.mean_run_length);
            agree("map_ln_joint", naive.map_ln_joint(), expected.map_ln_joint);
            if let Some(RecentChange { w, value }) = expected.p_recent_change {
                let got = naive.p_recent_change(usize::try_from(w).unwrap_or(usize::MAX));
                agree("p_recent_change", got, Some(value));
            }
            let posterior = naive.posterior();
            for &(start, p) in expected.run_length_posterior.iter().flatten() {
                let start = usize::try_from(start).expect("a start");
                agree("run_length_posterior", posterior[start], Some(p));
            }
            if let Some(want) = &expected.changepoints {
                let got: Vec<u64> = naive.changepoints().iter().map(|&c| c as u64).collect();
                assert_eq!(&got, want, "{}", case.name);
            }
        }
    }
}
