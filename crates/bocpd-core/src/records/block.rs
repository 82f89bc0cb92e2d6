//! Backward kernels of a part of a series, for one pass over them.

use alloc::vec::Vec;

use super::kernel::NEGLIGIBLE;

/// Backward kernels of consecutive starts in one piece of memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    /// Of several models, the one whose filter the kernels were begun with.
    pub(crate) model: usize,
    /// The start of each kernel, and where it ends in the lists below.
    ends: Vec<(u64, usize)>,
    /// The starts of the segments before, ascending within each kernel, and their probabilities:
    /// 0 if they are negligible.
    starts: Vec<u64>,
    shares: Vec<f64>,
}

impl Block {
    /// An empty one in the memory of this one, begun with the filter of a model.
    pub(crate) fn emptied(mut self, model: usize) -> Self {
        self.model = model;
        self.ends.clear();
        self.starts.clear();
        self.shares.clear();
        self
    }

    /// Adds the kernel of `start`: the starts of the segments before it, and as many
    /// probabilities.
    #[inline(always)]
    pub(crate) fn push(
        &mut self,
        start: u64,
        before: &[u64],
        shares: impl ExactSizeIterator<Item = f64>,
    ) {
        debug_assert_eq!(before.len(), shares.len());
        self.starts.extend_from_slice(before);
        let possible = |p: f64| if p > NEGLIGIBLE { p } else { 0.0 };
        self.shares.extend(shares.map(possible));
        self.ends.push((start, self.starts.len()));
    }

    /// The kernels, oldest first: their starts, and pairs s, B(s).
    pub(crate) fn kernels(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, impl Iterator<Item = (u64, f64)> + Clone)> {
        (0..self.ends.len()).map(|i| {
            let from = i.checked_sub(1).map_or(0, |before| self.ends[before].1);
            let (start, end) = self.ends[i];
            let (starts, shares) = (&self.starts[from..end], &self.shares[from..end]);
            (start, starts.iter().copied().zip(shares.iter().copied()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_as_they_were_pushed() {
        let mut block = Block::default();
        let given: [(u64, &[u64], &[f64]); 3] = [
            (5, &[0, 3, 4], &[0.25, 0.0, 0.75]),
            (6, &[], &[]),
            (7, &[5, 6], &[NEGLIGIBLE, 1.0]),
        ];
        for (start, before, shares) in given {
            block.push(start, before, shares.iter().copied());
        }
        let kept: [(u64, &[(u64, f64)]); 3] = [
            (5, &[(0, 0.25), (3, 0.0), (4, 0.75)]),
            (6, &[]),
            (7, &[(5, 0.0), (6, 1.0)]),
        ];
        let kernels = |block: &Block| -> Vec<(u64, Vec<(u64, f64)>)> {
            let kernels = block.kernels();
            kernels
                .map(|(start, kernel)| (start, kernel.collect()))
                .collect()
        };
        assert_eq!(
            kernels(&block),
            kept.map(|(start, kernel)| (start, kernel.to_vec()))
        );
        let emptied = block.emptied(2);
        assert!(emptied.model == 2 && emptied.kernels().next().is_none());
    }
}
