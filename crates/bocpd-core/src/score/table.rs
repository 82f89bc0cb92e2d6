//! The count-dependent terms, looked up.

use alloc::boxed::Box;
use alloc::vec;

use super::CountTerms;
use crate::real::Real;

/// Counts below this are looked up, counts from here on computed. There are fewer in Miri, which
/// takes minutes to fill long tables.
pub(crate) const TABLE_LEN: usize = if cfg!(miri) { 64 } else { 1024 };

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

/// A list of known length on the heap, without a copy on the stack first.
fn boxed<T: Clone, const N: usize>(value: T) -> Box<[T; N]> {
    let list = vec![value; N].into_boxed_slice().try_into();
    list.ok().expect("as long as it was made")
}

impl<F: Real, const T: usize> CountTable<F, T> {
    pub(crate) fn new(terms: &impl CountTerms<F, T>) -> Self {
        let mut columns: [Box<[F; ROWS]>; T] = [(); T].map(|()| boxed(F::zero()));
        // The same rows as `row_of` finds.
        for (row, terms) in terms.exact_below(TABLE_LEN as u64).enumerate() {
            for (column, value) in columns.iter_mut().zip(terms) {
                column[row] = F::of(value);
            }
        }
        for column in &mut columns {
            let last = column[TABLE_LEN - 1];
            column[TABLE_LEN..].fill(last);
        }
        Self { columns }
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
    use crate::bank::{Bank, Grouped};
    use crate::kernel::Isa;
    use crate::lanes::{Group, Lanes};
    use crate::score::{Absorb, Apply, Fused, GroupScore, GroupTerms, ScoreOnly};

    struct Square;
    impl CountTerms<f64, 2> for Square {
        fn exact(&self, count: u64) -> [f64; 2] {
            [(count * count) as f64, count as f64]
        }
    }
    impl GroupTerms<f64, 2> for Square {
        /// Of no use for what is looked up, as a series is for small counts.
        fn terms<L: Lanes<Scalar = f64>>(&self, counts: L) -> [L; 2] {
            let square = counts.if_less(TABLE_LEN as f64, L::splat(f64::NAN), counts * counts);
            [square, counts]
        }
    }

    /// Writes the terms down, and the second as the score.
    struct Note;
    impl GroupScore<f64, 2, 2> for Note {
        fn score<L: Group<Scalar = f64>, const G: usize>(
            &self,
            terms: &[[L; 2]; G],
            statistics: &mut [[[f64; 8]; 2]; G],
            ln_joint: &mut [[f64; 8]; G],
        ) {
            for (g, (statistics, terms)) in statistics.iter_mut().zip(terms).enumerate() {
                for (statistic, term) in statistics.iter_mut().zip(terms) {
                    term.store(statistic);
                }
                (L::load(&ln_joint[g]) + terms[1]).store(&mut ln_joint[g]);
            }
        }
    }

    fn counts(bank: &Grouped<f64>) -> Vec<f64> {
        (0..bank.len()).map(|i| bank.count(i)).collect()
    }

    /// Holds the terms of every hypothesis against its own count, in each way to get
    /// them.
    fn check(bank: &mut Grouped<f64>) {
        let (isa, table) = (Isa::best(), CountTable::new(&Square));
        let before = counts(bank);
        let fresh = || vec![0.0; before.len().next_multiple_of(8)];
        let (mut scores, mut fused) = (fresh(), fresh());
        let only = ScoreOnly {
            isa,
            bank,
            ln_joint: &mut scores,
        };
        only.counted(&table, &Square, &Note);
        let mut apart = bank.clone();
        let weights: Vec<f64> = (0..fused.len()).map(|i| f64::from(i % 3 != 1)).collect();
        let absorb = Absorb {
            isa,
            bank: &mut apart,
            weights: &weights,
        };
        absorb.counted(&table, &Square, &Note);
        let was = bank.clone();
        let ln_joint = &mut fused;
        Fused {
            isa,
            bank: &mut *bank,
            ln_joint,
        }
        .counted(&table, &Square, &Note);
        for (i, &count) in before.iter().enumerate() {
            let expected = [count * count, count];
            assert_eq!(bank.row(i, 0), expected, "hypothesis {i}");
            assert_eq!((scores[i], fused[i]), (count, count), "hypothesis {i}");
            assert_eq!(bank.count(i), count + 1.0);
            let absorbed = weights[i] != 0.0;
            let row: [f64; 2] = if absorbed { expected } else { was.row(i, 0) };
            assert_eq!(apart.row(i, 0), row, "hypothesis {i} apart");
            assert_eq!(apart.count(i), count + weights[i]);
        }
    }

    /// A birth that did not happen and a birth at a missing observation make
    /// up for each other in number, not in count.
    #[test]
    fn a_gap_and_a_repetition_are_not_consecutive() {
        let mut bank = Grouped::counted(2, 0);
        for (born, seen) in [(true, true), (false, true), (true, false), (true, true)] {
            if born {
                bank.push([0.0; 2]);
            }
            if seen {
                bank.groups_mut().1.unwrap().absorb();
            }
        }
        assert_eq!(counts(&bank), [3.0, 1.0, 1.0]);
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
            let mut bank = Grouped::counted(2, 0);
            for step in 0..steps {
                if step % every == 0 {
                    bank.push([0.0; 2]);
                }
                bank.groups_mut().1.unwrap().absorb();
            }
            check(&mut bank);
            // What is left after a cut: some of the old, all of the young.
            let n = bank.len();
            let kept: Vec<u32> = (0..).take(n).filter(|i| i % 3 == 0).collect();
            bank.keep(&kept);
            check(&mut bank);
        }
    }

    /// Counts need not descend: where some hypotheses have not absorbed what others
    /// have, a younger one may have absorbed more.
    #[test]
    fn counts_need_not_descend() {
        for steps in [40u64, 1060] {
            let mut bank = Grouped::counted(2, 0);
            for step in 0..steps {
                if step % 4 == 0 {
                    bank.push([0.0; 2]);
                }
                let counts = bank.groups_mut().1.unwrap();
                counts
                    .absorb_where(|i| !(i as u64 + step).is_multiple_of(5) && (i > 3 || step < 20));
            }
            let counts = counts(&bank);
            assert!(!counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
            check(&mut bank);
            bank.push([0.0; 2]);
            check(&mut bank);
        }
    }
}
