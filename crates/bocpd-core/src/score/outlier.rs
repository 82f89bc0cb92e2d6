//! One observation under hypotheses that may call it an outlier.
//!
//! Scores are needed before it is known who absorbs. A model that scores and absorbs in
//! one pass does so for all hypotheses, on statistics that were [saved](Verdict::save), and
//! [takes them back](Verdict::take_back) for those that call the observation an outlier:
//! most observations are outliers to nobody, and then there is nothing to take back.

use alloc::vec::Vec;

use crate::bank::{Bank, Grouped};
use crate::error::ObservationError;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::Group;
use crate::real::Real;

/// What hypotheses say of one observation: that it belongs to their segment, or that it is
/// an outlier. Kept from step to step for its memory alone.
#[derive(Debug)]
pub struct Verdict<F: Real> {
    /// ln (1 − ε).
    ln_regular: F,
    /// ln ε q(x).
    ln_outlier: F,
    /// For each hypothesis ln p(x), then ρ; padded to whole groups.
    rho: Vec<F>,
    /// 1 for those that absorb x, else 0; likewise.
    absorbs: Vec<F>,
    /// Statistics before x was absorbed; a model may have two banks.
    saved: [Vec<F::Array>; 2],
}

impl<F: Real> Default for Verdict<F> {
    fn default() -> Self {
        Self {
            ln_regular: F::zero(),
            ln_outlier: F::zero(),
            rho: Vec::new(),
            absorbs: Vec::new(),
            saved: [Vec::new(), Vec::new()],
        }
    }
}

impl<F: Real> Verdict<F> {
    /// Begins with an observation, of which ln (1 − ε) and ln ε q(x) are known; there are
    /// `padded` hypotheses, those of the padding included.
    pub(crate) fn begin(&mut self, ln_regular: F, ln_outlier: F, padded: usize) {
        (self.ln_regular, self.ln_outlier) = (ln_regular, ln_outlier);
        for list in [&mut self.rho, &mut self.absorbs] {
            list.clear();
            list.resize(padded, F::zero());
        }
    }

    /// From now on densities are those of a function of x, at which they are larger by a
    /// factor of which `ln` is the logarithm.
    pub(crate) fn of_transformed(&mut self, ln: F) {
        self.ln_outlier += ln;
    }

    /// What ln p(x) is added to, for each hypothesis.
    #[inline(always)]
    pub(crate) fn ln_p(&mut self) -> &mut [F] {
        &mut self.rho
    }

    /// For each hypothesis P(x is an outlier), once that is [decided](Self::decide).
    pub(crate) fn rho(&self) -> &[F] {
        &self.rho
    }

    /// 1 for those hypotheses that absorb x, else 0.
    pub(crate) fn absorbs(&self) -> &[F] {
        &self.absorbs
    }

    /// Whether hypothesis `i` absorbs x.
    pub(crate) fn absorbed_by(&self, i: usize) -> bool {
        !self.absorbs[i].is_zero()
    }

    /// Makes of ln p(x) what the mixture says: adds ln p_ε(x) to `ln_joint` and gives
    /// whether all of `live` hypotheses absorb x.
    ///
    /// # Errors
    /// If one of ln p(x) is NaN or +∞, which is no logarithm of a density.
    pub(crate) fn decide(
        &mut self,
        isa: Isa,
        live: usize,
        ln_joint: &mut [F],
    ) -> Result<bool, ObservationError> {
        // What is behind the last hypothesis may be anything.
        if let Some(&last) = self.rho[..live].last() {
            self.rho[live..].fill(last);
        }
        let found = isa.run_lanes(Split {
            ln_regular: self.ln_regular,
            ln_outlier: self.ln_outlier,
            ln_joint: F::groups_mut(ln_joint),
            rho: F::groups_mut(&mut self.rho),
            absorbs: F::groups_mut(&mut self.absorbs),
        });
        if found.sound {
            Ok(found.all_absorb)
        } else {
            Err(ObservationError::Impossible)
        }
    }

    /// Keeps the statistics of a bank, in the first or the second place, before all its
    /// hypotheses absorb x.
    #[inline(always)]
    pub(crate) fn save(&mut self, place: usize, bank: &Grouped<F>) {
        let saved = &mut self.saved[place];
        saved.clear();
        saved.extend_from_slice(bank.groups());
    }

    /// Gives those hypotheses of a bank, all of which have absorbed x, what they had before
    /// that call it an outlier.
    pub(crate) fn take_back(&self, isa: Isa, place: usize, bank: &mut Grouped<F>) {
        let width = bank.width();
        let (groups, counts) = bank.groups_mut();
        isa.run_lanes(TakeBack::<F> {
            width,
            absorbs: F::groups(&self.absorbs),
            saved: &self.saved[place],
            groups,
        });
        if let Some(counts) = counts {
            counts.take_back_where(|i| !self.absorbed_by(i));
        }
    }

    /// [`save`](Self::save), `observe`, which adds ln p(x) and absorbs, and
    /// [`take_back`](Self::take_back).
    ///
    /// # Errors
    /// As [`decide`](Self::decide); all hypotheses have then absorbed x.
    #[inline(always)]
    pub(crate) fn observe<B: Bank>(
        &mut self,
        isa: Isa,
        bank: &mut B,
        statistics: impl Fn(&mut B) -> &mut Grouped<F>,
        ln_joint: &mut [F],
        observe: impl FnOnce(&mut B, &mut [F]),
    ) -> Result<(), ObservationError> {
        self.save(0, statistics(bank));
        observe(bank, &mut self.rho);
        if !self.decide(isa, bank.len(), ln_joint)? {
            self.take_back(isa, 0, statistics(bank));
        }
        Ok(())
    }
}

/// Makes of ln p what the mixture with outliers says, over groups of lanes.
///
/// ```text
/// d = ln ε q − ln (1 − ε) p        > 0 where an outlier is the likelier case
/// ln p_ε = max + ln (1 + e^−|d|),  ρ = 1/(1 + e^−d)
/// ```
///
/// Only differences of logarithms are exponentiated, so nothing is lost where densities
/// underflow. −∞ for ln p is allowed; ln q is finite.
struct Split<'a, F: Real> {
    ln_regular: F,
    ln_outlier: F,
    /// ln p_ε is added here.
    ln_joint: &'a mut [F::Array],
    /// ln p on entry, ρ on return.
    rho: &'a mut [F::Array],
    /// 1 where ρ < ½, else 0.
    absorbs: &'a mut [F::Array],
}

/// What there was among the scores.
struct Found {
    /// No NaN and no +∞.
    sound: bool,
    all_absorb: bool,
}

impl<F: Real> LaneKernel<F> for Split<'_, F> {
    type Output = Found;
    type Home = Self;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) -> Found {
        let (zero, one) = (L::splat(F::zero()), L::splat(F::one()));
        let outlier = L::splat(self.ln_outlier);
        let (mut unsound, mut absorbing) = (zero, one);
        let groups = self.ln_joint.iter_mut().zip(self.rho).zip(self.absorbs);
        for ((ln_joint, rho), absorbs) in groups {
            let (ln_joint, rho) = (ln_joint.as_mut(), rho.as_mut());
            let ln_p = L::load(rho);
            unsound = unsound + ln_p.if_less(F::infinity(), zero, one);
            let regular = ln_p + self.ln_regular;
            let d = outlier - regular;
            let (r, scale) = F::exp_split(zero - d.larger(zero - d));
            let lesser = F::exp_join(r, scale);
            let ln_p = regular.larger(outlier) + F::ln_1p_positive(lesser);
            (L::load(ln_joint) + ln_p).store(ln_joint);
            let share = d.if_less(F::zero(), lesser, one);
            (share / (lesser + F::one())).store(rho);
            let absorb = d.if_less(F::zero(), one, zero);
            absorbing = absorbing * absorb;
            absorb.store(absorbs.as_mut());
        }
        Found {
            sound: unsound.largest().is_zero(),
            all_absorb: absorbing.equal(F::zero()) == 0,
        }
    }
}

/// Gives hypotheses that do not absorb the statistics that were saved.
struct TakeBack<'a, F: Real> {
    width: usize,
    absorbs: &'a [F::Array],
    saved: &'a [F::Array],
    groups: &'a mut [F::Array],
}

impl<F: Real> LaneKernel<F> for TakeBack<'_, F> {
    type Output = ();
    type Home = Self;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) {
        let groups = self.groups.chunks_exact_mut(self.width);
        let saved = self.saved.chunks_exact(self.width);
        for ((group, saved), absorbs) in groups.zip(saved).zip(self.absorbs) {
            let absorbs = L::load(absorbs.as_ref());
            if absorbs.equal(F::zero()) == 0 {
                continue;
            }
            for (after, before) in group.iter_mut().zip(saved) {
                let (old, new) = (L::load(before.as_ref()), L::load(after.as_ref()));
                absorbs.if_equal(F::zero(), old, new).store(after.as_mut());
            }
        }
    }
}
