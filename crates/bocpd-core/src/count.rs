//! What depends only on how many observations a hypothesis has absorbed.
//!
//! For a conjugate model that part of the predictive is the same number for
//! every hypothesis of the same count, so it is looked up instead of computed.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::Real;
use crate::bank::{Bank, keep_in};

/// Counts below this are looked up, counts from here on computed.
pub(crate) const TABLE_LEN: usize = 1024;

/// Hypotheses gathered at a time when their counts do not follow each other.
const BLOCK: usize = 32;

/// How many observations each live hypothesis has absorbed.
///
/// Kept as the number of observations that were seen before the hypothesis was
/// born, so that absorbing one is a single addition for all of them.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Counts {
    seen: u64,
    seen_at_birth: Vec<u64>,
    /// Whether two hypotheses have the same count: one was born while an
    /// observation was missing.
    repeated: bool,
}

impl Counts {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            seen: 0,
            seen_at_birth: Vec::with_capacity(capacity),
            repeated: false,
        }
    }

    #[inline(always)]
    pub(crate) fn spawn(&mut self) {
        self.repeated |= self.seen_at_birth.last() == Some(&self.seen);
        self.seen_at_birth.push(self.seen);
    }

    #[inline(always)]
    pub(crate) fn absorb(&mut self) {
        self.seen += 1;
    }

    /// Whether births are in order and none lies in the future.
    pub(crate) fn is_sound(&self) -> bool {
        self.seen_at_birth.is_sorted()
            && self.repeated == has_repeated(&self.seen_at_birth)
            && self
                .seen_at_birth
                .last()
                .is_none_or(|&birth| birth <= self.seen)
    }

    /// The row of the oldest of some hypotheses, if their counts follow each
    /// other without a gap and are all in the table.
    #[inline(always)]
    fn run_in_table(&self, births: &[u64]) -> Option<usize> {
        let (first, last) = (births.first()?, births.last()?);
        // Without repetition, as many births as the span is long are all of them.
        let consecutive = !self.repeated && last - first == births.len() as u64 - 1;
        let oldest = self.seen - first;
        (consecutive && oldest < TABLE_LEN as u64).then(|| row_of(oldest))
    }

    /// How many observations hypothesis `i` has absorbed.
    #[inline(always)]
    pub(crate) fn get(&self, i: usize) -> u64 {
        self.seen - self.seen_at_birth[i]
    }
}

impl Bank for Counts {
    fn len(&self) -> usize {
        self.seen_at_birth.len()
    }

    fn clear(&mut self) {
        self.seen = 0;
        self.seen_at_birth.clear();
        self.repeated = false;
    }

    fn keep(&mut self, kept: &[u32]) {
        keep_in(&mut self.seen_at_birth, kept);
        self.repeated = self.repeated && has_repeated(&self.seen_at_birth);
    }
}

fn has_repeated(births: &[u64]) -> bool {
    births.windows(2).any(|pair| pair[0] == pair[1])
}

/// The count-dependent terms of a model: `T` numbers for each count.
pub(crate) trait CountTerms<F: Real, const T: usize> {
    /// The terms for any count, to the last few bits.
    fn exact(&self, count: u64) -> [f64; T];

    /// The same for counts of [`TABLE_LEN`] and more, as straight-line code
    /// over lanes.
    fn large(&self, count: F) -> [F; T];
}

/// The terms for counts under [`TABLE_LEN`].
///
/// Stored backwards: hypotheses stand oldest first, so a run of consecutive
/// births has descending counts and finds its terms as one ascending slice.
#[derive(Clone, Debug)]
pub(crate) struct CountTable<F, const T: usize> {
    columns: [Box<[F; ROWS]>; T],
}

/// Behind the term for count 0 the table goes on with the same: padding behind
/// the youngest hypothesis reads as if it had count 0.
const ROWS: usize = TABLE_LEN + 16;

/// Terms for the hypotheses `start..end` (`end` may run into the padding).
pub(crate) struct Block<'a, F, const T: usize> {
    pub(crate) end: usize,
    pub(crate) terms: [&'a [F]; T],
}

/// Room on the stack for the terms of one gathered block.
pub(crate) type Gathered<F, const T: usize> = [[F; BLOCK]; T];

pub(crate) fn gathered<F: Real, const T: usize>() -> Gathered<F, T> {
    [[F::zero(); BLOCK]; T]
}

impl<F: Real, const T: usize> CountTable<F, T> {
    pub(crate) fn new(terms: &impl CountTerms<F, T>) -> Self {
        let mut columns = [(); T].map(|()| {
            let zeros: Box<[F]> = alloc::vec![F::zero(); ROWS].into();
            Box::<[F; ROWS]>::try_from(zeros).expect("as long as it was made")
        });
        for position in 0..ROWS {
            // The same rows as `row_of` finds.
            let row = terms.exact((TABLE_LEN as u64 - 1).saturating_sub(position as u64));
            for (column, value) in columns.iter_mut().zip(row) {
                column[position] = F::of(value);
            }
        }
        Self { columns }
    }

    /// The terms for the hypotheses from `start` on: all that are left where
    /// their counts follow each other, a gathered block where they do not.
    /// `padded` is the padded number of hypotheses.
    #[inline(always)]
    pub(crate) fn block<'a>(
        &'a self,
        terms: &impl CountTerms<F, T>,
        counts: &Counts,
        start: usize,
        padded: usize,
        gathered: &'a mut Gathered<F, T>,
    ) -> Block<'a, F, T> {
        let births = &counts.seen_at_birth[start..];
        if let Some(from) = counts.run_in_table(births) {
            let rows = from..from + padded - start;
            return Block {
                end: padded,
                terms: self.columns.each_ref().map(|column| &column[rows.clone()]),
            };
        }
        // Often it is only the oldest that stands apart.
        let rest = births.get(F::LANES..).unwrap_or_default();
        let most = if counts.run_in_table(rest).is_some() {
            F::LANES
        } else {
            BLOCK
        };
        let len = most.min(padded - start);
        let mut large = 0;
        for (lane, birth) in births.iter().take(len).enumerate() {
            let count = counts.seen - birth;
            large += usize::from(count >= TABLE_LEN as u64);
            let row = row_of(count.min(TABLE_LEN as u64 - 1));
            for (into, column) in gathered.iter_mut().zip(&self.columns) {
                into[lane] = column[row];
            }
        }
        if large > 0 {
            // Hypotheses are ordered by age, so these come first.
            let lanes = large.next_multiple_of(F::LANES).min(len);
            compute_large(terms, counts.seen, &births[..large], lanes, gathered);
        }
        Block {
            end: start + len,
            terms: gathered.each_ref().map(|column| &column[..len]),
        }
    }
}

/// The row of the table with the terms for a count.
#[inline(always)]
fn row_of(count: u64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "counts in the table are small"
    )]
    let count = count as usize;
    TABLE_LEN - 1 - count
}

/// Computes the terms of hypotheses older than the table, the first of a block.
#[inline(always)]
fn compute_large<F: Real, const T: usize>(
    terms: &impl CountTerms<F, T>,
    seen: u64,
    births: &[u64],
    lanes: usize,
    gathered: &mut Gathered<F, T>,
) {
    let limit = F::of(TABLE_LEN as f64);
    let mut count = [F::zero(); BLOCK];
    for (count, birth) in count.iter_mut().zip(births) {
        *count = F::of((seen - birth) as f64);
    }
    for lane in 0..lanes {
        let is_large = count[lane] >= limit;
        let row = terms.large(if is_large { count[lane] } else { limit });
        for (into, value) in gathered.iter_mut().zip(row) {
            into[lane] = if is_large { value } else { into[lane] };
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Holds `large` against `exact` where one takes over from the other;
    /// `ulps` is what the roundings on the way may add up to.
    pub(crate) fn large_matches_exact<const T: usize>(terms: &impl CountTerms<f64, T>, ulps: f64) {
        for count in [TABLE_LEN as u64, 1025, 4000, 1 << 20, 1 << 40] {
            let (exact, large) = (terms.exact(count), terms.large(count as f64));
            for (term, (a, b)) in exact.into_iter().zip(large).enumerate() {
                let tolerance = ulps * f64::EPSILON * a.abs().max(1.0);
                assert!(
                    (a - b).abs() <= tolerance,
                    "term {term} at {count}: {a} is not {b}"
                );
            }
        }
    }

    struct Square;
    impl CountTerms<f64, 1> for Square {
        fn exact(&self, count: u64) -> [f64; 1] {
            [(count * count) as f64]
        }
        fn large(&self, count: f64) -> [f64; 1] {
            [count * count]
        }
    }

    /// A birth that did not happen and a birth at a missing observation make
    /// up for each other in number, not in count.
    #[test]
    fn a_gap_and_a_repetition_are_not_consecutive() {
        let mut counts = Counts::new(0);
        for (born, seen) in [(true, true), (false, true), (true, false), (true, true)] {
            if born {
                counts.spawn();
            }
            if seen {
                counts.absorb();
            }
        }
        assert_eq!([0, 1, 2].map(|i| counts.get(i)), [3, 1, 1]);
        let mut room = gathered();
        let block = CountTable::new(&Square);
        let block = block.block(&Square, &counts, 0, 8, &mut room);
        assert_eq!(block.terms[0][..3], [9.0, 1.0, 1.0]);
    }

    /// Every hypothesis gets the term of its own count, whatever the gaps.
    #[test]
    fn blocks_cover_every_hypothesis() {
        let table = CountTable::new(&Square);
        for (steps, every) in [(5u64, 1), (100, 1), (1500, 1), (1500, 7), (3000, 13)] {
            let mut counts = Counts::new(0);
            for step in 0..steps {
                if step % every == 0 {
                    counts.spawn();
                }
                counts.absorb();
            }
            let padded = counts.len().next_multiple_of(8);
            let mut at = 0;
            while at < padded {
                let mut room = gathered();
                let block = table.block(&Square, &counts, at, padded, &mut room);
                assert!(block.end > at && block.end.is_multiple_of(8) || block.end == padded);
                for i in at..block.end.min(counts.len()) {
                    let count = counts.get(i);
                    assert_eq!(
                        block.terms[0][i - at],
                        (count * count) as f64,
                        "count {count}"
                    );
                }
                at = block.end;
            }
        }
    }
}
