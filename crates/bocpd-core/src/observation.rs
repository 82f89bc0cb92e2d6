//! One observation as a model sees it.

use core::fmt;

use crate::error::ObservationError;

/// Counts beyond 2^53 are not exact in `f64`.
pub(crate) const MAX_COUNT: u64 = 1 << 53;

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
    pub trials: Option<u64>,
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
        if core::ptr::eq(self.side, &raw const NOTHING) {
            return Ok(self.value);
        }
        match self.side.first() {
            None => Ok(self.value),
            Some(what) => Err(ObservationError::SideInformation { what }),
        }
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
