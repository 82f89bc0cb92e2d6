//! Where the live hypotheses keep their statistics.
//!
//! A bank holds one entry per live hypothesis, oldest first. [`Columns`] keeps
//! each statistic in a contiguous column that kernels run over; [`Slots`] keeps
//! one value per hypothesis of whatever type a [`ScalarModel`] likes.
//!
//! [`ScalarModel`]: crate::observation_model::ScalarModel

mod counts;
mod grouped;

use alloc::vec;
use alloc::vec::Vec;

use crate::kernel::{numbers, numbers_mut, prefetch};
use crate::real::Real;

pub(crate) use counts::Counts;
#[cfg(feature = "serde")]
pub(crate) use counts::MAX_SEEN;
pub(crate) use grouped::Grouped;

/// Statistics of the live hypotheses, oldest first.
pub trait Bank: Clone {
    /// How many hypotheses there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all of them.
    fn clear(&mut self);

    /// Asks for the statistics ahead of their use: a hint, which need not be taken.
    #[inline]
    fn prefetch(&self) {}

    /// Forgets the youngest.
    fn pop(&mut self);

    /// Keeps the hypotheses at the positions `kept` (ascending) and forgets the
    /// others.
    fn keep(&mut self, kept: &[u32]);
}

/// A [`Bank`] that snapshots can hold. Every one that serde can write and read is one, so
/// nobody implements this by hand.
#[cfg(feature = "serde")]
pub trait StoredBank: Bank + serde::Serialize + serde::de::DeserializeOwned {}
#[cfg(feature = "serde")]
impl<B: Bank + serde::Serialize + serde::de::DeserializeOwned> StoredBank for B {}

/// Keeps the elements at `kept` (ascending) of a list of plain values.
pub(crate) fn keep_in<T: Copy>(values: &mut Vec<T>, kept: &[u32]) {
    compact(values, kept);
    values.truncate(kept.len());
}

/// Moves the elements at `kept` (ascending) to the front.
pub(crate) fn compact<T: Copy>(values: &mut [T], kept: &[u32]) {
    compact_all([values], kept);
}

/// The same in lists of one length: one by one, since runs are mostly too short to
/// be worth moving as such, but for the last, which is often nearly all.
#[inline]
pub(crate) fn compact_all<T: Copy, const N: usize>(mut lists: [&mut [T]; N], kept: &[u32]) {
    let len = lists.first().map_or(0, |list| list.len());
    for list in &mut lists {
        *list = &mut core::mem::take(list)[..len];
    }
    let last = kept.last().map_or(0, |&last| last as usize);
    for (to, &from) in kept.iter().enumerate() {
        let from = from as usize;
        if last - from == kept.len() - 1 - to {
            for list in &mut lists {
                list.copy_within(from..=last, to);
            }
            return;
        }
        assert!(from < len && to < len, "positions in the list");
        for list in &mut lists {
            list[to] = list[from];
        }
    }
}

/// One number per hypothesis, padded to whole lanes so that kernels need no
/// remainder loop.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(from = "data::Column<F>", into = "data::Column<F>")
)]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct Column<F: Real> {
    /// Whole lanes, so that the compiler sees that there is no remainder. Those that no
    /// hypothesis is in yet hold `padding`.
    lines: Vec<F::Line>,
    len: usize,
    padding: F,
}

#[cfg(feature = "serde")]
mod data {
    use super::{Real, Vec};

    /// A column without its padding.
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(bound = "F: Real")]
    pub(super) struct Column<F: Real> {
        values: Vec<F>,
        padding: F,
    }

    impl<F: Real> From<super::Column<F>> for Column<F> {
        fn from(column: super::Column<F>) -> Self {
            Self {
                values: column.live().to_vec(),
                padding: column.padding,
            }
        }
    }

    impl<F: Real> From<Column<F>> for super::Column<F> {
        fn from(data: Column<F>) -> Self {
            let mut column = super::Column::new(data.padding, data.values.len());
            for value in data.values {
                column.push(value);
            }
            column
        }
    }
}

impl<F: Real> Column<F> {
    /// An empty column with room for `capacity` hypotheses, whose padding is
    /// filled with `padding`.
    pub fn new(padding: F, capacity: usize) -> Self {
        Self {
            lines: vec![F::line(padding); capacity.div_ceil(F::LANES)],
            len: 0,
            padding,
        }
    }

    /// How many hypotheses there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds the youngest hypothesis.
    #[inline(always)]
    pub fn push(&mut self, value: F) {
        let len = self.len;
        match numbers_mut(&mut self.lines).get_mut(len) {
            Some(place) => *place = value,
            None => self.grow(value),
        }
        self.len = len + 1;
    }

    /// Makes room for one more, which gets this value.
    #[cold]
    fn grow(&mut self, value: F) {
        // By a quarter: doubled columns would lie in the same cache sets.
        let more = (self.lines.len() / 4).max(1);
        self.lines.reserve_exact(more);
        let lines = self.lines.len() + more;
        self.lines.resize(lines, F::line(self.padding));
        numbers_mut(&mut self.lines)[self.len] = value;
    }

    /// The values of the live hypotheses.
    #[inline(always)]
    pub fn live(&self) -> &[F] {
        &numbers(&self.lines)[..self.len]
    }

    /// The values of the live hypotheses, to be changed.
    #[inline(always)]
    pub fn live_mut(&mut self) -> &mut [F] {
        &mut numbers_mut(&mut self.lines)[..self.len]
    }

    /// What is where no hypothesis is.
    #[cfg(feature = "serde")]
    pub(crate) fn padding(&self) -> F {
        self.padding
    }

    /// All elements, a multiple of [`Real::LANES`]: what kernels run over.
    #[inline(always)]
    pub fn padded(&self) -> &[F] {
        &numbers(&self.lines)[..self.len.next_multiple_of(F::LANES)]
    }

    /// All elements, to be changed. What a kernel writes into the padding is of
    /// no consequence.
    #[inline(always)]
    pub fn padded_mut(&mut self) -> &mut [F] {
        &mut numbers_mut(&mut self.lines)[..self.len.next_multiple_of(F::LANES)]
    }

    /// The first `groups` groups of [`Real::LANES`] elements.
    #[inline(always)]
    pub(crate) fn groups(&self, groups: usize) -> &[F::Array] {
        F::groups(numbers(&self.lines[..groups]))
    }

    /// The same, to be changed.
    #[inline(always)]
    pub(crate) fn groups_mut(&mut self, groups: usize) -> &mut [F::Array] {
        F::groups_mut(numbers_mut(&mut self.lines[..groups]))
    }

    /// Forgets all hypotheses.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Forgets the youngest hypothesis.
    pub fn pop(&mut self) {
        self.truncate(self.len.saturating_sub(1));
    }

    /// Keeps the hypotheses at the positions `kept` (ascending).
    pub fn keep(&mut self, kept: &[u32]) {
        compact(self.padded_mut(), kept);
        self.truncate(kept.len());
    }

    /// Keeps the oldest `len` hypotheses.
    #[inline(always)]
    pub(crate) fn truncate(&mut self, len: usize) {
        let padding = self.padding;
        self.padded_mut()[len..].fill(padding);
        self.len = len;
    }
}

/// `N` statistics per hypothesis, each in a column of its own.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct Columns<F: Real, const N: usize> {
    #[cfg_attr(feature = "serde", serde(with = "array"))]
    columns: [Column<F>; N],
}

/// serde knows arrays of lengths given by a constant only as sequences.
#[cfg(feature = "serde")]
mod array {
    use alloc::vec::Vec;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Column, Real};

    pub(super) fn serialize<S: Serializer, F: Real, const N: usize>(
        columns: &[Column<F>; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        columns.as_slice().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, F: Real, const N: usize>(
        deserializer: D,
    ) -> Result<[Column<F>; N], D::Error> {
        let columns = Vec::<Column<F>>::deserialize(deserializer)?;
        if columns
            .windows(2)
            .any(|pair| pair[0].len() != pair[1].len())
        {
            return Err(D::Error::custom("columns differ in length"));
        }
        columns
            .try_into()
            .map_err(|_| D::Error::custom("wrong number of columns"))
    }
}

impl<F: Real, const N: usize> Columns<F, N> {
    /// Empty columns with room for `capacity` hypotheses; `padding` has to be
    /// values that a kernel can compute with.
    pub fn new(padding: [F; N], capacity: usize) -> Self {
        Self {
            columns: padding.map(|p| Column::new(p, capacity)),
        }
    }

    /// Adds the youngest hypothesis.
    #[inline(always)]
    pub fn push(&mut self, row: [F; N]) {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
    }

    /// The padded columns.
    #[inline(always)]
    pub fn padded(&self) -> [&[F]; N] {
        self.columns.each_ref().map(Column::padded)
    }

    /// The padded columns, to be changed: what kernels run over.
    #[inline(always)]
    pub fn padded_mut(&mut self) -> [&mut [F]; N] {
        self.columns.each_mut().map(Column::padded_mut)
    }

    /// The statistics of one hypothesis.
    pub fn row(&self, hypothesis: usize) -> [F; N] {
        self.columns
            .each_ref()
            .map(|column| column.live()[hypothesis])
    }
}

impl<F: Real, const N: usize> Bank for Columns<F, N> {
    #[inline]
    fn prefetch(&self) {
        for column in &self.columns {
            prefetch(column.padded());
        }
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    fn clear(&mut self) {
        self.columns.iter_mut().for_each(Column::clear);
    }

    fn pop(&mut self) {
        self.columns.iter_mut().for_each(Column::pop);
    }

    fn keep(&mut self, kept: &[u32]) {
        compact_all(self.padded_mut(), kept);
        for column in &mut self.columns {
            column.truncate(kept.len());
        }
    }
}

/// One value of the type `S` per hypothesis.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Slots<S> {
    slots: Vec<S>,
}

impl<S> Slots<S> {
    /// No slots, with room for `capacity` hypotheses.
    pub fn new(capacity: usize) -> Self {
        Self {
            slots: Vec::with_capacity(capacity),
        }
    }

    /// Adds the youngest hypothesis.
    pub fn push(&mut self, slot: S) {
        self.slots.push(slot);
    }

    /// The slots, oldest first.
    pub fn as_slice(&self) -> &[S] {
        &self.slots
    }

    /// The slots, oldest first, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [S] {
        &mut self.slots
    }
}

impl<S: Clone> Bank for Slots<S> {
    fn len(&self) -> usize {
        self.slots.len()
    }

    /// The slots themselves; what they point to is not known here.
    fn prefetch(&self) {
        prefetch(&self.slots);
    }

    fn clear(&mut self) {
        self.slots.clear();
    }

    fn pop(&mut self) {
        self.slots.pop();
    }

    fn keep(&mut self, kept: &[u32]) {
        for (to, &from) in kept.iter().enumerate() {
            self.slots.swap(to, from as usize);
        }
        self.slots.truncate(kept.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_compacts_and_pads() {
        let mut columns = Columns::<f64, 2>::new([0.0, 1.0], 4);
        for i in 0..11 {
            columns.push([f64::from(i), -f64::from(i)]);
        }
        columns.padded_mut()[0][15] = f64::NAN;
        columns.keep(&[0, 3, 10]);
        assert_eq!(columns.len(), 3);
        assert_eq!(
            columns.padded()[0],
            [0.0, 3.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        );
        assert_eq!(
            columns.padded()[1],
            [0.0, -3.0, -10.0, 1.0, 1.0, 1.0, 1.0, 1.0]
        );
        assert_eq!(columns.row(2), [10.0, -10.0]);
        columns.clear();
        assert!(columns.is_empty());
    }
}
