//! A picture of a result: the series with its segments, a panel for each number of an
//! observation, the probability of a change at each index, and what the filter believed about the
//! run length, one above the other.

mod axis;
mod canvas;
mod chosen;
mod dates;
mod heat;
mod marginals;
mod marks;
mod palette;
mod panels;
mod target;
mod trace;

pub(crate) use chosen::chosen;
pub(crate) use heat::HeatMap;
pub(crate) use panels::Picture;
pub(crate) use target::Target;
