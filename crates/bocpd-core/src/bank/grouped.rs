//! Statistics by groups of hypotheses.

use alloc::vec;
use alloc::vec::Vec;

use super::{Bank, Columns};
use crate::Real;
use crate::kernel::prefetch;

/// `N` statistics per hypothesis as the built-in models keep them: those of
/// [`Real::LANES`] hypotheses together, each statistic in as many lanes. One position
/// and one check lead to all statistics of a group, where [`Columns`] need `N`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(from = "Columns<F, N>", into = "Columns<F, N>")
)]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct Grouped<F: Real, const N: usize> {
    /// Lanes that no hypothesis is in yet hold `padding`, or what a kernel has made
    /// of it.
    groups: Vec<[F::Array; N]>,
    len: usize,
    padding: [F; N],
}

impl<F: Real, const N: usize> Grouped<F, N> {
    /// Nothing, with room for `capacity` hypotheses; `padding` has to be values that a
    /// kernel can compute with.
    pub(crate) fn new(padding: [F; N], capacity: usize) -> Self {
        Self {
            groups: vec![padding.map(F::array); capacity.div_ceil(F::LANES)],
            len: 0,
            padding,
        }
    }

    /// How many hypotheses there are.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds the youngest hypothesis.
    #[inline(always)]
    pub(crate) fn push(&mut self, row: [F; N]) {
        if self.len / F::LANES >= self.groups.len() {
            self.grow();
        }
        write(&mut self.groups, self.len, row);
        self.len += 1;
    }

    /// Makes room for one more group.
    #[cold]
    fn grow(&mut self) {
        let more = (self.groups.len() / 4).max(1);
        self.groups.reserve_exact(more);
        let groups = self.groups.len() + more;
        self.groups.resize(groups, self.padding.map(F::array));
    }

    /// The groups that any hypothesis is in: what kernels run over.
    #[inline(always)]
    pub(crate) fn live_mut(&mut self) -> &mut [[F::Array; N]] {
        &mut self.groups[..self.len.div_ceil(F::LANES)]
    }

    /// The statistics of one hypothesis.
    pub(crate) fn row(&self, hypothesis: usize) -> [F; N] {
        assert!(hypothesis < self.len, "a live hypothesis");
        read(&self.groups, hypothesis)
    }

    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// Asks for what the next step reads ahead of it.
    #[inline]
    pub(crate) fn prefetch(&self) {
        prefetch(&self.groups[..self.len.div_ceil(F::LANES)]);
    }

    /// Keeps the hypotheses at the positions `kept` (ascending).
    pub(crate) fn keep(&mut self, kept: &[u32]) {
        for (to, &from) in kept.iter().enumerate() {
            let row: [F; N] = read(&self.groups, from as usize);
            write(&mut self.groups, to, row);
        }
        self.truncate(kept.len());
    }

    /// Keeps the oldest `len` hypotheses.
    fn truncate(&mut self, len: usize) {
        for hypothesis in len..self.len.next_multiple_of(F::LANES) {
            write(&mut self.groups, hypothesis, self.padding);
        }
        self.len = len;
    }
}

#[inline(always)]
fn read<F: Real, const N: usize>(groups: &[[F::Array; N]], hypothesis: usize) -> [F; N] {
    let group = &groups[hypothesis / F::LANES];
    let lane = hypothesis % F::LANES;
    group.each_ref().map(|lanes| lanes.as_ref()[lane])
}

#[inline(always)]
fn write<F: Real, const N: usize>(groups: &mut [[F::Array; N]], hypothesis: usize, row: [F; N]) {
    let group = &mut groups[hypothesis / F::LANES];
    let lane = hypothesis % F::LANES;
    for (lanes, value) in group.iter_mut().zip(row) {
        lanes.as_mut()[lane] = value;
    }
}

impl<F: Real, const N: usize> From<Columns<F, N>> for Grouped<F, N> {
    fn from(columns: Columns<F, N>) -> Self {
        let len = columns.len();
        let mut grouped = Self::new(columns.padding(), len);
        for hypothesis in 0..len {
            grouped.push(columns.row(hypothesis));
        }
        grouped
    }
}

impl<F: Real, const N: usize> From<Grouped<F, N>> for Columns<F, N> {
    fn from(grouped: Grouped<F, N>) -> Self {
        let mut columns = Self::new(grouped.padding, grouped.len);
        for hypothesis in 0..grouped.len {
            columns.push(grouped.row(hypothesis));
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_compacts_and_pads() {
        let mut grouped = Grouped::<f64, 2>::new([0.0, 1.0], 4);
        for i in 0..11 {
            grouped.push([f64::from(i), -f64::from(i)]);
        }
        grouped.live_mut()[1][0][7] = f64::NAN;
        grouped.keep(&[0, 3, 10]);
        assert_eq!(grouped.len(), 3);
        let expected = [
            [0.0, 3.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, -3.0, -10.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        ];
        assert_eq!(grouped.live_mut(), [expected]);
        assert_eq!(grouped.groups[1], [[0.0; 8], [1.0; 8]]);
        assert_eq!(grouped.row(2), [10.0, -10.0]);
        grouped.clear();
        assert!(grouped.live_mut().is_empty());
    }

    /// As [`Columns`] it survives.
    #[test]
    fn columns_hold_the_same() {
        let mut grouped = Grouped::<f32, 3>::new([0.0, 1.0, 2.0], 0);
        for i in 0..40 {
            grouped.push([0.5, 1.5, 2.5].map(|x| x * i as f32));
        }
        let columns = Columns::from(grouped.clone());
        let back = Grouped::from(columns.clone());
        assert_eq!(columns.len(), 40);
        for i in 0..40 {
            assert_eq!(columns.row(i), grouped.row(i));
            assert_eq!(back.row(i), grouped.row(i));
        }
        assert_eq!(back.padding, grouped.padding);
    }
}
