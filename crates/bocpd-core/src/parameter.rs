//! What is known of the parameters of models and hazards before they have
//! values: names, limits, defaults, words; and values before they have a type.

mod field;
mod limits;

pub(crate) use field::Field;
pub use field::ParameterValue;
pub use limits::Limits;
pub(crate) use limits::{LOCATION, POSITIVE, POSITIVE_FINITE, PROBABILITY};

/// A parameter of a model or of a hazard.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ParameterSpec {
    /// Its name in the constructor, in configurations, and in every front-end.
    pub name: &'static str,
    /// What kind of value it has.
    pub kind: ParameterKind,
    /// What the value, or each entry of a list, may be.
    pub limits: Limits,
    /// What is taken where nothing is said.
    pub default: DefaultRule,
    /// Whether it says what observations are like and no data can tell it: the
    /// trials of a count, the shape of waiting times. Such parameters are asked
    /// for wherever a prior is made from data.
    pub known: bool,
    pub(crate) doc: &'static str,
}

impl ParameterSpec {
    /// What it means, in one line.
    pub fn doc(&self) -> &'static str {
        self.doc.trim_ascii()
    }
}

/// The kind of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterKind {
    /// A number.
    Number,
    /// A whole number that 32 bits hold.
    Whole32,
    /// A whole number that 64 bits hold.
    Whole64,
    /// A list of numbers, one at least.
    List,
    /// As many numbers as the list before it has, or nothing.
    OptionalList,
}

/// What is taken for a parameter where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultRule {
    /// Nothing: it has to be given.
    Required,
    /// The same whatever the data.
    Fixed,
    /// The value of another parameter.
    Same(&'static str),
    /// What fits a series; where there is none, what fits values on the scale
    /// of 1.
    FromData,
}
