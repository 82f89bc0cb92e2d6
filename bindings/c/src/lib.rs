//! The C ABI of bocpd: translation only, no arithmetic and no validation of
//! its own.
//!
//! The rules that every function keeps are at the top of `include/bocpd.h`
//! (written from `cbindgen.toml`). How they are kept:
//!
//! - [`boundary`] turns a body that returns `Result` into a status: panics are
//!   caught, the message of a failure is stored for the thread;
//! - a [`detector::Detector`] handle knows whether a call is running on it;
//! - results that do not fit a number are objects of their own
//!   ([`locations`], [`segments`], [`distributions`], …), read by functions.
#![expect(
    unsafe_code,
    reason = "pointers from C; each place says what it relies on"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the one contract of all pointers heads the header"
)]
#![allow(
    clippy::missing_errors_doc,
    reason = "errors are statuses, documented with each of them"
)]
#![allow(
    clippy::doc_markdown,
    reason = "documentation of public items is copied into a C header"
)]

mod alarms;
mod batch;
mod boundary;
mod calibrations;
mod config;
mod detections;
mod detector;
mod distributions;
mod failure;
mod features;
mod fits;
mod hazards;
mod locations;
mod models;
mod numbers;
mod outliers;
mod own_distribution;
mod own_hazard;
mod own_model;
mod panels;
mod parts;
mod predictions;
mod preferences;
mod random;
mod readouts;
mod segmentations;
mod segments;
mod smoothing;
mod snapshot;
mod status;
mod stored;
mod version;

pub use alarms::*;
pub use batch::*;
pub use calibrations::*;
pub use config::*;
pub use detections::*;
pub use detector::*;
pub use distributions::*;
pub use features::*;
pub use fits::*;
pub use hazards::*;
pub use locations::*;
pub use models::*;
pub use numbers::*;
pub use outliers::*;
pub use own_hazard::{HazardTable, bocpd_config_set_own_hazard};
pub use own_model::{ModelTable, bocpd_config_set_own_model};
pub use panels::*;
pub use parts::*;
pub use predictions::*;
pub use preferences::*;
pub use random::*;
pub use readouts::*;
pub use segmentations::*;
pub use segments::*;
pub use smoothing::*;
pub use snapshot::*;
pub use status::*;
pub use version::*;
