//! Looking back over a whole series in little memory.
//!
//! ```text
//! forward    mark ──────► mark ──────► mark ──────► end        the filter alone
//! backward                              ▼ block ◄─── end        from each mark on once more,
//!                          ▼ block ◄──── ▼                      its kernels written down and
//!              ▼ block ◄─── ▼                                   passed, latest first
//! ```
//!
//! What comes after an observation says something of all before it, so the pass back begins
//! when the filter has seen the last one, and needs the backward kernel of every step: as many
//! probabilities as hypotheses were alive. Instead of all of them there are copies of the
//! filter, one after each so many observations. From each of these, the last one first, the
//! filter goes through its observations once more, and only the kernels of that part are in
//! memory. (That is checkpointing, Griewank 1992, Optimization Methods and Software 1:35.)
//! The filter does the same the second time, bit for bit, so nothing is lost. With n
//! observations and marks √(4n) apart both copies and kernels are in proportion to √n.

use core::ops::Range;

use alloc::vec::Vec;

use crate::any_detector::AnyDetector;
use crate::detector::locations_in;
use crate::error::{DetectError, ParameterError, check};
use crate::interrupt::check_at;
use crate::records::Block;
use crate::smoothing::{BackwardPass, Location, Smoothed};

/// Up to so many observations all kernels are written down the first time.
const ONE_BLOCK: usize = 512;

/// What is known of a series when all of it has been seen.
pub(crate) struct Seen {
    /// The changepoints of the most probable segmentation, or those that were given.
    pub(crate) changepoints: Vec<u64>,
    /// Where each may have been.
    pub(crate) locations: Vec<Location>,
    /// The marginals, if there is an observation.
    pub(crate) smoothed: Option<Smoothed>,
}

/// Gives a detector that has seen nothing all of `n` observations and looks back over them.
/// `give` lets a detector have the observations of a range: all of them in order, and then
/// ranges of them once more, whose first observation may come before the last one given.
/// Without `changepoints`, those of the most probable segmentation are looked at.
///
/// # Errors
/// If `mass` cannot be used; what `give` has to say.
pub(crate) fn look_back<E: From<DetectError>>(
    detector: &mut AnyDetector,
    n: usize,
    mass: f64,
    changepoints: Option<Vec<u64>>,
    give: &mut impl FnMut(&mut AnyDetector, Range<usize>) -> Result<(), E>,
) -> Result<Seen, E> {
    check::mass(mass).map_err(DetectError::from)?;
    let every = distance(n);
    if every >= n {
        detector.begin_block(Block::default());
    }
    let mut marks = Vec::new();
    for part in parts(n, every) {
        if every < n {
            marks.push(detector.mark());
        }
        give(detector, part)?;
    }
    if detector.observations() != n as u64 {
        let (seen, must) = (
            detector.observations() as f64,
            "be as many as the series has",
        );
        return Err(DetectError::from(ParameterError::new("observations", seen, must)).into());
    }
    let changepoints = changepoints.unwrap_or_else(|| detector.changepoints());
    if n == 0 {
        return Ok(Seen {
            changepoints,
            locations: Vec::new(),
            smoothed: None,
        });
    }
    let places = detector
        .parts(&changepoints, 0)
        .map_err(DetectError::from)?;
    let mut pass = detector.begin_pass(0, places.iter().map(|&(_, place)| place));
    let mut model = detector.leader();
    let mut block = Block::default();
    if marks.is_empty() {
        block = detector.take_block(model);
        pass_over(&block, &mut pass)?;
    }
    let mut ranges: Vec<Range<usize>> = parts(n, every).collect();
    while let (Some(mut again), Some(range)) = (marks.pop(), ranges.pop()) {
        again.begin_block(block);
        give(&mut again, range)?;
        block = again.take_block(model);
        pass_over(&block, &mut pass)?;
        model = block.model;
    }
    let (smoothed, locations) = locations_in(&places, mass, pass);
    Ok(Seen {
        changepoints,
        locations,
        smoothed: Some(smoothed),
    })
}

/// How many observations lie between two marks.
fn distance(n: usize) -> usize {
    if n <= ONE_BLOCK {
        n.max(1)
    } else {
        (4 * n).isqrt()
    }
}

fn parts(n: usize, every: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = (0..n).step_by(every);
    starts.map(move |start| start..n.min(start + every))
}

fn pass_over(block: &Block, pass: &mut BackwardPass) -> Result<(), DetectError> {
    for (i, (start, previous)) in block.kernels().rev().enumerate() {
        check_at(i)?;
        pass.take(start, previous);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
