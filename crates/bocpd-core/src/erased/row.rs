//! Observations given as rows of numbers.

use core::borrow::Borrow;

use crate::error::ObservationError;
use crate::observation::MAX_COUNT;

/// Observations that can be given as a row of numbers.
pub(crate) trait FromRow {
    /// What a row is turned into.
    type Parsed<'a>: Borrow<Self>;

    /// The observation that `row` stands for.
    fn parse(row: &[f64]) -> Result<Self::Parsed<'_>, ObservationError>;
}

/// The one number of a row of length 1.
#[inline(always)]
fn single(row: &[f64]) -> Result<f64, ObservationError> {
    match *row {
        [x] => Ok(x),
        _ => Err(ObservationError::Dimension {
            got: row.len(),
            expected: 1,
        }),
    }
}

/// How far from an integer a count may be: what arithmetic on counts leaves,
/// not what a wrong column holds.
const ROUNDING: f64 = 1e-9;

#[inline(always)]
fn integer(row: &[f64], must: &'static str) -> Result<f64, ObservationError> {
    let value = single(row)?;
    if !value.is_finite() {
        return Err(ObservationError::NonFinite { value });
    }
    let nearest = libm::round(value);
    if (value - nearest).abs() > ROUNDING || nearest < 0.0 {
        return Err(ObservationError::OutOfSupport { value, must });
    }
    Ok(nearest)
}

impl FromRow for f64 {
    type Parsed<'a> = f64;

    #[inline(always)]
    fn parse(row: &[f64]) -> Result<f64, ObservationError> {
        single(row)
    }
}

impl FromRow for u64 {
    type Parsed<'a> = u64;

    #[inline(always)]
    fn parse(row: &[f64]) -> Result<u64, ObservationError> {
        let count = integer(row, "be a whole number, 0 or more")?;
        if count > MAX_COUNT as f64 {
            return Err(ObservationError::OutOfSupport {
                value: count,
                must: "be at most 2^53",
            });
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an integer in [0, 2^53]"
        )]
        Ok(count as u64)
    }
}

impl FromRow for bool {
    type Parsed<'a> = bool;

    #[inline(always)]
    fn parse(row: &[f64]) -> Result<bool, ObservationError> {
        let must = "be 0 or 1";
        let value = integer(row, must)?;
        if value > 1.0 {
            return Err(ObservationError::OutOfSupport { value, must });
        }
        Ok(value == 1.0)
    }
}

impl FromRow for [f64] {
    type Parsed<'a> = &'a [f64];

    #[inline(always)]
    fn parse(row: &[f64]) -> Result<&[f64], ObservationError> {
        Ok(row)
    }
}
