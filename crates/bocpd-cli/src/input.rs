//! Numbers in: one a line, a column of a table, or a field of JSON, read one row at a time.
//!
//! [`Source`] opens and unpacks, [`Layout`] decides by the first lines what is what, and
//! [`Rows`] reads what comes after them.

mod cell;
mod decoration;
mod document;
mod kind;
mod layout;
mod lines;
mod number;
mod order;
mod panel;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod separator;
mod series;
mod source;
mod split;
mod utf16;

pub(crate) use layout::{Column, Header, Layout, Request};
pub(crate) use number::Decimal;
pub(crate) use order::Sort;
pub(crate) use panel::{Member, Panel, about, label, say_failed};
pub(crate) use rows::{Row, Rows};
pub(crate) use series::{Moment, Series};
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
