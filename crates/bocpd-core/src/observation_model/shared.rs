//! One model for many detectors.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Describe, ObservationModel};
use crate::distribution::{Distribution, Forms, Level, Parameter};
use crate::error::ObservationError;
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::Source;
use crate::random::Random;
use crate::score::Verdict;

impl<M: ObservationModel> ObservationModel for Arc<M> {
    type Scalar = M::Scalar;
    type Obs = M::Obs;
    type Bank = M::Bank;

    fn bank(&self, capacity: usize) -> Self::Bank {
        (**self).bank(capacity)
    }
    #[inline(always)]
    fn check(&self, x: Observation<'_, Self::Obs>) -> Result<(), ObservationError> {
        (**self).check(x)
    }
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        (**self).check_side(side)
    }
    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        (**self).spawn(bank);
    }
    fn score(
        &self,
        isa: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) {
        (**self).score(isa, bank, x, ln_joint);
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        weights: Option<&[Self::Scalar]>,
    ) {
        (**self).absorb(isa, bank, x, weights);
    }
    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        (**self).observe(isa, bank, x, ln_joint)
    }
    #[inline(always)]
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        (**self).spawn_and_observe(isa, bank, x, ln_joint)
    }
    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        verdict: &mut Verdict<Self::Scalar>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        (**self).observe_unless_outlier(isa, bank, x, verdict, ln_joint)
    }
    #[inline(always)]
    fn may_refuse(&self) -> bool {
        (**self).may_refuse()
    }
    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        (**self).has_dynamics()
    }
    fn advance(&self, bank: &mut Self::Bank, elapsed: f64) {
        (**self).advance(bank, elapsed);
    }
    #[inline(always)]
    fn lags(&self) -> usize {
        (**self).lags()
    }
    fn pass(&self, bank: &mut Self::Bank) {
        (**self).pass(bank);
    }
    #[inline(always)]
    fn knows_outliers(&self) -> bool {
        (**self).knows_outliers()
    }
    fn p_outlier<'a>(&self, bank: &'a Self::Bank) -> &'a [Self::Scalar] {
        (**self).p_outlier(bank)
    }
    #[inline(always)]
    fn weighs_by_powers(&self) -> bool {
        (**self).weighs_by_powers()
    }
    fn ln_mean_density(&self, bank: &Self::Bank) -> f64 {
        (**self).ln_mean_density(bank)
    }
    fn is_sound(&self, bank: &Self::Bank, lengths: &[u64]) -> bool {
        (**self).is_sound(bank, lengths)
    }
}

impl<M: Describe> Describe for Arc<M> {
    fn dimension(&self) -> usize {
        (**self).dimension()
    }
    fn features(&self) -> usize {
        (**self).features()
    }
    fn level(&self, bank: &Self::Bank, hypothesis: usize, dimension: usize) -> Option<Level> {
        (**self).level(bank, hypothesis, dimension)
    }
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        (**self).parameters(bank, hypothesis)
    }
    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
    ) {
        (**self).add_level_to(forms, bank, hypothesis, dimension);
    }
    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        (**self).predictive(bank, hypothesis, dimension)
    }
    fn predictive_after(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        (**self).predictive_after(bank, hypothesis, dimension, elapsed)
    }
    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        (**self).predictive_with(bank, hypothesis, dimension, elapsed, side)
    }
    fn model_probabilities(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<f64> {
        (**self).model_probabilities(bank, hypothesis)
    }
    fn ln_p_of_each(
        &self,
        isa: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
    ) -> Vec<Vec<f64>> {
        (**self).ln_p_of_each(isa, bank, x)
    }
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        (**self).simulate(random, n)
    }
    fn source(&self, random: &mut Random) -> Option<Source> {
        (**self).source(random)
    }
}
