//! Large counts: the logarithm of a negative binomial probability, as models of
//! counts need it, over columns.

use crate::Real;
use crate::kernel::{Room, blocks};
use crate::math::special::{HALF_LN_TWO_PI, stirling_error};

/// What [`LargeCount::score`] needs beside the shapes, in this order: ln π, π,
/// 1 − π.
pub(super) const TERMS: usize = 3;

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
pub(super) struct LargeCount<F> {
    count: F,
    /// −½ ln τx − μ(x).
    constant: F,
}

impl<F: Real> LargeCount<F> {
    pub(super) fn new(x: u64) -> Self {
        let x = x as f64;
        Self {
            count: F::of(x),
            constant: F::of(-(HALF_LN_TWO_PI + 0.5 * libm::log(x)) - stirling_error(x)),
        }
    }

    /// Adds ln NB(x; a, π) to `ln_joint` and x to `a`. All slices are of the
    /// same length, a multiple of [`Real::LANES`].
    #[inline(always)]
    pub(super) fn score(self, terms: [&[F]; TERMS], a: &mut [F], ln_joint: &mut [F]) {
        let n = ln_joint.len();
        let terms = terms.map(|column| &column[..n]);
        let a = &mut a[..n];
        let mut rooms = [Room::new(), Room::new()];
        for now in blocks(n) {
            let terms = terms.map(|column| &column[now.clone()]);
            let (a, ln_joint) = (&mut a[now.clone()], &mut ln_joint[now]);
            let n = ln_joint.len();
            let quotients = rooms.each_mut().map(|room| &mut room.0[..n]);
            self.deviances(terms, a, quotients, ln_joint);
            self.small_shapes(a, ln_joint);
            for a in a {
                *a += self.count;
            }
        }
    }

    /// All but what [`small_shapes`](Self::small_shapes) adds.
    #[inline(always)]
    fn deviances(
        self,
        [ln_pi, pi, complement]: [&[F]; TERMS],
        a: &[F],
        [for_count, for_shape]: [&mut [F]; 2],
        ln_joint: &mut [F],
    ) {
        let n = ln_joint.len();
        let (half, limit) = (F::of(0.5), F::of(FAR_FROM));
        let x = self.count;
        for i in 0..n {
            let total = a[i] + x;
            let difference = x * pi[i] - a[i] * complement[i];
            let (s, _, head) = F::ratio_split(x, total * complement[i], difference);
            for_count[i] = s;
            let deviance = head;
            let (s, doublings, head) = F::ratio_split(a[i], total * pi[i], -difference);
            for_shape[i] = s;
            ln_joint[i] += (self.constant + half * (ln_pi[i] + doublings) + s) - (deviance + head);
        }
        for i in 0..n {
            // 1/a and 1/N by one division.
            let (shape, total) = (a[i].vmax(limit), (a[i] + x).vmax(limit));
            let inverse = F::one() / (shape * total);
            let errors =
                F::stirling_series_far(shape * inverse) - F::stirling_series_far(total * inverse);
            ln_joint[i] += errors
                - (x * F::artanh_rest(for_count[i]) + (a[i] - half) * F::artanh_rest(for_shape[i]));
        }
    }

    /// μ of shapes that are too small for Stirling's series, less what the series
    /// said in its place. Few are: newborns, and whoever has only seen small
    /// counts.
    #[inline(always)]
    fn small_shapes(self, a: &[F], ln_joint: &mut [F]) {
        let is_small = |group: &[F]| {
            let (limit, mut any) = (F::of(FAR_FROM), false);
            for &a in group {
                any |= a < limit;
            }
            any
        };
        // They are mostly the last, being the youngest.
        let Some(first) = a.chunks_exact(F::LANES).position(is_small) else {
            return;
        };
        let from = first * F::LANES;
        let (a, ln_joint) = (&a[from..], &mut ln_joint[from..]);
        let n = ln_joint.len();
        let a = &a[..n];
        for i in 0..n {
            ln_joint[i] += correction(a[i] + self.count) - correction(a[i]);
        }
    }
}

/// μ(z) less what was taken for it, for z under [`FAR_FROM`]; else 0.
#[inline(always)]
fn correction<F: Real>(z: F) -> F {
    let one = F::one();
    let [half, near, far] = [0.5, SERIES_FROM, FAR_FROM].map(F::of);
    let by_gamma = z.vln_gamma() - ((z - half) * z.vln() - z + F::of(HALF_LN_TWO_PI));
    let by_series = F::stirling_series(one / z.vmax(near));
    let error = if z < near { by_gamma } else { by_series };
    let correction = error - F::stirling_series_far(one / far);
    if z < far { correction } else { F::zero() }
}
