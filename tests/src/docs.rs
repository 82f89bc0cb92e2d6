//! The Rust examples of the README and of `docs/`, run as tests.

#[doc = include_str!("../../README.md")]
pub mod readme {}
#[doc = include_str!("../../crates/bocpd-core/README.md")]
pub mod readme_of_the_core {}
#[doc = include_str!("../../docs/adding-a-model.md")]
pub mod adding_a_model {}
#[doc = include_str!("../../docs/architecture.md")]
pub mod architecture {}
#[doc = include_str!("../../docs/conventions.md")]
pub mod conventions {}
#[doc = include_str!("../../docs/noise.md")]
pub mod noise {}
#[doc = include_str!("../../docs/panels.md")]
pub mod panels {}
#[doc = include_str!("../../docs/readouts.md")]
pub mod readouts {}
#[doc = include_str!("../../docs/regression.md")]
pub mod regression {}
#[doc = include_str!("../../docs/several-numbers.md")]
pub mod several_numbers {}
#[doc = include_str!("../../docs/counts-and-categories.md")]
pub mod counts_and_categories {}
#[doc = include_str!("../../docs/side-information.md")]
pub mod side_information {}
#[doc = include_str!("../../docs/theory.md")]
pub mod theory {}
#[doc = include_str!("../../docs/tuning.md")]
pub mod tuning {}
