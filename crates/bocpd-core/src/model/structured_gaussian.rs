//! Gaussian observations about a level that may drift, rise or have a season, in noise
//! that may remember.

mod bank;
mod by_table;
mod carried;
mod carry;
mod factors;
mod outlier;
mod posterior;
mod shape;
mod simulate;
mod soundness;
mod structure;
mod table;

use alloc::vec::Vec;

use libm::{fabs, log, log1p};

use crate::bank::{Bank, Grouped};
use crate::distribution::Distribution;
use crate::error::{ObservationError, ParameterError, check};
use crate::kernel::Isa;
use crate::model::check_finite;
use crate::observation::Observation;
use crate::observation_model::ObservationModel;
use crate::parameter::{Limits, POSITIVE};
use crate::real::Real;
use crate::score::{TABLE_LEN, Verdict};

pub use bank::StructuredBank;
use by_table::ByTable;
use carried::{Carried, Wait};
use shape::{width, with_shape};
pub(crate) use structure::{CAUCHY, HARMONICS, MEMORY, PERIOD, PHI, RELATIVE, check_season};
use structure::{Layout, Structure, cos_turns};
use table::{Beyond, Table, prior};
pub(in crate::model) use table::{constant, gamma_rise_far};

/// Gaussian observations about a level that may drift, rise along a line or have a season,
/// in white or AR(1) noise; σ² unknown, with the conjugate prior.
///
/// ```text
/// x = H z + ε,   z' = F z + η,   Var ε = σ² R,   Var η = σ² Q,   Var z₀ = σ² P₀
/// σ² ~ InvGamma(α, β)
///
/// with m the state foreseen and P its variance over σ², for each observation
///   f = H P Hᵀ + R      g = P Hᵀ / f      δ = x − H m
///   β' = β + δ²/(2f)    α' = α + ½        m' = F (m + g δ)      P' = F (P − g H P) Fᵀ + Q
///
/// predictive: Student-t with 2α degrees of freedom, location H m and scale² β f/α
/// ```
///
/// West & Harrison (1997), *Bayesian Forecasting and Dynamic Models*, ch. 4.5. The state is
/// what the parameters ask for, and with none of them this is [`Gaussian`](super::Gaussian):
///
/// ```text
/// part       z        F                 H       R   Q                               P₀
/// level      level    1                 1       1   drift                           1/κ
/// AR noise   e        φ                 1       0   1 − φ²                          1
/// slope      slope    adds to level     0           slope_drift [[⅓,½],[½,1]]       slope²
/// season     c_j s_j  turn by 2πj/m     1, 0        0                               season²
/// ```
///
/// Times between observations need not be 1: over a time Δ the noise is φ^Δ of what it was,
/// variances grow by Δ times theirs (those of a slope's drift by [[Δ³/3, Δ²/2], [Δ²/2, Δ]]
/// times it) and the season turns by as much more. A missing observation is time alone.
///
/// With a heavy-tailed prior on the level (`cauchy` > 0) the first observation of a segment
/// has a Cauchy density about the prior mean, and what is known after it is what a flat
/// prior on the level would leave: the level is x less all else, β and α are as before.
///
/// Levels are kept relative to the prior mean, or to the first observation of the segment.
/// Observations further than [`Real::HUGE`] from the prior mean are scored exactly and
/// absorbed as if they were that far.
#[derive(Clone, Debug)]
pub struct StructuredGaussian<F: Real = f64> {
    mean: f64,
    alpha: f64,
    beta: f64,
    structure: Structure,
    layout: Layout,
    /// ln of the Cauchy density's peak, and its scale.
    cauchy: Option<(f64, f64)>,
    /// ln of the largest density of the first predictive that is a Student-t.
    ln_peak: F,
    /// What a newborn carries of its covariance, and its ln of the peak then.
    prior_spread: Vec<F>,
    carried_peak: F,
    /// How many observations the variance remembers; all of them if nothing is said.
    memory: Option<u32>,
    table: Table<F>,
}

impl StructuredGaussian {
    /// A model in `f64`. All that makes it differ from [`Gaussian`](super::Gaussian) is 0
    /// where it is not wanted.
    ///
    /// * `mean`, `kappa`, `alpha`, `beta`: as those of [`Gaussian`](super::Gaussian).
    /// * `phi`: correlation of the noise between neighbours, in units of time 1 apart.
    /// * `drift`: variance by which the level moves in a unit of time, over σ².
    /// * `slope`: standard deviation of a segment's slope, over σ.
    /// * `slope_drift`: variance by which the slope moves in a unit of time, over σ².
    /// * `period`: length of the season; `harmonics`: how many of its harmonics there are;
    ///   `season`: standard deviation of an amplitude, over σ.
    /// * `cauchy`: scale of a Cauchy density about `mean` that takes the place of the
    ///   normal prior on the level.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa`, `alpha` and `beta` in [1e-100, 1e100]; `phi` in
    /// ±0.999999; `drift`, `slope`, `slope_drift` and `season` in [0, 1e12]; `cauchy` in
    /// [0, 1e100]; `period` must be 0 or lie in [2, 1e9], and `harmonics` in 1..=16, at most
    /// half the period.
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each parameter of the list"
    )]
    pub fn new(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        phi: f64,
        drift: f64,
        slope: f64,
        slope_drift: f64,
        period: f64,
        harmonics: u32,
        season: f64,
        cauchy: f64,
    ) -> Result<Self, ParameterError> {
        Self::typed(
            mean,
            kappa,
            alpha,
            beta,
            phi,
            drift,
            slope,
            slope_drift,
            period,
            harmonics,
            season,
            cauchy,
        )
    }
}

impl<F: Real> StructuredGaussian<F> {
    /// [`new`](StructuredGaussian::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each parameter of the list"
    )]
    pub fn typed(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        phi: f64,
        drift: f64,
        slope: f64,
        slope_drift: f64,
        period: f64,
        harmonics: u32,
        season: f64,
        cauchy: f64,
    ) -> Result<Self, ParameterError> {
        Self::for_counts(
            usize::MAX,
            mean,
            kappa,
            alpha,
            beta,
            phi,
            drift,
            slope,
            slope_drift,
            period,
            harmonics,
            season,
            cauchy,
            None,
        )
    }

    /// The model for segments of at most `most` observations, for which less is worked out in
    /// advance. It says of them what that of `typed` says, to the last bit. Where the variance
    /// remembers `memory` observations, it is that of [`VolatileGaussian`](super::VolatileGaussian).
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each parameter of the list"
    )]
    pub(crate) fn for_counts(
        most: usize,
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        phi: f64,
        drift: f64,
        slope: f64,
        slope_drift: f64,
        period: f64,
        harmonics: u32,
        season: f64,
        cauchy: f64,
        memory: Option<u32>,
    ) -> Result<Self, ParameterError> {
        let mean = check::location::<F>("mean", mean)?;
        let positive = |name, value| POSITIVE.check::<F>(name, value);
        let (kappa, alpha) = (positive("kappa", kappa)?, positive("alpha", alpha)?);
        let beta = positive("beta", beta)?;
        let phi = PHI.check::<F>("phi", phi)?;
        let relative = |name, value| RELATIVE.check::<F>(name, value);
        let (drift, slope) = (relative("drift", drift)?, relative("slope", slope)?);
        let slope_drift = relative("slope_drift", slope_drift)?;
        let period = PERIOD.check::<F>("period", period)?;
        HARMONICS.check::<F>("harmonics", f64::from(harmonics))?;
        let season = relative("season", season)?;
        let cauchy = within(&CAUCHY, "cauchy", cauchy, F::HUGE.wide())?;
        check_season(period, harmonics)?;
        if let Some(memory) = memory {
            MEMORY.check::<F>("memory", f64::from(memory))?;
        }
        let heavy = cauchy > 0.0;
        let structure = Structure {
            phi,
            drift,
            slope,
            slope_drift,
            period,
            harmonics,
            season,
            level: if heavy { 1.0 } else { 1.0 / kappa },
        };
        let table = Table::new(&structure, alpha, heavy, memory, most);
        let mut model = Self {
            mean,
            alpha,
            beta,
            structure,
            layout: structure.layout(),
            cauchy: heavy.then(|| (-log(core::f64::consts::PI * cauchy), cauchy)),
            ln_peak: F::zero(),
            prior_spread: prior(&structure).into_iter().map(|[d]| F::of(d)).collect(),
            carried_peak: F::of(constant(alpha) - 0.5 * log(beta)),
            memory,
            table,
        };
        let count = u64::from(heavy);
        model.ln_peak = F::of(model.expected_peak(count, beta, false));
        Ok(model)
    }
}

fn within(
    limits: &Limits,
    name: &'static str,
    value: f64,
    most: f64,
) -> Result<f64, ParameterError> {
    let value = limits.check::<f64>(name, value)?;
    if value > most {
        return Err(ParameterError::new(name, value, "be smaller"));
    }
    Ok(value)
}

impl<F: Real> ObservationModel for StructuredGaussian<F> {
    type Scalar = F;
    type Obs = F;
    type Bank = StructuredBank<F>;

    fn bank(&self, capacity: usize) -> StructuredBank<F> {
        StructuredBank::new(self.width(), self.spread_width(), capacity)
    }

    #[inline(always)]
    fn check(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        check_finite(*x.alone()?)
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut StructuredBank<F>) {
        if bank.elapsed > 0.0 {
            self.flush(Isa::BASELINE, bank);
        }
        self.push_prior(bank);
    }

    fn score(&self, isa: Isa, bank: &StructuredBank<F>, x: Observation<'_, F>, ln_joint: &mut [F]) {
        self.observe_all(isa, &mut bank.clone(), *x.value, ln_joint);
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        weights: Option<&[F]>,
    ) {
        match weights {
            Some(weights) if weights[..bank.len()].iter().any(F::is_zero) => {
                self.absorb_where(isa, bank, *x.value, weights);
            }
            _ => {
                let mut ln_joint = alloc::vec![F::zero(); bank.len().next_multiple_of(F::LANES)];
                self.observe_all(isa, bank, *x.value, &mut ln_joint);
            }
        }
    }

    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.observe_all(isa, bank, *x.value, ln_joint);
        Ok(())
    }

    #[inline(always)]
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        if bank.elapsed > 0.0 {
            self.flush(isa, bank);
        }
        self.push_prior(bank);
        self.observe_all(isa, bank, *x.value, ln_joint);
        Ok(())
    }

    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        verdict: &mut Verdict<F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.observe_or_take_back(isa, bank, *x.value, verdict, ln_joint)
    }

    #[inline(always)]
    fn may_refuse(&self) -> bool {
        false
    }

    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        !matches!(self.table.beyond, Beyond::Closed { .. })
    }

    fn advance(&self, bank: &mut StructuredBank<F>, elapsed: f64) {
        if !self.has_dynamics() || bank.is_empty() {
            return;
        }
        if bank.elapsed > 0.0 {
            self.flush(Isa::BASELINE, bank);
        }
        let regular = bank.fresh && elapsed == 1.0;
        if !regular {
            self.carry_first(bank, bank.len());
        }
        bank.due = regular;
        bank.fresh = false;
        let carries = bank.spread.len() > 0;
        bank.elapsed = if carries { elapsed } else { 0.0 };
        if self.layout.season > 0 {
            let period = self.structure.period;
            bank.clock = libm::fmod(bank.clock + libm::fmod(elapsed, period), period);
        }
    }

    fn is_sound(&self, bank: &StructuredBank<F>, lengths: &[u64]) -> bool {
        self.is_sound_bank(bank, lengths)
    }
}

impl<F: Real> StructuredGaussian<F> {
    /// How many statistics a hypothesis has.
    fn width(&self) -> usize {
        width(self.layout)
    }

    /// How many numbers a covariance is carried in: its factors and, where there is a
    /// season, cosine and sine of its angle at the birth.
    fn spread_width(&self) -> usize {
        factors::count(self.layout.dim()) + if self.layout.season > 0 { 2 } else { 0 }
    }

    /// Cosine and sine of the season's angle at a time.
    fn angle(&self, time: f64) -> (f64, f64) {
        let turns = time / self.structure.period;
        (cos_turns(turns), cos_turns(turns - 0.25))
    }

    /// The same now; 0 where there is no season or nobody carries one.
    #[inline(always)]
    fn angle_now(&self, bank: &StructuredBank<F>) -> (F, F) {
        if self.layout.season == 0 || bank.spread.is_empty() {
            return (F::zero(), F::zero());
        }
        let (cos, sin) = self.angle(bank.clock);
        (F::of(cos), F::of(sin))
    }

    /// `x` less the prior mean, no larger than can be computed with.
    #[inline(always)]
    fn centred(&self, x: F) -> F {
        (x - F::of(self.mean)).max(-F::HUGE).min(F::HUGE)
    }

    /// The youngest hypothesis, which knows nothing but the prior.
    #[inline(always)]
    fn push_prior(&self, bank: &mut StructuredBank<F>) {
        let (dim, carried) = (self.layout.dim(), bank.spread.len() == bank.len());
        let zero = F::zero();
        let beta = F::of(self.beta);
        match dim {
            1 => bank.states.push([zero, beta, self.ln_peak, zero]),
            2 => bank.states.push([zero, zero, beta, self.ln_peak, zero]),
            3 => bank
                .states
                .push([zero, zero, zero, beta, self.ln_peak, zero]),
            _ => self.push_long_prior(bank),
        }
        let last = bank.len() - 1;
        if carried && !last.is_multiple_of(F::LANES) {
            let (cos, sin) = self.angle_now(bank);
            let factors = self.prior_spread.iter().copied();
            let angle = [cos, sin]
                .into_iter()
                .take(self.spread_width() - factors.len());
            bank.spread.push_all(factors.chain(angle));
            bank.set(last, dim + 1, self.carried_peak);
        }
    }

    /// The statistics of a newborn whose state is long.
    fn push_long_prior(&self, bank: &mut StructuredBank<F>) {
        let dim = self.layout.dim();
        bank.states.push_all((0..self.width()).map(|i| match i {
            i if i == dim => F::of(self.beta),
            i if i == dim + 1 => self.ln_peak,
            _ => F::zero(),
        }));
    }

    /// Lets the time that has passed into what is carried, and what stands in one group
    /// with it be carried too.
    #[inline(always)]
    fn flush(&self, isa: Isa, bank: &mut StructuredBank<F>) {
        if !bank.spread.len().is_multiple_of(F::LANES) {
            self.fill_group(bank);
        }
        if bank.elapsed > 0.0 {
            let groups = bank.carried_groups();
            let wait: Wait<'_, F> = Wait {
                isa,
                states: &mut bank.states.groups_mut().0[..groups * self.width()],
                spread_width: self.spread_width(),
                spread: bank.spread.groups_mut().0,
                passage: self.structure.passage(bank.elapsed),
            };
            with_shape(self.layout, wait);
            bank.elapsed = 0.0;
        }
    }

    /// After a cut the last group that is carried may hold others.
    #[cold]
    fn fill_group(&self, bank: &mut StructuredBank<F>) {
        // They join as they were after the last observation if time is still to pass.
        let (elapsed, due, clock) = (bank.elapsed, bank.due, bank.clock);
        if elapsed > 0.0 {
            (bank.elapsed, bank.due, bank.clock) = (0.0, false, clock - elapsed);
        }
        self.carry_first(bank, bank.spread.len());
        (bank.elapsed, bank.due, bank.clock) = (elapsed, due, clock);
    }

    /// Scores `x` under all hypotheses and lets them absorb it.
    #[inline(always)]
    fn observe_all(&self, isa: Isa, bank: &mut StructuredBank<F>, x: F, ln_joint: &mut [F]) {
        self.prepare(isa, bank);
        self.observe_prepared(isa, bank, x, ln_joint);
    }

    /// Lets those carry their covariance that have to when an observation comes, and the
    /// time that has passed into it.
    #[inline(always)]
    fn prepare(&self, isa: Isa, bank: &mut StructuredBank<F>) {
        self.flush(isa, bank);
        if self.table.beyond == Beyond::Carried {
            let mut old = bank.spread.len();
            while old < bank.len() && bank.count(old) >= TABLE_LEN as u64 {
                old += 1;
            }
            if old > bank.spread.len() {
                self.carry_first(bank, old);
            }
        }
    }

    /// [`observe_all`](Self::observe_all) after [`prepare`](Self::prepare).
    #[inline(always)]
    fn observe_prepared(&self, isa: Isa, bank: &mut StructuredBank<F>, x: F, ln_joint: &mut [F]) {
        let centred = x - F::of(self.mean);
        if fabs(centred.wide()) <= F::HUGE.wide() {
            self.observe_within(isa, bank, centred, ln_joint);
        } else {
            self.observe_far(isa, bank, x, ln_joint);
        }
    }

    /// An observation that is not as near as that: scored by what the readouts say.
    #[cold]
    fn observe_far(&self, isa: Isa, bank: &mut StructuredBank<F>, x: F, ln_joint: &mut [F]) {
        let scores = (0..bank.len()).map(|i| {
            let ln = self.foreseen(bank, i, 0.0).ln_density(x.wide());
            F::of(ln)
        });
        for (ln_joint, score) in ln_joint.iter_mut().zip(scores) {
            *ln_joint += score;
        }
        let mut nothing = alloc::vec![F::zero(); bank.len().next_multiple_of(F::LANES)];
        self.observe_within(isa, bank, self.centred(x), &mut nothing);
    }

    #[inline(always)]
    fn observe_within(&self, isa: Isa, bank: &mut StructuredBank<F>, x: F, ln_joint: &mut [F]) {
        let heavy = self.cauchy.is_some();
        let first = heavy.then(|| FirstSeen::before(self, bank, ln_joint));
        let carried = bank.carried_groups();
        let all = ln_joint.len() / F::LANES;
        let (width, spread_width) = (self.width(), self.spread_width());
        let (cos, sin) = self.angle_now(bank);
        let (states, Some(counts)) = bank.states.groups_mut() else {
            unreachable!("states are counted");
        };
        if carried > 0 {
            let step = Carried {
                isa,
                table: &self.table,
                counts,
                states: &mut states[..carried * width],
                spread: bank.spread.groups_mut().0,
                spread_width,
                ln_joint,
                x,
                measurement: F::of(self.structure.measurement()),
                beta: F::of(self.beta),
                season: (sin, cos),
                relative: heavy,
            };
            with_shape(self.layout, step);
        }
        if carried < all {
            let step = ByTable {
                isa,
                table: &self.table,
                counts,
                groups: states,
                ln_joint,
                first: carried,
                x,
                phi: F::of(self.structure.phi),
                beta: F::of(self.beta),
                relative: heavy,
            };
            with_shape(self.layout, step);
        }
        counts.absorb();
        if let Some(first) = first {
            first.after(self, bank, x, ln_joint);
        }
        (bank.due, bank.fresh) = (false, true);
    }

    /// Lets those hypotheses absorb `x` whose weight is not 0: from now on all that live
    /// carry their covariance.
    #[cold]
    fn absorb_where(&self, isa: Isa, bank: &mut StructuredBank<F>, x: F, weights: &[F]) {
        self.flush(isa, bank);
        if self.has_dynamics() {
            self.carry_first(bank, bank.len());
        }
        bank.due = false;
        let mut after = bank.clone();
        let mut ln_joint = alloc::vec![F::zero(); bank.len().next_multiple_of(F::LANES)];
        self.observe_within(isa, &mut after, self.centred(x), &mut ln_joint);
        let absorbs = |i: usize| !weights[i].is_zero();
        for i in (0..bank.len()).filter(|&i| absorbs(i)) {
            copy_row(&mut bank.states, &after.states, i);
            if i < bank.spread.len() {
                copy_row(&mut bank.spread, &after.spread, i);
            }
        }
        if let Some(counts) = bank.states.groups_mut().1 {
            counts.absorb_where(absorbs);
        }
        bank.fresh = true;
    }

    /// ln of the predictive's largest density after `count` observations, as it is kept:
    /// with what depends on f where the covariance is not carried.
    fn expected_peak(&self, count: u64, beta: f64, carried: bool) -> f64 {
        let without = constant(self.alpha_after(count)) - 0.5 * log(beta);
        if carried {
            return without;
        }
        without - 0.5 * log(self.variance_ahead(count))
    }

    /// α after `count` observations: the first one says nothing of σ² where it is scored by
    /// itself.
    fn alpha_after(&self, count: u64) -> f64 {
        let told = count.saturating_sub(u64::from(self.cauchy.is_some()));
        let told = self
            .memory
            .map_or(told, |memory| told.min(u64::from(memory)));
        self.alpha + 0.5 * told as f64
    }

    /// f of the observation that follows on `count` others.
    fn variance_ahead(&self, count: u64) -> f64 {
        let at = usize::try_from(count).unwrap_or(TABLE_LEN);
        match self.table.beyond {
            Beyond::Closed { kappa } => 1.0 + 1.0 / (kappa + count as f64),
            _ if at >= TABLE_LEN => self.table.variance_after,
            _ => 0.5 / self.table.columns[table::HALF_SHRINK][TABLE_LEN - 1 - at].wide(),
        }
    }

    /// ln of the Cauchy density at `x`, less the prior mean.
    fn ln_cauchy(&self, x: f64) -> f64 {
        let (ln_peak, scale) = self.cauchy.unwrap_or_default();
        let z = fabs(x / scale);
        if z < 1e10 {
            ln_peak - log1p(z * z)
        } else {
            ln_peak - 2.0 * (log(fabs(x)) - log(scale))
        }
    }
}

fn copy_row<F: Real>(to: &mut Grouped<F>, from: &Grouped<F>, hypothesis: usize) {
    for statistic in 0..to.width() {
        let value = from.statistic(hypothesis, statistic);
        bank::set(to, hypothesis, statistic, value);
    }
}

/// Hypotheses whose first observation comes now, the youngest ones: under a heavy-tailed
/// prior it is scored and absorbed in a way of its own.
struct FirstSeen<F> {
    /// The log weight of the youngest before, if it is one.
    youngest: Option<F>,
    /// Log weights of all others, from the second youngest on.
    others: Vec<F>,
    /// What they carried of their slope.
    slopes: Vec<F>,
}

impl<F: Real> FirstSeen<F> {
    #[inline(always)]
    fn before(model: &StructuredGaussian<F>, bank: &StructuredBank<F>, ln_joint: &[F]) -> Self {
        let mut first = Self {
            youngest: None,
            others: Vec::new(),
            slopes: Vec::new(),
        };
        let len = bank.len();
        if len > 0 && bank.count(len - 1) == 0 {
            first.youngest = Some(ln_joint[len - 1]);
            if bank.is_carried(len - 1) || (len > 1 && bank.count(len - 2) == 0) {
                first.look_further(model, bank, ln_joint);
            }
        }
        first
    }

    #[cold]
    fn look_further(
        &mut self,
        model: &StructuredGaussian<F>,
        bank: &StructuredBank<F>,
        ln_joint: &[F],
    ) {
        for i in (0..bank.len()).rev().take_while(|&i| bank.count(i) == 0) {
            self.others.push(ln_joint[i]);
            let slope = model.layout.level() + 1;
            let carried = bank.is_carried(i) && model.layout.slope;
            let slope = carried.then(|| bank.spread.statistic(i, slope));
            self.slopes.push(slope.unwrap_or_default());
        }
        self.others.remove(0);
    }

    #[inline(always)]
    fn after(
        self,
        model: &StructuredGaussian<F>,
        bank: &mut StructuredBank<F>,
        x: F,
        ln_joint: &mut [F],
    ) {
        let Some(youngest) = self.youngest else {
            return;
        };
        let ln_p = F::of(model.ln_cauchy(x.wide()));
        let len = bank.len();
        let before = core::iter::once(youngest).chain(self.others);
        for (back, ln_weight) in before.enumerate() {
            let i = len - 1 - back;
            ln_joint[i] = ln_weight + ln_p;
            let dim = model.layout.dim();
            for statistic in 0..dim {
                bank.set(i, statistic, F::zero());
            }
            bank.set(i, dim, F::of(model.beta));
            bank.set(i, dim + 1, model.ln_peak);
            bank.set(i, dim + 2, x);
            if bank.is_carried(i) {
                model.first_carried(bank, i, self.slopes[back]);
            }
        }
    }
}

impl<F: Real> StructuredGaussian<F> {
    /// What a hypothesis carries after its first observation under a heavy-tailed prior.
    #[cold]
    fn first_carried(&self, bank: &mut StructuredBank<F>, hypothesis: usize, slope: F) {
        let mut factors = prior(&self.structure);
        if self.layout.slope {
            factors[self.layout.level() + 1] = [slope.wide()];
        }
        let age = self.age(bank, hypothesis);
        let h = self.structure.loadings(age);
        factors::first_seen::<f64>(self.layout, &mut factors, &h);
        for (i, [d]) in factors.into_iter().enumerate() {
            bank::set(&mut bank.spread, hypothesis, i, F::of(d));
        }
        bank.set(hypothesis, self.layout.dim() + 1, self.carried_peak);
    }
}
