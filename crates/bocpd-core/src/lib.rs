//! Bayesian online changepoint detection: the mathematics.
//!
//! A stream is cut into segments; within a segment observations follow a
//! [model](ObservationModel) with parameters of its own, and segments last as
//! long as a [`Hazard`] says. After each observation a [`Detector`] knows the
//! posterior of the current segment's start, the evidence, and the most
//! probable segmentation.
//!
//! ```
//! use bocpd_core::{Constant, Detector, Gaussian};
//!
//! // Levels about 0, known as well as one observation would tell; noise about 1.
//! let model = Gaussian::new(0.0, 1.0, 1.0, 1.0)?;
//! // A change every 100 observations on average.
//! let mut detector = Detector::new(model, Constant::new(100.0)?);
//! for x in [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8] {
//!     detector.update(x)?;
//! }
//! assert_eq!(detector.changepoints(), [5]);
//! assert!(detector.p_recent_change(4) > 0.9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! For a whole series [`detect()`] does everything in one call, and what it finds prints as
//! text:
//!
//! ```
//! let xs = [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8];
//! let found = bocpd_core::detect(&xs, None, 0.9)?;
//! assert_eq!(found.changes[0].location.index, 5);
//! println!("{found}");
//! # Ok::<(), bocpd_core::error::DetectError>(())
//! ```
//!
//! [`AnyDetector`] is a detector whose model and hazard are chosen at run time, by a [`Config`].
//!
//! # Conventions
//!
//! - r_t = 0 means that x_t is the first observation of a new segment. A
//!   changepoint is the 0-based index of that observation. Index 0 starts the
//!   first segment and is not reported as a change.
//! - P(r_t = 0 | x_0..x_t) uses the prior predictive of x_t and so carries
//!   information; it is not the hazard.
//! - Three readouts, never one ambiguous probability: `p_change_now` =
//!   P(r_t = 0 | x_0..x_t), `p_recent_change(w)` = P(r_t < w | x_0..x_t), and
//!   `p_change_at(s)` = P(a segment starts at s | all seen so far). Which points
//!   changed is answered by `changepoints`, the joint maximum a posteriori
//!   segmentation.
//! - h(l) = P(the segment ends after l observations | it reached l), l ≥ 1.
//!
//! # Features
//!
//! - `std` (default): the instruction set is chosen at run time.
//! - `serde`: configurations and states as data, snapshots to and from bytes, and with
//!   them models of one's own in an [`AnyDetector`], which has to be able to write what
//!   they have learned.
//! - `ndarray`: batches from array views, posteriors as matrices.
//! - `rayon`: many series, and fleets of detectors, on all cores.
//!
//! Features only add. The crate is `no_std` with `alloc`; fleets and hazards that are
//! shared need a target with atomic pointers.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod alarm;
mod any_detector;
#[cfg(feature = "ndarray")]
mod arrays;
pub mod bank;
pub mod calibrate;
pub mod config;
pub mod defaults;
mod detect;
mod detector;
pub mod distribution;
mod erased;
pub mod error;
pub mod fit;
#[cfg(target_has_atomic = "ptr")]
mod fleet;
pub mod hazard;
mod history;
mod hypotheses;
mod in_words;
pub mod interrupt;
pub mod kernel;
mod lanes;
pub mod list;
mod look_back;
mod many;
mod math;
pub mod model;
pub mod observation;
mod observation_model;
pub mod outliers;
#[cfg(feature = "std")]
pub mod panel;
pub mod parameter;
mod per_segment;
mod product;
mod pruning;
pub mod random;
mod real;
mod records;
mod remarks;
pub mod resolution;
mod robust;
mod score;
mod segment;
mod segmentation;
mod segmentations;
mod shift;
mod smoothing;
#[cfg(feature = "serde")]
pub mod snapshot;
#[cfg(feature = "serde")]
mod soundness;
mod stretches;

pub use any_detector::AnyDetector;
pub use config::{Config, Missing};
pub use detect::{detect, detect_changes};
pub use detector::{Detector, Step};
pub use error::ObservationError;
#[cfg(target_has_atomic = "ptr")]
pub use fleet::Fleet;
pub use hazard::{Constant, Hazard};
pub use history::History;
pub use many::{Prepared, detect_many};
pub use model::{Gaussian, ObservationModel, ScalarModel};
pub use outliers::Outliers;
pub use pruning::Pruning;
pub use readout::{Detection, Located};
pub use segmentations::segmentations;

/// What a detector is asked, beside its own numbers.
pub mod readout {
    #[cfg(feature = "ndarray")]
    pub use crate::arrays::{RunLengths, Steps};
    pub use crate::detect::{Change, Detection, Jump, Located, ParameterChange, PartOfChange};
    pub use crate::remarks::{Remark, RemarkKind};
    pub use crate::segment::{Estimate, Segment};
    pub use crate::segmentations::{Segmentation, Segmentations};
    pub use crate::shift::Shift;
    pub use crate::smoothing::{Location, Smoothed};
}

/// Models, hazards and detectors that are chosen at run time.
pub mod any {
    pub use crate::any_detector::AnyDetector;
    #[cfg(feature = "serde")]
    pub use crate::any_detector::restore;
    pub use crate::erased::{AnyBank, AnyModel};
    pub use crate::list::AnyHazard;
    pub use crate::per_segment::{PerSegment, PerSegmentBank};
    pub use crate::product::{Product, ProductBank};
}
