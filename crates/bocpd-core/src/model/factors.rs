//! A covariance by factors that rounding cannot spoil.
//!
//! ```text
//! P = U D Uᵀ,   U upper triangular with a diagonal of ones, D diagonal
//! ```
//!
//! A measurement changes the factors themselves (Bierman 1977, *Factorization Methods for
//! Discrete Sequential Estimation*, ch. V): nothing is taken off a variance, so that none
//! becomes negative, however vague the prior.
//!
//! A row of factors is d₀ … d₍ₙ₋₁₎, u₀₁, u₀₂, u₁₂, u₀₃, …: one list of lanes for each.

use crate::lanes::Group;
use crate::real::Real;

/// How many factors a covariance has.
#[inline(always)]
pub(in crate::model) const fn count(dim: usize) -> usize {
    dim * (dim + 1) / 2
}

/// Where uᵢⱼ is, i < j.
#[inline(always)]
pub(in crate::model) const fn above(dim: usize, i: usize, j: usize) -> usize {
    dim + j * (j - 1) / 2 + i
}

/// Some lanes in memory.
pub(in crate::model) trait Lane<F>: AsRef<[F]> + AsMut<[F]> {}
impl<F, A: AsRef<[F]> + AsMut<[F]>> Lane<F> for A {}

#[inline(always)]
pub(in crate::model) fn get<L: Group<Scalar: Real>>(row: &[impl Lane<L::Scalar>], at: usize) -> L {
    L::load(row[at].as_ref())
}

#[inline(always)]
pub(in crate::model) fn set<L: Group<Scalar: Real>>(
    row: &mut [impl Lane<L::Scalar>],
    at: usize,
    value: L,
) {
    value.store(row[at].as_mut());
}

/// Takes in a measurement of h · state with noise of variance r. Gives its variance f, and in
/// `k` f times the gains. There may be a number of the state that is known not to be measured.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "arrays side by side")]
pub(in crate::model) fn measure<L: Group<Scalar: Real>, const M: usize>(
    dim: usize,
    unmeasured: Option<usize>,
    row: &mut [impl Lane<L::Scalar>],
    h: &[L; M],
    r: L::Scalar,
    k: &mut [L; M],
) -> L {
    let row = &mut row[..count(dim)];
    let mut f = L::splat(r);
    for j in 0..dim {
        let mut fj = h[j];
        for i in 0..j {
            if unmeasured != Some(i) {
                fj = fj + get::<L>(row, above(dim, i, j)) * h[i];
            }
        }
        let d: L = get(row, j);
        let v = d * fj;
        let before = f;
        f = before + fj * v;
        set(row, j, d * (before / f));
        k[j] = v;
        if j > 0 {
            let lambda = fj / before;
            for i in 0..j {
                let u: L = get(row, above(dim, i, j));
                set(row, above(dim, i, j), u - lambda * k[i]);
                k[i] = k[i] + u * v;
            }
        }
    }
    f
}

/// The variance of one number of the state.
pub(in crate::model) fn variance(dim: usize, row: &[[f64; 1]], i: usize) -> f64 {
    let mut variance = row[i][0];
    for j in i + 1..dim {
        let [u] = row[above(dim, i, j)];
        variance += u * u * row[j][0];
    }
    variance
}

/// The variance of Σ `by[i]` times number i of the state.
pub(in crate::model) fn spread(dim: usize, row: &[[f64; 1]], by: &[f64]) -> f64 {
    let mut spread = 0.0;
    for j in 0..dim {
        let mut along = by[j];
        for i in 0..j {
            along += row[above(dim, i, j)][0] * by[i];
        }
        spread += row[j][0] * along * along;
    }
    spread
}
