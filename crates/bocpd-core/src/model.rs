//! The models that come with the crate, one file each.

mod bernoulli;
pub(crate) mod binomial;
pub(crate) mod gamma;
mod gaussian;
mod poisson;
pub(crate) mod student_t;
pub(crate) mod student_t_grid;

pub use bernoulli::Bernoulli;
pub use binomial::Binomial;
pub(crate) use binomial::ln_predictive as ln_beta_binomial;
pub use gamma::Gamma;
pub use gaussian::Gaussian;
pub use poisson::Poisson;
pub use student_t::StudentT;
pub use student_t_grid::StudentTGrid;

use crate::{ObservationError, Real};

/// A finite number, or an error that says what it was.
#[inline(always)]
fn check_finite<F: Real>(x: F) -> Result<(), ObservationError> {
    if x.is_finite() {
        Ok(())
    } else {
        Err(ObservationError::NonFinite { value: x.wide() })
    }
}

/// Counts beyond 2^53 are not exact in `f64`.
pub(crate) const MAX_COUNT: u64 = 1 << 53;
