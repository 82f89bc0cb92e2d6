//! Parameters as fields of a configuration.

use alloc::vec;
use alloc::vec::Vec;

use super::{Limits, ParameterKind};
use crate::error::ParameterError;

/// The value of a parameter, as a front-end is told it.
///
/// Exhaustive on purpose: a front-end that does not know a kind of value should not compile.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValue {
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(u64),
    /// A list of numbers.
    List(Vec<f64>),
}

/// A type that parameters have.
pub(crate) trait Field: Sized {
    const KIND: ParameterKind;

    /// What the constructor takes.
    type Argument<'a>
    where
        Self: 'a;

    fn argument(&self) -> Self::Argument<'_>;

    /// `length` is what the length of a list is called.
    fn check(
        &self,
        name: &'static str,
        length: &'static str,
        limits: &Limits,
    ) -> Result<(), ParameterError>;

    /// A single number serves as a list, and a list of one as a number.
    fn read(
        value: &ParameterValue,
        name: &'static str,
        length: &'static str,
    ) -> Result<Self, ParameterError>;

    fn value(&self) -> Option<ParameterValue>;
}

impl Field for f64 {
    const KIND: ParameterKind = ParameterKind::Number;
    type Argument<'a> = f64;

    fn argument(&self) -> f64 {
        *self
    }
    fn check(
        &self,
        name: &'static str,
        _: &'static str,
        limits: &Limits,
    ) -> Result<(), ParameterError> {
        limits.check::<f64>(name, *self).map(drop)
    }
    fn read(
        value: &ParameterValue,
        _: &'static str,
        length: &'static str,
    ) -> Result<Self, ParameterError> {
        match value {
            ParameterValue::Number(number) => Ok(*number),
            ParameterValue::Whole(number) => Ok(*number as f64),
            ParameterValue::List(list) => match list[..] {
                [number] => Ok(number),
                _ => Err(ParameterError::new(length, list.len() as f64, "be 1")),
            },
        }
    }
    fn value(&self) -> Option<ParameterValue> {
        Some(ParameterValue::Number(*self))
    }
}

macro_rules! whole {
    ($($type:ty: $kind:ident, $must:literal;)*) => {$(
        impl Field for $type {
            const KIND: ParameterKind = ParameterKind::$kind;
            type Argument<'a> = $type;

            fn argument(&self) -> $type {
                *self
            }
            fn check(
                &self,
                name: &'static str,
                _: &'static str,
                limits: &Limits,
            ) -> Result<(), ParameterError> {
                limits.check::<f64>(name, u64::from(*self) as f64).map(drop)
            }
            fn read(
                value: &ParameterValue,
                name: &'static str,
                length: &'static str,
            ) -> Result<Self, ParameterError> {
                let number = match value {
                    ParameterValue::Whole(number) => *number,
                    other => {
                        let number = f64::read(other, name, length)?;
                        whole(number).ok_or(ParameterError::new(name, number, $must))?
                    }
                };
                Self::try_from(number).map_err(|_| ParameterError::new(name, number as f64, $must))
            }
            fn value(&self) -> Option<ParameterValue> {
                Some(ParameterValue::Whole(u64::from(*self)))
            }
        }
    )*};
}

whole! {
    u32: Whole32, "be a whole number below 2^32";
    u64: Whole64, "be a whole number below 2^64";
}

/// A number as the whole number that it is.
fn whole(number: f64) -> Option<u64> {
    let in_range = (0.0..18_446_744_073_709_551_616.0).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in range, and compared with what it came from"
    )]
    let whole = number as u64;
    (in_range && whole as f64 == number).then_some(whole)
}

impl Field for Vec<f64> {
    const KIND: ParameterKind = ParameterKind::List;
    type Argument<'a> = &'a [f64];

    fn argument(&self) -> &[f64] {
        self
    }
    fn check(
        &self,
        name: &'static str,
        length: &'static str,
        limits: &Limits,
    ) -> Result<(), ParameterError> {
        if self.is_empty() {
            return Err(ParameterError::new(length, 0.0, "be at least 1"));
        }
        limits.check_all::<f64>(name, self)
    }
    fn read(
        value: &ParameterValue,
        _: &'static str,
        _: &'static str,
    ) -> Result<Self, ParameterError> {
        Ok(match value {
            ParameterValue::Number(number) => vec![*number],
            ParameterValue::Whole(number) => vec![*number as f64],
            ParameterValue::List(list) => list.clone(),
        })
    }
    fn value(&self) -> Option<ParameterValue> {
        Some(ParameterValue::List(self.clone()))
    }
}

impl Field for Option<Vec<f64>> {
    const KIND: ParameterKind = ParameterKind::OptionalList;
    type Argument<'a> = Option<&'a [f64]>;

    fn argument(&self) -> Option<&[f64]> {
        self.as_deref()
    }
    fn check(
        &self,
        name: &'static str,
        _: &'static str,
        limits: &Limits,
    ) -> Result<(), ParameterError> {
        limits.check_all::<f64>(name, self.as_deref().unwrap_or_default())
    }
    fn read(
        value: &ParameterValue,
        name: &'static str,
        length: &'static str,
    ) -> Result<Self, ParameterError> {
        Vec::read(value, name, length).map(Some)
    }
    fn value(&self) -> Option<ParameterValue> {
        self.as_ref().map(|list| ParameterValue::List(list.clone()))
    }
}
