//! The models and the hazards that come with the crate: one entry for each, from which all
//! else that has to know of them is made.

#[macro_use]
mod macros;
mod hazards;
mod models;
#[cfg(feature = "serde")]
mod stored;

pub use hazards::AnyHazard;
pub use hazards::{HAZARDS, HazardConfig};
pub(crate) use models::WithModel;
pub use models::{Kind, MODELS, ModelConfig};

#[cfg(test)]
mod tests;
