//! What depends on the count alone where a segment has absorbed every observation.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use libm::{fabs, log, log1p};

use super::factors::{self, first_seen, measure, pass};
use super::structure::{Layout, MAX_DIM, Passage, Structure};
use crate::lanes::Lanes;
use crate::math::special::{HALF_LN_TWO_PI, ln_gamma_half_step};
use crate::real::Real;
use crate::score::TABLE_LEN;

/// Columns of the table, before the gains and the loadings.
pub(super) const RISE: usize = 0;
pub(super) const HALF_SHRINK: usize = 1;
pub(super) const EXPONENT: usize = 2;
pub(super) const GAINS: usize = 3;

/// Behind the row for count 0 the table goes on with the same, for padding.
const ROWS: usize = TABLE_LEN + 16;

/// So many observations lie between two states that are kept.
pub(super) const STRIDE: usize = 16;

/// Variances by factors, of one hypothesis.
pub(super) type Factors = Vec<[f64; 1]>;

/// Rows by count n, largest first, in this order:
///
/// ```text
/// Cₙ₊₁ − Cₙ     Cₙ = ln Γ(αₙ+½) − ln Γ(αₙ) − ½ ln 2π − ½ ln fₙ
/// 1/(2 fₙ)      fₙ: variance of what is not foreseen of the next observation, over σ²
/// αₙ + ½
/// gains         by how much each number of the state takes it in
/// loadings      how each amplitude of the season counts in it
/// fall          the share of β − β₀ that is forgotten then; where the variance is forgotten
/// ```
#[derive(Clone, Debug)]
pub(super) struct Table<F: Real> {
    pub(super) columns: Vec<Box<[F]>>,
    /// Which column is that of the fall; `None` where nothing is forgotten.
    pub(super) fall: Option<usize>,
    /// After so many observations α rises no further.
    pub(super) last_rise: u64,
    /// (ln Γ(αₙ+1) − ln Γ(αₙ+½)) − (ln Γ(αₙ+½) − ln Γ(αₙ)).
    pub(super) gamma_rise: Box<[F]>,
    /// Factors of the covariance after 0, [`STRIDE`], … observations.
    states: Vec<Factors>,
    pub(super) beyond: Beyond,
    /// f of the first count beyond.
    pub(super) variance_after: f64,
    /// αₙ is this and n/2, from the first count on at which it matters.
    pub(super) alpha: f64,
    /// Whether the first observation of a segment is scored by itself.
    heavy: bool,
}

/// How counts beyond the table are found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Beyond {
    /// In closed form: κₙ is this and n.
    Closed { kappa: f64 },
    /// Rows have stopped to change.
    Converged,
    /// They go on changing: hypotheses carry their covariance.
    Carried,
}

/// ln Γ(αₙ+½) − ln Γ(αₙ) − ½ ln 2π.
pub(in crate::model) fn constant(alpha: f64) -> f64 {
    ln_gamma_half_step(alpha) - HALF_LN_TWO_PI
}

/// One row.
#[derive(Clone, Copy)]
struct Row {
    gains: [f64; MAX_DIM],
    half_shrink: f64,
    half_ln_f: f64,
}

/// What every row is made with.
struct Rows<'a> {
    structure: &'a Structure,
    layout: Layout,
    heavy: bool,
    passage: Passage<f64>,
    /// The loadings, which without a season are the same at any time.
    fixed: [f64; MAX_DIM],
}

impl<F: Real> Table<F> {
    /// For counts up to `most`, or for any where that is [`TABLE_LEN`] or more. The variance
    /// remembers `memory` observations, or all of them.
    pub(super) fn new(
        structure: &Structure,
        alpha: f64,
        heavy: bool,
        memory: Option<u32>,
        most: usize,
    ) -> Self {
        let rows = Rows::new(structure, heavy);
        let layout = rows.layout;
        // The row of a count needs the one after it.
        let end = most.saturating_add(2).min(TABLE_LEN);
        let (dim, season, first) = (layout.dim(), layout.season, layout.first_amplitude());
        let alpha = if heavy { alpha - 0.5 } else { alpha };
        // From this count on a row has a meaning.
        let from = usize::from(heavy);
        let last_rise = memory.map_or(u64::MAX, |memory| u64::from(memory) + from as u64);
        let alpha_of = |n: usize| alpha + 0.5 * (n as u64).min(last_rise) as f64;
        let closed = structure
            .is_static()
            .then(|| if heavy { 0.0 } else { 1.0 / structure.level });
        let column = || vec![F::zero(); ROWS].into_boxed_slice();
        let mut columns: Vec<Box<[F]>> = (0..GAINS + dim + season).map(|_| column()).collect();
        let fall = memory.map(|memory| {
            columns.push(column());
            (columns.len() - 1, F::of(1.0 / (f64::from(memory) + 1.0)))
        });
        let mut gamma_rise = column();
        let mut states = Vec::with_capacity(TABLE_LEN / STRIDE + 1);
        let mut factors = prior(structure);
        let (mut before, mut halfway): (Option<Row>, Option<Row>) = (None, None);
        let mut now = constant(alpha_of(from));
        // Whether factors stay as they are from here on, and what they were for the last row.
        let (mut settled, mut last) = (false, factors.clone());
        for n in 0..=end {
            if n.is_multiple_of(STRIDE) {
                states.push(factors.clone());
            }
            let mut row = match before {
                Some(row) if settled => row,
                _ => rows.next(&mut factors, n),
            };
            settled = n > 0 && season == 0 && factors == last;
            last.clone_from(&factors);
            if let Some(kappa) = closed
                && n >= from
            {
                row = closed_row(kappa + n as f64);
            }
            if let Some(before) = before
                && n > from
            {
                let at = TABLE_LEN - n;
                let then = constant(alpha_of(n));
                let rise = (then - row.half_ln_f) - (now - before.half_ln_f);
                columns[RISE][at] = F::of(rise);
                gamma_rise[at] = F::of(then - now);
                now = then;
            }
            if n == TABLE_LEN / 2 {
                halfway = Some(row);
            }
            before = Some(row);
            if n == end {
                break;
            }
            let at = TABLE_LEN - 1 - n;
            columns[HALF_SHRINK][at] = F::of(row.half_shrink);
            columns[EXPONENT][at] = F::of(alpha_of(n) + 0.5);
            if let Some((column, share)) = fall
                && n as u64 >= last_rise
            {
                columns[column][at] = share;
            }
            for i in 0..dim {
                columns[GAINS + i][at] = F::of(row.gains[i]);
            }
            if season > 0 {
                let h = rows.loadings(n);
                for i in 0..season {
                    columns[GAINS + dim + i][at] = F::of(h[first + i]);
                }
            }
        }
        for column in columns.iter_mut().chain([&mut gamma_rise]) {
            let last = column[TABLE_LEN - 1];
            column[TABLE_LEN..].fill(last);
        }
        let stays = |a: Row, b: Row| season == 0 && same(&a, &b, dim);
        let beyond = match (closed, halfway, before) {
            (Some(kappa), ..) => Beyond::Closed { kappa },
            (None, Some(halfway), Some(last)) if stays(halfway, last) => Beyond::Converged,
            _ => Beyond::Carried,
        };
        Self {
            columns,
            fall: fall.map(|(column, _)| column),
            last_rise,
            gamma_rise,
            states,
            beyond,
            variance_after: before.map_or(1.0, |row| 0.5 / row.half_shrink),
            alpha,
            heavy,
        }
    }

    /// The factors of the covariance after `count` observations, each of which was
    /// absorbed.
    pub(super) fn factors(&self, structure: &Structure, count: u64) -> Factors {
        let known = in_table(count) / STRIDE;
        let factors = self.states[known].clone();
        self.factors_from(structure, (known * STRIDE) as u64, factors, count)
    }

    /// The same, given the factors after `from` observations, `from` ≤ `count`.
    pub(super) fn factors_from(
        &self,
        structure: &Structure,
        from: u64,
        mut factors: Factors,
        count: u64,
    ) -> Factors {
        let rows = Rows::new(structure, self.heavy);
        for n in in_table(from)..in_table(count) {
            rows.next(&mut factors, n);
        }
        factors
    }

    /// One column for counts beyond the table, not by carrying.
    #[inline(always)]
    pub(super) fn far<L: Lanes<Scalar = F>>(&self, column: usize, counts: L) -> L {
        let half = F::of(0.5);
        let z = self.exponent(counts);
        if column == EXPONENT {
            return z;
        }
        if self.fall == Some(column) {
            return L::splat(self.columns[column][0]);
        }
        let one = L::splat(F::one());
        if let Beyond::Closed { kappa } = self.beyond {
            let kappa = counts + F::of(kappa);
            let gain = one / (kappa + F::one());
            match column {
                RISE => {
                    // −½ ln(1 − 1/(κ+1)²) by its series.
                    let half_square = gain * gain * half;
                    self.gamma_rise_beyond(z) + half_square * (half_square + one)
                }
                HALF_SHRINK => kappa * gain * half,
                _ => gain,
            }
        } else {
            match column {
                RISE => self.gamma_rise_beyond(z),
                _ => L::splat(self.columns[column][0]),
            }
        }
    }

    /// αₙ + ½ for any count from the first one on at which it matters.
    #[inline(always)]
    pub(super) fn exponent<L: Lanes<Scalar = F>>(&self, counts: L) -> L {
        let half = F::of(0.5);
        let told = if self.fall.is_some() {
            let last = F::of(self.last_rise as f64);
            counts.if_less(last, counts, L::splat(last))
        } else {
            counts
        };
        told * half + F::of(self.alpha) + half
    }

    /// [`gamma_rise`](Self::gamma_rise) beyond the table, for z = αₙ + ½; what forgets has come
    /// to an end there.
    #[inline(always)]
    pub(super) fn gamma_rise_beyond<L: Lanes<Scalar = F>>(&self, z: L) -> L {
        if self.fall.is_some() {
            return L::splat(F::zero());
        }
        gamma_rise_far(L::splat(F::one()) / z)
    }

    /// The share of β − β₀ that is forgotten after the observation that follows on so many.
    #[inline(always)]
    pub(super) fn falls<L: Lanes<Scalar = F>>(&self, column: usize, counts: L) -> L {
        let last = F::of(self.last_rise as f64);
        counts.if_less(last, L::splat(F::zero()), L::splat(self.columns[column][0]))
    }
}

/// A count, or the end of the table for those beyond: what has converged stays.
fn in_table(count: u64) -> usize {
    usize::try_from(count).map_or(TABLE_LEN, |count| count.min(TABLE_LEN))
}

/// [`Table::gamma_rise`] where 1/(αₙ+½) is small: ¼ ψ'(z) + ψ'''(z)/192 + … by their
/// asymptotic series, of which the next term is under 1e-18.
#[inline(always)]
pub(in crate::model) fn gamma_rise_far<L: Lanes<Scalar: Real>>(r: L) -> L {
    let mut sum = L::splat(L::Scalar::of(1.0 / 320.0));
    for coefficient in [1.0 / 64.0, 5.0 / 96.0, 0.125, 0.25] {
        sum = sum * r + L::Scalar::of(coefficient);
    }
    sum * r
}

/// The factors at the start of a segment.
pub(super) fn prior(structure: &Structure) -> Factors {
    let dim = structure.layout().dim();
    let variances = structure.prior().into_iter().map(|d| [d]);
    let mut factors: Factors = variances.collect();
    factors.resize(factors::count(dim), [0.0]);
    factors
}

impl<'a> Rows<'a> {
    fn new(structure: &'a Structure, heavy: bool) -> Self {
        Self {
            structure,
            layout: structure.layout(),
            heavy,
            passage: structure.passage(1.0),
            fixed: structure.loadings(0.0),
        }
    }

    /// The loadings of the observation after n others.
    fn loadings(&self, n: usize) -> [f64; MAX_DIM] {
        if self.layout.season == 0 {
            self.fixed
        } else {
            self.structure.loadings(n as f64)
        }
    }

    /// The row for count n, given the factors after n observations, which move on.
    fn next(&self, factors: &mut Factors, n: usize) -> Row {
        let layout = self.layout;
        if n > 0 {
            pass::<f64>(layout, factors, &self.passage);
        }
        let h = self.loadings(n);
        if self.heavy && n == 0 {
            first_seen::<f64>(layout, factors, &h);
            return Row {
                gains: [0.0; MAX_DIM],
                half_shrink: 0.0,
                half_ln_f: 0.0,
            };
        }
        let mut k = [0.0; MAX_DIM];
        let f = measure(layout, factors, &h, self.structure.measurement(), &mut k);
        Row {
            gains: k.map(|k| k / f),
            half_shrink: 0.5 / f,
            half_ln_f: 0.5 * log(f),
        }
    }
}

/// The row of a level in white noise.
fn closed_row(kappa: f64) -> Row {
    let gain = 1.0 / (kappa + 1.0);
    Row {
        gains: [gain; MAX_DIM],
        half_shrink: 0.5 * (kappa * gain),
        half_ln_f: 0.5 * log1p(1.0 / kappa),
    }
}

/// Whether two rows, one of twice the count of the other, differ by roundings alone: what
/// has come so near its limit halfway stays there.
fn same(a: &Row, b: &Row, dim: usize) -> bool {
    let near = |a: f64, b: f64| fabs(a - b) <= 16.0 * f64::EPSILON * fabs(b);
    let mut gains = a.gains.iter().zip(&b.gains).take(dim);
    near(a.half_shrink, b.half_shrink) && gains.all(|(&a, &b)| near(a, b))
}
