//! Exact vectors published for Fast-BOCPD 1.0.0, in this project's
//! conventions. The numbers as published are in `tests/reference/`.
//!
//! Its recursion carries the first segment as two hypotheses: after n
//! observations `posterior[n−1]` and `posterior[n]` both mean "no change so
//! far", in the ratio H : 1−H with H the hazard. Their sum is `w_t(0)`;
//! `posterior[r]` for r < n−1 is `w_t(t−r)`. The probability of a change that
//! it reports for the first observation is therefore H, where this project
//! says 1. Its MAP counts n in the first segment and the run length in later
//! ones.

use serde::Deserialize;
use serde_json::{Value, json};

/// One vector, as published.
#[derive(Clone, Debug, Deserialize)]
pub struct Vector {
    /// A short name.
    pub name: String,
    /// The model as its authors write it.
    pub call: String,
    /// The model as this project writes it.
    pub model: Value,
    /// The observations.
    pub data: Vec<f64>,
    cp: Vec<Option<f64>>,
    map: Vec<Option<u64>>,
    posterior: Option<Vec<f64>>,
}

#[derive(Deserialize)]
struct Published {
    mean_run_length: f64,
    vectors: Vec<Vector>,
}

fn published() -> Published {
    let text = include_str!("../reference/fast_bocpd.json");
    serde_json::from_str(text).expect("the published vectors")
}

/// All vectors.
///
/// # Panics
/// When the file of the vectors is damaged.
#[must_use]
pub fn vectors() -> Vec<Vector> {
    published().vectors
}

/// 1/H of the vectors.
///
/// # Panics
/// When the file of the vectors is damaged.
#[must_use]
pub fn mean_run_length() -> f64 {
    published().mean_run_length
}

impl Vector {
    /// The whole configuration of the same filter in this project.
    #[must_use]
    pub fn config(&self) -> Value {
        json!({
            "model": self.model,
            "hazard": {"constant": {"mean_run_length": mean_run_length()}},
            "pruning": {"max_hypotheses": null, "min_weight": null, "max_run_length": null},
            "missing": "error",
        })
    }

    /// `P(r_t` = 0 | `x_0..x_t`) for each t: as published, but 1 for the first
    /// observation. `None` was not published.
    #[must_use]
    pub fn p_change_now(&self) -> Vec<Option<f64>> {
        let mut cp = self.cp.clone();
        cp[0] = Some(1.0);
        cp
    }

    /// MAP run length for each t: n means run length n−1.
    #[must_use]
    pub fn map_run_length(&self) -> Vec<Option<u64>> {
        let maps = self.map.iter().enumerate();
        maps.map(|(t, map)| map.map(|map| map.min(t as u64)))
            .collect()
    }

    /// `w_t(s)` for s = 0..=t after the last observation, where published.
    #[must_use]
    pub fn posterior(&self) -> Option<Vec<f64>> {
        let published = self.posterior.as_ref()?;
        let (last, rest) = published.split_last()?;
        let mut by_start: Vec<f64> = rest.iter().rev().copied().collect();
        by_start[0] += last;
        Some(by_start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::{assert_all_close, assert_close};
    use crate::oracle::config::parse;
    use crate::oracle::naive::Naive;

    /// What the publisher's arithmetic allows; the weighted Student-t differs
    /// by a guard of 1e-10 in its weights (see the textbook model).
    fn tolerance(vector: &Vector) -> f64 {
        let weighted = vector.call.starts_with("StudentTNG");
        if weighted { 1e-11 } else { 1e-13 }
    }

    #[test]
    fn the_naive_filter_reproduces_every_vector() {
        for vector in vectors() {
            let (model, hazard) = parse(&vector.config());
            let mut naive = Naive::new(&*model, &hazard);
            let (cps, maps) = (vector.p_change_now(), vector.map_run_length());
            for ((&x, cp), map) in vector.data.iter().zip(cps).zip(maps) {
                naive.step(Some(x));
                if let Some(cp) = cp {
                    assert_close(&vector.name, naive.p_change_now(), cp, tolerance(&vector));
                }
                if let Some(map) = map {
                    assert_eq!(naive.map_run_length() as u64, map, "{}", vector.name);
                }
            }
            if let Some(posterior) = vector.posterior() {
                assert_all_close(
                    &vector.name,
                    &naive.posterior(),
                    &posterior,
                    tolerance(&vector),
                );
            }
        }
    }

    #[test]
    fn the_first_segment_is_published_twice_and_the_first_probability_is_the_hazard() {
        let hazard = 1.0 / mean_run_length();
        for vector in vectors() {
            assert_eq!(vector.cp[0], Some(hazard), "{}", vector.name);
        }
        let posterior = vectors()[0].posterior.clone().expect("published");
        let [.., second_last, last] = posterior[..] else {
            unreachable!("seven values")
        };
        let ratio = hazard / (1.0 - hazard);
        assert_close("ratio", second_last / last, ratio, 1e-14);
    }
}
