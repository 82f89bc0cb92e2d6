//! What states that were read have to be.

use libm::fabs;

use super::structure::Layout;
use super::{Beyond, StructuredBank, StructuredGaussian, factors};
use crate::bank::Bank;
use crate::observation_model::ObservationModel;
use crate::real::{Real, near};
use crate::score::TABLE_LEN;

/// No logarithm of a statistic is further from 0.
const LARGEST_LN: f64 = 2048.0;

impl<F: Real> StructuredGaussian<F> {
    pub(super) fn is_sound_bank(&self, bank: &StructuredBank<F>, lengths: &[u64]) -> bool {
        let (len, carried) = (bank.len(), bank.spread.len());
        let moves = self.has_dynamics();
        let Some(counts) = bank.states.counts() else {
            return false;
        };
        bank.states.is_like(self.width(), true)
            && bank.spread.is_like(self.spread_width(), false)
            && carried <= len
            && (moves || carried == 0)
            && bank.elapsed >= 0.0
            && bank.elapsed.is_finite()
            && bank.clock >= 0.0
            && (bank.clock < self.structure.period || bank.clock == 0.0)
            && counts.is_sound()
            && bank.states.is_sound(lengths, |_, _| true)
            && self.counts_are_sound(bank)
            && (0..len).all(|i| self.fits(bank, i))
    }

    /// Whether those whose gains are known by their counts can have come to these.
    fn counts_are_sound(&self, bank: &StructuredBank<F>) -> bool {
        let by_table = bank.spread.len()..bank.len();
        let most = match self.table.beyond {
            Beyond::Carried => TABLE_LEN as u64,
            _ => u64::MAX,
        };
        let mut before = most;
        !self.has_dynamics()
            || by_table.into_iter().all(|i| {
                let count = bank.count(i);
                let falls = count <= before;
                before = count;
                falls
            })
    }

    fn fits(&self, bank: &StructuredBank<F>, hypothesis: usize) -> bool {
        let dim = self.layout.dim();
        let count = bank.count(hypothesis);
        let statistic = |i| bank.states.statistic(hypothesis, i);
        let carried = bank.is_carried(hypothesis);
        let huge = F::HUGE.wide();
        let (beta, ln_peak) = (statistic(dim), statistic(dim + 1));
        let prior = F::of(self.beta);
        let heavy = self.cauchy.is_some();
        let knows_none = count == 0;
        // States are averages of observations and of what they lead to, with room for it;
        // a surprise is no more than twice as far, and its variance under 1e-30 nowhere.
        let room = if huge > 1e50 { 1e20 } else { 1e4 };
        let largest = huge * room;
        let most = self.beta + 4.0 * largest * largest * 1e30 * count as f64;
        let expected = self.expected_peak(count, beta.wide(), carried);
        let expected = if knows_none && !carried {
            self.ln_peak.wide()
        } else {
            expected
        };
        let states = (0..dim).all(|i| {
            let z = statistic(i).wide();
            fabs(z) <= largest && (!knows_none || z == 0.0)
        });
        states
            && beta >= prior
            && beta.wide() <= 1.001 * most
            && (!knows_none || beta == prior)
            && fabs(statistic(dim + 2).wide()) <= if heavy && !knows_none { huge } else { 0.0 }
            && near(
                ln_peak,
                F::of(expected),
                64 * count + 4096,
                F::of(LARGEST_LN),
            )
            && (!carried || self.spread_fits(bank, hypothesis))
    }

    fn spread_fits(&self, bank: &StructuredBank<F>, hypothesis: usize) -> bool {
        let dim = self.layout.dim();
        let factor = |i| bank.spread.statistic(hypothesis, i).wide();
        let number = factors::count(dim);
        let row: alloc::vec::Vec<[f64; 1]> = (0..number).map(|i| [factor(i)]).collect();
        let Layout { season, .. } = self.layout;
        let angle = season == 0 || {
            let (cos, sin) = (factor(number), factor(number + 1));
            fabs(cos * cos + sin * sin - 1.0) < 1e-3
        };
        // As wide as a prior and all the time there is can make it.
        let largest = if F::HUGE.wide() > 1e50 { 1e150 } else { 1e30 };
        angle
            && row[..dim].iter().all(|&[d]| d >= 0.0)
            && row.iter().all(|&[factor]| fabs(factor) <= largest)
            && (0..dim).all(|i| factors::variance(dim, &row, i) <= largest)
    }
}
