//! The number that comes along with each observation.

use crate::oracle::Segment;

/// The number of each observation of the stream; of those that have none, the usual one.
pub(super) struct Numbers<'a> {
    pub(super) of_each: &'a [Vec<f64>],
    pub(super) usual: f64,
}

impl Numbers<'_> {
    /// The number at a position of the stream.
    pub(super) fn at(&self, index: usize) -> f64 {
        let row = self.of_each.get(index);
        row.and_then(|row| row.first().copied())
            .unwrap_or(self.usual)
    }

    /// The observations in `from..to` that are not missing, each with its number.
    pub(super) fn seen(&self, series: &[Option<f64>], from: usize, to: usize) -> Vec<(f64, f64)> {
        let all = (from..to).map(|index| series[index].map(|x| (x, self.at(index))));
        all.flatten().collect()
    }

    /// Those of a series that begins where the stream does.
    pub(super) fn with(&self, xs: &[f64]) -> Vec<(f64, f64)> {
        let xs: Vec<_> = xs.iter().copied().map(Some).collect();
        self.seen(&xs, 0, xs.len())
    }
}

/// Where a segment is in its stream is its first statistic.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count"
)]
pub(super) fn index(stats: &[f64]) -> usize {
    stats[0] as usize
}

/// The statistics of the prior where these observations were before it.
pub(super) fn prior_after(model: &dyn Segment, before: &[Option<f64>]) -> Vec<f64> {
    let mut stats = model.prior();
    stats[0] = before.len() as f64;
    stats
}
