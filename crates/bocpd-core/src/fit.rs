//! The parameters that a history makes most probable.

mod climb;
mod curvature;
mod error;
mod evidence;
mod hyper;
mod scale;

use alloc::vec::Vec;

use crate::config::Config;
use crate::error::ParameterError;
use crate::observation::Rows;
use crate::parameter::Limits;

use climb::{Climb, Surface};
pub use error::FitError;
use evidence::Evidence;
use hyper::Hyper;

/// One evaluation is a pass over all series.
const EVALUATIONS: Limits = Limits::closed(1.0, 1e9, "lie in [1, 1e9]");

/// What is to move, and how much it may cost.
///
/// To be written out with what is different, `Options { fixed: &["mean"], ..Default::default() }`:
/// the structure is open for that, and later versions may add fields.
///
/// Parameters are called as in a configuration; the outliers' are `outliers`, `outlier_centre` and
/// `outlier_scale`. Where model and hazard have one of the same name, `model.shape` and
/// `hazard.shape` tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// Parameters that stay as they are.
    pub fixed: &'a [&'a str],
    /// Parameters that move although by default they would stay: those that are known
    /// (the shape of waiting times), correlations of 0, and those of the outliers. One that is
    /// measured by factors cannot start at 0.
    pub free: &'a [&'a str],
    /// At most so many passes over all series.
    pub evaluations: usize,
}

impl Options<'_> {
    /// Whether the numbers can be used. Names are looked up in a configuration, by [`fit`].
    ///
    /// # Errors
    /// `evaluations` must lie in [1, 1e9].
    pub fn check(&self) -> Result<(), ParameterError> {
        let evaluations = self.evaluations as f64;
        EVALUATIONS
            .check::<f64>("evaluations", evaluations)
            .map(drop)
    }
}

impl Default for Options<'_> {
    /// Everything moves that usually does, in 2000 passes at most.
    fn default() -> Self {
        Self {
            fixed: &[],
            free: &[],
            evaluations: 2000,
        }
    }
}

/// What a history says of the parameters of a configuration.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Fit {
    /// The configuration with the parameters that were found.
    pub config: Config,
    /// ln p(all series) under the configuration that was given.
    pub ln_evidence_before: f64,
    /// ln p(all series) under the one that was found: never less.
    pub ln_evidence: f64,
    /// Whether the search ended because no step promised more. If not, it ran out of
    /// evaluations, or the evidence is too rough, and a fit that starts from `config` may find more.
    pub converged: bool,
    /// How many passes over all series it took.
    pub evaluations: usize,
    /// How many series there were.
    pub series: usize,
    /// How many observations these have together, missing ones included.
    pub observations: u64,
    /// All parameters that are numbers: the model's, the hazard's, the outliers'.
    pub parameters: Vec<Fitted>,
}

/// A parameter of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Fitted {
    /// What it is a parameter of.
    pub part: Part,
    /// What it is called there.
    pub name: &'static str,
    /// Its value in the configuration that was given.
    pub before: f64,
    /// Its value in the configuration that was found.
    pub value: f64,
    /// Its standard error: by how much another history of the same kind and length would move it.
    /// From the curvature of the evidence at its peak, where all other parameters that move may
    /// move along. `None` where it is not [`Outcome::Found`], or where the evidence has no such
    /// peak.
    pub error: Option<f64>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What has parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Part {
    /// The observation model.
    Model,
    /// The hazard.
    Hazard,
    /// The outliers.
    Outliers,
}

impl Part {
    /// What it is called in every front-end.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Hazard => "hazard",
            Self::Outliers => "outliers",
        }
    }
}

/// What became of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Outcome {
    /// It is where the evidence is largest.
    Found,
    /// It stayed as it was: it was to, it is off, or it has no effect beside the others.
    Fixed,
    /// The history says next to nothing of it: the evidence is nearly the same over a factor of
    /// ten. Where it stands means little.
    Undetermined,
    /// It went as far as it may: the evidence would be larger beyond.
    Limit,
}

impl Outcome {
    /// What it is called in every front-end.
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Fixed => "fixed",
            Self::Undetermined => "undetermined",
            Self::Limit => "limit",
        }
    }
}

/// Finds the parameters of model and hazard under which a history is most probable (empirical
/// Bayes, or maximum likelihood of type II), starting from `config`.
///
/// The history is one series or several that have nothing in common but the parameters:
///
/// ```text
/// θ = argmax  Σ_j ln p(series j | θ)
/// ```
///
/// Each ln p is the evidence of a filter that `config` makes, with its pruning, its outliers
/// and what NaN means to it. (Resolution, least length of segments and sensitivity say which
/// changes are wanted, not which there are: they are set aside, and stand in the result as they
/// were.) Numbers of the model and of the hazard move, from where `config` has
/// them; whole numbers, lists, periods, and what is off (a drift of 0) stay.
///
/// **How.** What has a sign is measured as it is, what is positive by ln x, and what lies in an
/// interval by ln (x − low)/(high − x). On these scales a quasi-Newton search (BFGS; Nocedal &
/// Wright 2006, §6.1) goes uphill: directions from gradients, steps that are halved until the
/// evidence is larger. Gradients are central differences of the evidence, so they exist for
/// every model, with outliers and in any pruning; the distance is a small part of that over
/// which the evidence falls by ½, and larger where pruning makes the evidence rough. The search
/// ends where a step promises less than 1e-8 (1e-3 with pruning). It goes nowhere that the
/// evidence is lower, so the end is no worse than the start, and it is a local maximum: from
/// another start there may be another one.
///
/// **What a history cannot tell.** No parameter goes further than a factor of a million from
/// its start, no mean length of a segment over ten times the observations that there are. A step
/// of half an e-fold or more that promises less than 1e-3 is not taken. [`Outcome`] says so.
///
/// It is [interruptible](crate::interrupt).
///
/// ```
/// use bocpd_core::config::{Config, HazardConfig, ModelConfig};
/// use bocpd_core::fit::{Options, fit};
///
/// // One count from each of eight machines: their rates have a gamma distribution.
/// let counts = [3.0, 9.0, 1.0, 22.0, 6.0, 4.0, 13.0, 2.0];
/// let series: Vec<&[f64]> = counts.chunks(1).collect();
/// let model = ModelConfig::Poisson { shape: 1.0, rate: 1.0 };
/// let config = Config::new(model, HazardConfig::Constant { mean_run_length: 100.0 });
/// let fit = fit(&series, &config, Options { fixed: &["mean_run_length"], ..Options::default() })?;
/// assert!(fit.converged && fit.ln_evidence > fit.ln_evidence_before + 5.0);
/// let ModelConfig::Poisson { shape, rate } = fit.config.model else { panic!() };
/// assert!((shape / rate - 7.5).abs() < 1e-3); // the mean of the counts
/// # Ok::<(), bocpd_core::fit::FitError>(())
/// ```
///
/// # Errors
/// If the configuration cannot be built, has alternatives or a grid of hazards, a name is not one of its
/// parameters, there is no observation, or one cannot be observed (the first, with its
/// series).
pub fn fit<'a, S>(series: &[S], config: &Config, options: Options<'_>) -> Result<Fit, FitError>
where
    S: Copy + Into<Rows<'a>>,
{
    options.check()?;
    if !config.alternatives.is_empty() {
        let must = "be left out: one model is fitted at a time";
        return Err(ParameterError::without_value("alternatives", must).into());
    }
    if !config.product.is_empty() {
        let must = "be left out: the model of one number is fitted at a time";
        return Err(ParameterError::without_value("product", must).into());
    }
    config.check_one_hazard()?;
    config.check()?;
    let series: Vec<Rows<'a>> = series.iter().map(|&one| one.into()).collect();
    let evidence = Evidence::new(&series, options.evaluations)?;
    let hypers = hyper::all(config, &series, options)?;
    search(config, evidence, hypers)
}

fn search(config: &Config, evidence: Evidence<'_>, hypers: Vec<Hyper>) -> Result<Fit, FitError> {
    let observations = evidence.observations(config.model.dimension());
    let series = evidence.series();
    let mut hill = Hill {
        config,
        evidence,
        hypers,
    };
    let before = hill.evidence.of(config)?;
    hill.leave_out(before, observations)?;
    let moving = hill.hypers.iter().filter(|hyper| hyper.moves);
    let axes = moving.map(|hyper| hyper.axis(observations)).collect();
    let mut climb = Climb::new(&mut hill, axes, before);
    let (converged, errors) = climb.run()?;
    let (top, ln_evidence) = (climb.at.clone(), climb.height);
    let at_limit: Vec<bool> = (0..top.len()).map(|i| climb.at_limit(i)).collect();
    let mut parameters: Vec<Fitted> = hill.hypers.iter().map(Hyper::unmoved).collect();
    let moved = hill.hypers.iter().zip(&mut parameters);
    let moved = moved.filter(|(hyper, _)| hyper.moves).enumerate();
    for (i, (hyper, fitted)) in moved {
        fitted.value = hyper.at(top[i]);
        (fitted.outcome, fitted.error) = match errors[i] {
            _ if at_limit[i] => (Outcome::Limit, None),
            Some(error) if error > hyper.scale.far() => (Outcome::Undetermined, None),
            Some(error) => (
                Outcome::Found,
                Some(error * hyper.scale.slope(fitted.value)),
            ),
            None => (Outcome::Found, None),
        };
    }
    Ok(Fit {
        config: hyper::config_at(config, &hill.hypers, &top)?,
        ln_evidence_before: before,
        ln_evidence,
        converged,
        evaluations: hill.evidence.passes,
        series,
        observations,
        parameters,
    })
}

/// The evidence over the scales of the parameters that move.
struct Hill<'a> {
    config: &'a Config,
    evidence: Evidence<'a>,
    hypers: Vec<Hyper>,
}

impl Hill<'_> {
    /// Parameters without any effect stay: those of a part that another parameter turns off.
    fn leave_out(&mut self, before: f64, observations: u64) -> Result<(), FitError> {
        for i in 0..self.hypers.len() {
            if !self.hypers[i].moves || !self.evidence.may(2) {
                continue;
            }
            let start: Vec<f64> = self
                .moving()
                .map(|one| one.axis(observations).start)
                .collect();
            let at = self.hypers[..i].iter().filter(|one| one.moves).count();
            let axis = self.hypers[i].axis(observations);
            let mut effect = false;
            for step in [-0.1, 0.1] {
                let mut to = start.clone();
                to[at] = (axis.start + step * axis.far).clamp(axis.low, axis.high);
                effect |= self.height(&to)? != before;
            }
            self.hypers[i].moves = effect;
        }
        Ok(())
    }

    fn moving(&self) -> impl Iterator<Item = &Hyper> {
        self.hypers.iter().filter(|hyper| hyper.moves)
    }
}

impl Surface for Hill<'_> {
    fn height(&mut self, at: &[f64]) -> Result<f64, FitError> {
        let Ok(config) = hyper::config_at(self.config, &self.hypers, at) else {
            return Ok(f64::NEG_INFINITY);
        };
        match self.evidence.of(&config) {
            Err(FitError::Interrupted) => Err(FitError::Interrupted),
            // What the start can observe may be impossible elsewhere.
            Err(_) => Ok(f64::NEG_INFINITY),
            Ok(height) if height.is_nan() => Ok(f64::NEG_INFINITY),
            Ok(height) => Ok(height),
        }
    }

    fn may(&self, times: usize) -> bool {
        self.evidence.may(times)
    }

    fn is_rough(&self) -> bool {
        self.evidence.rough
    }
}
