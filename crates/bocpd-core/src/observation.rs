//! One observation as a model sees it.

mod beside;

use core::fmt;

use crate::error::ObservationError;
pub use beside::Beside;
pub(crate) use beside::number_beside;

/// Counts beyond 2^53 are not exact in `f64`.
pub(crate) const MAX_COUNT: u64 = 1 << 53;

/// So many numbers may an observation of several models have.
pub const MOST_NUMBERS: usize = 1024;

/// An observation and what is known beside it: a view that is copied, not owned.
///
/// Most observations are a value and nothing else, and most models take nothing
/// else. Where a model can use more (how long a count was taken, the error bar of a
/// measurement), it comes as [`SideInformation`].
#[non_exhaustive]
pub struct Observation<'a, X: ?Sized> {
    /// The value: a number, a count, several numbers.
    pub value: &'a X,
    /// What came along with it.
    pub side: &'a SideInformation<'a>,
}

/// What may come along with an observation. All of it is optional; a model refuses
/// what it has no use for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SideInformation<'a> {
    /// Which numbers of the value are missing, one entry each; none if empty.
    pub missing: &'a [bool],
    /// How many observations this one is worth.
    pub weight: Option<f64>,
    /// How long, or over how much, a count was taken: its mean is rate · exposure.
    pub exposure: Option<f64>,
    /// How many trials a number of successes is out of.
    pub trials: Option<f64>,
    /// The known standard deviation of the observation's own noise, its error bar.
    pub sd: Option<f64>,
    /// Covariates, for models that regress on them.
    pub features: &'a [f64],
}

/// What [`Observation::of`] points to, so that one look tells that there is nothing.
static NOTHING: SideInformation<'static> = SideInformation::NONE;

impl SideInformation<'_> {
    /// Nothing came along.
    pub const NONE: SideInformation<'static> = SideInformation {
        missing: &[],
        weight: None,
        exposure: None,
        trials: None,
        sd: None,
        features: &[],
    };

    /// Covariates and nothing else, for [`predict_with`](crate::Detector::predict_with).
    pub const fn of_features(features: &[f64]) -> SideInformation<'_> {
        SideInformation {
            features,
            ..SideInformation::NONE
        }
    }

    /// Nothing at all, for a model that takes nothing.
    ///
    /// # Errors
    /// If there is something: names the first such thing.
    pub fn nothing(&self) -> Result<(), ObservationError> {
        match self.first() {
            None => Ok(()),
            Some(what) => Err(ObservationError::SideInformation { what }),
        }
    }

    /// So many features and nothing else.
    ///
    /// # Errors
    /// If there is something else, or another number of them.
    pub fn features_alone(&self, expected: usize) -> Result<(), ObservationError> {
        let others = SideInformation {
            features: &[],
            ..*self
        };
        others.nothing()?;
        let got = self.features.len();
        if got == expected {
            Ok(())
        } else {
            Err(ObservationError::Features { got, expected })
        }
    }

    /// Which of so many numbers are missing, if that is told, and nothing else.
    ///
    /// # Errors
    /// If there is something else, or it is told of another number of them.
    pub(crate) fn missing_alone(&self, expected: usize) -> Result<(), ObservationError> {
        let others = SideInformation {
            missing: &[],
            ..*self
        };
        others.nothing()?;
        let got = self.missing.len();
        if got == 0 || got == expected {
            Ok(())
        } else {
            Err(ObservationError::Dimension { got, expected })
        }
    }

    /// The name of the first part that is there.
    fn first(&self) -> Option<&'static str> {
        [
            ("missing", !self.missing.is_empty()),
            ("weight", self.weight.is_some()),
            ("exposure", self.exposure.is_some()),
            ("trials", self.trials.is_some()),
            ("sd", self.sd.is_some()),
            ("features", !self.features.is_empty()),
        ]
        .into_iter()
        .find_map(|(name, there)| there.then_some(name))
    }
}

impl<'a, X: ?Sized> Observation<'a, X> {
    /// A value that nothing came along with.
    #[inline(always)]
    pub const fn of(value: &'a X) -> Self {
        Self {
            value,
            side: &NOTHING,
        }
    }

    /// A value and what came along with it.
    #[inline(always)]
    pub const fn with(value: &'a X, side: &'a SideInformation<'a>) -> Self {
        Self { value, side }
    }

    /// The value, of a model that takes nothing else.
    ///
    /// # Errors
    /// If something came along with it: names the first such thing.
    #[inline(always)]
    pub fn alone(self) -> Result<&'a X, ObservationError> {
        if self.is_alone() {
            return Ok(self.value);
        }
        self.side.nothing()?;
        Ok(self.value)
    }

    /// Whether it was made without anything beside it.
    #[inline(always)]
    pub(crate) fn is_alone(self) -> bool {
        core::ptr::eq(self.side, &raw const NOTHING)
    }

    /// Another value with the same beside it.
    #[inline(always)]
    pub fn map<'b, Y: ?Sized>(self, value: &'b Y) -> Observation<'b, Y>
    where
        'a: 'b,
    {
        Observation {
            value,
            side: self.side,
        }
    }
}

impl<X: ?Sized> Clone for Observation<'_, X> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<X: ?Sized> Copy for Observation<'_, X> {}

impl<X: ?Sized + fmt::Debug> fmt::Debug for Observation<'_, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observation")
            .field("value", &self.value)
            .field("side", &self.side)
            .finish()
    }
}

/// Observations in row-major order, with the features that come along with them.
///
/// Whatever takes many observations takes these; a slice of numbers is observations without
/// features.
///
/// ```
/// use bocpd_core::config::{Config, HazardConfig, ModelConfig};
/// use bocpd_core::observation::Rows;
///
/// let model = ModelConfig::Regression {
///     mean: 0.0, kappa: 1.0, alpha: 2.0, beta: 0.02, lags: 0, lag_scale: 0.5, slope: 0.0,
///     feature_scale: 10.0, features: 1,
/// };
/// let hazard = HazardConfig::Constant { mean_run_length: 100.0 };
/// let features: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 11) - 5.0).collect();
/// let response = features.iter().enumerate().map(|(i, f)| if i < 20 { *f } else { -*f });
/// let xs: Vec<f64> = response.enumerate().map(|(i, x)| x + 0.1 * (i % 3) as f64).collect();
/// let rows = Rows::with_features(&xs, &features);
/// let found = bocpd_core::detect(rows, Some(&Config::new(model, hazard)), 0.9)?;
/// assert_eq!(found.changes.len(), 1);
/// assert_eq!(found.changes[0].location.index, 20);
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rows<'a> {
    /// The observations.
    pub values: &'a [f64],
    /// How many numbers make an observation. A detector knows that by itself, and refuses rows
    /// that say another number than 1 and its own.
    pub dimension: usize,
    /// The features, for each observation as many as the model takes.
    pub features: &'a [f64],
}

impl<'a> Rows<'a> {
    /// Observations, and the features of each, both in row-major order.
    pub const fn with_features(values: &'a [f64], features: &'a [f64]) -> Self {
        Self {
            values,
            dimension: 1,
            features,
        }
    }

    /// Observations of so many numbers each; of one number, if that is 0.
    pub const fn of_numbers(values: &'a [f64], dimension: usize) -> Self {
        Self {
            values,
            dimension: if dimension == 0 { 1 } else { dimension },
            features: &[],
        }
    }

    /// Each observation of `dimension` numbers with its features, `features` of them. Where
    /// these are too many or too few, so they are in the rows, as far as they can be divided
    /// among them: whoever looks at a row sees it.
    pub(crate) fn iter(
        self,
        dimension: usize,
        features: usize,
    ) -> impl ExactSizeIterator<Item = (&'a [f64], &'a [f64])> {
        let n = self.values.len().div_ceil(dimension);
        (0..n).map(move |i| self.get(i, dimension, features))
    }

    /// The observation at an index, as [`iter`](Self::iter) has it.
    pub(crate) fn get(self, i: usize, dimension: usize, features: usize) -> (&'a [f64], &'a [f64]) {
        let (n, all) = (self.values.len().div_ceil(dimension), self.features);
        let row = &self.values[i * dimension..((i + 1) * dimension).min(self.values.len())];
        if all.is_empty() {
            return (row, all);
        }
        let width = if all.len().is_multiple_of(n) {
            all.len() / n
        } else {
            features
        };
        let from = (i * width).min(all.len());
        let end = if i + 1 == n {
            all.len()
        } else {
            (from + width).min(all.len())
        };
        (row, &all[from..end])
    }

    /// The same, `n` observations of `dimension` numbers at a time. Features that cannot be
    /// divided among all of them stay together, so that whoever looks at a row sees it.
    pub(crate) fn pieces(self, n: usize, dimension: usize) -> impl Iterator<Item = Self> {
        let rows = self.values.len().div_ceil(dimension);
        let width = self.features.len() / rows.max(1);
        let n = if width * rows == self.features.len() {
            n
        } else {
            rows
        };
        (0..rows).step_by(n).map(move |from| {
            let end = (from + n).min(rows);
            Self {
                dimension: self.dimension,
                values: &self.values[from * dimension..(end * dimension).min(self.values.len())],
                features: &self.features[from * width..if end == rows {
                    self.features.len()
                } else {
                    end * width
                }],
            }
        })
    }
}

/// No observations.
impl Default for Rows<'_> {
    fn default() -> Self {
        Self::of_numbers(&[], 1)
    }
}

impl<'a> From<&'a [f64]> for Rows<'a> {
    fn from(values: &'a [f64]) -> Self {
        Self::of_numbers(values, 1)
    }
}

impl<'a, const N: usize> From<&'a [f64; N]> for Rows<'a> {
    fn from(values: &'a [f64; N]) -> Self {
        Self::from(&values[..])
    }
}

impl<'a> From<&'a alloc::vec::Vec<f64>> for Rows<'a> {
    fn from(values: &'a alloc::vec::Vec<f64>) -> Self {
        Self::from(&values[..])
    }
}
