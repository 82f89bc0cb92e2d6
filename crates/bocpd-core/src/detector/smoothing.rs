//! When things changed, given all observations so far.

use alloc::vec::Vec;

use crate::detector::Detector;
use crate::error::{ParameterError, ReadoutError, check};
use crate::hazard::Hazard;
use crate::history::History;
use crate::interrupt::{self, check_at};
use crate::observation_model::ObservationModel;
use crate::random::Random;
use crate::records::BackwardKernel;
use crate::smoothing::{BackwardPass, Location, Smoothed, neighbourhoods};

/// A changepoint, and first and last index of its neighbourhood.
pub(crate) type Part = (u64, (u64, u64));

/// What a pass back over the history says of all indices, and of each changepoint.
pub(crate) fn locations_in(
    parts: &[Part],
    mass: f64,
    pass: BackwardPass,
) -> (Smoothed, Vec<Location>) {
    let (smoothed, found) = pass.end();
    let of = |&(index, part): &Part| Location::of(index, part, mass, &smoothed, &found);
    let locations = parts.iter().map(of).collect();
    (smoothed, locations)
}

impl<M: ObservationModel, H: Hazard> Detector<M, H> {
    /// The smoothed marginals P(a segment starts at s | x_0..x_t) of all that
    /// is remembered: of all observations, or of the last L + 1.
    ///
    /// Exact for the hypotheses that were kept; what pruning has dropped is in
    /// [`pruned_mass`](Self::pruned_mass). One pass over the history.
    ///
    /// # Errors
    /// If no history is kept ([`with_history`](Self::with_history)), or before
    /// any observation.
    pub fn smoothed(&self) -> Result<Smoothed, ReadoutError> {
        let pass = self.pass_back(core::iter::empty())?;
        Ok(pass.end().0)
    }

    /// P(a segment starts at s | x_0..x_t). Takes a pass over the history: for
    /// more than one index ask for [`smoothed`](Self::smoothed).
    ///
    /// # Errors
    /// As `smoothed`, and if s is no index that is remembered.
    pub fn p_change_at(&self, s: u64) -> Result<f64, ReadoutError> {
        let smoothed = self.smoothed()?;
        smoothed.get(s).ok_or(ReadoutError::Index {
            index: s,
            first: smoothed.first,
            end: self.state.time,
        })
    }

    /// P(at least one segment starts at an index in `low..=high` | x_0..x_t).
    ///
    /// ```text
    /// Σ_{low ≤ s ≤ high} [w_t(s) + Σ_{u > high} S(u) B_u(s)]
    /// ```
    ///
    /// over the last start s in the stretch. For low = high that is
    /// [`p_change_at`](Self::p_change_at).
    ///
    /// # Errors
    /// As `smoothed`, and if an index is not remembered.
    pub fn p_change_between(&self, low: u64, high: u64) -> Result<f64, ReadoutError> {
        let (first, end) = (self.first_remembered()?, self.state.time);
        for index in [low, high] {
            if index < first || index >= end || high < low {
                return Err(ReadoutError::Index { index, first, end });
            }
        }
        let pass = self.pass_back(core::iter::once((low, high)))?;
        Ok(pass.end().1.p_some((low, high)))
    }

    /// The expected number of changes among the observations that are
    /// remembered, given all so far.
    ///
    /// # Errors
    /// As [`smoothed`](Self::smoothed).
    pub fn expected_changes(&self) -> Result<f64, ReadoutError> {
        Ok(self.smoothed()?.expected_changes())
    }

    /// Where each of `changepoints` may have been, as credible sets with
    /// (at least) the probability `mass`; see [`Location`]. `changepoints` are
    /// ascending, as from [`changepoints`](Self::changepoints); those that are
    /// not remembered are left out.
    ///
    /// # Errors
    /// As [`smoothed`](Self::smoothed); if `mass` does not lie in (0, 1); and
    /// if the changepoints do not ascend from 1.
    pub fn locations(
        &self,
        changepoints: &[u64],
        mass: f64,
    ) -> Result<Vec<Location>, ReadoutError> {
        Ok(self.look_back(changepoints, mass)?.1)
    }

    /// [`smoothed`](Self::smoothed) and [`locations`](Self::locations) in one pass.
    pub(crate) fn look_back(
        &self,
        changepoints: &[u64],
        mass: f64,
    ) -> Result<(Smoothed, Vec<Location>), ReadoutError> {
        check::mass(mass)?;
        let parts = self.parts(changepoints, self.first_remembered()?)?;
        let pass = self.pass_back(parts.iter().map(|&(_, part)| part))?;
        Ok(locations_in(&parts, mass, pass))
    }

    /// The changepoints that are remembered with their neighbourhoods; the first index that is
    /// remembered is `first`.
    ///
    /// # Errors
    /// The changepoints do not ascend from 1.
    pub(crate) fn parts(
        &self,
        changepoints: &[u64],
        first: u64,
    ) -> Result<Vec<Part>, ParameterError> {
        let end = self.state.time;
        let order = core::iter::once(&0).chain(changepoints).chain([&end]);
        if !order.is_sorted_by(|a, b| a < b) {
            let value = changepoints.first().map_or(0.0, |&c| c as f64);
            let must = "ascend from 1 to the last observation";
            return Err(ParameterError::new("changepoints", value, must));
        }
        let parts = neighbourhoods(changepoints, first, end - 1);
        let remembered = changepoints.iter().copied().zip(parts);
        Ok(remembered.filter(|&(index, _)| index >= first).collect())
    }

    /// The pass back over all that is remembered.
    fn pass_back(
        &self,
        stretches: impl Iterator<Item = (u64, u64)>,
    ) -> Result<BackwardPass, ReadoutError> {
        let mut pass = self.begin_pass(self.first_remembered()?, stretches);
        for (i, kernel) in self.kernels().rev().enumerate() {
            check_at(i)?;
            pass.take(kernel.start(), kernel.previous().iter().copied());
        }
        Ok(pass)
    }

    /// The pass back to the index `first`, at the last observation.
    pub(crate) fn begin_pass(
        &self,
        first: u64,
        stretches: impl Iterator<Item = (u64, u64)>,
    ) -> BackwardPass {
        let last: Vec<(u64, f64)> = self.run_length_posterior().collect();
        BackwardPass::new(first, self.state.time, &last, stretches)
    }

    /// `draws` independent segmentations from their posterior given all
    /// observations, each as its changepoints, ascending. The same for a seed
    /// on every platform.
    ///
    /// ```text
    /// last start ~ w_t,   then the start before u ~ B_u, down to 0
    /// ```
    ///
    /// Exact (Fearnhead 2006; Fearnhead & Liu 2007), for the hypotheses that
    /// were kept.
    ///
    /// # Errors
    /// If not all of the past is kept ([`History::All`]), before any observation,
    /// or if there is no memory for so many.
    pub fn sample_segmentations(
        &self,
        draws: usize,
        seed: u64,
    ) -> Result<Vec<Vec<u64>>, ReadoutError> {
        self.check_whole()?;
        let kept = self.history();
        if kept != History::All || self.state.time == 0 {
            return Err(ReadoutError::History { kept });
        }
        let mut segmentations = Vec::new();
        if segmentations.try_reserve_exact(draws).is_err() {
            let must = "be fewer: there is no memory for so many";
            return Err(ParameterError::new("draws", draws as f64, must).into());
        }
        let kernels: Vec<&BackwardKernel> = self.kernels().collect();
        let last: Vec<(u64, f64)> = self.run_length_posterior().collect();
        let mut random = Random::new(seed);
        for _ in 0..draws {
            interrupt::check()?;
            let mut starts = Vec::new();
            let mut start = random.choose(&last).unwrap_or(0);
            while start > 0 {
                starts.push(start);
                let kernel = kernels.binary_search_by_key(&start, |kernel| kernel.start());
                let previous = kernel.map_or(&[][..], |i| kernels[i].previous());
                start = random.choose(previous).unwrap_or(0);
            }
            starts.reverse();
            segmentations.push(starts);
        }
        Ok(segmentations)
    }

    /// The first index that the history reaches back to.
    fn first_remembered(&self) -> Result<u64, ReadoutError> {
        self.check_whole()?;
        let kept = self.history();
        match kept {
            History::Lag(lag) if self.state.time > 0 => {
                Ok((self.state.time - 1).saturating_sub(lag))
            }
            History::All if self.state.time > 0 => Ok(0),
            _ => Err(ReadoutError::History { kept }),
        }
    }

    /// The backward kernels that are kept, oldest first.
    fn kernels(&self) -> impl DoubleEndedIterator<Item = &BackwardKernel> {
        let records = self.state.records.iter();
        records.flat_map(|records| records.kernels())
    }
}
