//! Which hypotheses stay.
//!
//! Hypotheses are given up wherever they stand in the list, by what their loss
//! costs: cutting off everything older than some age invents changes on quiet
//! data. The newest few always stay, because a change shows in them first. The
//! neighbours of a hypothesis that is given up take over its weight.

mod criterion;
mod gaps;
mod stratified;
mod thinning;

use smallvec::SmallVec;

use crate::error::ParameterError;
use crate::hypotheses::Hypotheses;
use crate::kernel::Isa;
use crate::random::Random;
use crate::real::Real;
use criterion::{Criterion, Lowest};
use gaps::gaps;

/// How many of the newest hypotheses are kept whatever their weight.
const PROTECTED: usize = 8;

/// Which hypotheses a detector keeps. The limits combine; without any, the
/// filter is exact and grows by one hypothesis with every observation.
///
/// Where there are too many hypotheses, the one that is missed least goes first:
/// the lighter it is and the closer its neighbours stand, as seen from now, the
/// less it is missed; and one that may yet end the best segmentation is missed
/// more. Its neighbours share its weight, so that the mean start stays the same.
/// How much was moved in total is
/// [`Detector::pruned_mass`](crate::detector::Detector::pruned_mass). The hypothesis that
/// ends the jointly most probable segmentation always stays.
///
/// Pruning is lazy: the list grows past the target before it is cut (by a
/// quarter, or a sixteenth under `max_run_length` alone, but at least 16, or 8
/// to 15 where a number under 32 is asked for), so at times more hypotheses are
/// alive than asked for, never fewer.
///
/// ```
/// use bocpd_core::{Constant, Detector, Gaussian, Pruning};
///
/// // At most 64 hypotheses, and none less probable than 1e-6.
/// let mut pruning = Pruning::top_k(64);
/// pruning.min_weight = Some(1e-6);
/// let model = Gaussian::new(0.0, 1.0, 1.0, 1.0)?;
/// let mut detector = Detector::new(model, Constant::new(100.0)?).with_pruning(pruning)?;
/// for t in 0..500 {
///     detector.update(f64::from(t % 7))?;
/// }
/// assert!(detector.live() < 64 + 16);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Pruning {
    /// Keep at most this many hypotheses, those that would be missed most.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_hypotheses: Option<usize>,
    /// Give up hypotheses less probable than this whose best segmentations are
    /// less probable than this beside the best of all.
    #[cfg_attr(feature = "serde", serde(default))]
    pub min_weight: Option<f64>,
    /// Treat all run lengths of this many or more as one: the probability of
    /// "R or longer" is exact in the sense of mass, and the statistics of the
    /// likeliest of them stand for all.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_run_length: Option<u64>,
    /// Choose those that stay within `max_hypotheses` by stratified optimal
    /// resampling with random numbers from this seed: the posterior is then
    /// unbiased over seeds (Fearnhead & Liu 2007, §3.1).
    #[cfg_attr(feature = "serde", serde(default))]
    pub resample: Option<u64>,
}

/// One entry per hypothesis: on the stack for lists of ordinary length, so that
/// a detector that waits for data holds no memory for its next cut.
type List<T> = SmallVec<[T; 128]>;

/// The hypotheses that a cut leaves, and scratch memory for finding them.
#[derive(Debug, Default)]
pub(crate) struct Selection<F> {
    /// Their positions, ascending.
    pub(crate) kept: List<u32>,
    /// The weight of each of them, with what it takes over from those removed.
    pub(crate) weights: List<F>,
    /// The positions of all others, in no order.
    pub(crate) removed: List<u32>,
    /// Scratch memory of [`stratified::resample`].
    scratch: List<F>,
}

/// How far a list of `target` hypotheses may grow before it is cut: by a share of
/// it, but so far at least that what a cut costs whatever its size is spread over
/// some steps.
fn slack(target: usize, part: usize) -> usize {
    (target / part).max((target / 2).clamp(8, 16))
}

impl Default for Pruning {
    /// At most 32 hypotheses, none under 1e-10.
    fn default() -> Self {
        Self {
            max_hypotheses: Some(32),
            min_weight: Some(1e-10),
            max_run_length: None,
            resample: None,
        }
    }
}

impl Pruning {
    /// Nothing is given up: time and memory grow with the stream.
    pub const fn exact() -> Self {
        Self {
            max_hypotheses: None,
            min_weight: None,
            max_run_length: None,
            resample: None,
        }
    }

    /// At most `k` hypotheses, those that would be missed most.
    pub const fn top_k(k: usize) -> Self {
        Self {
            max_hypotheses: Some(k),
            ..Self::exact()
        }
    }

    /// No hypothesis less probable than `weight`.
    pub const fn min_weight(weight: f64) -> Self {
        Self {
            min_weight: Some(weight),
            ..Self::exact()
        }
    }

    /// At most `k` hypotheses, by stratified optimal resampling.
    pub const fn stratified(k: usize, seed: u64) -> Self {
        Self {
            resample: Some(seed),
            ..Self::top_k(k)
        }
    }

    /// All run lengths from `run_length` on in one.
    pub const fn max_run_length(run_length: u64) -> Self {
        Self {
            max_run_length: Some(run_length),
            ..Self::exact()
        }
    }

    /// Whether the limits can be used.
    ///
    /// # Errors
    /// `max_hypotheses` must lie in [2, 2^31], `min_weight` in [0, 0.1],
    /// `max_run_length` in [1, 2^53]; `resample` needs `max_hypotheses`.
    pub fn check(&self) -> Result<(), ParameterError> {
        if let Some(k) = self.max_hypotheses
            && !(2..=1 << 31).contains(&k)
        {
            return Err(ParameterError::new(
                "max_hypotheses",
                k as f64,
                "lie in [2, 2^31]",
            ));
        }
        if let Some(weight) = self.min_weight
            && !(0.0..=0.1).contains(&weight)
        {
            return Err(ParameterError::new("min_weight", weight, "lie in [0, 0.1]"));
        }
        if let Some(run_length) = self.max_run_length
            && !(1..=1 << 53).contains(&run_length)
        {
            let value = run_length as f64;
            return Err(ParameterError::new(
                "max_run_length",
                value,
                "lie in [1, 2^53]",
            ));
        }
        if let (Some(seed), None) = (self.resample, self.max_hypotheses) {
            let must = "come with max_hypotheses";
            return Err(ParameterError::new("resample", seed as f64, must));
        }
        Ok(())
    }

    /// How long the list may become after a cut that left `kept` hypotheses.
    ///
    /// Not inlined: in a loop over `kept` the optimiser would compute with the number
    /// that None does not have, which harms nothing, but valgrind reports it.
    #[inline(never)]
    pub(crate) fn limit(&self, kept: usize) -> usize {
        // Without a limit the list is still looked through now and then, for
        // hypotheses that a hazard of 1 has made impossible.
        let mut limit = 2 * kept.max(64);
        if self.max_run_length.is_some() {
            limit = limit.min(kept + slack(kept, 16));
        }
        if self.min_weight.is_some() {
            // Where a change has just left few, more are about to be born.
            limit = limit.min(kept + slack(kept.max(32), 4));
        }
        if let Some(k) = self.max_hypotheses {
            limit = limit.min(k.saturating_add(slack(k, 4)));
        }
        limit
    }

    /// For how many hypotheses a detector reserves memory at its first observation.
    pub(crate) fn capacity(&self) -> usize {
        self.max_hypotheses
            .map_or(64, |k| k.saturating_add(slack(k, 4)).min(1 << 16))
    }

    /// Selects the positions of the hypotheses that stay, ascending, at `time`.
    #[inline(always)]
    pub(crate) fn select<F: Real>(
        &self,
        isa: Isa,
        hypotheses: &Hypotheses<F>,
        time: u64,
        selection: &mut Selection<F>,
    ) {
        let threshold = match self.min_weight {
            Some(weight) if weight > 0.0 => F::of(libm::log(weight)),
            _ => F::neg_infinity(),
        };
        let newest = PROTECTED.min(self.max_hypotheses.unwrap_or(usize::MAX) / 2);
        let protected_from = hypotheses.len().saturating_sub(newest);
        keep_probable(isa, hypotheses, threshold, protected_from, selection);
        match (self.max_hypotheses, self.resample) {
            (Some(k), None) if selection.kept.len() > k => {
                thinning::thin(isa, hypotheses, time, k, protected_from, selection);
            }
            (Some(k), Some(seed)) if selection.kept.len() > k => {
                // A stream of its own for every cut needs no state to be kept.
                let uniform = 1.0 - Random::new(seed ^ time).uniform();
                keep_resampled(hypotheses, k, protected_from, F::of(uniform), selection);
            }
            _ => {}
        }
    }
}

/// Selects what is worth keeping whatever the number: the positions whose value
/// reaches `threshold`, and all from `protected_from` on that are possible.
#[inline(always)]
fn keep_probable<F: Real>(
    isa: Isa,
    hypotheses: &Hypotheses<F>,
    threshold: F,
    protected_from: usize,
    Selection {
        kept,
        weights,
        removed,
        ..
    }: &mut Selection<F>,
) {
    let all = hypotheses.weights.live();
    let ln_weights = hypotheses.ln_weights.live();
    let gains = &hypotheses.map_gains.live()[..ln_weights.len()];
    let criterion = Criterion::of(hypotheses);
    // A value of −∞ is that of an impossible one.
    let floor = |i: usize| {
        let floor = if i < protected_from {
            threshold
        } else {
            F::neg_infinity()
        };
        floor.vmax(F::min_value())
    };
    let reaches = |i: usize| criterion.value(ln_weights[i], gains[i]) >= floor(i);
    kept.clear();
    weights.clear();
    // Mostly all do, so first the lowest is looked for, by whole groups of lanes among
    // those that are not protected.
    let grouped = protected_from - protected_from % F::LANES;
    let lowest = isa.run_lanes(Lowest {
        ln_weights: F::groups(&ln_weights[..grouped]),
        gains: F::groups(&gains[..grouped]),
        criterion: &criterion,
    });
    if lowest >= floor(0) && (grouped..all.len()).all(reaches) {
        kept.extend((0..).take(all.len()));
        weights.extend_from_slice(all);
        return;
    }
    // Without branches, since which hypotheses stay is hard to predict.
    kept.resize(all.len(), 0);
    removed.resize(all.len(), 0);
    let (mut stay, mut go) = (0, 0);
    for (i, position) in (0..ln_weights.len()).zip(0..) {
        (kept[stay], removed[go]) = (position, position);
        let stays = usize::from(reaches(i));
        (stay, go) = (stay + stays, go + 1 - stays);
    }
    kept.truncate(stay);
    removed.truncate(go);
    weights.extend(kept.iter().map(|&i| all[i as usize]));
    move_to_neighbours(hypotheses, kept, weights);
}

/// Moves the weight of each hypothesis that is not kept to the nearest two that are, in
/// such shares that the mean start stays the same; to the only one at an end of the list.
/// `weights` are of those kept.
#[inline(always)]
fn move_to_neighbours<F: Real>(hypotheses: &Hypotheses<F>, kept: &[u32], weights: &mut [F]) {
    let (starts, all) = (&hypotheses.starts, hypotheses.weights.live());
    let count = |n: u64| F::of(n as f64);
    for (gap, to) in gaps(kept, hypotheses.len()) {
        if to == 0 || to == kept.len() {
            let neighbour = &mut weights[to.saturating_sub(1)];
            all[gap].iter().for_each(|&weight| *neighbour += weight);
            continue;
        }
        let [older, younger] = [to - 1, to].map(|neighbour| starts[kept[neighbour] as usize]);
        let between = count(younger - older);
        for i in gap {
            let share = all[i] * (count(starts[i] - older) / between);
            weights[to] += share;
            weights[to - 1] += all[i] - share;
        }
    }
}

/// Keeps `k` of the positions selected: all from `protected_from` on, the end of
/// the best segmentation, and of the others a stratified sample.
#[cold]
fn keep_resampled<F: Real>(
    hypotheses: &Hypotheses<F>,
    k: usize,
    protected_from: usize,
    uniform: F,
    selection: &mut Selection<F>,
) {
    let Selection {
        kept,
        weights,
        removed,
        scratch,
    } = selection;
    let (all, before) = (core::mem::take(kept), core::mem::take(weights));
    let is_fixed = |i: u32| i as usize >= protected_from || i as usize == hypotheses.best;
    let all = all.iter().copied().zip(before.iter().copied());
    let fixed = all.clone().filter(|&(i, _)| is_fixed(i));
    let others = all.filter(|&(i, _)| !is_fixed(i));
    let left = k.saturating_sub(fixed.clone().count());
    if left > 0 {
        stratified::resample(others, left, uniform, scratch, |i, weight| {
            kept.push(i);
            weights.push(weight);
        });
    }
    for (i, weight) in fixed {
        let at = kept.partition_point(|&other| other < i);
        kept.insert(at, i);
        weights.insert(at, weight);
    }
    removed.clear();
    for (gap, _) in gaps(kept, hypotheses.len()) {
        removed.extend((0..).skip(gap.start).take(gap.len()));
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn hypotheses(weights: &[f64], gains: &[f64]) -> Hypotheses<f64> {
        let mut hypotheses = Hypotheses::new(weights.len());
        for (start, (weight, &gain)) in (0..).zip(weights.iter().zip(gains)) {
            hypotheses.push(start, weight.ln(), gain);
        }
        hypotheses
            .normalise(crate::kernel::Isa::BASELINE, 0.0)
            .unwrap();
        hypotheses
    }

    fn selected(pruning: Pruning, weights: &[f64]) -> Vec<u32> {
        let mut selection = Selection::default();
        let gains = vec![0.0; weights.len()];
        let time = weights.len() as u64;
        let list = hypotheses(weights, &gains);
        pruning.select(Isa::BASELINE, &list, time, &mut selection);
        selection.kept.to_vec()
    }

    /// The end of the best segmentation stays, however light.
    #[test]
    fn the_joint_leader_stays() {
        let weights = [1e-9, 0.3, 0.3, 0.3, 0.1];
        let gains = [0.0, -30.0, -31.0, -32.0, -33.0];
        for pruning in [Pruning::top_k(2), Pruning::min_weight(1e-3)] {
            let mut selection = Selection::default();
            pruning.select(
                Isa::BASELINE,
                &hypotheses(&weights, &gains),
                5,
                &mut selection,
            );
            assert_eq!(selection.kept[0], 0, "{pruning:?}");
        }
    }

    #[test]
    fn the_lightest_go_wherever_they_stand() {
        let weights = [0.3, 1e-9, 0.2, 1e-7, 0.5, 1e-12, 0.0];
        assert_eq!(selected(Pruning::top_k(4), &weights[..5]), [0, 2, 3, 4]);
        let old: Vec<f64> = weights.iter().copied().chain([1e-3; 8]).collect();
        let expected: Vec<u32> = [0, 2, 4].into_iter().chain(7..15).collect();
        assert_eq!(selected(Pruning::min_weight(1e-6), &old), expected);
    }

    /// Nothing is lost, and on average segments start where they did.
    #[test]
    fn mass_and_mean_start_stay() {
        let starts: Vec<u64> = (0..40).map(|i| 3 * i + i % 3).collect();
        let mut list = Hypotheses::new(starts.len());
        for (i, &start) in starts.iter().enumerate() {
            let weight = (1 + i * 7919 % 1000) as f64;
            // The oldest leads the best segmentation, so it stays.
            let gain = if i == 0 { 20.0 } else { 0.0 };
            list.push(start, weight.ln(), gain);
        }
        list.normalise(crate::kernel::Isa::BASELINE, 0.0).unwrap();
        let moments = |all: &mut dyn Iterator<Item = (usize, f64)>| {
            all.fold((0.0, 0.0), |(sum, mean), (i, w)| {
                (sum + w, mean + w * starts[i] as f64)
            })
        };
        let weights = list.weights.live();
        let before = moments(&mut weights.iter().copied().enumerate());
        for pruning in [Pruning::top_k(12), Pruning::min_weight(0.02)] {
            let mut selection = Selection::default();
            pruning.select(Isa::BASELINE, &list, 130, &mut selection);
            assert!(selection.kept.len() < starts.len());
            let after = selection.kept.iter().zip(&selection.weights);
            let after = moments(&mut after.map(|(&i, &weight)| (i as usize, weight)));
            assert!((before.0 - after.0).abs() < 1e-12 * before.0, "{pruning:?}");
            assert!((before.1 - after.1).abs() < 1e-12 * before.1, "{pruning:?}");
        }
    }

    #[test]
    fn exact_drops_only_the_impossible() {
        assert_eq!(selected(Pruning::exact(), &[1e-300, 0.0, 1.0]), [0, 2]);
    }

    #[test]
    fn the_newest_are_protected() {
        let mut weights = [0.1; 40];
        weights[36..].fill(1e-30);
        let kept = selected(Pruning::top_k(16), &weights);
        assert_eq!(kept.len(), 16);
        assert_eq!(kept[12..], [36, 37, 38, 39]);
    }

    #[test]
    fn limits_are_past_the_target() {
        assert_eq!(Pruning::top_k(16).limit(16), 24);
        assert_eq!(Pruning::top_k(64).limit(64), 80);
        assert_eq!(Pruning::top_k(200).limit(200), 250);
        assert_eq!(Pruning::top_k(64).limit(3), 80);
        assert_eq!(Pruning::min_weight(1e-6).limit(40), 56);
        assert_eq!(Pruning::min_weight(1e-6).limit(3), 19);
        assert_eq!(Pruning::default().limit(20), 36);
        assert_eq!(Pruning::default().limit(32), 48);
        assert_eq!(Pruning::exact().limit(1000), 2000);
    }
}
