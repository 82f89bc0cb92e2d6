//! What is read from a detector, against draws, closed forms and enumeration.

#[path = "../../../tests/common/mod.rs"]
mod common;

mod alarms;
mod detect;
mod distributions;
mod kinds;
mod next_change;
mod prediction;
mod probabilities;
mod remarks;
mod rose;
mod shifts;
mod smoothing;
