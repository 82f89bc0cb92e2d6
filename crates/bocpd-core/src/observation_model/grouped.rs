//! Built-in models: one formula for all that is asked of a model.

use crate::bank::Grouped;
use crate::error::ObservationError;
use crate::observation::{Observation, SideInformation};
use crate::real::Real;
use crate::score::Apply;

/// A model that keeps its statistics in a [`Grouped`] bank and has one formula that
/// scores and absorbs. [`grouped_model`] makes an
/// [`ObservationModel`](crate::observation_model::ObservationModel) of it.
pub(crate) trait GroupedModel<F: Real> {
    /// What is observed.
    type Obs;

    /// Whether the bank counts what each hypothesis has absorbed.
    const COUNTED: bool;

    /// How many statistics a hypothesis has.
    fn width(&self) -> usize;

    /// Whether `x` can be observed at all, with what came along with it.
    fn admits(&self, x: Observation<'_, Self::Obs>) -> Result<(), ObservationError>;

    /// Whether an observation can come with these things beside it.
    fn admits_beside(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        side.nothing()
    }

    /// Adds a hypothesis that knows nothing but the prior.
    fn push_prior(&self, bank: &mut Grouped<F>);

    /// Hands the formula for `x` to `apply`.
    fn apply(&self, x: Observation<'_, Self::Obs>, apply: impl Apply<F>);

    /// Whether a hypothesis that has absorbed `count` observations (at most so many where
    /// that is not counted) can have these statistics.
    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool;
}

/// [`ObservationModel`](crate::observation_model::ObservationModel) of a model over `F` that implements
/// [`GroupedModel`], and what it observes.
macro_rules! grouped_model {
    ($model:ident of $obs:ty) => {
        impl<F: $crate::real::Real> $crate::observation_model::ObservationModel for $model<F> {
            type Scalar = F;
            type Obs = $obs;
            type Bank = $crate::bank::Grouped<F>;

            fn bank(&self, capacity: usize) -> Self::Bank {
                use $crate::observation_model::GroupedModel;
                if Self::COUNTED {
                    $crate::bank::Grouped::counted(self.width(), capacity)
                } else {
                    $crate::bank::Grouped::plain(self.width(), capacity)
                }
            }

            #[inline(always)]
            fn check(
                &self,
                x: $crate::observation::Observation<'_, Self::Obs>,
            ) -> Result<(), $crate::error::ObservationError> {
                $crate::observation_model::GroupedModel::admits(self, x)
            }

            fn check_side(
                &self,
                side: &$crate::observation::SideInformation<'_>,
            ) -> Result<(), $crate::error::ObservationError> {
                $crate::observation_model::GroupedModel::admits_beside(self, side)
            }

            #[inline(always)]
            fn spawn(&self, bank: &mut Self::Bank) {
                $crate::observation_model::GroupedModel::push_prior(self, bank);
            }

            fn score(
                &self,
                isa: $crate::kernel::Isa,
                bank: &Self::Bank,
                x: $crate::observation::Observation<'_, Self::Obs>,
                ln_joint: &mut [F],
            ) {
                let only = $crate::score::ScoreOnly { isa, bank, ln_joint };
                $crate::observation_model::GroupedModel::apply(self, x, only);
            }

            fn absorb(
                &self,
                isa: $crate::kernel::Isa,
                bank: &mut Self::Bank,
                x: $crate::observation::Observation<'_, Self::Obs>,
                weights: Option<&[F]>,
            ) {
                let all;
                let weights = match weights {
                    Some(weights) => weights,
                    None => {
                        let padded = $crate::bank::Bank::len(bank).next_multiple_of(F::LANES);
                        all = alloc::vec![F::one(); padded];
                        &all
                    }
                };
                let absorb = $crate::score::Absorb { isa, bank, weights };
                $crate::observation_model::GroupedModel::apply(self, x, absorb);
            }

            #[inline(always)]
            fn observe(
                &self,
                isa: $crate::kernel::Isa,
                bank: &mut Self::Bank,
                x: $crate::observation::Observation<'_, Self::Obs>,
                ln_joint: &mut [F],
            ) -> Result<(), $crate::error::ObservationError> {
                let fused = $crate::score::Fused { isa, bank, ln_joint };
                $crate::observation_model::GroupedModel::apply(self, x, fused);
                Ok(())
            }

            fn observe_unless_outlier(
                &self,
                isa: $crate::kernel::Isa,
                bank: &mut Self::Bank,
                x: $crate::observation::Observation<'_, Self::Obs>,
                verdict: &mut $crate::score::Verdict<F>,
                ln_joint: &mut [F],
            ) -> Result<(), $crate::error::ObservationError> {
                verdict.observe(isa, bank, |bank| bank, ln_joint, |bank, ln_joint| {
                    let fused = $crate::score::Fused { isa, bank, ln_joint };
                    $crate::observation_model::GroupedModel::apply(self, x, fused);
                })
            }

            #[inline(always)]
            fn may_refuse(&self) -> bool {
                false
            }

            fn is_sound(&self, bank: &Self::Bank, lengths: &[u64]) -> bool {
                use $crate::observation_model::GroupedModel;
                bank.is_like(self.width(), Self::COUNTED)
                    && bank.is_sound(lengths, |count, statistic| self.fits(count, statistic))
            }
        }
    };
}

pub(crate) use grouped_model;
