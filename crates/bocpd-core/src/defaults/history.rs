//! Whether a whole series is short enough to look back over.

use crate::history::History;
use crate::pruning::Pruning;

/// What may be remembered of the past: so many probabilities, of 16 bytes each.
const REMEMBERED: usize = 1 << 25;
/// How many hypotheses are taken to be alive where no number limits them.
const UNLIMITED: usize = 1000;

/// How much of the past a detector may keep of a series of `n` observations that are all at
/// hand: everything, or nothing where that would take more than half a gigabyte. Of a series
/// that is too long to look back over, probabilities are as of the end of each segment.
///
/// ```
/// use bocpd_core::defaults::{history_for, pruning_for};
/// use bocpd_core::History;
///
/// assert_eq!(history_for(&pruning_for(4000), 4000), History::All);
/// assert_eq!(history_for(&pruning_for(10_000_000), 10_000_000), History::Nothing);
/// ```
pub fn history_for(pruning: &Pruning, n: usize) -> History {
    let alive = match (pruning.max_hypotheses, pruning.min_weight) {
        (Some(k), _) => k.saturating_add(k / 4),
        (None, Some(_)) => UNLIMITED,
        (None, None) => n / 2,
    };
    let fits = alive.min(n).saturating_mul(n) <= REMEMBERED;
    if fits { History::All } else { History::Nothing }
}
