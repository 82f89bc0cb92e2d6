//! Many series, each for itself.

use alloc::vec::Vec;

use crate::config::Config;
use crate::detect::{Detection, detect};
use crate::error::DetectError;

/// [`detect`] for every one of many series: on all cores with the feature
/// `rayon`, one after the other without. The results are the same.
///
/// ```
/// let quiet = [0.1, -0.2, 0.3, 0.0, -0.1, 0.2, 0.1];
/// let shifted = [0.1, -0.2, 0.3, 0.0, 9.9, 10.2, 10.1];
/// let found = bocpd_core::detect_many(&[quiet, shifted], None, 0.9);
/// let changes = found.into_iter().map(|one| Ok(one?.changes.len()));
/// assert_eq!(changes.collect::<Result<Vec<_>, bocpd_core::error::DetectError>>()?, [0, 1]);
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
pub fn detect_many<S: AsRef<[f64]> + Sync>(
    series: &[S],
    config: Option<&Config>,
    mass: f64,
) -> Vec<Result<Detection, DetectError>> {
    let one = |xs: &S| detect(xs.as_ref(), config, mass);
    #[cfg(feature = "rayon")]
    {
        use rayon::prelude::*;
        series.par_iter().map(one).collect()
    }
    #[cfg(not(feature = "rayon"))]
    series.iter().map(one).collect()
}
