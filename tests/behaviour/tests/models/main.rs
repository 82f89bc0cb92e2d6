//! Models, what is built of models, and what is chosen among them.

#[path = "../../../tests/common/mod.rs"]
mod common;

mod alternatives;
mod automatic;
mod automatic_streams;
mod beside;
mod hazards;
mod lists;
mod multivariate;
mod outliers;
mod outliers_in_one_pass;
mod per_segment;
mod predictives;
mod preferences;
mod product;
mod regression;
mod scoring;
mod structured_gaussian;
mod volatile_gaussian;
