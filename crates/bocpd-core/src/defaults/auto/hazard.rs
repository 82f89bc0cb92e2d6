//! How many changes are expected of a series.

use libm::exp;

use crate::config::HazardConfig;

/// The hazard that changes are looked for with, of a series of n observations:
///
/// ```text
/// λ = n e^(80/n − 3)       n < 27
///     n                    27 ≤ n ≤ 100
///     n · n/100            n > 100
/// ```
///
/// One change is expected of a short series. Of a long one fewer: there are n places to look
/// at, noise is never quite as assumed, and what that makes look like a change comes with the
/// length; against it, a true change in a long series costs ln (n/100) of its evidence. Very
/// few observations know too little of their noise: without the factor for them, 35 % of
/// series of four normal numbers have a change, and 14 % of ten. Of three observations or less
/// nothing can be said.
pub(super) fn of_changes(n: usize) -> HazardConfig {
    let length = n as f64;
    let mean_run_length = match n {
        0..=3 => 1e100,
        4..=26 => length * exp(80.0 / length - 3.0),
        27..=100 => length,
        _ => length * length / 100.0,
    };
    HazardConfig::Constant { mean_run_length }
}
