//! What is known of a model and of a hazard as a kind: what front-ends read.

use alloc::string::String;
use alloc::vec::Vec;

use super::{HAZARDS, HazardConfig, MODELS, ModelConfig, Series};
use crate::error::ParameterError;
use crate::observation::{Beside, Rows};
use crate::parameter::{Field, ParameterSpec, ParameterValue};

/// A kind of model: see [`MODELS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ModelSpec {
    /// What snapshots call it. Never changed, never given to another model.
    pub code: u32,
    /// What configurations call it: `student_t`.
    pub name: &'static str,
    /// The name of its type: `StudentT`.
    pub class: &'static str,
    /// What observations are.
    pub observes: Observes,
    /// The number that may come along with each observation, if there is one.
    pub beside: Option<Beside>,
    /// Whether it is one model for observations of several numbers, as many as its lists have.
    pub of_several: bool,
    /// Its parameters, in the order of the constructor.
    pub parameters: &'static [ParameterSpec],
    /// How its prior is made from data, in words; `None` if it is not.
    pub from_data: Option<&'static str>,
    /// What to know when choosing it.
    pub advice: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) fill: fn(&Given) -> Result<ModelConfig, ParameterError>,
}

/// A kind of hazard: see [`HAZARDS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HazardSpec {
    /// What snapshots call it. Never changed, never given to another hazard.
    pub code: u32,
    /// What configurations call it: `log_logistic`.
    pub name: &'static str,
    /// The name of its type: `LogLogistic`.
    pub class: &'static str,
    /// Whether it has a meaning in continuous time, for observations at
    /// irregular times.
    pub in_time: bool,
    /// Its parameters, in the order of the constructor.
    pub parameters: &'static [ParameterSpec],
    /// What to know when choosing it.
    pub advice: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) fill: fn(&Given) -> Result<HazardConfig, ParameterError>,
}

/// What the observations of a model are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observes {
    /// Any finite number.
    Real,
    /// A finite number above 0; 0 itself where its density is finite.
    Positive,
    /// 0, 1, 2, …
    Count,
    /// A count up to a known number of trials.
    Successes,
    /// Yes or no, 1 or 0.
    YesNo,
    /// 0, 1, 2, … up to a known number of categories, which need no order.
    Category,
}

impl ModelSpec {
    /// The model of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|spec| spec.name == name)
    }

    /// The model for observations that come with such a number: this one, or what it becomes
    /// with it; `None` if there is none. Of Poisson counts with an exposure that is
    /// [`PoissonExposure`](crate::model::PoissonExposure), for example.
    pub fn with_beside(&self, beside: Beside) -> Option<&'static Self> {
        let plain = match beside {
            Beside::Exposure => "poisson",
            Beside::Trials => "binomial",
            Beside::Sd => "gaussian_known_variance",
            Beside::Weight => "gaussian",
        };
        // With error bars nothing is left to be learned of the variance.
        let is_like = self.name == plain || beside == Beside::Sd && self.name == "gaussian";
        let is_it = self.beside == Some(beside);
        if is_like || is_it {
            Self::of_beside(beside)
        } else {
            None
        }
    }

    /// The model that takes such a number along with each observation.
    pub fn of_beside(beside: Beside) -> Option<&'static Self> {
        MODELS.iter().find(|spec| spec.beside == Some(beside))
    }

    /// What it is, in one line.
    pub fn summary(&self) -> &'static str {
        summary(self.doc)
    }

    /// What else there is to say: its likelihood and its prior.
    pub fn details(&self) -> String {
        details(self.doc)
    }

    /// The model with these parameters, in the order of
    /// [`parameters`](Self::parameters); where one is `None`, its default is
    /// taken. A prior from data is on the scale of `xs`; of the values that are
    /// finite, or on the scale of 1 if there is none.
    ///
    /// # Errors
    /// Names the first parameter that has to be given and is not (without `xs`
    /// also those that are made from data), or that has a value of the wrong
    /// kind or out of its limits.
    pub fn with(
        &self,
        parameters: &[Option<ParameterValue>],
        xs: Option<&[f64]>,
    ) -> Result<ModelConfig, ParameterError> {
        self.with_rows(parameters, xs.map(Rows::from))
    }

    /// [`with`](Self::with) where observations are of several numbers: models
    /// [of several](Self::of_several) have a prior for each of them, others one for all.
    ///
    /// # Errors
    /// As `with`.
    pub fn with_rows(
        &self,
        parameters: &[Option<ParameterValue>],
        rows: Option<Rows<'_>>,
    ) -> Result<ModelConfig, ParameterError> {
        let model = self.fill(parameters, rows)?;
        model.check()?;
        Ok(model)
    }

    /// The same, unchecked.
    pub(crate) fn fill(
        &self,
        values: &[Option<ParameterValue>],
        rows: Option<Rows<'_>>,
    ) -> Result<ModelConfig, ParameterError> {
        let series = rows.map(Series::of);
        (self.fill)(&Given {
            parameters: self.parameters,
            values,
            series: series.as_ref(),
        })
    }
}

impl HazardSpec {
    /// The hazard of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        HAZARDS.iter().find(|spec| spec.name == name)
    }

    /// What it is, in one line.
    pub fn summary(&self) -> &'static str {
        summary(self.doc)
    }

    /// What else there is to say.
    pub fn details(&self) -> String {
        details(self.doc)
    }

    /// The hazard with these parameters, in the order of
    /// [`parameters`](Self::parameters); where one is `None`, its default is
    /// taken.
    ///
    /// # Errors
    /// Names the first parameter that has to be given and is not, or that has a
    /// value of the wrong kind or out of its limits.
    pub fn with(
        &self,
        parameters: &[Option<ParameterValue>],
    ) -> Result<HazardConfig, ParameterError> {
        let hazard = self.fill(parameters)?;
        hazard.check()?;
        Ok(hazard)
    }

    /// The same, unchecked.
    pub(crate) fn fill(
        &self,
        values: &[Option<ParameterValue>],
    ) -> Result<HazardConfig, ParameterError> {
        (self.fill)(&Given {
            parameters: self.parameters,
            values,
            series: None,
        })
    }
}

/// The first paragraph, which is one line.
fn summary(doc: &'static str) -> &'static str {
    doc.split('\n').next().unwrap_or(doc).trim_ascii()
}

/// What comes after it, as one line.
fn details(doc: &'static str) -> String {
    let words: Vec<_> = doc
        .split('\n')
        .skip(1)
        .flat_map(str::split_whitespace)
        .collect();
    words.join(" ")
}

/// What a configuration is filled with.
pub(crate) struct Given<'a> {
    parameters: &'static [ParameterSpec],
    values: &'a [Option<ParameterValue>],
    series: Option<&'a Series<'a>>,
}

impl<'a> Given<'a> {
    /// The value of a parameter, if there is one.
    fn read<T: Field>(
        &self,
        name: &'static str,
        length: &'static str,
    ) -> Result<Option<T>, ParameterError> {
        let at = self.parameters.iter().position(|spec| spec.name == name);
        let value = at.and_then(|at| self.values.get(at)?.as_ref());
        value.map(|value| T::read(value, name, length)).transpose()
    }

    /// The value of a parameter that has no default.
    pub(crate) fn required<T: Field>(
        &self,
        name: &'static str,
        length: &'static str,
    ) -> Result<T, ParameterError> {
        self.read(name, length)?.ok_or(missing(name))
    }

    /// Its value, or this one.
    pub(crate) fn or<T: Field>(
        &self,
        name: &'static str,
        length: &'static str,
        default: impl FnOnce() -> T,
    ) -> Result<T, ParameterError> {
        Ok(self.read(name, length)?.unwrap_or_else(default))
    }

    /// Its value, or what fits the series.
    pub(crate) fn or_from<T: Field>(
        &self,
        name: &'static str,
        length: &'static str,
        default: impl FnOnce(&Series<'a>) -> T,
    ) -> Result<T, ParameterError> {
        match (self.read(name, length)?, self.series) {
            (Some(value), _) => Ok(value),
            (None, Some(series)) => Ok(series.answer(default)),
            (None, None) => Err(missing(name)),
        }
    }
}

fn missing(name: &'static str) -> ParameterError {
    ParameterError::without_value(name, "be given")
}
