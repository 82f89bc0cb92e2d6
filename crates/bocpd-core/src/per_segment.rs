//! A choice among models, anew in each segment: a model made of models.
//!
//! A segment has model k with the prior probability q_k, and its observations say which:
//!
//! ```text
//! p(x | s)  = Σ_k π_k(s) p_k(x | s)
//! π_k(s)   ∝ q_k p_k(x_s..x_t)
//! ```
//!
//! That is the exact posterior over run length and model together (Knoblauch & Damoulas 2018,
//! arXiv:1805.05383, eq. 4, with a hazard that is the same for all models), as a filter over run
//! lengths whose hypotheses carry the probabilities of their models. The Student-t model with a
//! grid of ν is one of this kind.

mod bank;
mod describe;

use alloc::vec;
use alloc::vec::Vec;

use crate::bank::{Bank, Column};
use crate::error::{ObservationError, ParameterError};
use crate::kernel::{Isa, Kernel};
use crate::observation::{Observation, SideInformation};
use crate::observation_model::{Describe, ObservationModel, usable};
use crate::real::Real;
pub use bank::PerSegmentBank;

/// Observations of each segment come from one of several models.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use bocpd_core::any::{AnyModel, PerSegment};
/// use bocpd_core::model::GaussianKnownVariance;
/// use bocpd_core::{Constant, Detector};
///
/// let quiet = AnyModel::new(GaussianKnownVariance::new(0.0, 1.0, 0.01)?);
/// let loud = AnyModel::new(GaussianKnownVariance::new(0.0, 1.0, 4.0)?);
/// let model = PerSegment::new([(quiet, 0.5), (loud, 0.5)])?;
/// let mut detector = Detector::new(model, Constant::new(50.0)?);
/// for x in [0.1, -0.1, 0.0, 0.05, -0.02, 3.1, -2.5, 0.7, -3.0, 2.2] {
///     detector.update(&[x][..])?;
/// }
/// assert_eq!(detector.changepoints(), [5]);
/// let p = detector.model_probabilities();
/// assert!(p[1] > 0.99);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct PerSegment<M> {
    models: Vec<M>,
    /// ln q.
    ln_prior: Vec<f64>,
}

impl<M: Describe<Scalar = f64>> PerSegment<M> {
    /// Models with their prior weights, which need not sum to 1. All have to observe as many
    /// numbers and features, and their densities have to be comparable: all densities, or all
    /// probabilities of counts.
    ///
    /// # Errors
    /// If there is no model, weights are not positive and finite, or dimensions differ.
    pub fn new(models: impl IntoIterator<Item = (M, f64)>) -> Result<Self, ParameterError> {
        let (models, weights): (Vec<_>, Vec<_>) = models.into_iter().unzip();
        let Some(first) = models.first() else {
            return Err(ParameterError::new(
                "number of models",
                0.0,
                "be at least 1",
            ));
        };
        let same = |other: &M| {
            (other.dimension(), other.features()) == (first.dimension(), first.features())
        };
        if !models.iter().all(same) {
            let must = "observe as many numbers and features as the first";
            return Err(ParameterError::without_value("models", must));
        }
        for (i, &weight) in weights.iter().enumerate() {
            if !(weight > 0.0 && weight.is_finite()) {
                let must = "be positive and finite";
                return Err(ParameterError::at("weights", i, weight, must));
            }
        }
        let ln_weights: Vec<f64> = weights.iter().map(|&weight| libm::log(weight)).collect();
        let ln_total = crate::math::ln_sum_exp(&ln_weights);
        Ok(Self {
            ln_prior: ln_weights.iter().map(|ln| ln - ln_total).collect(),
            models,
        })
    }

    /// The models.
    pub fn models(&self) -> &[M] {
        &self.models
    }

    /// Adds ln p_k(x | s) to the ln π_k of each hypothesis, in `ln_weights`; those of a model
    /// that cannot observe x become impossible.
    fn score_all(
        &self,
        isa: Isa,
        bank: &PerSegmentBank<M::Bank>,
        x: Observation<'_, M::Obs>,
        ln_weights: &mut [Column<f64>],
    ) {
        for ((model, inner), column) in self.models.iter().zip(&bank.inner).zip(ln_weights) {
            if model.check(x).is_ok() {
                model.score(isa, inner, x, column.padded_mut());
            } else {
                column.live_mut().fill(f64::NEG_INFINITY);
            }
        }
    }

    /// Lets the models absorb x; those that cannot observe it are told that it is missing.
    fn absorb_all(
        &self,
        isa: Isa,
        bank: &mut PerSegmentBank<M::Bank>,
        x: Observation<'_, M::Obs>,
        weights: Option<&[f64]>,
    ) {
        for (model, inner) in self.models.iter().zip(&mut bank.inner) {
            if model.check(x).is_ok() {
                model.absorb(isa, inner, x, weights);
            } else {
                model.pass(inner);
            }
        }
    }
}

/// Takes ln of their sum off the log weights of each hypothesis, and gives it; of a hypothesis
/// that is impossible that is −∞.
fn normalise(isa: Isa, ln_weights: &mut [Column<f64>]) -> Vec<f64> {
    isa.run(Normalise(ln_weights))
}

struct Normalise<'a>(&'a mut [Column<f64>]);

impl Kernel for Normalise<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let live = self.0.first().map_or(0, Column::len);
        let mut largest = vec![f64::NEG_INFINITY; live];
        for column in &*self.0 {
            for (largest, &ln_weight) in largest.iter_mut().zip(column.live()) {
                *largest = if ln_weight > *largest {
                    ln_weight
                } else {
                    *largest
                };
            }
        }
        let mut sums = vec![0.0; live];
        for column in &*self.0 {
            let both = largest.iter().zip(column.live());
            for (sum, (&largest, &ln_weight)) in sums.iter_mut().zip(both) {
                *sum += (ln_weight - finite(largest)).vexp();
            }
        }
        for (sum, &largest) in sums.iter_mut().zip(&largest) {
            // The sum is 0 where all are impossible.
            let positive = if largest == f64::NEG_INFINITY {
                1.0
            } else {
                *sum
            };
            *sum = largest + positive.vln();
        }
        for column in self.0 {
            for (ln_weight, &ln_sum) in column.live_mut().iter_mut().zip(&sums) {
                *ln_weight -= finite(ln_sum);
            }
        }
        sums
    }
}

/// The same, or 0 for −∞: what can be taken off −∞.
#[inline(always)]
fn finite(ln: f64) -> f64 {
    if ln == f64::NEG_INFINITY { 0.0 } else { ln }
}

/// Adds to each number the one beside it.
fn add(ln_joint: &mut [f64], more: &[f64]) {
    for (ln_joint, more) in ln_joint.iter_mut().zip(more) {
        *ln_joint += more;
    }
}

impl<M: Describe<Scalar = f64>> ObservationModel for PerSegment<M> {
    type Scalar = f64;
    type Obs = M::Obs;
    type Bank = PerSegmentBank<M::Bank>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        PerSegmentBank::new(
            self.models.iter().map(|model| model.bank(capacity)),
            capacity,
        )
    }

    /// What one of the models can observe can be observed.
    fn check(&self, x: Observation<'_, M::Obs>) -> Result<(), ObservationError> {
        let mut first = Ok(());
        for model in &self.models {
            match model.check(x) {
                Ok(()) => return Ok(()),
                error => first = first.and(error),
            }
        }
        first
    }

    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        self.models
            .iter()
            .try_for_each(|model| model.check_side(side))
    }

    fn spawn(&self, bank: &mut Self::Bank) {
        for (model, inner) in self.models.iter().zip(&mut bank.inner) {
            model.spawn(inner);
        }
        for (column, &ln_prior) in bank.ln_weights.iter_mut().zip(&self.ln_prior) {
            column.push(ln_prior);
        }
    }

    fn score(&self, isa: Isa, bank: &Self::Bank, x: Observation<'_, M::Obs>, ln_joint: &mut [f64]) {
        let mut ln_weights = bank.ln_weights.clone();
        self.score_all(isa, bank, x, &mut ln_weights);
        add(ln_joint, &normalise(isa, &mut ln_weights));
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, M::Obs>,
        weights: Option<&[f64]>,
    ) {
        let mut after = bank.ln_weights.clone();
        self.score_all(isa, bank, x, &mut after);
        normalise(isa, &mut after);
        let absorbs = |i: usize| weights.is_none_or(|weights| weights[i] != 0.0);
        for (column, after) in bank.ln_weights.iter_mut().zip(&after) {
            let both = column.live_mut().iter_mut().zip(after.live());
            for (i, (ln_weight, &after)) in both.enumerate() {
                if absorbs(i) {
                    *ln_weight = after;
                }
            }
        }
        self.absorb_all(isa, bank, x, weights);
    }

    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, M::Obs>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        let live = bank.len();
        let mut ln_weights = bank.ln_weights.clone();
        self.score_all(isa, bank, x, &mut ln_weights);
        add(ln_joint, &normalise(isa, &mut ln_weights));
        usable(&ln_joint[..live])?;
        bank.ln_weights = ln_weights;
        self.absorb_all(isa, bank, x, None);
        Ok(())
    }

    fn has_dynamics(&self) -> bool {
        self.models.iter().any(ObservationModel::has_dynamics)
    }

    fn advance(&self, bank: &mut Self::Bank, elapsed: f64) {
        for (model, inner) in self.models.iter().zip(&mut bank.inner) {
            model.advance(inner, elapsed);
        }
    }

    fn lags(&self) -> usize {
        self.models
            .iter()
            .map(ObservationModel::lags)
            .max()
            .unwrap_or(0)
    }

    fn pass(&self, bank: &mut Self::Bank) {
        for (model, inner) in self.models.iter().zip(&mut bank.inner) {
            model.pass(inner);
        }
    }

    fn is_sound(&self, bank: &Self::Bank, lengths: &[u64]) -> bool {
        let mut inner = self.models.iter().zip(&bank.inner);
        bank.is_sound() && inner.all(|(model, inner)| model.is_sound(inner, lengths))
    }
}

#[cfg(feature = "serde")]
impl<M> crate::observation_model::stored::Sealed for PerSegment<M> {}

#[cfg(feature = "serde")]
impl<M> crate::observation_model::StoredModel for PerSegment<M>
where
    M: Describe<Scalar = f64> + crate::observation_model::StoredModel,
{
    fn store(&self, bank: &Self::Bank) -> Vec<u8> {
        let inner = self.models.iter().zip(&bank.inner);
        bank.store(inner.map(|(model, inner)| model.store(inner)).collect())
    }

    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<Self::Bank> {
        PerSegmentBank::load(bytes, lengths.len(), self.models.len(), |k, inner| {
            self.models[k].load(inner, lengths)
        })
    }
}
