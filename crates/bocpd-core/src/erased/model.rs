//! Any observation model.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;

use super::AnyBank;
use super::row::FromRow;
use crate::distribution::{Distribution, Forms, Level, Parameter};
use crate::error::ObservationError;
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::{Describe, ObservationModel, Source};
use crate::random::Random;
use crate::score::Verdict;

#[cfg(not(target_has_atomic = "ptr"))]
use alloc::rc::Rc as Shared;
/// Shared by all detectors of a model; targets without atomics have one thread.
#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc as Shared;

/// An observation model chosen at run time: one of the built-in ones, or one of the
/// caller's.
///
/// Observations are rows of numbers, one number for all univariate models. Counts and
/// yes-or-no observations are given as numbers too; a value within 1e-9 of an integer
/// is taken as that integer. Copies share the model and its tables.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "answers to questions of the trait, which a step would ask through a pointer"
)]
pub struct AnyModel {
    model: Shared<dyn Erased>,
    // What does not change is asked once.
    dimension: usize,
    features: usize,
    lags: usize,
    may_refuse: bool,
    has_dynamics: bool,
    knows_outliers: bool,
    weighs_by_powers: bool,
}

/// What a model needs to be one of those that are chosen at run time.
pub(crate) trait Model:
    Describe<Scalar = f64, Obs: FromRow, Bank: Send + Sync + 'static> + Stored + Threads + 'static
{
}

impl<M> Model for M where
    M: Describe<Scalar = f64, Obs: FromRow, Bank: Send + Sync + 'static>
        + Stored
        + Threads
        + 'static
{
}

/// A type that several threads may use, where there can be several.
#[cfg(target_has_atomic = "ptr")]
pub(crate) trait Threads: Send + Sync {}
#[cfg(target_has_atomic = "ptr")]
impl<T: Send + Sync> Threads for T {}

/// Targets without atomics have one thread.
#[cfg(not(target_has_atomic = "ptr"))]
pub(crate) trait Threads {}
#[cfg(not(target_has_atomic = "ptr"))]
impl<T> Threads for T {}

/// With the feature `serde`, a model whose statistics can be written into a snapshot.
#[cfg(feature = "serde")]
pub(crate) use crate::observation_model::StoredModel as Stored;

/// Nothing is written without the feature `serde`.
#[cfg(not(feature = "serde"))]
pub(crate) trait Stored {}
#[cfg(not(feature = "serde"))]
impl<M> Stored for M {}

/// A [`Describe`] whose types are not known.
trait Erased: Threads {
    fn bank(&self, capacity: usize) -> AnyBank;
    fn check(&self, x: Observation<'_, [f64]>) -> Result<(), ObservationError>;
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError>;
    fn spawn(&self, bank: &mut AnyBank);
    fn score(&self, isa: Isa, bank: &AnyBank, x: Observation<'_, [f64]>, ln_joint: &mut [f64]);
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        weights: Option<&[f64]>,
    );
    fn observe(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError>;
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError>;
    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        verdict: &mut Verdict<f64>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError>;
    fn advance(&self, bank: &mut AnyBank, elapsed: f64);
    fn pass(&self, bank: &mut AnyBank);
    fn p_outlier<'a>(&self, bank: &'a AnyBank) -> &'a [f64];
    fn ln_mean_density(&self, bank: &AnyBank) -> f64;
    fn is_sound(&self, bank: &AnyBank, lengths: &[u64]) -> bool;
    fn level(&self, bank: &AnyBank, hypothesis: usize, dimension: usize) -> Option<Level>;
    fn parameters(&self, bank: &AnyBank, hypothesis: usize) -> Vec<Parameter>;
    fn add_level_to(&self, forms: &mut Forms, bank: &AnyBank, hypothesis: usize, dimension: usize);
    fn predictive(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>>;
    fn predictive_after(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>>;
    fn predictive_with(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>>;
    fn model_probabilities(&self, bank: &AnyBank, hypothesis: usize) -> Vec<f64>;
    fn ln_p_of_each(&self, isa: Isa, bank: &AnyBank, x: Observation<'_, [f64]>) -> Vec<Vec<f64>>;
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>>;
    fn source(&self, random: &mut Random) -> Option<Source>;
    #[cfg(feature = "serde")]
    fn store(&self, bank: &AnyBank) -> Vec<u8>;
    #[cfg(feature = "serde")]
    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<AnyBank>;
}

impl<M: Model> Erased for M {
    fn bank(&self, capacity: usize) -> AnyBank {
        AnyBank::new(ObservationModel::bank(self, capacity))
    }
    fn check(&self, x: Observation<'_, [f64]>) -> Result<(), ObservationError> {
        let value = M::Obs::parse(x.value)?;
        ObservationModel::check(self, x.map(value.borrow()))
    }
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        ObservationModel::check_side(self, side)
    }
    fn spawn(&self, bank: &mut AnyBank) {
        ObservationModel::spawn(self, bank.of_mut());
    }
    fn score(&self, isa: Isa, bank: &AnyBank, x: Observation<'_, [f64]>, ln_joint: &mut [f64]) {
        if let Ok(value) = M::Obs::parse(x.value) {
            ObservationModel::score(self, isa, bank.of(), x.map(value.borrow()), ln_joint);
        }
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        weights: Option<&[f64]>,
    ) {
        if let Ok(value) = M::Obs::parse(x.value) {
            ObservationModel::absorb(self, isa, bank.of_mut(), x.map(value.borrow()), weights);
        }
    }
    fn observe(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        let value = M::Obs::parse(x.value)?;
        ObservationModel::observe(self, isa, bank.of_mut(), x.map(value.borrow()), ln_joint)
    }
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        let value = M::Obs::parse(x.value)?;
        let (bank, x) = (bank.of_mut(), x.map(value.borrow()));
        ObservationModel::spawn_and_observe(self, isa, bank, x, ln_joint)
    }
    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        verdict: &mut Verdict<f64>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        let value = M::Obs::parse(x.value)?;
        let (bank, x) = (bank.of_mut(), x.map(value.borrow()));
        ObservationModel::observe_unless_outlier(self, isa, bank, x, verdict, ln_joint)
    }
    fn advance(&self, bank: &mut AnyBank, elapsed: f64) {
        ObservationModel::advance(self, bank.of_mut(), elapsed);
    }
    fn pass(&self, bank: &mut AnyBank) {
        ObservationModel::pass(self, bank.of_mut());
    }
    fn p_outlier<'a>(&self, bank: &'a AnyBank) -> &'a [f64] {
        ObservationModel::p_outlier(self, bank.of())
    }
    fn ln_mean_density(&self, bank: &AnyBank) -> f64 {
        ObservationModel::ln_mean_density(self, bank.of())
    }
    fn is_sound(&self, bank: &AnyBank, lengths: &[u64]) -> bool {
        ObservationModel::is_sound(self, bank.of(), lengths)
    }
    fn level(&self, bank: &AnyBank, hypothesis: usize, dimension: usize) -> Option<Level> {
        Describe::level(self, bank.of(), hypothesis, dimension)
    }
    fn parameters(&self, bank: &AnyBank, hypothesis: usize) -> Vec<Parameter> {
        Describe::parameters(self, bank.of(), hypothesis)
    }
    fn add_level_to(&self, forms: &mut Forms, bank: &AnyBank, hypothesis: usize, dimension: usize) {
        Describe::add_level_to(self, forms, bank.of(), hypothesis, dimension);
    }
    fn predictive(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        Describe::predictive(self, bank.of(), hypothesis, dimension)
    }
    fn predictive_after(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        Describe::predictive_after(self, bank.of(), hypothesis, dimension, elapsed)
    }
    fn predictive_with(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        Describe::predictive_with(self, bank.of(), hypothesis, dimension, elapsed, side)
    }
    fn model_probabilities(&self, bank: &AnyBank, hypothesis: usize) -> Vec<f64> {
        Describe::model_probabilities(self, bank.of(), hypothesis)
    }
    fn ln_p_of_each(&self, isa: Isa, bank: &AnyBank, x: Observation<'_, [f64]>) -> Vec<Vec<f64>> {
        match M::Obs::parse(x.value) {
            Ok(value) => Describe::ln_p_of_each(self, isa, bank.of(), x.map(value.borrow())),
            Err(_) => Vec::new(),
        }
    }
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        Describe::simulate(self, random, n)
    }
    fn source(&self, random: &mut Random) -> Option<Source> {
        Describe::source(self, random)
    }
    #[cfg(feature = "serde")]
    fn store(&self, bank: &AnyBank) -> Vec<u8> {
        crate::observation_model::StoredModel::store(self, bank.of())
    }
    #[cfg(feature = "serde")]
    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<AnyBank> {
        crate::observation_model::StoredModel::load(self, bytes, lengths).map(AnyBank::new)
    }
}

impl AnyModel {
    /// A model of observations that can be given as numbers, with statistics that serde
    /// can write and read.
    ///
    /// ```
    /// use bocpd_core::any::AnyModel;
    /// use bocpd_core::model::Poisson;
    /// use bocpd_core::{Constant, Detector, Gaussian};
    ///
    /// let models = [
    ///     AnyModel::new(Gaussian::new(0.0, 1.0, 1.0, 1.0)?),
    ///     AnyModel::new(Poisson::new(1.0, 1.0)?),
    /// ];
    /// for model in models {
    ///     let mut detector = Detector::new(model, Constant::new(100.0)?);
    ///     detector.update(&[3.0][..])?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "serde")]
    #[expect(
        private_bounds,
        reason = "rows are made of the types that are listed there"
    )]
    pub fn new<M: Model>(model: M) -> Self {
        Self::of(model)
    }

    pub(crate) fn of<M: Model>(model: M) -> Self {
        Self {
            dimension: Describe::dimension(&model),
            features: Describe::features(&model),
            lags: ObservationModel::lags(&model),
            may_refuse: ObservationModel::may_refuse(&model),
            has_dynamics: ObservationModel::has_dynamics(&model),
            knows_outliers: ObservationModel::knows_outliers(&model),
            weighs_by_powers: ObservationModel::weighs_by_powers(&model),
            model: Shared::new(model),
        }
    }
}

#[cfg(feature = "serde")]
impl crate::observation_model::stored::Sealed for AnyModel {}

#[cfg(feature = "serde")]
impl crate::observation_model::StoredModel for AnyModel {
    fn store(&self, bank: &AnyBank) -> Vec<u8> {
        self.model.store(bank)
    }

    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<AnyBank> {
        self.model.load(bytes, lengths)
    }
}

impl ObservationModel for AnyModel {
    type Scalar = f64;
    type Obs = [f64];
    type Bank = AnyBank;

    fn bank(&self, capacity: usize) -> AnyBank {
        self.model.bank(capacity)
    }
    #[inline(always)]
    fn check(&self, x: Observation<'_, [f64]>) -> Result<(), ObservationError> {
        self.model.check(x)
    }
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        self.model.check_side(side)
    }
    #[inline(always)]
    fn spawn(&self, bank: &mut AnyBank) {
        self.model.spawn(bank);
    }
    fn score(&self, isa: Isa, bank: &AnyBank, x: Observation<'_, [f64]>, ln_joint: &mut [f64]) {
        self.model.score(isa, bank, x, ln_joint);
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        weights: Option<&[f64]>,
    ) {
        self.model.absorb(isa, bank, x, weights);
    }
    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        self.model.observe(isa, bank, x, ln_joint)
    }
    #[inline(always)]
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        self.model.spawn_and_observe(isa, bank, x, ln_joint)
    }
    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut AnyBank,
        x: Observation<'_, [f64]>,
        verdict: &mut Verdict<f64>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        self.model
            .observe_unless_outlier(isa, bank, x, verdict, ln_joint)
    }
    #[inline(always)]
    fn may_refuse(&self) -> bool {
        self.may_refuse
    }
    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        self.has_dynamics
    }
    fn advance(&self, bank: &mut AnyBank, elapsed: f64) {
        self.model.advance(bank, elapsed);
    }
    #[inline(always)]
    fn lags(&self) -> usize {
        self.lags
    }
    fn pass(&self, bank: &mut AnyBank) {
        self.model.pass(bank);
    }
    #[inline(always)]
    fn knows_outliers(&self) -> bool {
        self.knows_outliers
    }
    fn p_outlier<'a>(&self, bank: &'a AnyBank) -> &'a [f64] {
        self.model.p_outlier(bank)
    }
    #[inline(always)]
    fn weighs_by_powers(&self) -> bool {
        self.weighs_by_powers
    }
    fn ln_mean_density(&self, bank: &AnyBank) -> f64 {
        self.model.ln_mean_density(bank)
    }
    fn is_sound(&self, bank: &AnyBank, lengths: &[u64]) -> bool {
        self.model.is_sound(bank, lengths)
    }
}

impl Describe for AnyModel {
    fn dimension(&self) -> usize {
        self.dimension
    }
    fn features(&self) -> usize {
        self.features
    }
    fn level(&self, bank: &AnyBank, hypothesis: usize, dimension: usize) -> Option<Level> {
        self.model.level(bank, hypothesis, dimension)
    }
    fn parameters(&self, bank: &AnyBank, hypothesis: usize) -> Vec<Parameter> {
        self.model.parameters(bank, hypothesis)
    }
    fn add_level_to(&self, forms: &mut Forms, bank: &AnyBank, hypothesis: usize, dimension: usize) {
        self.model.add_level_to(forms, bank, hypothesis, dimension);
    }
    fn predictive(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        self.model.predictive(bank, hypothesis, dimension)
    }
    fn predictive_after(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        self.model
            .predictive_after(bank, hypothesis, dimension, elapsed)
    }
    fn predictive_with(
        &self,
        bank: &AnyBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        self.model
            .predictive_with(bank, hypothesis, dimension, elapsed, side)
    }
    fn model_probabilities(&self, bank: &AnyBank, hypothesis: usize) -> Vec<f64> {
        self.model.model_probabilities(bank, hypothesis)
    }
    fn ln_p_of_each(&self, isa: Isa, bank: &AnyBank, x: Observation<'_, [f64]>) -> Vec<Vec<f64>> {
        self.model.ln_p_of_each(isa, bank, x)
    }
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        self.model.simulate(random, n)
    }
    fn source(&self, random: &mut Random) -> Option<Source> {
        self.model.source(random)
    }
}

impl fmt::Debug for AnyModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyModel")
            .field("dimension", &self.dimension)
            .finish_non_exhaustive()
    }
}
