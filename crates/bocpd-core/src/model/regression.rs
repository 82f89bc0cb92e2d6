//! Gaussian observations that a segment regresses on what came before them, on time and on
//! features.

mod bank;
mod columns;
mod posterior;
mod soundness;
mod step;

use libm::{fabs, log};

use crate::bank::Bank;
use crate::distribution::Distribution;
use crate::error::{ObservationError, ParameterError, check};
use crate::kernel::Isa;
use crate::model::by_group::{Rows, room_for_a_group};
use crate::model::check_finite;
use crate::model::structured_gaussian::constant;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::ObservationModel;
use crate::parameter::POSITIVE;
use crate::real::Real;
use crate::score::{TABLE_LEN, Verdict};

pub use bank::RegressionBank;
use columns::{Columns, Row};
pub(crate) use columns::{FEATURES, KAPPA, LAGS, SCALE};
use step::{Step, with_columns};

/// Gaussian observations by linear regression within a segment: on the last observations
/// (AR(p)), on a line and on given features; coefficients and σ² unknown, with the conjugate
/// normal-inverse-gamma prior.
///
/// ```text
/// x − mean = hᵀ w + ε,   ε | σ² ~ N(0, σ²),   w | σ² ~ N(0, σ² I),   σ² ~ InvGamma(α, β)
///
/// h, a number for each coefficient:
///   intercept     1/√κ
///   slope         slope · time since the first observation of the segment
///   lags          lag_scale · √(α/β) · (observation 1, 2, …, p before this one − mean)
///   features      feature_scale · each of them
///
/// with m the expected w and P its covariance over σ², at first 0 and I, for each observation
///   f = 1 + hᵀ P h      g = P h / f      δ = x − mean − hᵀ m
///   β' = β + δ²/(2f)    α' = α + ½       m' = m + g δ      P' = P − g gᵀ f
///
/// predictive: Student-t with 2α degrees of freedom, location mean + hᵀ m and scale² β f/α
/// ```
///
/// Bishop (2006), *Pattern Recognition and Machine Learning*, ch. 3.3, with σ² unknown;
/// Murphy (2012), *Machine Learning*, ch. 7.6.3. P is kept by its factors U D Uᵀ and changed by
/// Bierman's update, which takes nothing off a variance: features that repeat each other, or
/// priors however vague, do no harm. With neither lags nor slope nor features this is
/// [`Gaussian`](super::Gaussian).
///
/// Lags are those of the stream: a new segment begins with the observations before it as its
/// lags, which are known, and what it learns is how it goes on from there. A lag that is
/// missing, or before the first observation of all, is taken to be the prior mean. Lags count
/// observations, however much time lies between them. The level of a segment with lags is
/// where its observations would come to rest: intercept over one less the coefficients; what
/// is reported, and compared between segments, is the intercept.
///
/// Features come along with each observation, in
/// [`SideInformation::features`]; one that is missing makes the observation an error, unless
/// that is missing too.
///
/// Lags further than 1e15 in units of their prior (1e6 in `f32`) are taken to be that far,
/// observations further than [`Real::HUGE`] from the prior mean are scored exactly and absorbed
/// as if they were that far.
///
/// ```
/// use bocpd_core::model::Regression;
/// use bocpd_core::observation::{Observation, SideInformation};
/// use bocpd_core::{Constant, Detector};
///
/// // One feature, no lags, no slope.
/// let model = Regression::new(0.0, 1.0, 2.0, 0.05, 0, 1.0, 0.0, 10.0, 1)?;
/// let mut detector = Detector::new(model, Constant::new(100.0)?);
/// for i in 0..60 {
///     let feature = f64::from(i * 37 % 11) - 5.0;
///     let response = if i < 30 { 0.5 } else { -0.5 }; // what changes
///     let x = response * feature + 0.1 * f64::from(i * 17 % 7 - 3);
///     let features = [feature];
///     let side = SideInformation::of_features(&features);
///     detector.update_with(Observation::with(&x, &side), None)?;
/// }
/// assert_eq!(detector.changepoints(), [30]);
/// let next = detector.predict_with(1, &SideInformation::of_features(&[4.0]))?;
/// # use bocpd_core::distribution::Distribution;
/// assert!((next.mean() + 2.0).abs() < 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Regression<F: Real = f64> {
    mean: f64,
    alpha: f64,
    beta: f64,
    columns: Columns,
    /// ln of the largest density of the prior predictive but for f.
    ln_peak: F,
    /// By how much that grows with the count, but for β; largest count first.
    gamma_rise: alloc::boxed::Box<[F]>,
}

impl Regression {
    /// A model in `f64`. What makes it differ from [`Gaussian`](super::Gaussian) is 0 where it
    /// is not wanted.
    ///
    /// * `mean`, `kappa`, `alpha`, `beta`: as those of [`Gaussian`](super::Gaussian), for the
    ///   intercept.
    /// * `lags`: how many of the last observations this one depends on, p.
    /// * `lag_scale`: standard deviation of each of their coefficients where σ² is β/α.
    /// * `slope`: standard deviation of a segment's slope in a unit of time, over σ.
    /// * `feature_scale`: standard deviation of each feature's coefficient, over σ.
    /// * `features`: how many of them there are.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `alpha` and `beta` in [1e-100, 1e100], `kappa` in
    /// [1e-30, 1e100]; `lags` in 0..=8, `features` in 0..=16; `lag_scale`, `slope` and
    /// `feature_scale` in [0, 1e12].
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each parameter of the list"
    )]
    pub fn new(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        lags: u32,
        lag_scale: f64,
        slope: f64,
        feature_scale: f64,
        features: u32,
    ) -> Result<Self, ParameterError> {
        Self::typed(
            mean,
            kappa,
            alpha,
            beta,
            lags,
            lag_scale,
            slope,
            feature_scale,
            features,
        )
    }
}

impl<F: Real> Regression<F> {
    /// [`new`](Regression::new) for any scalar type.
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
        lags: u32,
        lag_scale: f64,
        slope: f64,
        feature_scale: f64,
        features: u32,
    ) -> Result<Self, ParameterError> {
        let mean = check::location::<F>("mean", mean)?;
        let positive = |name, value| POSITIVE.check::<F>(name, value);
        KAPPA.check::<F>("kappa", kappa)?;
        let (kappa, alpha) = (positive("kappa", kappa)?, positive("alpha", alpha)?);
        let beta = positive("beta", beta)?;
        let scale = |name, value| SCALE.check::<F>(name, value);
        LAGS.check::<F>("lags", f64::from(lags))?;
        let lag_scale = scale("lag_scale", lag_scale)?;
        let slope = scale("slope", slope)?;
        let feature_scale = scale("feature_scale", feature_scale)?;
        FEATURES.check::<F>("features", f64::from(features))?;
        let columns = Columns {
            intercept: 1.0 / libm::sqrt(kappa),
            slope,
            lags: lags as usize,
            lag: lag_scale * libm::sqrt(alpha / beta),
            features: features as usize,
            feature: feature_scale,
        };
        let rise = |n: usize| {
            let after = |n: usize| constant(alpha + 0.5 * n as f64);
            F::of(after(n + 1) - after(n))
        };
        Ok(Self {
            mean,
            alpha,
            beta,
            columns,
            ln_peak: F::of(constant(alpha) - 0.5 * log(beta)),
            gamma_rise: (0..TABLE_LEN).rev().map(rise).collect(),
        })
    }

    /// α after `count` observations.
    fn alpha_after(&self, count: u64) -> f64 {
        self.alpha + 0.5 * count as f64
    }

    /// `x` less the prior mean, no larger than can be computed with.
    #[inline(always)]
    fn centred(&self, x: F) -> F {
        (x - F::of(self.mean)).max(-F::HUGE).min(F::HUGE)
    }

    /// What the next observation is regressed on, but for the time since a segment began.
    #[inline(always)]
    fn row(&self, bank: &RegressionBank<F>, side: &SideInformation<'_>) -> Row<F> {
        self.columns.row(&bank.lags, side.features)
    }

    /// Scores and absorbs `x`, as `rows` say.
    #[inline(always)]
    fn run(
        &self,
        isa: Isa,
        rows: Rows<'_, F>,
        counts: &crate::bank::Counts,
        x: F,
        row: &Row<F>,
        ln_joint: Option<&mut [F]>,
    ) {
        let step = Step {
            isa,
            columns: self.columns,
            rows,
            counts,
            gamma_rise: &self.gamma_rise,
            alpha: F::of(self.alpha),
            x,
            row,
            ln_joint: ln_joint.map(F::groups_mut),
        };
        with_columns(self.columns.count(), step);
    }

    /// Adds the score of an observation that is not within ±[`Real::HUGE`] of the prior mean:
    /// by what the readouts say.
    #[cold]
    fn score_far(&self, bank: &RegressionBank<F>, x: Observation<'_, F>, ln_joint: &mut [F]) {
        for (i, ln_joint) in ln_joint[..bank.len()].iter_mut().enumerate() {
            let foreseen = self.foreseen(bank, i, 0.0, x.side);
            *ln_joint += F::of(foreseen.ln_density(x.value.wide()));
        }
    }

    fn is_far(&self, x: F) -> bool {
        fabs(x.wide() - self.mean) > F::HUGE.wide()
    }

    /// Scores `x` under all hypotheses and lets them absorb it.
    #[inline(always)]
    fn observe_all(
        &self,
        isa: Isa,
        bank: &mut RegressionBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) {
        if self.is_far(*x.value) {
            self.score_far(bank, x, ln_joint);
            self.learn(isa, bank, x, None, None);
        } else {
            self.learn(isa, bank, x, None, Some(ln_joint));
        }
    }

    /// Lets hypotheses absorb `x`, with its scores if it is not far and these are wanted.
    #[inline(always)]
    fn learn(
        &self,
        isa: Isa,
        bank: &mut RegressionBank<F>,
        x: Observation<'_, F>,
        weights: Option<&[F]>,
        ln_joint: Option<&mut [F]>,
    ) {
        let row = self.row(bank, x.side);
        let centred = self.centred(*x.value);
        let width = bank.hypotheses.width();
        let (groups, Some(counts)) = bank.hypotheses.groups_mut() else {
            unreachable!("hypotheses are counted");
        };
        let rows = match weights {
            None => Rows::All(groups),
            Some(weights) => Rows::Some(groups, weights, room_for_a_group::<F>(width)),
        };
        self.run(isa, rows, counts, centred, &row, ln_joint);
        match weights {
            None => counts.absorb(),
            Some(weights) => counts.absorb_where(|i| !weights[i].is_zero()),
        }
        bank.remember(self.columns.lag_value(centred));
    }
}

impl<F: Real> ObservationModel for Regression<F> {
    type Scalar = F;
    type Obs = F;
    type Bank = RegressionBank<F>;

    fn bank(&self, capacity: usize) -> RegressionBank<F> {
        RegressionBank::new(self.columns.width(), self.columns.lags, capacity)
    }

    #[inline(always)]
    fn check(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        if self.columns.features == 0 {
            x.alone()?;
        } else {
            self.check_side(x.side)?;
        }
        check_finite(*x.value)
    }

    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        side.features_alone(self.columns.features)?;
        for (index, &value) in side.features.iter().enumerate() {
            self.columns
                .check_feature::<F>(value)
                .map_err(|must| ObservationError::Feature { index, value, must })?;
        }
        Ok(())
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut RegressionBank<F>) {
        let columns = self.columns.count();
        let (beta, ln_peak) = (F::of(self.beta), self.ln_peak);
        let row = (0..self.columns.width()).map(|i| match i {
            i if i == columns => beta,
            i if i == columns + 1 => ln_peak,
            i if self.columns.is_variance(i) => F::one(),
            _ => F::zero(),
        });
        bank.hypotheses.push_all(row);
    }

    fn score(&self, isa: Isa, bank: &RegressionBank<F>, x: Observation<'_, F>, ln_joint: &mut [F]) {
        if self.is_far(*x.value) {
            return self.score_far(bank, x, ln_joint);
        }
        let Some(counts) = bank.hypotheses.counts() else {
            unreachable!("hypotheses are counted");
        };
        let groups = bank.hypotheses.groups();
        let rows = Rows::None(groups, room_for_a_group::<F>(bank.hypotheses.width()));
        let row = self.row(bank, x.side);
        self.run(
            isa,
            rows,
            counts,
            self.centred(*x.value),
            &row,
            Some(ln_joint),
        );
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut RegressionBank<F>,
        x: Observation<'_, F>,
        weights: Option<&[F]>,
    ) {
        self.learn(isa, bank, x, weights, None);
    }

    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut RegressionBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.observe_all(isa, bank, x, ln_joint);
        Ok(())
    }

    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut RegressionBank<F>,
        x: Observation<'_, F>,
        verdict: &mut Verdict<F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let hypotheses = RegressionBank::hypotheses_mut;
        verdict.observe(isa, bank, hypotheses, ln_joint, |bank, ln_joint| {
            self.observe_all(isa, bank, x, ln_joint);
        })
    }

    #[inline(always)]
    fn may_refuse(&self) -> bool {
        false
    }

    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        self.columns.slope > 0.0
    }

    fn advance(&self, bank: &mut RegressionBank<F>, elapsed: f64) {
        if let Some(age) = self.columns.age() {
            bank.add_to_all(age, F::of(elapsed));
        }
    }

    #[inline(always)]
    fn lags(&self) -> usize {
        self.columns.lags
    }

    #[inline(always)]
    fn pass(&self, bank: &mut RegressionBank<F>) {
        bank.remember(F::zero());
    }

    fn is_sound(&self, bank: &RegressionBank<F>, lengths: &[u64]) -> bool {
        self.is_sound_bank(bank, lengths)
    }
}
