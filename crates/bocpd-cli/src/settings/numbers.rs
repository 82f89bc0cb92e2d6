//! The models of the numbers of an observation, where it has several.

use std::borrow::Cow;

use anyhow::{Result, bail, ensure};
use bocpd_core::Config;
use bocpd_core::config::ModelConfig;
use bocpd_core::list::ModelSpec;

use super::{Known, Settings, resolve};
use crate::args::family::Family;
use crate::exit::usage;
use crate::foreign::quoted;

/// What is assumed is said of so many columns; --json has the configuration with all of it.
const SAID: usize = 8;

impl Settings {
    /// A model for each number: of the kinds that are named, one for each or one for all, or
    /// those of the configuration file. Before the columns are known (`numbers` is empty) there
    /// is one for each kind, or as many as in the file.
    ///
    /// # Errors
    /// There are more or fewer than there are numbers, or one of them cannot be made.
    pub(super) fn models(
        &self,
        known: Known,
        numbers: &[String],
        assumed: &mut Vec<String>,
    ) -> Result<Vec<ModelConfig>> {
        let kinds = &self.model.entries;
        let file: Vec<_> = self
            .file
            .iter()
            .flat_map(Config::models_of_numbers)
            .collect();
        let count = match numbers.len() {
            0 => kinds.len().max(file.len()).max(1),
            known => known,
        };
        self.check_count(count, file.len())?;
        self.check_kinds(count, &file)?;
        if let Some(model) = self.together(count, known, &file, assumed)? {
            return Ok(vec![model]);
        }
        let mut models = Vec::new();
        for position in 0..count {
            let kind = if kinds.len() == 1 { 0 } else { position };
            let mut words = Vec::new();
            models.push(resolve(
                kinds.get(kind).copied(),
                &self.model.parameters,
                file.get(position).copied(),
                known.of_numbers(&self.standardised(known, known.column(position))),
                &mut words,
                |error| self.in_file(error),
            )?);
            match numbers.get(position).filter(|_| count > 1) {
                None => assumed.append(&mut words),
                Some(_) if position >= SAID => {}
                Some(name) => {
                    let of_column = |words| format!("in column {}, {words}", quoted(name));
                    assumed.extend(words.into_iter().map(of_column));
                }
            }
        }
        if count > SAID && numbers.len() == count && !assumed.is_empty() {
            let more = count - SAID;
            assumed.push(format!("and so in {more} more columns"));
        }
        Ok(models)
    }

    /// The one model of all numbers, if it is of a kind that is for several.
    fn together(
        &self,
        count: usize,
        known: Known,
        file: &[&ModelConfig],
        assumed: &mut Vec<String>,
    ) -> Result<Option<ModelConfig>> {
        let of_file = || file.first().and_then(|model| model.spec());
        let kind = match self.model.entries[..] {
            [kind] => Some(kind),
            [] if file.len() == 1 => of_file(),
            _ => None,
        };
        if !kind.is_some_and(|kind| kind.of_several) {
            return Ok(None);
        }
        let model = resolve(
            self.model.entries.first().copied(),
            &self.model.parameters,
            file.first().copied(),
            known,
            assumed,
            |error| self.in_file(error),
        )?;
        let dimension = model.dimension();
        ensure!(
            dimension == count || known.rows().is_none_or(|rows| rows.values.is_empty()),
            usage(format!(
                "--model {} is of {dimension} numbers here, and there are {count} columns",
                kind.map(Family::word).unwrap_or_default()
            ))
        );
        Ok(Some(model))
    }

    /// The values that a prior is made from: those of a column, counts by exposure.
    fn standardised<'a>(&self, known: Known<'a>, column: Cow<'a, [f64]>) -> Cow<'a, [f64]> {
        match (self.beside, known.rows()) {
            (Some(beside), Some(rows)) => beside.standardised(&column, rows.features).into(),
            _ => column,
        }
    }

    /// Whether there are models of as many numbers as there are.
    fn check_count(&self, count: usize, in_file: usize) -> Result<()> {
        let kinds = self.model.entries.len();
        let hint = "--together takes several columns as one series";
        match (kinds, in_file) {
            (0, 0) | (1, _) => Ok(()),
            (0, n) if n == count => Ok(()),
            (0, 1) if self.file.iter().any(|file| file.dimension() == count) => Ok(()),
            (0, n) => {
                let file = &self.file_name;
                bail!(usage(match (n, count) {
                    (n, 1) => format!("--config {file}: it has models of {n} numbers; {hint}"),
                    (1, count) => format!(
                        "--config {file}: it has the model of one number, and there are {count} \
                         columns; those of the others are its \"product\""
                    ),
                    _ => format!(
                        "--config {file}: it has models of {n} numbers, and there are {count} \
                         columns"
                    ),
                }))
            }
            (kinds, _) if kinds == count => Ok(()),
            (kinds, _) if count == 1 => {
                bail!(usage(format!(
                    "--model names {kinds} kinds for one column; {hint}"
                )))
            }
            (kinds, _) => bail!(usage(format!(
                "--model names {kinds} kinds for {count} columns; it takes one for each, or one for \
                 all"
            ))),
        }
    }

    /// Whether the kinds can be those of several numbers, and the parameters that were given
    /// are of one kind.
    fn check_kinds(&self, count: usize, file: &[&ModelConfig]) -> Result<()> {
        if count == 1 {
            return Ok(());
        }
        let mut kinds = self.model.entries.clone();
        if kinds.is_empty() {
            kinds = file.iter().filter_map(|model| model.spec()).collect();
        }
        kinds.sort_by_key(|kind| kind.name);
        kinds.dedup_by_key(|kind| kind.name);
        let takes_features = |kind: &&ModelSpec| kind.name == "regression";
        ensure!(
            !kinds.iter().any(takes_features),
            usage("--model regression is for observations of one number")
        );
        match self.model.parameters.first() {
            Some(given) if kinds.len() > 1 => {
                let kinds: Vec<_> = kinds.iter().map(|kind| kind.word()).collect();
                bail!(usage(format!(
                    "{} is said once, and there are models of several kinds ({}); --config FILE \
                     says more of each",
                    given.option,
                    kinds.join(", ")
                )))
            }
            _ => Ok(()),
        }
    }
}
