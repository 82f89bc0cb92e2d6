//! Models and detectors that are chosen at run time: what the front-ends hold.
//!
//! The choice is erased at the model. [`AnyModel`] is one of the built-in models or
//! one of the caller's, fed with rows of numbers; its statistics are in an
//! [`AnyBank`]. The filter over them is compiled once, for all of them, and
//! [`AnyDetector`](crate::AnyDetector) is that filter with the configuration that it was built from.
//!
//! A step makes three calls through the erasure: one looks at the observation, one
//! lets it be scored and absorbed (which enters the vector code of the model by
//! itself), and one is the hazard's, where that varies.

mod bank;
mod model;
mod row;

pub use bank::AnyBank;
pub use model::AnyModel;
