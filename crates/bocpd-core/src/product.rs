//! Observations of several numbers that are independent within a segment: a model made of
//! models.
//!
//! ```text
//! p(x | s) = Π_j p_j(x_j | s)
//! ```
//!
//! All numbers have their changes together, and each has its own model: a diagonal Gaussian is
//! a product of Gaussian ones, and counts may stand beside measurements. The Bayes factor of a
//! change is a product too, so it says how much each number has to do with the change
//! ([`PartOfChange`](crate::readout::PartOfChange)). A number that is missing has no factor, which
//! is exact.

mod bank;
mod describe;

use alloc::vec;
use alloc::vec::Vec;

use crate::bank::Bank;
use crate::erased::AnyModel;
use crate::error::{ObservationError, ParameterError};
use crate::kernel::Isa;
use crate::observation::{MOST_NUMBERS, Observation, SideInformation};
use crate::observation_model::{Describe, ObservationModel, usable};
use crate::real::Real;
pub use bank::ProductBank;

/// Observations of several numbers, each with a model of its own, independent given the
/// segments.
///
/// Which numbers of an observation are missing is told by
/// [`SideInformation::missing`]; an [`AnyDetector`](crate::AnyDetector) that is to skip what is
/// missing takes NaN for it.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use bocpd_core::any::{AnyModel, Product};
/// use bocpd_core::model::Poisson;
/// use bocpd_core::{Constant, Detector, Gaussian};
///
/// let level = AnyModel::new(Gaussian::new(0.0, 0.1, 1.0, 1.0)?);
/// let count = AnyModel::new(Poisson::new(1.0, 0.2)?);
/// let model = Product::new([level, count])?;
/// let mut detector = Detector::new(model, Constant::new(100.0)?);
/// for x in [[0.1, 4.0], [-0.2, 6.0], [0.0, 5.0], [0.2, 21.0], [-0.1, 18.0]] {
///     detector.update(&x[..])?;
/// }
/// assert_eq!(detector.changepoints(), [3]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Product {
    models: Vec<AnyModel>,
    knows_outliers: bool,
}

impl Product {
    /// A model for each number of an observation, in their order.
    ///
    /// # Errors
    /// If there is no model or more than 1024 of them, or if one of them is for observations of
    /// several numbers or takes features.
    pub fn new(models: impl IntoIterator<Item = AnyModel>) -> Result<Self, ParameterError> {
        let models: Vec<AnyModel> = models.into_iter().collect();
        let count = models.len();
        if !(1..=MOST_NUMBERS).contains(&count) {
            let must = "lie in [1, 1024]";
            return Err(ParameterError::new("number of models", count as f64, must));
        }
        for model in &models {
            if model.dimension() != 1 || model.features() > 0 {
                let must = "be of one number each, without features";
                return Err(ParameterError::without_value("models", must));
            }
        }
        Ok(Self {
            knows_outliers: models.iter().any(ObservationModel::knows_outliers),
            models,
        })
    }

    /// The models.
    pub fn models(&self) -> &[AnyModel] {
        &self.models
    }

    /// Each number with its model; `None` where it is missing.
    fn numbers<'a>(
        &'a self,
        x: Observation<'a, [f64]>,
    ) -> impl Iterator<Item = (&'a AnyModel, Option<&'a [f64]>)> {
        let missing = x.side.missing;
        let each = self.models.iter().zip(x.value.chunks(1));
        each.enumerate().map(move |(j, (model, number))| {
            let is_missing = missing.get(j).is_some_and(|&missing| missing);
            (model, (!is_missing).then_some(number))
        })
    }
}

impl ObservationModel for Product {
    type Scalar = f64;
    type Obs = [f64];
    type Bank = ProductBank;

    fn bank(&self, capacity: usize) -> ProductBank {
        let inner = self.models.iter().map(|model| model.bank(capacity));
        ProductBank::new(inner.collect(), self.knows_outliers, capacity)
    }

    fn check(&self, x: Observation<'_, [f64]>) -> Result<(), ObservationError> {
        let (got, expected) = (x.value.len(), self.models.len());
        if got != expected {
            return Err(ObservationError::Dimension { got, expected });
        }
        self.check_side(x.side)?;
        for (dimension, (model, number)) in self.numbers(x).enumerate() {
            if let Some(number) = number {
                let checked = model.check(Observation::of(number));
                checked.map_err(|error| error.of_number(dimension))?;
            }
        }
        Ok(())
    }

    /// Which numbers are missing, and nothing else.
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        side.missing_alone(self.models.len())
    }

    fn spawn(&self, bank: &mut ProductBank) {
        for (model, inner) in self.models.iter().zip(&mut bank.inner) {
            model.spawn(inner);
        }
        bank.spawn();
    }

    fn score(&self, isa: Isa, bank: &ProductBank, x: Observation<'_, [f64]>, ln_joint: &mut [f64]) {
        for ((model, number), inner) in self.numbers(x).zip(&bank.inner) {
            if let Some(number) = number {
                model.score(isa, inner, Observation::of(number), ln_joint);
            }
        }
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut ProductBank,
        x: Observation<'_, [f64]>,
        weights: Option<&[f64]>,
    ) {
        for ((model, number), inner) in self.numbers(x).zip(&mut bank.inner) {
            match number {
                Some(number) => model.absorb(isa, inner, Observation::of(number), weights),
                None => model.pass(inner),
            }
        }
        bank.note_outliers(&self.models);
    }

    fn observe(
        &self,
        isa: Isa,
        bank: &mut ProductBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        if self.may_refuse() {
            self.score(isa, bank, x, ln_joint);
            usable(&ln_joint[..bank.len()])?;
            self.absorb(isa, bank, x, None);
            return Ok(());
        }
        for ((model, number), inner) in self.numbers(x).zip(&mut bank.inner) {
            match number {
                Some(number) => model.observe(isa, inner, Observation::of(number), ln_joint)?,
                None => model.pass(inner),
            }
        }
        bank.note_outliers(&self.models);
        Ok(())
    }

    fn may_refuse(&self) -> bool {
        self.models.iter().any(ObservationModel::may_refuse)
    }

    fn has_dynamics(&self) -> bool {
        self.models.iter().any(ObservationModel::has_dynamics)
    }

    fn advance(&self, bank: &mut ProductBank, elapsed: f64) {
        for (model, inner) in self.models.iter().zip(&mut bank.inner) {
            if model.has_dynamics() {
                model.advance(inner, elapsed);
            }
        }
    }

    fn lags(&self) -> usize {
        let lags = self.models.iter().map(ObservationModel::lags);
        lags.max().unwrap_or(0)
    }

    fn pass(&self, bank: &mut ProductBank) {
        for (model, inner) in self.models.iter().zip(&mut bank.inner) {
            model.pass(inner);
        }
        bank.note_outliers(&self.models);
    }

    fn knows_outliers(&self) -> bool {
        self.knows_outliers
    }

    /// P(one of its numbers at least is an outlier).
    fn p_outlier<'a>(&self, bank: &'a ProductBank) -> &'a [f64] {
        bank.p_outlier()
    }

    fn is_sound(&self, bank: &ProductBank, lengths: &[u64]) -> bool {
        let mut inner = self.models.iter().zip(&bank.inner);
        bank.is_sound(&self.models) && inner.all(|(model, inner)| model.is_sound(inner, lengths))
    }
}

impl Product {
    /// ln p of each number of x under all hypotheses, 0 where it is missing.
    fn scores(&self, isa: Isa, bank: &ProductBank, x: Observation<'_, [f64]>) -> Vec<Vec<f64>> {
        let padded = bank.len().next_multiple_of(f64::LANES);
        let each = self.numbers(x).zip(&bank.inner);
        let each = each.map(|((model, number), inner)| {
            let mut scores = vec![0.0; padded];
            if let Some(number) = number {
                model.score(isa, inner, Observation::of(number), &mut scores);
            }
            scores.truncate(bank.len());
            scores
        });
        each.collect()
    }
}

#[cfg(feature = "serde")]
impl crate::observation_model::stored::Sealed for Product {}

#[cfg(feature = "serde")]
impl crate::observation_model::StoredModel for Product {
    fn store(&self, bank: &ProductBank) -> Vec<u8> {
        let inner = self.models.iter().zip(&bank.inner);
        let bytes: Vec<Vec<u8>> = inner.map(|(model, inner)| model.store(inner)).collect();
        ProductBank::store(&bytes)
    }

    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<ProductBank> {
        let load = |j: usize, inner: &[u8]| self.models[j].load(inner, lengths);
        let inner = ProductBank::load(bytes, self.models.len(), load)?;
        let mut bank = ProductBank::new(inner, self.knows_outliers, lengths.len());
        bank.fill(lengths.len());
        bank.note_outliers(&self.models);
        (bank.len() == lengths.len() && bank.is_sound(&self.models)).then_some(bank)
    }
}
