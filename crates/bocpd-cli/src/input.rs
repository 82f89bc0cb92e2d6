//! Numbers in: one a line, or a column of a table, read one row at a time.

mod cell;
mod layout;
mod lines;
mod rows;
mod series;
mod source;

pub(crate) use layout::{Header, Layout, Request};
pub(crate) use rows::{Row, Rows};
pub(crate) use series::Series;
pub(crate) use source::Source;

use clap::ValueEnum;

/// What to do about a missing value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MissingPolicy {
    /// Stop with an error that names the line
    #[default]
    Error,
    /// Let time pass without an observation
    Skip,
}
