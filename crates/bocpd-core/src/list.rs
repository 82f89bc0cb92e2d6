//! The models and the hazards that come with the crate: one entry for each, from which all
//! else that has to know of them is made.

#[macro_use]
mod macros;
mod hazards;
mod models;
mod series;
mod spec;
#[cfg(feature = "serde")]
mod stored;

pub use hazards::AnyHazard;
pub use hazards::{HAZARDS, HazardConfig};
pub use models::{Kind, MODELS, ModelConfig};
pub(crate) use series::Series;
pub use spec::{HazardSpec, ModelSpec, Observes};

#[cfg(test)]
mod tests;
