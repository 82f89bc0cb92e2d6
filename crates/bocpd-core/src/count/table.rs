//! The count-dependent terms, looked up.

use alloc::boxed::Box;
use alloc::vec;

use super::{CountTerms, Counted, Counts, TABLE_LEN};
use crate::Real;
use crate::bank::Bank;
use crate::kernel::BLOCK;

/// Behind the term for count 0 the table goes on with the same: padding behind
/// the youngest hypothesis reads as if it had count 0.
const ROWS: usize = TABLE_LEN + 16;

/// The terms for counts under [`TABLE_LEN`].
///
/// Stored backwards: hypotheses stand oldest first, so a run of consecutive
/// births has descending counts and finds its terms as one ascending slice.
#[derive(Clone, Debug)]
pub(crate) struct CountTable<F, const T: usize> {
    columns: [Box<[F; ROWS]>; T],
}

/// How a model scores and absorbs one observation.
pub(crate) trait Score<F, const T: usize, const N: usize> {
    /// Adds ln p(x | hypothesis) to `ln_joint` and absorbs x. All slices are
    /// of the same length, whole lanes.
    fn score(&self, terms: [&[F]; T], statistics: [&mut [F]; N], ln_joint: &mut [F]);
}

/// Room on the stack for the terms of one block of hypotheses whose counts do
/// not follow each other.
#[repr(align(64))]
struct Gathered<F, const T: usize>([[F; BLOCK]; T]);

impl<F: Real, const T: usize> Gathered<F, T> {
    #[inline(always)]
    fn new() -> Self {
        Self([[F::zero(); BLOCK]; T])
    }

    /// Fills in the terms of the hypotheses born at `births`, oldest first, and
    /// of the padding behind them.
    #[inline(always)]
    fn fill(
        &mut self,
        table: &CountTable<F, T>,
        terms: &impl CountTerms<F, T>,
        seen: u64,
        births: &[u64],
    ) {
        // As if the padding had been born now.
        let mut ages = [0; BLOCK];
        let live = births.len().min(BLOCK);
        for (age, birth) in ages.iter_mut().zip(births) {
            *age = seen - birth;
        }
        let n = live.next_multiple_of(F::LANES);
        let mut counts = [F::zero(); BLOCK];
        for (count, &age) in counts[..n].iter_mut().zip(&ages) {
            *count = F::of(age as f64);
        }
        // Hypotheses are ordered by age, so those older than the table come first.
        let is_large = |&age: &u64| age >= TABLE_LEN as u64;
        let large = if ages.first().is_some_and(is_large) {
            ages[..live].partition_point(is_large)
        } else {
            0
        };
        self.look_up(&table.columns[0], &ages[..n]);
        self.derive(terms, &counts[..n]);
        self.compute(terms, &counts[..large.next_multiple_of(F::LANES).min(n)], large);
    }

    /// The first term, which is looked up.
    #[inline(always)]
    fn look_up(&mut self, column: &[F; ROWS], ages: &[u64]) {
        for (term, &age) in self.0[0].iter_mut().zip(ages) {
            *term = column[row_of(age)];
        }
    }

    /// The others, which are less dear than to look them up.
    #[inline(always)]
    fn derive(&mut self, terms: &impl CountTerms<F, T>, counts: &[F]) {
        let n = counts.len().min(BLOCK);
        for i in 0..n {
            let all = terms.with_first(self.0[0][i], counts[i]);
            for t in 1..T {
                self.0[t][i] = all[t];
            }
        }
    }

    /// All terms of the first `large` hypotheses, which are older than the
    /// table; `counts` are theirs, in whole lanes.
    #[inline(always)]
    fn compute(&mut self, terms: &impl CountTerms<F, T>, counts: &[F], large: usize) {
        let n = counts.len().min(BLOCK);
        for i in 0..n {
            let all = terms.large(counts[i]);
            for t in 0..T {
                let value = self.0[t][i];
                self.0[t][i] = if i < large { all[t] } else { value };
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
        let mut columns: [Box<[F; ROWS]>; T] = [(); T].map(|()| boxed(F::zero()));
        for row in 0..ROWS {
            // The same rows as `row_of` finds.
            let count = (TABLE_LEN as u64 - 1).saturating_sub(row as u64);
            for (column, value) in columns.iter_mut().zip(terms.exact(count)) {
                column[row] = F::of(value);
            }
        }
        Self { columns }
    }

    /// Scores and absorbs under all hypotheses: in one piece where their counts
    /// follow each other, in blocks where they do not.
    #[inline(always)]
    pub(crate) fn run<const N: usize>(
        &self,
        terms: &impl CountTerms<F, T>,
        bank: &mut Counted<F, N>,
        ln_joint: &mut [F],
        step: &impl Score<F, T, N>,
    ) {
        let counts = &bank.counts;
        let padded = ln_joint.len();
        // Up to here the counts have gaps, or are beyond the table.
        let scattered = counts.scattered().next_multiple_of(F::LANES).min(padded);
        let mut columns = bank.columns.padded_mut();
        let mut at = 0;
        while at < scattered {
            let mut gathered = Gathered::new();
            let births = &counts.seen_at_birth[at..];
            let end = padded.min(at + BLOCK);
            gathered.fill(self, terms, counts.seen, &births[..births.len().min(end - at)]);
            let statistics = columns.each_mut().map(|column| &mut column[at..end]);
            let terms = gathered.0.each_ref().map(|column| &column[..end - at]);
            step.score(terms, statistics, &mut ln_joint[at..end]);
            at = end;
        }
        if at < padded {
            let from = counts.row(at);
            let rows = from..from + padded - at;
            let terms = self.columns.each_ref().map(|column| &column[rows.clone()]);
            let statistics = columns.each_mut().map(|column| &mut column[at..padded]);
            step.score(terms, statistics, &mut ln_joint[at..padded]);
        }
        bank.counts.absorb();
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
