//! The count-dependent terms, looked up.

use alloc::boxed::Box;
use alloc::vec;

use super::{CountTerms, Counted, Counts, TABLE_LEN};
use crate::Real;
use crate::bank::Bank;

/// Hypotheses gathered at a time when their counts do not follow each other.
const BLOCK: usize = 32;

/// Behind the term for count 0 the table goes on with the same: padding behind
/// the youngest hypothesis reads as if it had count 0.
const ROWS: usize = TABLE_LEN + 16;

/// The terms for counts under [`TABLE_LEN`].
///
/// Stored backwards: hypotheses stand oldest first, so a run of consecutive
/// births has descending counts and finds its terms as one ascending slice.
#[derive(Clone, Debug)]
pub(crate) struct CountTable<F, const T: usize> {
    /// For runs of consecutive counts.
    columns: [Box<[F; ROWS]>; T],
    /// The same, for counts with gaps: one place in memory to look at for each
    /// hypothesis.
    rows: Box<[[F; T]; ROWS]>,
}

/// Terms for the hypotheses from some start up to `end` (which may run into the
/// padding).
struct Block<'a, F, const T: usize> {
    end: usize,
    terms: [&'a [F]; T],
}

/// How a model scores and absorbs one observation.
pub(crate) trait Score<F, const T: usize, const N: usize> {
    /// Adds ln p(x | hypothesis) to `ln_joint` and absorbs x. All slices are
    /// of the same length.
    fn score(&self, terms: [&[F]; T], statistics: [&mut [F]; N], ln_joint: &mut [F]);
}

/// Room on the stack for the terms of one gathered block.
struct Gathered<F, const T: usize>([[F; BLOCK]; T]);

impl<F: Real, const T: usize> Gathered<F, T> {
    #[inline(always)]
    fn new() -> Self {
        Self([[F::zero(); BLOCK]; T])
    }

    /// Computes the terms of hypotheses older than the table, the first of a
    /// block.
    #[inline(always)]
    fn compute(&mut self, terms: &impl CountTerms<F, T>, seen: u64, births: &[u64]) {
        // Whole lanes; what is behind the last is written over.
        let mut counts = [F::of(TABLE_LEN as f64); BLOCK];
        for (count, birth) in counts.iter_mut().zip(births) {
            *count = F::of((seen - birth) as f64);
        }
        // A limit that the compiler can see saves the checks in the loop.
        let n = births.len().next_multiple_of(F::LANES).min(BLOCK);
        for (i, &count) in counts[..n].iter().enumerate() {
            for (column, term) in self.0.iter_mut().zip(terms.large(count)) {
                column[i] = term;
            }
        }
    }

    /// Looks up the terms of the hypotheses of a block from `first` on.
    #[inline(always)]
    fn look_up(&mut self, table: &[[F; T]; ROWS], seen: u64, births: &[u64], first: usize) {
        let n = births.len().min(BLOCK);
        for i in first..n {
            let row = &table[row_of(seen - births[i])];
            for (column, &term) in self.0.iter_mut().zip(row) {
                column[i] = term;
            }
        }
    }
}

/// A list of known length on the heap, without a copy on the stack first.
fn boxed<T: Clone, const N: usize>(value: T) -> Box<[T; N]> {
    let list = vec![value; N].into_boxed_slice().try_into();
    list.ok().expect("as long as it was made")
}

impl<F: Real, const T: usize> CountTable<F, T> {
    pub(crate) fn new(terms: &impl CountTerms<F, T>) -> Self {
        let mut columns = [(); T].map(|()| boxed(F::zero()));
        let mut rows: Box<[[F; T]; ROWS]> = boxed([F::zero(); T]);
        for (position, row) in rows.iter_mut().enumerate() {
            // The same rows as `row_of` finds.
            *row = terms
                .exact((TABLE_LEN as u64 - 1).saturating_sub(position as u64))
                .map(F::of);
            for (column, &value) in columns.iter_mut().zip(&*row) {
                column[position] = value;
            }
        }
        Self { columns, rows }
    }

    /// Scores and absorbs under all hypotheses, in one piece where their counts
    /// follow each other and in blocks where they do not.
    #[inline(always)]
    pub(crate) fn run<const N: usize>(
        &self,
        terms: &impl CountTerms<F, T>,
        bank: &mut Counted<F, N>,
        ln_joint: &mut [F],
        step: &impl Score<F, T, N>,
    ) {
        let padded = ln_joint.len();
        let mut columns = bank.columns.padded_mut();
        let mut gathered = Gathered::new();
        let mut at = 0;
        while at < padded {
            let block = self.block(terms, &bank.counts, at, padded, &mut gathered);
            let now = at..block.end;
            let statistics = columns.each_mut().map(|column| &mut column[now.clone()]);
            step.score(block.terms, statistics, &mut ln_joint[now]);
            at = block.end;
        }
        bank.counts.absorb();
    }

    /// The terms for the hypotheses from `start` on: all that are left where
    /// their counts follow each other, a gathered block where they do not.
    /// `padded` is the padded number of hypotheses.
    #[inline(always)]
    fn block<'a>(
        &'a self,
        terms: &impl CountTerms<F, T>,
        counts: &Counts,
        start: usize,
        padded: usize,
        gathered: &'a mut Gathered<F, T>,
    ) -> Block<'a, F, T> {
        // Up to here the counts have gaps, or are beyond the table.
        let scattered = counts.scattered().next_multiple_of(F::LANES).min(padded);
        if start >= scattered {
            let from = counts.row(start);
            let rows = from..from + padded - start;
            return Block {
                end: padded,
                terms: self.columns.each_ref().map(|column| &column[rows.clone()]),
            };
        }
        let end = scattered.min(start + BLOCK);
        let births = &counts.seen_at_birth[start..end.min(counts.len())];
        // Hypotheses are ordered by age, so those older than the table come first.
        let is_large = |&birth: &u64| counts.seen - birth >= TABLE_LEN as u64;
        let large = if births.first().is_some_and(is_large) {
            births.partition_point(is_large)
        } else {
            0
        };
        gathered.compute(terms, counts.seen, &births[..large]);
        gathered.look_up(&self.rows, counts.seen, births, large);
        Block {
            end,
            terms: gathered.0.each_ref().map(|column| &column[..end - start]),
        }
    }
}

/// The row of the table with the terms for a count.
#[inline(always)]
pub(super) fn row_of(count: u64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "counts in the table are small"
    )]
    let count = count as usize;
    // The mask says that the position is in the table, whatever the count.
    (TABLE_LEN - 1).wrapping_sub(count) & (TABLE_LEN - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut room = Gathered::new();
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
                let mut room = Gathered::new();
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
