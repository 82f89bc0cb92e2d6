//! Between two observations: the hazard acts and a hypothesis is born.

use alloc::boxed::Box;
use alloc::vec::Vec;

use num_traits::{Float, Zero};

use crate::detector::Detector;
use crate::error::UpdateError;
use crate::hazard::{Hazard, LARGE, ln_staying, ln_staying_over};
use crate::hypotheses::Hypotheses;
use crate::kernel::Kernel;
use crate::observation_model::ObservationModel;
use crate::real::Real;

/// What the hazard has done to the weights, and what it gives the newborn.
pub(super) struct Transition<F> {
    /// Common to all log weights and left out of them; it belongs to the
    /// evidence.
    pub(super) ln_common: f64,
    pub(super) newborn: Option<Newborn<F>>,
}

pub(super) struct Newborn<F> {
    pub(super) ln_weight: F,
    map_gain: F,
    /// Position of the hypothesis that ends the best segmentation before it.
    parent: Option<usize>,
}

/// What is kept from transition to transition to save work.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch<F> {
    odds: Odds,
    /// Whether the log weights before the step are in `general`, so that an error can put
    /// them back.
    reweighted: bool,
    /// Whether the last call of `note_births` has found none, so that an error can take
    /// them back.
    noted: bool,
    /// Apart, since most detectors never need it.
    general: Option<Box<General<F>>>,
}

impl<F: Real> Scratch<F> {
    /// Keeps the log weights of all but the `newborn` youngest, for a step that may have
    /// to be taken back, if the transition has not done so.
    #[inline(always)]
    pub(super) fn keep(&mut self, hypotheses: &Hypotheses<F>, newborn: usize) {
        if !self.reweighted {
            let general = self.general.get_or_insert_default();
            general.ln_weights.clear();
            let ln_weights = hypotheses.ln_weights.live();
            let before = &ln_weights[..ln_weights.len() - newborn];
            general.ln_weights.extend_from_slice(before);
            self.reweighted = true;
        }
    }

    /// What the last transition has left here, if hazards differed.
    pub(super) fn varied(&self) -> Option<&General<F>> {
        self.general.as_deref().filter(|_| self.reweighted)
    }
}

/// Memory for hazards that differ between hypotheses.
#[derive(Clone, Debug, Default)]
pub(super) struct General<F> {
    lengths: Vec<u64>,
    hazards: Vec<f64>,
    /// Positions and ln(1 − h) of those whose h says too little of it.
    ln_survivals: Vec<(usize, f64)>,
    /// ln of what each gives to the newborn, and the log weights as they were.
    pub(super) ln_hazards: Vec<F>,
    ln_weights: Vec<F>,
}

/// Logarithms of a constant hazard h, kept because it is the same at every step.
#[derive(Clone, Copy, Debug, Default)]
struct Odds {
    h: f64,
    /// ln(1 − h).
    ln_survival: f64,
    /// ln(h/(1 − h)).
    logit: f64,
}

impl Odds {
    fn of(h: f64, ln_survival: f64) -> Self {
        let logit = h.vln() - ln_survival;
        Self {
            h,
            ln_survival,
            logit,
        }
    }
}

/// A transition under a hazard that varies, compiled for each instruction set.
struct Varying<'a, M: ObservationModel, H>(&'a mut Detector<M, H>, Option<f64>);

impl<M: ObservationModel, H: Hazard> Kernel for Varying<'_, M, H> {
    type Output = Result<Transition<M::Scalar>, UpdateError>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.0.general_transition(self.1)
    }
}

impl<M: ObservationModel, H: Hazard> Detector<M, H> {
    /// Applies the hazard to the live hypotheses.
    #[inline(always)]
    pub(super) fn transition(
        &mut self,
        elapsed: Option<f64>,
    ) -> Result<Transition<M::Scalar>, UpdateError> {
        self.scratch.reweighted = false;
        if let Some(value) = elapsed
            && !(value > 0.0 && (self.state.clock + value).is_finite())
        {
            return Err(UpdateError::Elapsed { value });
        }
        if self.state.time == 0 {
            self.reserve();
            // The first observation starts the first segment.
            let zero = M::Scalar::zero();
            let newborn = Some(Newborn {
                ln_weight: zero,
                map_gain: zero,
                parent: None,
            });
            return Ok(Transition {
                ln_common: 0.0,
                newborn,
            });
        }
        match (elapsed, self.hazard.constant()) {
            (None, Some(h)) if h > 0.0 && h < 1.0 => {
                if self.scratch.odds.h != h {
                    self.scratch.odds = self.odds(h, None)?;
                }
                self.state.clock += 1.0;
                Ok(self.constant_transition(self.scratch.odds))
            }
            (Some(elapsed), Some(_)) => {
                let h = self
                    .hazard
                    .over(0.0, elapsed)
                    .ok_or(UpdateError::ElapsedUnsupported)?;
                if h > 0.0 && h < 1.0 {
                    let odds = self.odds(h, Some(elapsed))?;
                    self.note_births();
                    self.state.clock += elapsed;
                    Ok(self.constant_transition(odds))
                } else {
                    self.isa().run(Varying(self, Some(elapsed)))
                }
            }
            _ => self.isa().run(Varying(self, elapsed)),
        }
    }

    /// The logarithms of a hazard that is the same at every length.
    #[cold]
    fn odds(&self, h: f64, elapsed: Option<f64>) -> Result<Odds, UpdateError> {
        let ln_survival = match elapsed {
            None => ln_staying(&self.hazard, 1, h),
            Some(elapsed) => ln_staying_over(&self.hazard, 0.0, elapsed, h),
        };
        check_ln_survival(1, ln_survival)?;
        Ok(Odds::of(h, ln_survival))
    }

    /// All survivors lose the same factor, so only the newborn needs a weight:
    /// h/(1−h) of all of them together.
    #[inline(always)]
    fn constant_transition(&mut self, odds: Odds) -> Transition<M::Scalar> {
        let Odds {
            ln_survival, logit, ..
        } = odds;
        let hypotheses = &self.state.hypotheses;
        let ln_total = hypotheses.ln_total;
        Transition {
            ln_common: ln_survival - ln_total.wide(),
            newborn: Some(Newborn {
                ln_weight: M::Scalar::of(logit) + ln_total,
                map_gain: hypotheses.best_joint - ln_total,
                parent: Some(hypotheses.best),
            }),
        }
    }

    /// Each hypothesis has a hazard of its own.
    #[inline(always)]
    fn general_transition(
        &mut self,
        elapsed: Option<f64>,
    ) -> Result<Transition<M::Scalar>, UpdateError> {
        self.fill_hazards(elapsed)?;
        self.scratch.reweighted = true;
        if elapsed.is_some() {
            self.note_births();
        }
        self.state.clock += elapsed.unwrap_or(1.0);
        let hypotheses = &mut self.state.hypotheses;
        let scratch = self.scratch.general.get_or_insert_default();
        scratch.ln_weights.clear();
        scratch
            .ln_weights
            .extend_from_slice(hypotheses.ln_weights.live());

        // ln of what each hypothesis gives to the newborn, and the best path to it.
        let mut largest = M::Scalar::neg_infinity();
        let mut best = (M::Scalar::neg_infinity(), hypotheses.best);
        scratch.ln_hazards.clear();
        // In f64, in which a probability may be smaller than in f32.
        scratch
            .ln_hazards
            .extend(scratch.hazards.iter().map(|&h| M::Scalar::of(h.vln())));
        for (i, ln_h) in scratch.ln_hazards.iter_mut().enumerate() {
            *ln_h += scratch.ln_weights[i];
            largest = ln_h.vmax(largest);
            let joint = *ln_h + hypotheses.map_gains.live()[i];
            if joint > best.0 {
                best = (joint, i);
            }
        }
        let newborn = (largest > M::Scalar::neg_infinity()).then(|| {
            let mut sum = M::Scalar::zero();
            for ln_h in &scratch.ln_hazards {
                sum += (*ln_h - largest).vexp_weight();
            }
            let ln_weight = largest + sum.vln_normal();
            Newborn {
                ln_weight,
                map_gain: best.0 - ln_weight,
                parent: Some(best.1),
            }
        });
        let ln_weights = hypotheses.ln_weights.live_mut();
        for (ln_weight, &h) in ln_weights.iter_mut().zip(&scratch.hazards) {
            *ln_weight += M::Scalar::of((-h).vln_1p());
        }
        for &(i, ln_survival) in &scratch.ln_survivals {
            ln_weights[i] = scratch.ln_weights[i] + M::Scalar::of(ln_survival);
        }
        let ln_common = -hypotheses.ln_total.wide();
        Ok(Transition { ln_common, newborn })
    }

    fn fill_hazards(&mut self, elapsed: Option<f64>) -> Result<(), UpdateError> {
        let state = &self.state;
        let scratch = self.scratch.general.get_or_insert_default();
        let starts = &state.hypotheses.starts;
        scratch.lengths.clear();
        scratch
            .lengths
            .extend(starts.iter().map(|start| state.time - start));
        scratch.hazards.clear();
        scratch.hazards.resize(starts.len(), 0.0);
        if let Some(elapsed) = elapsed {
            for (i, hazard) in scratch.hazards.iter_mut().enumerate() {
                let age = state.clock - state.hypotheses.birth(i);
                let over = self.hazard.over(age, elapsed);
                *hazard = over.ok_or(UpdateError::ElapsedUnsupported)?;
            }
        } else {
            self.hazard.fill(&scratch.lengths, &mut scratch.hazards);
        }
        scratch.ln_survivals.clear();
        for (i, &h) in scratch.hazards.iter().enumerate() {
            let run_length = scratch.lengths[i];
            if !(0.0..=1.0).contains(&h) {
                let value = h;
                return Err(UpdateError::Hazard { run_length, value });
            }
            if h > LARGE {
                let ln_survival = match elapsed {
                    None => ln_staying(&self.hazard, run_length, h),
                    Some(elapsed) => {
                        let birth = state.hypotheses.birth(i);
                        ln_staying_over(&self.hazard, state.clock - birth, elapsed, h)
                    }
                };
                check_ln_survival(run_length, ln_survival)?;
                scratch.ln_survivals.push((i, ln_survival));
            }
        }
        Ok(())
    }

    /// From the first uneven interval on, times of birth are kept; up to then
    /// they are the starts.
    fn note_births(&mut self) {
        let hypotheses = &mut self.state.hypotheses;
        self.scratch.noted = hypotheses.births.is_empty();
        if self.scratch.noted {
            hypotheses
                .births
                .extend(hypotheses.starts.iter().map(|&start| start as f64));
        }
    }

    /// Adds the newborn to the hypotheses.
    #[inline(always)]
    pub(super) fn spawn(&mut self, transition: &Transition<M::Scalar>) {
        let Some(Newborn {
            ln_weight,
            map_gain,
            ..
        }) = transition.newborn
        else {
            return;
        };
        let state = &mut self.state;
        let hypotheses = &mut state.hypotheses;
        hypotheses.push(state.time, ln_weight, map_gain);
        if !hypotheses.births.is_empty() {
            hypotheses.births.push(state.clock);
        }
    }

    /// Adds the newborn to the tree of segmentations; only after the observation has been
    /// absorbed, so that an error has nothing to undo there.
    #[inline(always)]
    pub(super) fn add_to_segmentation(&mut self, transition: &Transition<M::Scalar>) {
        let Some(Newborn { parent, .. }) = transition.newborn else {
            return;
        };
        let state = &mut self.state;
        let hypotheses = &mut state.hypotheses;
        let leaf = match parent {
            Some(i) => {
                let (leaf, start) = (&mut hypotheses.leaves[i], hypotheses.starts[i]);
                state.segmentation.birth(leaf, start)
            }
            None => state.segmentation.add_first(state.time),
        };
        hypotheses.leaves.push(leaf);
    }

    /// Undoes the transition: the observation was refused, and the model has taken its
    /// newborn back. The clock goes back to `clock`.
    #[cold]
    pub(super) fn undo_transition(
        &mut self,
        transition: &Transition<M::Scalar>,
        elapsed: Option<f64>,
        clock: f64,
    ) {
        let state = &mut self.state;
        state.clock = clock;
        if transition.newborn.is_some() {
            state.hypotheses.pop();
        }
        if elapsed.is_some() && self.scratch.noted {
            state.hypotheses.births.clear();
        }
        if let Some(general) = self.scratch.varied() {
            let before = &general.ln_weights;
            state
                .hypotheses
                .ln_weights
                .live_mut()
                .copy_from_slice(before);
        }
    }
}

/// Refuses what is no logarithm of a probability.
fn check_ln_survival(run_length: u64, value: f64) -> Result<(), UpdateError> {
    if value <= 0.0 {
        Ok(())
    } else {
        Err(UpdateError::Survival { run_length, value })
    }
}
