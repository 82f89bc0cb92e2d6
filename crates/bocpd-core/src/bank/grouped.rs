//! Statistics by groups of hypotheses.

use alloc::vec::Vec;

use super::{Bank, Counts};
use crate::kernel::prefetch;
use crate::real::Real;

/// The statistics of the built-in models: those of [`Real::LANES`] hypotheses
/// together, each statistic in as many lanes. One position and one check lead to
/// all statistics of a group, where [`Columns`](super::Columns) need one each.
///
/// How many statistics a hypothesis has is known when the bank is made. Models
/// whose predictive depends on the number of observations have that counted too.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(try_from = "data::Grouped<F>", into = "data::Grouped<F>")
)]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct Grouped<F: Real> {
    /// `width` of them for each group. Lanes that no hypothesis is in hold the
    /// statistics of another one.
    lanes: Vec<F::Array>,
    width: usize,
    len: usize,
    counts: Option<Counts>,
}

#[cfg(feature = "serde")]
mod data {
    use super::{Counts, Real, Vec};

    /// The statistics of the live hypotheses, one hypothesis after the other.
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(bound = "F: Real")]
    pub(super) struct Grouped<F: Real> {
        width: usize,
        statistics: Vec<F>,
        counts: Option<Counts>,
    }

    impl<F: Real> From<super::Grouped<F>> for Grouped<F> {
        fn from(bank: super::Grouped<F>) -> Self {
            let row = |i| (0..bank.width).map(move |s| (i, s));
            let places = (0..bank.len).flat_map(row);
            Self {
                statistics: places.map(|(i, s)| bank.statistic(i, s)).collect(),
                width: bank.width,
                counts: bank.counts,
            }
        }
    }

    impl<F: Real> TryFrom<Grouped<F>> for super::Grouped<F> {
        type Error = &'static str;

        fn try_from(data: Grouped<F>) -> Result<Self, Self::Error> {
            if data.width == 0 || !data.statistics.len().is_multiple_of(data.width) {
                return Err("statistics are missing");
            }
            let rows = data.statistics.chunks_exact(data.width);
            let counted = data.counts.as_ref();
            if counted.is_some_and(|counts| super::Bank::len(counts) != rows.len()) {
                return Err("counts and statistics differ in number");
            }
            let mut bank = super::Grouped::plain(data.width, rows.len());
            rows.for_each(|row| bank.push_all(row.iter().copied()));
            bank.counts = data.counts;
            Ok(bank)
        }
    }
}

impl<F: Real> Grouped<F> {
    /// A bank of `width` statistics a hypothesis with room for `capacity` of them.
    pub(crate) fn plain(width: usize, capacity: usize) -> Self {
        Self {
            lanes: Vec::with_capacity(capacity.div_ceil(F::LANES) * width),
            width,
            len: 0,
            counts: None,
        }
    }

    /// The same, which counts what each hypothesis has absorbed.
    pub(crate) fn counted(width: usize, capacity: usize) -> Self {
        Self {
            counts: Some(Counts::new(capacity)),
            ..Self::plain(width, capacity)
        }
    }

    /// How many statistics a hypothesis has.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Adds the youngest hypothesis.
    #[inline(always)]
    pub(crate) fn push<const N: usize>(&mut self, row: [F; N]) {
        debug_assert_eq!(N, self.width, "one number for each statistic");
        let (group, lane) = (self.len / F::LANES, self.len % F::LANES);
        if lane == 0 {
            self.begin_group(row);
        } else {
            let group = &mut self.lanes[group * N..][..N];
            for (lanes, value) in group.iter_mut().zip(row) {
                lanes.as_mut()[lane] = value;
            }
        }
        self.count_birth();
    }

    /// [`push`](Self::push) for a width that is not known at compile time.
    pub(crate) fn push_all(&mut self, row: impl Iterator<Item = F> + Clone) {
        let (group, lane) = (self.len / F::LANES, self.len % F::LANES);
        if lane == 0 {
            self.begin_group(row);
        } else {
            let group = &mut self.lanes[group * self.width..];
            for (lanes, value) in group.iter_mut().zip(row) {
                lanes.as_mut()[lane] = value;
            }
        }
        self.count_birth();
    }

    /// A group whose lanes all hold `row`: statistics that kernels can compute with.
    #[inline(always)]
    fn begin_group(&mut self, row: impl IntoIterator<Item = F>) {
        self.lanes.truncate(self.len / F::LANES * self.width);
        if self.lanes.capacity() - self.lanes.len() < self.width {
            self.grow();
        }
        self.lanes.extend(row.into_iter().map(F::array));
    }

    /// Makes room for some more groups.
    #[cold]
    fn grow(&mut self) {
        let more = (self.lanes.len() / self.width / 4).max(1);
        self.lanes.reserve_exact(more * self.width);
    }

    #[inline(always)]
    fn count_birth(&mut self) {
        self.len += 1;
        if let Some(counts) = &mut self.counts {
            counts.spawn();
        }
    }

    /// How many lists of lanes the live hypotheses fill.
    #[inline(always)]
    fn filled(&self) -> usize {
        self.len.div_ceil(F::LANES) * self.width
    }

    /// The groups that any hypothesis is in, each as `width` lists of lanes.
    #[inline(always)]
    pub(crate) fn groups(&self) -> &[F::Array] {
        &self.lanes[..self.filled()]
    }

    /// The same, to be changed; and the counts, if there are any.
    #[inline(always)]
    pub(crate) fn groups_mut(&mut self) -> (&mut [F::Array], Option<&mut Counts>) {
        let filled = self.filled();
        (&mut self.lanes[..filled], self.counts.as_mut())
    }

    /// The counts, if there are any.
    #[inline(always)]
    pub(crate) fn counts(&self) -> Option<&Counts> {
        self.counts.as_ref()
    }

    /// One statistic of one hypothesis.
    pub(crate) fn statistic(&self, hypothesis: usize, statistic: usize) -> F {
        assert!(
            hypothesis < self.len && statistic < self.width,
            "a live hypothesis"
        );
        let lanes = &self.lanes[hypothesis / F::LANES * self.width + statistic];
        lanes.as_ref()[hypothesis % F::LANES]
    }

    /// Sets it.
    pub(crate) fn set_statistic(&mut self, hypothesis: usize, statistic: usize, value: F) {
        assert!(
            hypothesis < self.len && statistic < self.width,
            "a live hypothesis"
        );
        let lanes = &mut self.lanes[hypothesis / F::LANES * self.width + statistic];
        lanes.as_mut()[hypothesis % F::LANES] = value;
    }

    /// `N` statistics of one hypothesis, from number `first` on.
    pub(crate) fn row<const N: usize>(&self, hypothesis: usize, first: usize) -> [F; N] {
        core::array::from_fn(|i| self.statistic(hypothesis, first + i))
    }

    /// How many observations a hypothesis has absorbed; 0 where that is not counted.
    pub(crate) fn count(&self, hypothesis: usize) -> f64 {
        let counts = self.counts.as_ref();
        counts.map_or(0.0, |counts| counts.get(hypothesis) as f64)
    }

    /// Whether this is a bank of `width` statistics, counted or not.
    pub(crate) fn is_like(&self, width: usize, counted: bool) -> bool {
        self.width == width && self.counts.is_some() == counted
    }

    /// Whether these can be the statistics of hypotheses whose segments have so many
    /// observations. `fits` says it of one of them: given how much it has absorbed (or has
    /// at most, where that is not counted), and its statistics.
    pub(crate) fn is_sound(
        &self,
        lengths: &[u64],
        fits: impl Fn(u64, &dyn Fn(usize) -> F) -> bool,
    ) -> bool {
        let fit = |(i, &length): (usize, &u64)| {
            let count = self.counts.as_ref().map_or(length, |counts| counts.get(i));
            count <= length && fits(count, &|statistic| self.statistic(i, statistic))
        };
        self.len == lengths.len()
            && self.counts.iter().all(Counts::is_sound)
            && lengths.iter().enumerate().all(fit)
    }
}

impl<F: Real> Bank for Grouped<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.len
    }

    fn clear(&mut self) {
        self.len = 0;
        self.counts.iter_mut().for_each(Bank::clear);
    }

    #[inline]
    fn prefetch(&self) {
        self.counts.iter().for_each(Bank::prefetch);
        prefetch(self.groups());
    }

    #[inline(always)]
    fn pop(&mut self) {
        self.len -= 1;
        self.counts.iter_mut().for_each(Bank::pop);
    }

    fn keep(&mut self, kept: &[u32]) {
        // The widths that most models have, so that a row is moved without a loop.
        match self.width {
            // A bank that never held a hypothesis has no lanes.
            _ if kept.is_empty() => {}
            1 => compact_groups::<F, 1>(&mut self.lanes, kept),
            2 => compact_groups::<F, 2>(&mut self.lanes, kept),
            3 => compact_groups::<F, 3>(&mut self.lanes, kept),
            width => {
                for statistic in 0..width {
                    compact_lanes::<F>(&mut self.lanes[statistic..], width, kept);
                }
            }
        }
        self.len = kept.len();
        if let Some(counts) = &mut self.counts {
            counts.keep(kept);
        }
    }
}

/// Moves the hypotheses at `kept` (ascending) to the front of groups of `N`
/// statistics.
fn compact_groups<F: Real, const N: usize>(lanes: &mut [F::Array], kept: &[u32]) {
    let groups = lanes.as_chunks_mut::<N>().0;
    for (to, &from) in kept.iter().enumerate() {
        let from = from as usize;
        let row = groups[from / F::LANES]
            .each_ref()
            .map(|lanes| lanes.as_ref()[from % F::LANES]);
        let group = &mut groups[to / F::LANES];
        for (lanes, value) in group.iter_mut().zip(row) {
            lanes.as_mut()[to % F::LANES] = value;
        }
    }
}

/// The same for one statistic, of which every `width`th list of lanes holds the next
/// group.
fn compact_lanes<F: Real>(lanes: &mut [F::Array], width: usize, kept: &[u32]) {
    for (to, &from) in kept.iter().enumerate() {
        let from = from as usize;
        let value = lanes[from / F::LANES * width].as_ref()[from % F::LANES];
        lanes[to / F::LANES * width].as_mut()[to % F::LANES] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(width: usize) -> Grouped<f64> {
        let mut bank = Grouped::counted(width, 4);
        for i in 0..21 {
            let row = (0..width).map(|s| f64::from(i) + 100.0 * s as f64);
            bank.push_all(row);
        }
        bank
    }

    #[test]
    fn keep_compacts_whatever_the_width() {
        for width in 1..6 {
            let mut bank = filled(width);
            bank.keep(&[0, 3, 10, 11, 20]);
            assert_eq!(bank.len(), 5);
            assert_eq!(bank.groups().len(), width);
            for (i, was) in [0.0, 3.0, 10.0, 11.0, 20.0].into_iter().enumerate() {
                for s in 0..width {
                    assert_eq!(bank.statistic(i, s), was + 100.0 * s as f64);
                }
            }
            bank.clear();
            assert!(bank.is_empty() && bank.groups().is_empty());
        }
    }

    #[test]
    fn pop_takes_back_a_push() {
        for pushes in [1_u32, 8, 9] {
            let mut bank = Grouped::<f64>::plain(2, 0);
            for i in 0..pushes {
                bank.push([f64::from(i), 1.0]);
            }
            bank.pop();
            bank.push([-1.0, 2.0]);
            assert_eq!(bank.len(), pushes as usize);
            assert_eq!(bank.row(bank.len() - 1, 0), [-1.0, 2.0]);
        }
    }

    /// Kernels run over lanes without a hypothesis too.
    #[test]
    fn lanes_without_a_hypothesis_hold_a_row() {
        let mut bank = filled(2);
        bank.keep(&[0, 1, 2]);
        assert_eq!(bank.groups().len(), 2);
        for lanes in bank.groups() {
            assert!(lanes.iter().all(|x| x.is_finite()));
        }
    }
}
