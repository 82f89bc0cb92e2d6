//! The count-dependent terms, looked up.

use alloc::boxed::Box;
use alloc::vec;

use super::{CountTerms, Counted, TABLE_LEN};
use crate::Real;
use crate::kernel::{BLOCK, whole_lanes};

/// Behind the term for count 0 the table goes on with the same: padding behind
/// the youngest hypothesis reads as if it had count 0.
const ROWS: usize = TABLE_LEN + 16;

/// The terms for counts under [`TABLE_LEN`].
///
/// Stored backwards: hypotheses stand oldest first, so a run of consecutive
/// births has descending counts and finds its terms as one ascending slice.
#[derive(Clone, Debug)]
pub(crate) struct CountTable<F, const T: usize> {
    pub(super) columns: [Box<[F; ROWS]>; T],
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

    /// Fills in the terms of the hypotheses born at `births`, oldest first, whole
    /// lanes and a block at most.
    #[inline(always)]
    fn fill<C: CountTerms<F, T>>(
        &mut self,
        table: &CountTable<F, T>,
        terms: &C,
        seen: u64,
        births: &[u64],
    ) {
        let n = whole_lanes::<F>(births.len());
        let mut ages = [0; BLOCK];
        let mut counts = [F::zero(); BLOCK];
        count(seen, &births[..n], &mut ages, &mut counts);
        let (ages, counts) = (&ages[..n], &counts[..n]);
        self.look_up(table, terms, ages);
        self.complete(terms, counts);
        // How many are older than the table: they stand first.
        let is_large = |&age: &u64| usize::from(age >= TABLE_LEN as u64);
        let large = ages.iter().map(is_large).sum::<usize>();
        if large > 0 {
            let n = large.next_multiple_of(F::LANES).min(n);
            self.compute(terms, &ages[..n], &counts[..n]);
        }
    }

    /// The first terms.
    #[inline(always)]
    fn look_up<C: CountTerms<F, T>>(&mut self, table: &CountTable<F, T>, _: &C, ages: &[u64]) {
        let columns = self.0.iter_mut().zip(&table.columns);
        for (terms, column) in columns.take(C::LOOKED_UP) {
            for (term, &age) in terms.iter_mut().zip(ages) {
                *term = column[row_of(age)];
            }
        }
    }

    /// The others.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "columns side by side")]
    fn complete<C: CountTerms<F, T>>(&mut self, terms: &C, counts: &[F]) {
        if C::LOOKED_UP == T {
            return;
        }
        let n = counts.len().min(BLOCK);
        for i in 0..n {
            let mut all = [F::zero(); T];
            for t in 0..C::LOOKED_UP {
                all[t] = self.0[t][i];
            }
            let all = terms.complete(all, counts[i]);
            for t in C::LOOKED_UP..T {
                self.0[t][i] = all[t];
            }
        }
    }

    /// All terms of the hypotheses that are older than the table.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "columns side by side")]
    fn compute(&mut self, terms: &impl CountTerms<F, T>, ages: &[u64], counts: &[F]) {
        let n = counts.len().min(BLOCK);
        let ages = &ages[..n];
        for i in 0..n {
            let all = terms.large(counts[i]);
            for t in 0..T {
                let value = self.0[t][i];
                self.0[t][i] = if ages[i] >= TABLE_LEN as u64 {
                    all[t]
                } else {
                    value
                };
            }
        }
    }
}

/// How many observations the hypotheses born at `births` have absorbed.
#[inline(always)]
fn count<F: Real>(seen: u64, births: &[u64], ages: &mut [u64], counts: &mut [F]) {
    let n = births.len();
    let (ages, counts) = (&mut ages[..n], &mut counts[..n]);
    for i in 0..n {
        ages[i] = seen - births[i];
        counts[i] = F::of(ages[i] as f64);
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
            let end = scattered.min(at + BLOCK);
            gathered.fill(self, terms, counts.seen, &counts.births[at..end]);
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
    use alloc::vec::Vec;

    use super::*;
    use crate::bank::Bank;

    struct Square;
    impl CountTerms<f64, 2> for Square {
        fn exact(&self, count: u64) -> [f64; 2] {
            [(count * count) as f64, count as f64]
        }
        fn complete(&self, [square, _]: [f64; 2], count: f64) -> [f64; 2] {
            [square, count]
        }
        fn large(&self, count: f64) -> [f64; 2] {
            [count * count, count]
        }
    }

    /// Writes the terms down.
    struct Note;
    impl Score<f64, 2, 2> for Note {
        fn score(&self, terms: [&[f64]; 2], statistics: [&mut [f64]; 2], _: &mut [f64]) {
            for (statistic, term) in statistics.into_iter().zip(terms) {
                statistic.copy_from_slice(term);
            }
        }
    }

    /// Holds the terms of every hypothesis against its own count.
    fn check(bank: &mut Counted<f64, 2>) {
        let table = CountTable::new(&Square);
        let before: Vec<u64> = (0..bank.len()).map(|i| bank.counts.get(i)).collect();
        let mut ln_joint = vec![0.0; bank.len().next_multiple_of(8)];
        table.run(&Square, bank, &mut ln_joint, &Note);
        for (i, &count) in before.iter().enumerate() {
            let expected = [(count * count) as f64, count as f64];
            assert_eq!(bank.columns.row(i), expected, "hypothesis {i}");
            assert_eq!(bank.counts.get(i), count + 1);
        }
    }

    /// A birth that did not happen and a birth at a missing observation make
    /// up for each other in number, not in count.
    #[test]
    fn a_gap_and_a_repetition_are_not_consecutive() {
        let mut bank = Counted::new([0.0; 2], 0);
        for (born, seen) in [(true, true), (false, true), (true, false), (true, true)] {
            if born {
                bank.push([0.0; 2]);
            }
            if seen {
                bank.counts.absorb();
            }
        }
        assert_eq!([0, 1, 2].map(|i| bank.counts.get(i)), [3, 1, 1]);
        check(&mut bank);
    }

    /// Every hypothesis gets the terms of its own count, whatever the gaps.
    #[test]
    fn every_hypothesis_gets_its_own_terms() {
        for (steps, every) in [
            (5u64, 1),
            (100, 1),
            (1500, 1),
            (1500, 7),
            (3000, 13),
            (2000, 50),
        ] {
            let mut bank = Counted::new([0.0; 2], 0);
            for step in 0..steps {
                if step % every == 0 {
                    bank.push([0.0; 2]);
                }
                bank.counts.absorb();
            }
            check(&mut bank);
            // What is left after a cut: some of the old, all of the young.
            let n = bank.len();
            let kept: Vec<u32> = (0..).take(n).filter(|i| i % 3 == 0).collect();
            bank.keep(&kept);
            check(&mut bank);
        }
    }
}
