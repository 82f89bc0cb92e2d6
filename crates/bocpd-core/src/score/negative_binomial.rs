//! Large counts: the logarithm of a negative binomial probability, as models of
//! counts need it, over lanes.

use crate::lanes::Group;
use crate::math::special::{HALF_LN_TWO_PI, stirling_error};
use crate::real::Real;

/// What [`LargeCount::score`] needs beside the shapes, in this order: ln π, π,
/// 1 − π.
pub(crate) const TERMS: usize = 3;

/// Shapes from here on by [`Real::stirling_series_far`].
const FAR_FROM: f64 = 64.0;

/// Shapes from here on by [`Real::stirling_series`].
const SERIES_FROM: f64 = 16.0;

/// A count x ≥ 1 whose probability under a negative binomial distribution of
/// shape a is
///
/// ```text
/// ln NB(x; a, π) = ln Γ(a+x)/(Γ(a) x!) + a ln π + x ln(1−π)
///
///   = ½ ln(a/N) − ½ ln τx − μ(x) + μ(N) − μ(a) − D(x, N(1−π)) − D(a, Nπ),   N = a + x
///
/// D(x, m) = x ln(x/m) + m − x      μ(z) = ln Γ(z) − [(z − ½) ln z − z + ½ ln τ]
/// ```
///
/// with τ = 6.28…: the deviance form of Loader (2000), *Fast and accurate
/// computation of binomial probabilities*, written for the gamma function in
/// place of factorials. No two large numbers cancel in it, and with δ =
/// xπ − a(1−π) both deviances are of the order of δ²: x − N(1−π) = δ = Nπ − a.
/// The first term is found with the second deviance, since
/// ln(a/N) = ln(a/(Nπ)) + ln π.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LargeCount<F> {
    count: F,
    /// −½ ln τx − μ(x).
    constant: F,
}

impl<F: Real> LargeCount<F> {
    pub(crate) fn new(x: u64) -> Self {
        Self::of(x as f64)
    }

    /// The same for any x > 0: with Γ(x+1) in place of x!, it need not be an integer.
    pub(crate) fn of(x: f64) -> Self {
        Self {
            count: F::of(x),
            constant: F::of(-(HALF_LN_TWO_PI + 0.5 * libm::log(x)) - stirling_error(x)),
        }
    }

    /// Adds ln NB(x; a, π) to `ln_joint` and x to a, which is statistic `S`, for `G`
    /// groups side by side; the first [`TERMS`] terms are what it takes.
    #[inline(always)]
    pub(crate) fn score<
        L: Group<Scalar = F>,
        const G: usize,
        const T: usize,
        const N: usize,
        const S: usize,
    >(
        self,
        terms: &[[L; T]; G],
        statistics: &mut [[F::Array; N]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let mut a = [statistics[0][S]; G];
        for g in 0..G {
            a[g] = statistics[g][S];
        }
        self.add(terms, &a, ln_joint);
        for g in 0..G {
            (L::load(a[g].as_ref()) + self.count).store(statistics[g][S].as_mut());
        }
    }

    /// Adds ln NB(x; a, π) to `ln_joint`, for shapes a that are no statistics.
    #[inline(always)]
    pub(crate) fn add<L: Group<Scalar = F>, const G: usize, const T: usize>(
        self,
        terms: &[[L; T]; G],
        a: &[F::Array; G],
        ln_joint: &mut [F::Array; G],
    ) {
        self.deviances(terms, a, ln_joint);
        self.small_shapes::<L, G>(a, ln_joint);
    }

    /// All but what [`small_shapes`](Self::small_shapes) adds.
    #[inline(always)]
    fn deviances<L: Group<Scalar = F>, const G: usize, const T: usize>(
        self,
        terms: &[[L; T]; G],
        a: &[F::Array; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let (half, limit) = (F::of(0.5), L::splat(F::of(FAR_FROM)));
        let x = L::splat(self.count);
        let mut parts = [(x, x, x); G];
        for g in 0..G {
            let a = L::load(a[g].as_ref());
            let (ln_pi, pi, complement) = (terms[g][0], terms[g][1], terms[g][2]);
            let total = a + x;
            let difference = x * pi - a * complement;
            let (for_count, _, head) = F::ratio_split(x, total * complement, difference);
            let mean = total * pi;
            let (for_shape, doublings, shape_head) =
                F::ratio_split(a, mean, difference * -F::one());
            let score =
                ((ln_pi + doublings) * half + self.constant + for_shape) - (head + shape_head);
            parts[g] = (for_count, for_shape, score);
        }
        for g in 0..G {
            let a = L::load(a[g].as_ref());
            let (for_count, for_shape, score) = parts[g];
            // 1/a and 1/N by one division.
            let (shape, total) = (a.larger(limit), (a + x).larger(limit));
            let inverse = L::splat(F::one()) / (shape * total);
            let errors =
                F::stirling_series_far(shape * inverse) - F::stirling_series_far(total * inverse);
            let rest = x * F::artanh_rest(for_count) + (a - half) * F::artanh_rest(for_shape);
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) + score + (errors - rest)).store(ln_joint);
        }
    }

    /// μ of shapes that are too small for Stirling's series, less what the series
    /// said in its place. Few are: newborns, and whoever has only seen small
    /// counts.
    #[inline(always)]
    fn small_shapes<L: Group<Scalar = F>, const G: usize>(
        self,
        a: &[F::Array; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let (zero, one) = (L::splat(F::zero()), L::splat(F::one()));
        for (a, ln_joint) in a.iter().zip(ln_joint) {
            let (a, ln_joint) = (a.as_ref(), ln_joint.as_mut());
            let is_small = L::load(a).if_less(F::of(FAR_FROM), one, zero);
            if is_small.equal(F::one()) == 0 {
                continue;
            }
            for i in 0..F::LANES {
                if a[i] < F::of(FAR_FROM) {
                    ln_joint[i] += correction(a[i] + self.count) - correction(a[i]);
                }
            }
        }
    }
}

/// μ(z) less what was taken for it, for z under [`FAR_FROM`]; else 0. Apart: it is
/// long, and mostly wanted for a newborn alone.
#[inline(never)]
fn correction<F: Real>(z: F) -> F {
    let one = F::one();
    let [half, near, far] = [0.5, SERIES_FROM, FAR_FROM].map(F::of);
    let by_gamma = z.vln_gamma() - ((z - half) * z.vln() - z + F::of(HALF_LN_TWO_PI));
    let by_series = F::stirling_series(one / z.vmax(near));
    let error = if z < near { by_gamma } else { by_series };
    let correction = error - F::stirling_series_far(one / far);
    if z < far { correction } else { F::zero() }
}
