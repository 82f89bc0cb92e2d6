//! Outliers as plain data.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};

use crate::error::ParameterError;
use crate::parameter::{LOCATION, Limits, POSITIVE};

/// Outliers of a configuration: how often they come, and from where.
///
/// In JSON (feature `serde`): `{"probability": 0.01}`, or with `"centre"` and `"scale"`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Outliers {
    /// ε: the probability that an observation is one, in (0, 1).
    pub probability: f64,
    /// The centre of the Cauchy distribution that they come from; where it is left out, the
    /// median of the model's prior predictive.
    #[cfg_attr(feature = "serde", serde(default))]
    pub centre: Option<f64>,
    /// Its scale; where it is left out, half of the distance between the quartiles of the
    /// prior predictive, and 1 at least for counts. Half of a Cauchy distribution lies
    /// within its scale, so it has then the quartiles of the prior predictive.
    #[cfg_attr(feature = "serde", serde(default))]
    pub scale: Option<f64>,
}

impl Outliers {
    /// Outliers of this probability, from where the prior of the model says.
    pub fn new(probability: f64) -> Self {
        Self {
            probability,
            centre: None,
            scale: None,
        }
    }

    /// Its numbers: what they are called beside those of the model, what they may be, and what
    /// they are.
    pub(crate) fn numbers(&self) -> [(&'static str, Limits, Option<f64>); 3] {
        [
            ("outliers", PROBABILITY, Some(self.probability)),
            ("outlier_centre", LOCATION, self.centre),
            ("outlier_scale", POSITIVE, self.scale),
        ]
    }

    /// Sets a number by its position in [`numbers`](Self::numbers).
    pub(crate) fn set(&mut self, at: usize, value: f64) {
        match at {
            0 => self.probability = value,
            1 => self.centre = Some(value),
            _ => self.scale = Some(value),
        }
    }

    /// What is assumed, in words.
    pub(crate) fn in_words(&self) -> String {
        let probability = self.probability;
        let centre = self.centre.map_or_else(
            || "the median of the prior predictive".to_owned(),
            |centre| centre.to_string(),
        );
        let scale = self.scale.map_or_else(
            || "half of the interquartile range of the prior predictive".to_owned(),
            |scale| scale.to_string(),
        );
        format!(
            "an observation is an outlier with probability {probability}, from a Cauchy \
             distribution with centre {centre} and scale {scale}"
        )
    }

    /// Whether these can be used.
    ///
    /// # Errors
    /// `probability` must lie in (0, 1), `centre` in ±1e100, `scale` in [1e-100, 1e100].
    pub fn check(&self) -> Result<(), ParameterError> {
        check(self.probability, self.centre, self.scale)
    }
}

/// ε.
const PROBABILITY: Limits = Limits::open(0.0, 1.0, "lie in (0, 1)");

pub(super) fn check(
    probability: f64,
    centre: Option<f64>,
    scale: Option<f64>,
) -> Result<(), ParameterError> {
    PROBABILITY.check::<f64>("probability of outliers", probability)?;
    if let Some(centre) = centre {
        LOCATION.check::<f64>("centre of outliers", centre)?;
    }
    if let Some(scale) = scale {
        POSITIVE.check::<f64>("scale of outliers", scale)?;
    }
    Ok(())
}
