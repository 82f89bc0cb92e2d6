//! The filter.

mod again;
mod next_change;
mod prediction;
mod readouts;
mod reborn;
mod records;
mod residuals;
mod segments;
mod shift;
mod smoothing;
#[cfg(feature = "serde")]
mod snapshot;
#[cfg(feature = "serde")]
mod soundness;
mod transition;

use core::borrow::Borrow;
use core::fmt;

use alloc::boxed::Box;

use num_traits::{Float, Zero};

use crate::bank::Bank;
use crate::distribution::{Forms, Level};
use crate::error::{BatchError, ObservationError, ParameterError, UpdateError};
use crate::hazard::Hazard;
use crate::hypotheses::Hypotheses;
use crate::kernel::{Isa, Kernel};
use crate::math::{CompensatedSum, sum};
use crate::observation::Observation;
use crate::observation_model::ObservationModel;
use crate::pruning::{Pruning, Selection};
use crate::real::Real;
use crate::records::Records;
use crate::segmentation::Segmentation;
pub(crate) use residuals::{Residual, Series};
pub(crate) use smoothing::locations_in;
use transition::{Scratch, Transition};

/// What one observation has told.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Step {
    /// Index t of the observation, from 0.
    pub index: u64,
    /// P(r_t = 0 | x_0..x_t): the probability that this observation is the
    /// first of a new segment. 1 at the very first.
    pub p_change_now: f64,
    /// The most probable run length r_t, the number of observations since the
    /// first of the segment.
    pub map_run_length: u64,
    /// Its probability.
    pub map_probability: f64,
    /// ln p(x_t | x_0..x_{t−1}), the log predictive density of the observation
    /// before it was seen; 0 for a missing one.
    pub ln_predictive: f64,
    /// P(x_t is an outlier | x_0..x_t); 0 for a missing one, and where the model knows of
    /// no outliers ([`WithOutliers`](crate::outliers::WithOutliers)).
    #[cfg_attr(feature = "serde", serde(default))]
    pub p_outlier: f64,
}

/// Bayesian online changepoint detection: the filter over run lengths.
///
/// Adams & MacKay (2007), Fearnhead & Liu (2007). A hypothesis is the start s
/// of the current segment, w_t(s) its probability given x_0..x_t:
///
/// ```text
/// v_{t+1}(s)   = w_t(s) (1 − h(t−s+1))            for s ≤ t
/// v_{t+1}(t+1) = Σ_s w_t(s) h(t−s+1)
/// w_{t+1}(s)   ∝ v_{t+1}(s) p(x_{t+1} | x_s..x_t)
/// ```
///
/// One step is transition → spawn → observe → normalise → prune. A hypothesis
/// is scored from its birth on, so P(r_t = 0) carries the evidence of x_t; it
/// is not the hazard.
///
/// ```
/// use bocpd_core::{Constant, Detector, Gaussian};
///
/// let model = Gaussian::new(0.0, 1.0, 1.0, 1.0)?;
/// let mut detector = Detector::new(model, Constant::new(100.0)?);
/// for x in [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8] {
///     detector.update(x)?;
/// }
/// assert_eq!(detector.changepoints(), [5]);
/// assert_eq!(detector.map_run_length(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Detector<M: ObservationModel, H> {
    model: M,
    hazard: H,
    pruning: Pruning,
    isa: Isa,
    state: State<M::Scalar>,
    bank: M::Bank,
    scratch: Scratch<M::Scalar>,
    /// How levels are found, where somebody follows them.
    level: Option<LevelOf<M>>,
}

/// [`Describe::level`](crate::observation_model::Describe::level) of the first dimension, and what adds
/// the posterior behind it.
type LevelOf<M> = (
    fn(&M, &<M as ObservationModel>::Bank, usize) -> Option<Level>,
    fn(&M, &<M as ObservationModel>::Bank, usize, &mut Forms),
);

/// All that changes from step to step, but for what the model has learned.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
struct State<F: Real> {
    /// Observations so far, missing ones included.
    time: u64,
    /// Elapsed time since the first observation.
    clock: f64,
    hypotheses: Hypotheses<F>,
    segmentation: Segmentation,
    /// Of the last observation; 0 if that is missing.
    ln_predictive: f64,
    /// Of all before it: so nothing waits for the newest logarithm.
    ln_evidence_before: CompensatedSum,
    /// Σ mass that was moved to another hypothesis.
    pruned_mass: CompensatedSum,
    /// The list of hypotheses is cut when it has come to this length.
    limit: usize,
    /// Position of the hypothesis that stands for "`max_run_length` or longer".
    oldest: usize,
    /// Position up to which hypotheses were merged into that one; they stay in
    /// the list, without weight, until the next cut.
    merged: usize,
    /// Whether a model has given what is no density. Nothing is known then.
    broken: bool,
    /// What is written down beside the filter, where somebody asked for it.
    #[cfg_attr(feature = "serde", serde(with = "crate::records::stored"))]
    records: Option<Box<Records>>,
}

impl<M: ObservationModel, H: Hazard> Detector<M, H> {
    /// A detector with the default [`Pruning`].
    pub fn new(model: M, hazard: H) -> Self {
        let pruning = Pruning::default();
        Self {
            state: State::new(&pruning),
            bank: model.bank(0),
            model,
            hazard,
            pruning,
            isa: Isa::best(),
            scratch: Scratch::default(),
            level: None,
        }
    }

    /// A detector that has seen nothing, with other pruning.
    ///
    /// # Errors
    /// If the limits cannot be used ([`Pruning::check`]).
    pub fn with_pruning(mut self, pruning: Pruning) -> Result<Self, ParameterError> {
        pruning.check()?;
        let records = self.state.records.take();
        self.state = State::new(&pruning);
        self.bank = self.model.bank(0);
        self.state.records = records;
        self.pruning = pruning;
        self.reset();
        Ok(self)
    }

    /// The same detector on another instruction set; results are the same to
    /// the last bit.
    #[must_use]
    pub fn with_isa(mut self, isa: Isa) -> Self {
        self.isa = isa;
        self
    }

    /// Takes in the next observation.
    ///
    /// # Errors
    /// If the model cannot score it, or the hazard gives no probability. The
    /// detector is then as before.
    #[inline]
    pub fn update(&mut self, x: impl Borrow<M::Obs>) -> Result<Step, UpdateError> {
        self.isa.run(One {
            detector: self,
            x: Some(Observation::of(x.borrow())),
            elapsed: None,
        })
    }

    /// Takes in an observation with what came along with it, `elapsed` after the
    /// previous one if that is given.
    ///
    /// # Errors
    /// As [`update`](Self::update) and [`update_after`](Self::update_after), and if
    /// the model does not take what came along.
    #[inline]
    pub fn update_with(
        &mut self,
        x: Observation<'_, M::Obs>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        self.isa.run(One {
            detector: self,
            x: Some(x),
            elapsed,
        })
    }

    /// Takes in an observation made `elapsed` after the previous one, in units
    /// of the hazard; for the first observation it has no effect.
    ///
    /// # Errors
    /// As [`update`](Self::update), and if `elapsed` is not positive and finite
    /// or the hazard has no meaning in continuous time ([`Hazard::over`]).
    #[inline]
    pub fn update_after(
        &mut self,
        elapsed: f64,
        x: impl Borrow<M::Obs>,
    ) -> Result<Step, UpdateError> {
        self.isa.run(One {
            detector: self,
            x: Some(Observation::of(x.borrow())),
            elapsed: Some(elapsed),
        })
    }

    /// Notes that an observation is missing: time moves and the hazard acts,
    /// nothing is learned.
    ///
    /// # Errors
    /// If the hazard gives no probability. The detector is then as before.
    pub fn skip(&mut self) -> Result<Step, UpdateError> {
        self.isa.run(One {
            detector: self,
            x: None,
            elapsed: None,
        })
    }

    /// [`skip`](Self::skip), `elapsed` after the previous observation.
    ///
    /// # Errors
    /// As [`update_after`](Self::update_after).
    pub fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError> {
        self.isa.run(One {
            detector: self,
            x: None,
            elapsed: Some(elapsed),
        })
    }

    /// Takes in many observations and shows `each` step. The same as one
    /// [`update`](Self::update) after the other, with less overhead.
    ///
    /// # Errors
    /// Stops at the first observation that fails and gives its position; the
    /// detector is as after the one before.
    pub fn update_many<X: Borrow<M::Obs>>(
        &mut self,
        xs: impl IntoIterator<Item = X>,
        each: impl FnMut(&Step),
    ) -> Result<(), BatchError> {
        self.isa.run(Many {
            detector: self,
            xs: xs.into_iter(),
            each,
        })
    }

    /// Asks for what the next step reads, which then need not wait for memory: for
    /// those who have many detectors and know which is next.
    #[cfg(target_has_atomic = "ptr")]
    #[inline]
    pub(crate) fn prefetch(&self) {
        self.state.hypotheses.prefetch();
        self.bank.prefetch();
    }

    /// Reserves memory for as many hypotheses as there may come to be. Done at the first
    /// observation: a detector that has seen nothing, or goes on from a snapshot, holds no
    /// memory for what a configuration says.
    #[cold]
    fn reserve(&mut self) {
        let capacity = self.pruning.capacity();
        if self.state.hypotheses.capacity() < capacity {
            self.state.hypotheses = Hypotheses::new(capacity);
            self.bank = self.model.bank(capacity);
        }
    }

    /// Forgets everything seen.
    pub fn reset(&mut self) {
        self.bank.clear();
        let state = &mut self.state;
        state.hypotheses.clear();
        state.segmentation.clear();
        (state.time, state.clock, state.ln_predictive) = (0, 0.0, 0.0);
        state.ln_evidence_before = CompensatedSum::default();
        state.pruned_mass = CompensatedSum::default();
        (state.limit, state.broken) = (self.pruning.limit(0), false);
        (state.oldest, state.merged) = (0, 0);
        if let Some(records) = &mut state.records {
            records.clear();
        }
    }

    /// Whether a model has broken its contract ([`ObservationModel::observe`]): it has
    /// absorbed an observation and written no log weights. What the detector knew is lost
    /// then, so until it is [reset](Self::reset) every observation and every readout is
    /// an error, where it can be one; plain numbers are NaN, counts 0, and lists empty.
    ///
    /// No built-in model does that, and no [`ScalarModel`](crate::observation_model::ScalarModel) can.
    pub fn is_broken(&self) -> bool {
        self.state.broken
    }

    /// The model has broken its contract.
    #[cold]
    fn break_down(&mut self) -> UpdateError {
        self.reset();
        self.state.broken = true;
        ObservationError::Impossible.into()
    }

    /// A readout that is a number: of a broken detector none.
    pub(crate) fn number(&self, value: f64) -> f64 {
        if self.state.broken { f64::NAN } else { value }
    }

    /// An error if the detector is broken.
    fn check_whole(&self) -> Result<(), UpdateError> {
        if self.state.broken {
            Err(UpdateError::Broken)
        } else {
            Ok(())
        }
    }

    /// One step of the filter; `x` is `None` where the observation is missing.
    #[inline(always)]
    pub(crate) fn step(
        &mut self,
        x: Option<Observation<'_, M::Obs>>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        if self.state.broken {
            return Err(UpdateError::Broken);
        }
        if let Some(x) = x {
            self.model.check(x)?;
        }
        let clock = self.state.clock;
        let transition = self.transition(elapsed)?;
        if self.state.records.is_some() {
            self.note(&transition);
        }
        self.spawn(&transition);
        if self.model.may_refuse() || self.model.has_dynamics() {
            self.learn_or_undo(x, elapsed, &transition, clock)?;
        } else {
            self.learn(x, transition.newborn.is_some())?;
        }
        self.add_to_segmentation(&transition);
        // About as probable as the last observation.
        let mut guess = self.state.hypotheses.ln_total + M::Scalar::of(self.state.ln_predictive);
        if self.model.may_refuse() && guess.abs() >= M::Scalar::HUGE {
            // Taken off other numbers as large it would make infinities of them.
            guess = M::Scalar::zero();
        }
        let Some(shift) = self.state.hypotheses.normalise(self.isa, guess) else {
            return Err(self.break_down());
        };
        let state = &mut self.state;
        state.ln_evidence_before.add(state.ln_predictive);
        state.ln_predictive = if x.is_none() {
            0.0
        } else if self.model.weighs_by_powers() {
            self.model.ln_mean_density(&self.bank)
        } else {
            let ln_total = state.hypotheses.ln_total;
            transition.ln_common + (shift + ln_total).wide()
        };
        state.time += 1;
        if let Some(longest) = self.pruning.max_run_length {
            self.merge_oldest(longest);
        }
        if self.state.hypotheses.len() >= self.state.limit {
            self.isa.run(Cut(self));
        }
        if self.state.records.is_some() {
            self.commit();
        }
        Ok(self.last_step())
    }

    /// Lets the model have its newborn, if there is one, and the observation.
    #[inline(always)]
    fn learn(
        &mut self,
        x: Option<Observation<'_, M::Obs>>,
        newborn: bool,
    ) -> Result<(), ObservationError> {
        let bank = &mut self.bank;
        let ln_joint = self.state.hypotheses.ln_weights.padded_mut();
        match x {
            Some(x) if newborn => self.model.spawn_and_observe(self.isa, bank, x, ln_joint),
            Some(x) => self.model.observe(self.isa, bank, x, ln_joint),
            None => {
                if newborn {
                    self.model.spawn(bank);
                }
                self.model.pass(bank);
                Ok(())
            }
        }
    }

    /// [`learn`](Self::learn) for models that may refuse an observation, or that
    /// change with time: everything is as before the step if they refuse.
    #[inline(always)]
    fn learn_or_undo(
        &mut self,
        x: Option<Observation<'_, M::Obs>>,
        elapsed: Option<f64>,
        transition: &Transition<M::Scalar>,
        clock: f64,
    ) -> Result<(), ObservationError> {
        let (refuses, changes) = (self.model.may_refuse(), self.model.has_dynamics());
        let before = (refuses && changes && x.is_some()).then(|| self.bank.clone());
        if refuses {
            let newborn = usize::from(transition.newborn.is_some());
            self.scratch.keep(&self.state.hypotheses, newborn);
        }
        if changes && self.state.time > 0 {
            let elapsed = elapsed.unwrap_or(1.0);
            self.model.advance(&mut self.bank, elapsed);
        }
        let learned = self.learn(x, transition.newborn.is_some());
        if learned.is_err() {
            if let Some(bank) = before {
                self.bank = bank;
            }
            self.undo_transition(transition, elapsed, clock);
        }
        learned
    }

    /// Lets the oldest hypothesis and the next, if it has come to the same run
    /// length, become one: the likelier of the two stands for both.
    fn merge_oldest(&mut self, longest: u64) {
        let state = &mut self.state;
        let hypotheses = &mut state.hypotheses;
        let mut next = state.merged.max(state.oldest + 1);
        while next < hypotheses.len() && state.time - 1 - hypotheses.starts[next] >= longest {
            let ln_weights = hypotheses.ln_weights.live();
            let (from, to) = if ln_weights[next] > ln_weights[state.oldest] {
                (state.oldest, next)
            } else {
                (next, state.oldest)
            };
            // A hazard of 1 may have left nothing to give.
            if ln_weights[from] > M::Scalar::neg_infinity() {
                state.pruned_mass.add(hypotheses.probability(from));
                hypotheses.merge(self.isa, from, to);
            }
            state.oldest = to;
            next += 1;
        }
        state.merged = next;
    }

    /// Cuts the list of hypotheses. The neighbours of those removed take over their
    /// weight, so no probability is lost between the hypotheses that are kept.
    #[inline(always)]
    fn cut(&mut self) {
        let state = &mut self.state;
        let hypotheses = &mut state.hypotheses;
        let mut selection = Selection::default();
        self.pruning
            .select(self.isa, hypotheses, state.time, &mut selection);
        let (kept, weights_after) = (&selection.kept, &selection.weights);
        if kept.len() < hypotheses.len() {
            let weights = hypotheses.weights.live();
            let mut moved = M::Scalar::zero();
            for &i in &selection.removed {
                moved += weights[i as usize];
            }
            let leaves = &hypotheses.leaves;
            let removed = selection.removed.iter().map(|&i| leaves[i as usize]);
            state.segmentation.release(removed);
            state.pruned_mass.add((moved / hypotheses.total).wide());
            hypotheses.keep(kept);
            hypotheses.reweigh(0, weights_after);
            hypotheses.recount(self.isa);
            self.bank.keep(kept);
            let (leaves, starts) = (&mut hypotheses.leaves, &hypotheses.starts);
            state.segmentation.settle(leaves, starts);
            (state.oldest, state.merged) = (0, 0);
        }
        state.limit = self.pruning.limit(kept.len());
    }

    #[inline(always)]
    fn last_step(&self) -> Step {
        let State {
            time,
            hypotheses,
            ln_predictive,
            ..
        } = &self.state;
        let (starts, weights) = (&hypotheses.starts[..], hypotheses.weights.live());
        let (index, map) = (time - 1, hypotheses.map);
        let probability = |weight: M::Scalar| (weight / hypotheses.total).wide();
        Step {
            index,
            p_change_now: match (starts, weights) {
                ([.., start], [.., weight]) if *start == index => probability(*weight),
                _ => 0.0,
            },
            map_run_length: index - starts[map],
            map_probability: probability(weights[map]),
            ln_predictive: *ln_predictive,
            p_outlier: if self.model.knows_outliers() {
                self.mean_p_outlier()
            } else {
                0.0
            },
        }
    }

    /// Σ_s w_t(s) P(x_t is an outlier | s).
    fn mean_p_outlier(&self) -> f64 {
        let each = self.model.p_outlier(&self.bank);
        let weights = &self.state.hypotheses.weights.live()[..each.len()];
        if weights.is_empty() {
            return 0.0;
        }
        let terms = weights.iter().zip(each);
        // Both sums in one order, so that what all are sure of is certain.
        let total = sum(weights.iter().map(|weight| weight.wide()));
        sum(terms.map(|(weight, rho)| weight.wide() * rho.wide())) / total
    }
}

impl<F: Real> State<F> {
    fn new(pruning: &Pruning) -> Self {
        Self {
            time: 0,
            clock: 0.0,
            hypotheses: Hypotheses::new(0),
            segmentation: Segmentation::default(),
            ln_predictive: 0.0,
            ln_evidence_before: CompensatedSum::default(),
            pruned_mass: CompensatedSum::default(),
            limit: pruning.limit(0),
            oldest: 0,
            merged: 0,
            broken: false,
            records: None,
        }
    }
}

/// One step, compiled for each instruction set.
struct One<'a, M: ObservationModel, H> {
    detector: &'a mut Detector<M, H>,
    x: Option<Observation<'a, M::Obs>>,
    elapsed: Option<f64>,
}

impl<M: ObservationModel, H: Hazard> Kernel for One<'_, M, H> {
    type Output = Result<Step, UpdateError>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.detector.step(self.x, self.elapsed)
    }
}

/// A cut, compiled for each instruction set, apart from the step: it comes once
/// in many steps.
struct Cut<'a, M: ObservationModel, H>(&'a mut Detector<M, H>);

impl<M: ObservationModel, H: Hazard> Kernel for Cut<'_, M, H> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.0.cut();
    }
}

/// A batch, compiled for each instruction set.
struct Many<'a, M: ObservationModel, H, I, E> {
    detector: &'a mut Detector<M, H>,
    xs: I,
    each: E,
}

impl<M, H, I, E> Kernel for Many<'_, M, H, I, E>
where
    M: ObservationModel,
    H: Hazard,
    I: Iterator<Item: Borrow<M::Obs>>,
    E: FnMut(&Step),
{
    type Output = Result<(), BatchError>;

    #[inline(always)]
    fn run(mut self) -> Self::Output {
        for (index, x) in self.xs.enumerate() {
            match self.detector.step(Some(Observation::of(x.borrow())), None) {
                Ok(step) => (self.each)(&step),
                Err(error) => return Err(BatchError::new(index, error)),
            }
        }
        Ok(())
    }
}

impl<M: ObservationModel + Clone, H: Clone> Clone for Detector<M, H> {
    fn clone(&self) -> Self {
        Self {
            model: self.model.clone(),
            hazard: self.hazard.clone(),
            pruning: self.pruning,
            isa: self.isa,
            state: self.state.clone(),
            bank: self.bank.clone(),
            scratch: Scratch::default(),
            level: self.level,
        }
    }
}

impl<M: ObservationModel + fmt::Debug, H: fmt::Debug> fmt::Debug for Detector<M, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detector")
            .field("hazard", &self.hazard)
            .field("pruning", &self.pruning)
            .field("isa", &self.isa)
            .field("observations", &self.state.time)
            .field("live", &self.state.hypotheses.len())
            .finish_non_exhaustive()
    }
}
