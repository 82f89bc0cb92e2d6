//! What is missing in a list of positions.

use core::ops::Range;

/// The ranges of positions below `len` that are not in `kept` (ascending), each
/// with how many of those kept stand before it.
#[inline(always)]
pub(super) fn gaps(kept: &[u32], len: usize) -> impl Iterator<Item = (Range<usize>, usize)> {
    let ends = kept.iter().map(|&position| position as usize).chain([len]);
    let mut next = 0;
    ends.enumerate().filter_map(move |(before, end)| {
        let gap = next..end;
        next = end + 1;
        (!gap.is_empty()).then_some((gap, before))
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn gaps_are_what_is_not_kept() {
        let of = |kept: &[u32], len| gaps(kept, len).collect::<Vec<_>>();
        assert_eq!(of(&[0, 1, 2], 3), []);
        assert_eq!(of(&[], 2), [(0..2, 0)]);
        assert_eq!(of(&[2, 3, 6], 8), [(0..2, 0), (4..6, 2), (7..8, 3)]);
    }
}
