//! What measurements, the passage of time (Bierman 1977, *Factorization Methods for Discrete
//! Sequential Estimation*, ch. VI) and a first observation do to the factors of a covariance
//! ([`crate::model::factors`]).

use num_traits::Float;

use super::structure::{Layout, Passage};
use crate::lanes::Group;
use crate::model::factors::{self, Lane, above, get, set};
pub(super) use crate::model::factors::{count, variance};
use crate::real::Real;

/// Takes in a measurement of h · state with noise of variance r. Gives its variance f, and in
/// `k` f times the gains. The slope is not measured.
#[inline(always)]
pub(super) fn measure<L: Group<Scalar: Real>, const M: usize>(
    layout: Layout,
    row: &mut [impl Lane<L::Scalar>],
    h: &[L; M],
    r: L::Scalar,
    k: &mut [L; M],
) -> L {
    let slope = layout.slope.then(|| layout.level() + 1);
    factors::measure(layout.dim(), slope, row, h, r, k)
}

/// Lets time pass.
#[inline(always)]
pub(super) fn pass<L: Group<Scalar: Real>>(
    layout: Layout,
    row: &mut [impl Lane<L::Scalar>],
    passage: &Passage<L::Scalar>,
) {
    let dim = layout.dim();
    let row = &mut row[..count(dim)];
    let level = layout.level();
    if layout.slope {
        let slope = level + 1;
        let elapsed = L::splat(passage.elapsed);
        let by = get::<L>(row, above(dim, level, slope)) + elapsed;
        set(row, above(dim, level, slope), by);
        for j in slope + 1..dim {
            let more = get::<L>(row, above(dim, slope, j)) * elapsed;
            let by = get::<L>(row, above(dim, level, j)) + more;
            set(row, above(dim, level, j), by);
        }
    }
    if layout.ar {
        for j in 1..dim {
            let u = get::<L>(row, above(dim, 0, j)) * passage.phi;
            set(row, above(dim, 0, j), u);
        }
        let d = get::<L>(row, 0) * passage.phi * passage.phi + passage.noise;
        set(row, 0, d);
    }
    let zero = <L::Scalar as num_traits::Zero>::zero();
    // What comes to the slope comes to the level too: a multiple of (½ elapsed, 1).
    let (mut w, mut a_level, mut a_noise) = (L::splat(zero), L::splat(zero), L::splat(zero));
    if layout.slope {
        let slope = level + 1;
        let (d, u): (L, L) = (get(row, slope), get(row, above(dim, level, slope)));
        let more = L::splat(passage.slope);
        let sum = d + passage.slope;
        // Both are 0 where neither the slope is unknown nor moves.
        let share = more / sum.larger(L::splat(L::Scalar::min_positive_value()));
        set(row, slope, sum);
        a_level = L::splat(passage.half) - u;
        set(row, above(dim, level, slope), u + share * a_level);
        if layout.ar {
            let u: L = get(row, above(dim, 0, slope));
            a_noise = L::splat(zero) - u;
            set(row, above(dim, 0, slope), u + share * a_noise);
        }
        w = share * d;
    }
    let d: L = get(row, level);
    let own = L::splat(passage.level);
    if layout.ar {
        let u: L = get(row, above(dim, 0, level));
        // First what comes by the slope, then the level's own.
        let sum = d + w * a_level * a_level;
        a_noise = a_noise - a_level * u;
        let u = u + w * a_level / sum * a_noise;
        let first = w * d / sum;
        let total = sum + own;
        set(row, level, total);
        set(row, above(dim, 0, level), u * (sum / total));
        let second = own * sum / total;
        let noise = get::<L>(row, 0) + first * a_noise * a_noise + second * u * u;
        set(row, 0, noise);
    } else {
        set(row, level, d + w * a_level * a_level + own);
    }
}

/// What is known after the first observation of a segment whose level could be anything,
/// given the factors before and the loadings: the level is x less all else.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "arrays side by side")]
pub(super) fn first_seen<L: Group<Scalar: Real>>(
    layout: Layout,
    row: &mut [impl Lane<L::Scalar>],
    h: &[L],
) {
    let one = L::splat(<L::Scalar as num_traits::One>::one());
    let zero = L::splat(<L::Scalar as num_traits::Zero>::zero());
    let (dim, level) = (layout.dim(), layout.level());
    for j in 1..dim {
        for i in 0..j {
            set(row, above(dim, i, j), zero);
        }
    }
    set(row, level, one);
    if layout.ar {
        set(row, 0, zero);
        set(row, above(dim, 0, level), zero - one);
    }
    for j in layout.first_amplitude()..dim {
        set(row, above(dim, level, j), zero - h[j]);
    }
}
