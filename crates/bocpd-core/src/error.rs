//! Errors are data about one value: which one, what it was, what must hold.

use core::error::Error;
use core::fmt;

use crate::history::History;

/// A parameter of a model, a hazard or the pruning that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ParameterError {
    /// The parameter's name, as in the constructor.
    pub name: &'static str,
    /// Its position, where the parameter is a list.
    pub index: Option<usize>,
    /// What was given (a count or length as a float); `None` if it was nothing,
    /// or no number.
    pub value: Option<f64>,
    /// What must hold.
    pub must: &'static str,
}

impl ParameterError {
    /// An error about a single number.
    pub fn new(name: &'static str, value: f64, must: &'static str) -> Self {
        Self {
            name,
            index: None,
            value: Some(value),
            must,
        }
    }

    /// An error about something that is no number, or that was not given.
    pub fn without_value(name: &'static str, must: &'static str) -> Self {
        Self {
            name,
            index: None,
            value: None,
            must,
        }
    }

    /// An error about one entry of a list.
    pub fn at(name: &'static str, index: usize, value: f64, must: &'static str) -> Self {
        Self {
            name,
            index: Some(index),
            value: Some(value),
            must,
        }
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            index,
            value,
            must,
        } = self;
        match index {
            None => write!(f, "{name} must {must}")?,
            Some(i) => write!(f, "{name}[{i}] must {must}")?,
        }
        match value {
            None => Ok(()),
            Some(value) => write!(f, ", got {value}"),
        }
    }
}

impl Error for ParameterError {}

/// An observation that the model cannot score.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ObservationError {
    /// NaN or an infinity.
    NonFinite {
        /// What was given.
        value: f64,
    },
    /// A number outside the support of the model.
    OutOfSupport {
        /// What was given.
        value: f64,
        /// What must hold.
        must: &'static str,
    },
    /// One of several numbers that its model cannot score.
    Number {
        /// Which one, from 0.
        dimension: usize,
        /// What was given.
        value: f64,
        /// What must hold.
        must: &'static str,
    },
    /// A vector of the wrong length.
    Dimension {
        /// The length that was given.
        got: usize,
        /// The length that the model has.
        expected: usize,
    },
    /// Something came along with the observation that the model has no use for.
    SideInformation {
        /// Its name in [`SideInformation`](crate::observation::SideInformation).
        what: &'static str,
    },
    /// The number that came along with the observation cannot be used.
    Beside {
        /// Its name in [`SideInformation`](crate::observation::SideInformation).
        what: &'static str,
        /// What was given.
        value: f64,
        /// What must hold.
        must: &'static str,
    },
    /// Not as many features as the model regresses on.
    Features {
        /// How many were given.
        got: usize,
        /// How many the model takes.
        expected: usize,
    },
    /// A feature that cannot be regressed on.
    Feature {
        /// Which one, from 0.
        index: usize,
        /// What was given.
        value: f64,
        /// What must hold.
        must: &'static str,
    },
    /// No live hypothesis gives the observation a positive, finite density.
    Impossible,
}

impl ObservationError {
    /// The same of one of several numbers.
    pub(crate) fn of_number(self, dimension: usize) -> Self {
        let (value, must) = match self {
            Self::NonFinite { value } => (value, "be finite"),
            Self::OutOfSupport { value, must } => (value, must),
            other => return other,
        };
        Self::Number {
            dimension,
            value,
            must,
        }
    }
}

impl fmt::Display for ObservationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NonFinite { value } => write!(f, "observation must be finite, got {value}"),
            Self::OutOfSupport { value, must } => write!(f, "observation must {must}, got {value}"),
            Self::Number {
                dimension,
                value,
                must,
            } => write!(f, "observation[{dimension}] must {must}, got {value}"),
            Self::Dimension { got, expected } => {
                write!(f, "observation must have length {expected}, got {got}")
            }
            Self::SideInformation { what } => {
                write!(
                    f,
                    "observation comes with {what}, which this model does not take"
                )
            }
            Self::Beside { what, value, must } => write!(f, "{what} must {must}, got {value}"),
            Self::Features { got, expected } => write!(
                f,
                "observation must come with {expected} features, got {got}"
            ),
            Self::Feature { index, value, must } => {
                write!(f, "features[{index}] must {must}, got {value}")
            }
            Self::Impossible => {
                write!(
                    f,
                    "observation has no finite, positive density under any live hypothesis"
                )
            }
        }
    }
}

impl Error for ObservationError {}

/// A step that could not be taken. The detector is as it was before, unless a
/// model broke its contract ([`Broken`](Self::Broken)).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum UpdateError {
    /// The observation cannot be scored.
    Observation(ObservationError),
    /// The hazard gave something that is not a probability.
    Hazard {
        /// The run length that it was asked about.
        run_length: u64,
        /// What it gave.
        value: f64,
    },
    /// What the hazard gave for the logarithm of the survival
    /// ([`Hazard::ln_survival`](crate::hazard::Hazard::ln_survival)) is none.
    Survival {
        /// The run length that it was asked about.
        run_length: u64,
        /// What it gave.
        value: f64,
    },
    /// The time since the previous observation is not a positive, finite number, or the
    /// times of all observations do not add up to one.
    Elapsed {
        /// What was given.
        value: f64,
    },
    /// The hazard has no meaning for other than unit time between observations.
    ElapsedUnsupported,
    /// A model broke its contract in an earlier step; only a reset helps.
    Broken,
}

impl From<ObservationError> for UpdateError {
    fn from(error: ObservationError) -> Self {
        Self::Observation(error)
    }
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Observation(error) => error.fmt(f),
            Self::Hazard { run_length, value } => {
                write!(
                    f,
                    "hazard at run length {run_length} must lie in [0, 1], got {value}"
                )
            }
            Self::Survival { run_length, value } => {
                write!(
                    f,
                    "ln of the survival at run length {run_length} must be at most 0, got {value}"
                )
            }
            Self::Elapsed { value } => {
                let together = if *value > 0.0 && value.is_finite() {
                    " together with all before it"
                } else {
                    ""
                };
                write!(
                    f,
                    "elapsed time must be positive and finite{together}, got {value}"
                )
            }
            Self::ElapsedUnsupported => {
                write!(
                    f,
                    "this hazard counts observations and has no meaning for elapsed time"
                )
            }
            Self::Broken => write!(
                f,
                "the model gave NaN or zero densities; reset the detector"
            ),
        }
    }
}

impl Error for UpdateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Observation(error) => Some(error),
            _ => None,
        }
    }
}

/// A batch that stopped early. The detector is as after the last good
/// observation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct BatchError {
    /// Position of the bad observation in the batch.
    pub index: usize,
    /// What was wrong with it.
    pub error: UpdateError,
}

impl BatchError {
    /// The observation at `index` of a batch failed with `error`.
    pub fn new(index: usize, error: UpdateError) -> Self {
        Self { index, error }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at index {}: {}", self.index, self.error)
    }
}

impl Error for BatchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// A question that a detector cannot answer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReadoutError {
    /// The history was not kept, or not all of it.
    History {
        /// What is kept.
        kept: History,
    },
    /// An index that is not among those that can be spoken of.
    Index {
        /// What was asked for.
        index: u64,
        /// The first index that can be spoken of.
        first: u64,
        /// The index after the last.
        end: u64,
    },
    /// The detector does not follow in which direction levels change.
    ShiftsNotFollowed,
    /// The model does not know this of itself.
    Model {
        /// What it would have to know.
        what: &'static str,
    },
    /// It took too long for whoever waited ([`interrupt`](crate::interrupt)).
    Interrupted,
    /// An argument that cannot be used.
    Argument(ParameterError),
    /// An observation, or an elapsed time, that cannot be used.
    Update(UpdateError),
}

impl From<ParameterError> for ReadoutError {
    fn from(error: ParameterError) -> Self {
        Self::Argument(error)
    }
}

impl From<UpdateError> for ReadoutError {
    fn from(error: UpdateError) -> Self {
        Self::Update(error)
    }
}

impl fmt::Display for ReadoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::History {
                kept: History::Nothing,
            } => write!(f, "the detector keeps no history"),
            Self::History {
                kept: History::Lag(lag),
            } => write!(f, "the detector keeps a history of {lag} steps only"),
            Self::History { kept: History::All } => write!(f, "there is no history yet"),
            Self::Index { index, first, end } => {
                write!(f, "index must lie in {first}..{end}, got {index}")
            }
            Self::ShiftsNotFollowed => {
                write!(f, "the detector does not follow the direction of changes")
            }
            Self::Model { what } => write!(f, "this model does not know its {what}"),
            Self::Interrupted => write!(f, "interrupted"),
            Self::Argument(error) => error.fmt(f),
            Self::Update(error) => error.fmt(f),
        }
    }
}

impl Error for ReadoutError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Argument(error) => Some(error),
            Self::Update(error) => Some(error),
            _ => None,
        }
    }
}

/// A series that nothing can be said of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum DetectError {
    /// The configuration cannot be built.
    Parameter(ParameterError),
    /// A value cannot be observed.
    Data(BatchError),
    /// A question cannot be answered.
    Readout(ReadoutError),
}

impl From<ParameterError> for DetectError {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(error)
    }
}

impl From<BatchError> for DetectError {
    fn from(error: BatchError) -> Self {
        Self::Data(error)
    }
}

impl From<ReadoutError> for DetectError {
    fn from(error: ReadoutError) -> Self {
        Self::Readout(error)
    }
}

impl fmt::Display for DetectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(error) => error.fmt(f),
            Self::Data(error) => error.fmt(f),
            Self::Readout(error) => error.fmt(f),
        }
    }
}

impl Error for DetectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Parameter(error) => Some(error),
            Self::Data(error) => Some(error),
            Self::Readout(error) => Some(error),
        }
    }
}

/// Checks that are the same for every constructor.
pub(crate) mod check {
    use super::ParameterError;
    use crate::real::Real;

    /// The probability that a credible set or interval is to hold.
    pub(crate) fn mass(mass: f64) -> Result<(), ParameterError> {
        if mass > 0.0 && mass < 1.0 {
            Ok(())
        } else {
            let must = "lie strictly between 0 and 1";
            Err(ParameterError::new("mass", mass, must))
        }
    }

    /// Scale-like parameters: bounded so that no statistic can leave the range
    /// of numbers whose squares and quotients are finite.
    pub(crate) fn positive<F: Real>(name: &'static str, value: f64) -> Result<f64, ParameterError> {
        let huge = F::HUGE.wide();
        if value >= 1.0 / huge && value <= huge {
            Ok(value)
        } else {
            Err(ParameterError::new(name, value, F::POSITIVE_RANGE))
        }
    }

    /// Parameters that say where something is.
    pub(crate) fn location<F: Real>(name: &'static str, value: f64) -> Result<f64, ParameterError> {
        if value.abs() <= F::HUGE.wide() {
            Ok(value)
        } else {
            Err(ParameterError::new(name, value, F::LOCATION_RANGE))
        }
    }
}
