//! A picture of a result: the series with its segments above, what the filter believed
//! about the run length below.

mod axis;
mod heat;
mod palette;
mod panels;
mod trace;

pub(crate) use heat::HeatMap;
pub(crate) use panels::{Picture, draw};
