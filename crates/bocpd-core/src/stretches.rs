//! Parts of a long series that stand for all of it.

use core::ops::Range;

/// A series of no more observations is looked at as a whole.
const WHOLE_UP_TO: usize = 4096;

/// How many stretches, and how many observations each has.
const STRETCHES: usize = 8;
const STRETCH: usize = 512;

/// What is looked at of a series of `n` observations: all of it, or stretches that are spread
/// evenly from its beginning to its end.
pub(crate) fn of(n: usize) -> impl Iterator<Item = Range<usize>> {
    let (count, length) = if n <= WHOLE_UP_TO {
        (1, n)
    } else {
        (STRETCHES, STRETCH)
    };
    (0..count).map(move |k| {
        let start = k * (n - length) / (STRETCHES - 1);
        start..start + length
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_from_end_to_end() {
        for n in [0, 1, 4096] {
            assert!(of(n).eq(core::iter::once(0..n)));
        }
        for n in [4097, 100_000] {
            assert_eq!(of(n).count(), STRETCHES);
            assert!(of(n).all(|stretch| stretch.len() == STRETCH));
            let (first, last) = (of(n).next(), of(n).last());
            assert_eq!((first, last), (Some(0..STRETCH), Some(n - STRETCH..n)));
        }
        // They have nothing in common.
        let ends = || of(4097).map(|stretch| stretch.end);
        assert!(
            of(4097)
                .skip(1)
                .zip(ends())
                .all(|(next, end)| next.start >= end)
        );
    }
}
