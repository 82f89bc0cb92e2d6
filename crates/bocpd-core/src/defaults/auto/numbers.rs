//! Configurations for observations of several numbers: each number has the model that it would
//! have alone.

use alloc::format;
use alloc::vec::Vec;

use super::{Candidate, Given};
use crate::config::Config;
use crate::error::ParameterError;
use crate::observation::{MOST_NUMBERS, Rows};
use crate::outliers::Outliers;

/// The numbers of all observations, one list for each of their positions.
pub(super) fn columns(rows: Rows<'_>) -> Result<Vec<Vec<f64>>, ParameterError> {
    let dimension = rows.dimension;
    if !(1..=MOST_NUMBERS).contains(&dimension) {
        let must = "lie in [1, 1024]";
        return Err(ParameterError::new("dimension", dimension as f64, must));
    }
    let column = |j| rows.values.iter().skip(j).step_by(dimension).copied();
    Ok((0..dimension).map(|j| column(j).collect()).collect())
}

/// The best structure of each number, together.
pub(super) fn together(all: Vec<Candidate>, given: &Given) -> Result<Candidate, ParameterError> {
    let structures = all.iter().enumerate();
    let structures: Vec<_> = structures
        .map(|(j, one)| format!("number {j}: {}", one.structure))
        .collect();
    Ok(Candidate {
        structure: structures.join(", "),
        weight: all.iter().map(|one| one.weight).product(),
        ln_evidence: all.iter().map(|one| one.ln_evidence).sum(),
        probability: all.iter().map(|one| one.probability).product(),
        config: joined(all.into_iter().map(|one| one.config), given)?,
    })
}

/// Configurations of one number each as one of all numbers: the models of all, what else the
/// first one says, and outliers if there may be some of any number, each from where the prior of
/// its model says.
pub(super) fn joined(
    configs: impl Iterator<Item = Config>,
    given: &Given,
) -> Result<Config, ParameterError> {
    let mut configs = configs;
    let Some(mut config) = configs.next() else {
        let must = "be at least 1";
        return Err(ParameterError::new("dimension", 0.0, must));
    };
    config.alternatives.clear();
    let mut outliers = config.outliers;
    for further in configs {
        outliers = outliers.or(further.outliers);
        config.product.push(further.model);
    }
    config.outliers = match given.outliers {
        Some(outliers) => outliers,
        None => outliers.map(|outliers| Outliers::new(outliers.probability)),
    };
    Ok(config)
}
