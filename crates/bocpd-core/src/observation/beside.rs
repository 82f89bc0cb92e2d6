//! The one number that some models take along with an observation.

use super::{MAX_COUNT, Observation, SideInformation};
use crate::error::ObservationError;

/// A number that may come along with an observation, of a model that takes one.
///
/// ```
/// use bocpd_core::model::PoissonExposure;
/// use bocpd_core::observation::{Beside, Observation};
/// use bocpd_core::{Constant, Detector};
///
/// // Counts over 1, 1, 2, … hours, at about 3 an hour and then 9.
/// let counts = [3, 2, 7, 12, 3, 11, 28, 9, 20, 17];
/// let hours = [1.0, 1.0, 2.0, 4.0, 1.0, 1.0, 3.0, 1.0, 2.0, 2.0];
/// let mut detector = Detector::new(PoissonExposure::new(1.0, 0.2)?, Constant::new(50.0)?);
/// for (x, hours) in counts.iter().zip(hours) {
///     let side = Beside::Exposure.of(hours);
///     detector.update_with(Observation::with(x, &side), None)?;
/// }
/// assert_eq!(detector.changepoints(), [5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Beside {
    /// How long, or over how much, a count was taken: its mean is rate · exposure. A count of 0
    /// over an exposure of 0 says nothing.
    Exposure,
    /// How many trials a number of successes is out of. None out of 0 says nothing.
    Trials,
    /// The standard deviation of the observation's own noise, its error bar.
    Sd,
    /// How many ordinary observations this one is worth: its variance is that of the segment
    /// divided by the weight.
    Weight,
}

impl Beside {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Exposure, Self::Trials, Self::Sd, Self::Weight];

    /// Its name in all front-ends: `exposure`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exposure => "exposure",
            Self::Trials => "trials",
            Self::Sd => "sd",
            Self::Weight => "weight",
        }
    }

    /// Side information that is this number and nothing else.
    pub const fn of(self, number: f64) -> SideInformation<'static> {
        let mut side = SideInformation::NONE;
        let number = Some(number);
        match self {
            Self::Exposure => side.exposure = number,
            Self::Trials => side.trials = number,
            Self::Sd => side.sd = number,
            Self::Weight => side.weight = number,
        }
        side
    }

    /// The number, if it came along: by its name, or as the only feature.
    #[inline(always)]
    pub(crate) fn number(self, side: &SideInformation<'_>) -> Option<f64> {
        let named = match self {
            Self::Exposure => side.exposure,
            Self::Trials => side.trials,
            Self::Sd => side.sd,
            Self::Weight => side.weight,
        };
        named.or(side.features.first().copied())
    }

    /// Whether this number, or nothing, came along, and nothing else.
    pub(crate) fn check(self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        let Some(number) = self.number(side) else {
            return side.nothing();
        };
        if side.features.is_empty() {
            // What is there beside it?
            let rest = match self {
                Self::Exposure => SideInformation {
                    exposure: None,
                    ..*side
                },
                Self::Trials => SideInformation {
                    trials: None,
                    ..*side
                },
                Self::Sd => SideInformation { sd: None, ..*side },
                Self::Weight => SideInformation {
                    weight: None,
                    ..*side
                },
            };
            rest.nothing()?;
        } else {
            side.features_alone(1)?;
        }
        self.check_number(number)
    }

    /// Whether the number can be used.
    fn check_number(self, value: f64) -> Result<(), ObservationError> {
        let within = |low: f64, high: f64| low <= value && value <= high;
        let (usable, must) = match self {
            Self::Trials => {
                let whole = libm::floor(value) == value;
                let must = "be a whole number up to 2^53";
                (whole && within(0.0, MAX_COUNT as f64), must)
            }
            Self::Exposure => {
                let must = "be 0 or lie in [1e-100, 1e100]";
                (value == 0.0 || within(1e-100, 1e100), must)
            }
            // Its square is a variance.
            Self::Sd => (within(1e-50, 1e50), "lie in [1e-50, 1e50]"),
            Self::Weight => (within(1e-100, 1e100), "lie in [1e-100, 1e100]"),
        };
        if usable {
            Ok(())
        } else {
            let what = self.name();
            Err(ObservationError::Beside { what, value, must })
        }
    }

    /// A series as a prior is made from it: counts by exposure, and other values as they are.
    /// Numbers that came along are one for each value, or none.
    pub fn standardised(self, values: &[f64], numbers: &[f64]) -> alloc::vec::Vec<f64> {
        match self {
            Self::Exposure if numbers.len() == values.len() => {
                values.iter().zip(numbers).map(|(x, e)| x / e).collect()
            }
            _ => values.to_vec(),
        }
    }
}

/// The number that came along with an observation, looked for only if anything did.
#[inline(always)]
pub(crate) fn number_beside<X: ?Sized>(x: Observation<'_, X>, beside: Beside) -> Option<f64> {
    if x.is_alone() {
        None
    } else {
        beside.number(x.side)
    }
}
