//! What the values of a parameter may be.

use crate::error::{ParameterError, check};
use crate::real::Real;

/// What the values of a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits(Rule);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    Location,
    Positive,
    AtLeast {
        low: f64,
        must: &'static str,
    },
    Interval {
        low: f64,
        high: f64,
        /// Whether the ends belong to it.
        closed: bool,
        must: &'static str,
    },
}

/// Where something is: up to [`Real::HUGE`] in size.
pub(crate) const LOCATION: Limits = Limits(Rule::Location);
/// How large something is: from 1/[`Real::HUGE`] to [`Real::HUGE`].
pub(crate) const POSITIVE: Limits = Limits(Rule::Positive);
/// Any number above 0.
pub(crate) const POSITIVE_FINITE: Limits =
    Limits::open(0.0, f64::INFINITY, "be positive and finite");
/// A probability.
pub(crate) const PROBABILITY: Limits = Limits::closed(0.0, 1.0, "lie in [0, 1]");

impl Limits {
    /// `low` ≤ value ≤ [`Real::HUGE`].
    pub(crate) const fn at_least(low: f64, must: &'static str) -> Self {
        Self(Rule::AtLeast { low, must })
    }

    /// `low` ≤ value ≤ `high`.
    pub(crate) const fn closed(low: f64, high: f64, must: &'static str) -> Self {
        let closed = true;
        Self(Rule::Interval {
            low,
            high,
            closed,
            must,
        })
    }

    /// `low` < value < `high`.
    pub(crate) const fn open(low: f64, high: f64, must: &'static str) -> Self {
        let closed = false;
        Self(Rule::Interval {
            low,
            high,
            closed,
            must,
        })
    }

    /// From the smallest to the largest value; whether these belong to it is another matter.
    pub(crate) fn ends(&self) -> (f64, f64) {
        match self.0 {
            Rule::Location => (-f64::HUGE, f64::HUGE),
            Rule::Positive => (1.0 / f64::HUGE, f64::HUGE),
            Rule::AtLeast { low, .. } => (low, f64::HUGE),
            Rule::Interval { low, high, .. } => (low, high),
        }
    }

    /// What must hold, to be read after "must".
    pub fn must(&self) -> &'static str {
        match self.0 {
            Rule::Location => f64::LOCATION_RANGE,
            Rule::Positive => f64::POSITIVE_RANGE,
            Rule::AtLeast { must, .. } | Rule::Interval { must, .. } => must,
        }
    }

    /// The value, if it is within the limits.
    pub(crate) fn check<F: Real>(
        &self,
        name: &'static str,
        value: f64,
    ) -> Result<f64, ParameterError> {
        let (inside, must) = match self.0 {
            Rule::Location => return check::location::<F>(name, value),
            Rule::Positive => return check::positive::<F>(name, value),
            Rule::AtLeast { low, must } => (low <= value && value <= F::HUGE.wide(), must),
            Rule::Interval {
                low,
                high,
                closed: true,
                must,
            } => (low <= value && value <= high, must),
            Rule::Interval {
                low, high, must, ..
            } => (low < value && value < high, must),
        };
        if inside {
            Ok(value)
        } else {
            Err(ParameterError::new(name, value, must))
        }
    }

    /// Each of several values.
    pub(crate) fn check_all<F: Real>(
        &self,
        name: &'static str,
        values: &[f64],
    ) -> Result<(), ParameterError> {
        for (index, &value) in values.iter().enumerate() {
            self.check::<F>(name, value)
                .map_err(|error| ParameterError::at(name, index, value, error.must))?;
        }
        Ok(())
    }
}
