//! Many failures before a number of successes: the logarithm of a beta negative binomial
//! probability, over lanes.

use super::LargeCount;
use crate::lanes::Group;
use crate::real::Real;

/// A count x ≥ 0 of failures before r successes, where the probability of success is
/// Beta(a, b):
///
/// ```text
/// p(x) = r/(r+x) · NB(r; a, π) NB(x; b, π) / NB(r+x; a+b, π),   π = (a+b)/(a+b+r+x)
/// ```
///
/// (true for any π), each in the deviance form of [`LargeCount`], which does not lose
/// digits. With this π the last one has no deviance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LargeFailures<F> {
    successes: LargeCount<F>,
    /// `None` for 0.
    failures: Option<LargeCount<F>>,
    all: LargeCount<F>,
    /// r + x.
    total: F,
    /// ln r/(r+x).
    ln_share: F,
}

impl<F: Real> LargeFailures<F> {
    pub(crate) fn new(size: f64, failures: u64) -> Self {
        let total = size + failures as f64;
        Self {
            successes: LargeCount::of(size),
            failures: (failures > 0).then(|| LargeCount::new(failures)),
            all: LargeCount::of(total),
            total: F::of(total),
            ln_share: F::of(libm::log(size / total)),
        }
    }

    /// Adds ln p(x) to `ln_joint` and x to b, which is statistic `S`, for `G` groups side by
    /// side whose a are given.
    #[inline(always)]
    pub(crate) fn score<L: Group<Scalar = F>, const G: usize, const N: usize, const S: usize>(
        &self,
        a: &[L; G],
        statistics: &mut [[F::Array; N]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let zero = L::splat(F::zero());
        let mut terms = [[zero; super::NEGATIVE_BINOMIAL_TERMS]; G];
        let (mut shapes, mut sums) = ([ln_joint[0]; G], [ln_joint[0]; G]);
        let mut all = [ln_joint[0]; G];
        for g in 0..G {
            let b = L::load(statistics[g][S].as_ref());
            let sum = a[g] + b;
            let inverse = L::splat(F::one()) / (sum + self.total);
            let ln_pi = F::ln_1p_positive(L::splat(self.total) / sum) * -F::one();
            terms[g] = [ln_pi, sum * inverse, inverse * self.total];
            a[g].store(shapes[g].as_mut());
            sum.store(sums[g].as_mut());
            zero.store(all[g].as_mut());
        }
        self.all.add(&terms, &sums, &mut all);
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            let rest = L::splat(self.ln_share) - L::load(all[g].as_ref());
            (L::load(ln_joint) + rest).store(ln_joint);
        }
        self.successes.add(&terms, &shapes, ln_joint);
        if let Some(failures) = self.failures {
            return failures.score::<L, G, _, N, S>(&terms, statistics, ln_joint);
        }
        // ln NB(0; b, π).
        for g in 0..G {
            let b = L::load(statistics[g][S].as_ref());
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) + b * terms[g][0]).store(ln_joint);
        }
    }
}
