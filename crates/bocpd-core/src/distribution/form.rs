//! Distributions as plain numbers, which can be kept, written down and compared.

use alloc::vec::Vec;
use core::f64::consts::FRAC_1_SQRT_2;

use libm::{erfc, hypot, sqrt};

use super::greater::greater;
use super::quantile::{from_rank, middle};
use super::{Beta, Distribution, Gamma, StudentT, probability};
use crate::math::incomplete::beta_pq;
use crate::math::sum;

/// A mixture of distributions as plain numbers: weights, and what has them.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Forms(Vec<(f64, Form)>);

/// One of them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
enum Form {
    StudentT(StudentT),
    Gamma(Gamma),
    Beta(Beta),
    Table(Table),
}

impl Forms {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The normal distribution, where nothing but mean and variance is known; as
    /// good as one number where the variance is 0.
    pub(crate) fn add_normal(&mut self, weight: f64, mean: f64, variance: f64) {
        self.add_student_t(
            weight,
            StudentT {
                nu: f64::INFINITY,
                location: mean,
                scale: sqrt(variance).max(f64::MIN_POSITIVE),
            },
        );
    }

    pub(crate) fn add_student_t(&mut self, weight: f64, t: StudentT) {
        self.push(weight, Form::StudentT(t));
    }

    pub(crate) fn add_gamma(&mut self, weight: f64, gamma: Gamma) {
        self.push(weight, Form::Gamma(gamma));
    }

    pub(crate) fn add_beta(&mut self, weight: f64, beta: Beta) {
        self.push(weight, Form::Beta(beta));
    }

    /// A distribution of which only its functions are known. Nothing if they say
    /// nothing.
    pub(crate) fn add_table<D: Distribution + ?Sized>(&mut self, weight: f64, distribution: &D) {
        if let Some(table) = Table::of(distribution) {
            self.push(weight, Form::Table(table));
        }
    }

    /// Gives all that `describe` adds a weight of `weight` together, and `moved` to
    /// shift + stretch·x from x if there is such a pair. Whether it was anything.
    pub(crate) fn add(
        &mut self,
        weight: f64,
        moved: Option<(f64, f64)>,
        describe: impl FnOnce(&mut Self),
    ) -> bool {
        let from = self.0.len();
        describe(self);
        let added = &mut self.0[from..];
        let total = sum(added.iter().map(|&(share, _)| share));
        for (share, form) in added {
            *share *= weight / total;
            if let Some((shift, stretch)) = moved {
                form.transform(shift, stretch);
            }
        }
        let mut position = 0;
        self.0.retain(|(share, form)| {
            position += 1;
            position <= from || is_positive(*share) && form.is_sound()
        });
        self.0.len() > from
    }

    /// One table in place of all tables: what is known of a distribution by its
    /// functions alone takes more room than parameters do.
    pub(crate) fn join_tables(&mut self) {
        let is_table = |(_, form): &(f64, Form)| matches!(form, Form::Table(_));
        if self.0.iter().filter(|one| is_table(one)).count() < 2 {
            return;
        }
        let (tables, rest) = core::mem::take(&mut self.0).into_iter().partition(is_table);
        let tables = Self(tables);
        let total = tables.total();
        let cdf = |x| tables.average(total, |form| form.cdf(x));
        let joined = Table::of_function((f64::NEG_INFINITY, f64::INFINITY), cdf);
        self.0 = rest;
        if let Some(table) = joined {
            self.push(total, Form::Table(table));
        }
    }

    fn push(&mut self, weight: f64, form: Form) {
        if is_positive(weight) && form.is_sound() {
            self.0.push((weight, form));
        }
    }

    fn total(&self) -> f64 {
        sum(self.0.iter().map(|&(weight, _)| weight))
    }

    /// Σ w f / Σ w.
    fn average(&self, total: f64, f: impl Fn(&Form) -> f64) -> f64 {
        sum(self.0.iter().map(|(weight, form)| weight * f(form))) / total
    }

    /// P(X > Y) for this X and another Y, to about 10⁻⁴ where it has no closed form.
    /// NaN if nothing is known of one of them.
    pub(crate) fn p_greater(&self, than: &Self) -> f64 {
        if self.0.is_empty() || than.0.is_empty() {
            return f64::NAN;
        }
        let (x, y) = (self.total(), than.total());
        let closed = |one: &Form| {
            let terms = than.0.iter();
            let terms = terms.map(|(weight, other)| Some(weight * one.p_greater(other)?));
            terms.sum::<Option<f64>>()
        };
        let terms = self.0.iter();
        let terms = terms.map(|(weight, one)| Some(weight * closed(one)?));
        if let Some(p) = terms.sum::<Option<f64>>() {
            return probability(p / x / y);
        }
        greater(
            &|v| self.average(x, |form| form.survival(v)),
            &|v| than.average(y, |form| form.cdf(v)),
            2e-4,
        )
    }

    /// Whether numbers that were read from a snapshot are distributions.
    #[cfg(feature = "serde")]
    pub(crate) fn is_sound(&self) -> bool {
        self.0
            .iter()
            .all(|(weight, form)| is_positive(*weight) && form.is_sound())
    }
}

impl Form {
    fn cdf(&self, x: f64) -> f64 {
        match self {
            Self::StudentT(t) => t.cdf(x),
            Self::Gamma(gamma) => gamma.cdf(x),
            Self::Beta(beta) => beta.cdf(x),
            Self::Table(table) => table.cdf(x),
        }
    }

    fn survival(&self, x: f64) -> f64 {
        match self {
            Self::StudentT(t) => t.survival(x),
            Self::Gamma(gamma) => gamma.survival(x),
            Self::Beta(beta) => beta.survival(x),
            Self::Table(table) => 1.0 - table.cdf(x),
        }
    }

    /// P(X > Y) in closed form, if it has one.
    fn p_greater(&self, than: &Self) -> Option<f64> {
        match (self, than) {
            // b X/(b X + d Y) has a beta distribution.
            (Self::Gamma(x), Self::Gamma(y)) => {
                let total = x.rate + y.rate;
                Some(beta_pq(y.shape, x.shape, y.rate / total, x.rate / total).0)
            }
            (Self::StudentT(x), Self::StudentT(y)) if x.nu.min(y.nu) == f64::INFINITY => {
                let z = (x.location - y.location) / hypot(x.scale, y.scale);
                Some(0.5 * erfc(-z * FRAC_1_SQRT_2))
            }
            _ => None,
        }
    }

    /// The distribution of shift + stretch·X; of the same family with the same mean
    /// and variance where that one has no place in it.
    fn transform(&mut self, shift: f64, stretch: f64) {
        let moments = |d: &dyn Distribution| {
            let (mean, variance) = (d.mean(), d.variance());
            (shift + stretch * mean, stretch * stretch * variance)
        };
        match self {
            Self::StudentT(t) => {
                t.location = shift + stretch * t.location;
                t.scale *= stretch;
            }
            Self::Gamma(gamma) => {
                let (mean, variance) = moments(gamma);
                let moved = Gamma {
                    shape: mean / variance * mean,
                    rate: mean / variance,
                };
                if is_positive(moved.shape) && is_positive(moved.rate) {
                    *gamma = moved;
                }
            }
            Self::Beta(beta) => {
                let (mean, variance) = moments(beta);
                let total = mean * (1.0 - mean) / variance - 1.0;
                let moved = Beta {
                    a: mean * total,
                    b: (1.0 - mean) * total,
                };
                if is_positive(moved.a) && is_positive(moved.b) {
                    *beta = moved;
                }
            }
            Self::Table(table) => {
                for (x, _) in &mut table.knots {
                    *x = shift + stretch * *x;
                }
            }
        }
    }

    /// Whether the numbers are those of a distribution.
    fn is_sound(&self) -> bool {
        match *self {
            Self::StudentT(StudentT {
                nu,
                location,
                scale,
            }) => nu > 0.0 && location.is_finite() && is_positive(scale),
            Self::Gamma(Gamma { shape, rate }) => is_positive(shape) && is_positive(rate),
            Self::Beta(Beta { a, b }) => is_positive(a) && is_positive(b),
            Self::Table(ref table) => table.is_sound(),
        }
    }
}

fn is_positive(x: f64) -> bool {
    x > 0.0 && x < f64::INFINITY
}

/// A distribution function at some points, and straight lines between them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Table {
    /// x and P(X ≤ x), both ascending.
    knots: Vec<(f64, f64)>,
}

/// Between two points lies this probability at most.
const STEP: f64 = 1.0 / 64.0;

/// Between two points that differ by more than a factor of 2 lies this probability at
/// most: it matters where.
const WIDE_STEP: f64 = 1.0 / 1024.0;

/// By so much a probability may miss [0, 1].
const ROUNDING: f64 = 1e-6;

/// How often a function is asked: those that are no distribution functions could ask
/// for a point between any two, others end at some hundreds.
const EVALUATIONS: u32 = 1 << 10;

/// The value of a distribution function at the number of a rank.
#[derive(Clone, Copy)]
struct Point {
    rank: i64,
    x: f64,
    p: f64,
}

impl Table {
    /// Asks for P(X ≤ x) until enough is known; `None` if the answers are not
    /// probabilities. All floating-point numbers are halved where it rises too much,
    /// so that no value is too far away, and none too close to another.
    fn of<D: Distribution + ?Sized>(distribution: &D) -> Option<Self> {
        Self::of_function(distribution.support(), |x| distribution.cdf(x))
    }

    /// The same for a function that is 0 and 1 outside of `low..high`.
    fn of_function((low, high): (f64, f64), cdf: impl Fn(f64) -> f64) -> Option<Self> {
        let ask = |rank: i64| {
            let x = from_rank(rank);
            let p = if x < low {
                0.0
            } else if x >= high {
                1.0
            } else {
                cdf(x)
            };
            Point { rank, x, p }
        };
        let end = |rank, p| Point {
            rank,
            x: from_rank(rank),
            p,
        };
        let mut knots = Vec::new();
        // Between `left` and the last of `rest` is what is looked into.
        let mut left = end(-i64::MAX, 0.0);
        let mut rest = alloc::vec![end(i64::MAX, 1.0)];
        let mut evaluations = 0;
        while let Some(&right) = rest.last() {
            if !(-ROUNDING..=1.0 + ROUNDING).contains(&right.p) {
                return None;
            }
            let wide = right.rank.wrapping_sub(left.rank).cast_unsigned() > ONE_BINADE;
            let enough = if wide { WIDE_STEP } else { STEP };
            let middle = middle(left.rank, right.rank);
            if right.p - left.p > enough && middle > left.rank && evaluations < EVALUATIONS {
                rest.push(ask(middle));
                evaluations += 1;
                continue;
            }
            rest.pop();
            left = right;
            if left.x.is_finite() {
                add_knot(&mut knots, left);
            }
        }
        (!knots.is_empty()).then_some(Self { knots })
    }

    fn cdf(&self, x: f64) -> f64 {
        let above = self.knots.partition_point(|knot| knot.0 <= x);
        let (below, above) = (above.checked_sub(1), self.knots.get(above));
        match (below.map(|i| self.knots[i]), above) {
            (Some(low), Some(high)) => {
                low.1 + (high.1 - low.1) * ((x - low.0) / (high.0 - low.0)).clamp(0.0, 1.0)
            }
            (Some(_), None) => 1.0,
            (None, _) => 0.0,
        }
    }

    fn is_sound(&self) -> bool {
        let knots = &self.knots;
        !knots.is_empty()
            && knots
                .iter()
                .all(|&(x, p)| x.is_finite() && (0.0..=1.0).contains(&p))
            && knots.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1)
    }
}

/// So many numbers lie between one and its double.
const ONE_BINADE: u64 = 1 << 52;

/// Adds a point; of points of the same probability the first and the last stay, and
/// probabilities never fall, whatever the function says.
fn add_knot(knots: &mut Vec<(f64, f64)>, point: Point) {
    let reached = knots.last().map_or(0.0, |&(_, p)| p);
    let p = point.p.min(1.0).max(reached);
    if let [.., before, last] = knots.as_mut_slice()
        && before.1 == p
    {
        last.0 = point.x;
    } else {
        knots.push((point.x, p));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{InverseGamma, Mixture, p_greater};
    use super::*;
    use alloc::boxed::Box;

    fn of(distribution: &dyn Distribution) -> Forms {
        let mut forms = Forms::new();
        distribution.add_to(&mut forms, 1.0);
        forms
    }

    /// A distribution that only its functions say something of.
    #[derive(Debug)]
    struct Own<D>(D);

    impl<D: Distribution> Distribution for Own<D> {
        fn mean(&self) -> f64 {
            self.0.mean()
        }
        fn variance(&self) -> f64 {
            self.0.variance()
        }
        fn ln_density(&self, x: f64) -> f64 {
            self.0.ln_density(x)
        }
        fn cdf(&self, x: f64) -> f64 {
            self.0.cdf(x)
        }
        fn survival(&self, x: f64) -> f64 {
            self.0.survival(x)
        }
    }

    fn some() -> [Box<dyn Distribution>; 9] {
        let t = |nu, location, scale| StudentT {
            nu,
            location,
            scale,
        };
        let apart = [(0.3, t(3.0, -4.0, 0.1)), (0.7, t(1.0, 5.0, 2.0))];
        let apart = apart.map(|(weight, t)| (weight, Box::new(t) as Box<dyn Distribution>));
        [
            Box::new(t(1.0, 0.5, 1.0)),
            Box::new(t(0.3, 0.0, 1e-3)),
            Box::new(t(30.0, 0.4, 0.01)),
            Box::new(Gamma {
                shape: 0.05,
                rate: 0.1,
            }),
            Box::new(Gamma {
                shape: 80.0,
                rate: 100.0,
            }),
            Box::new(InverseGamma {
                shape: 1.5,
                scale: 0.5,
            }),
            Box::new(Beta { a: 0.1, b: 0.2 }),
            Box::new(Beta { a: 9.0, b: 6.0 }),
            Box::new(Mixture::new(apart).unwrap()),
        ]
    }

    /// As plain numbers they say which is larger as they themselves do; tables, between
    /// whose points are straight lines, to 0.002.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone, millions of them")]
    fn numbers_say_the_same() {
        for x in some() {
            for y in some() {
                let want = p_greater(&x, &y);
                let tables = [of(&x), of(&y), of(&Own(again(&x))), of(&Own(again(&y)))];
                for x_forms in [&tables[0], &tables[2]] {
                    for y_forms in [&tables[1], &tables[3]] {
                        let got = x_forms.p_greater(y_forms);
                        let error = (got - want).abs();
                        let exact = !x_forms.has_table() && !y_forms.has_table();
                        let allowed = if exact { 2e-4 } else { 2e-3 };
                        assert!(error < allowed, "{x:?} > {y:?}, {exact}: {got}, not {want}");
                        let back = y_forms.p_greater(x_forms);
                        assert!((got + back - 1.0).abs() < 1e-9, "{x:?} {y:?}: {got} {back}");
                    }
                }
            }
        }
    }

    impl Forms {
        fn has_table(&self) -> bool {
            let mut forms = self.0.iter();
            forms.any(|(_, form)| matches!(form, Form::Table(_)))
        }
    }

    /// The same distribution, to be owned.
    fn again(x: &dyn Distribution) -> Box<dyn Distribution> {
        let name = alloc::format!("{x:?}");
        let same = some()
            .into_iter()
            .find(|other| alloc::format!("{other:?}") == name);
        same.expect("one of them")
    }

    #[test]
    fn moved_and_widened() {
        for x in some() {
            let mut forms = Forms::new();
            assert!(forms.add(1.0, Some((0.1, 0.5)), |forms| x.add_to(forms, 3.0)));
            let stays = matches!(forms.0[0].1, Form::StudentT(_));
            for v in [-3.0, 0.2, 0.7, 4.0] {
                let got = forms.average(forms.total(), |form| form.cdf(0.1 + 0.5 * v));
                // Other families keep mean and variance, not their shape.
                if stays || x.is_discrete() {
                    assert!((got - x.cdf(v)).abs() < 2e-3, "{x:?} at {v}: {got}");
                }
                assert!((0.0..=1.0).contains(&got), "{x:?} at {v}: {got}");
            }
        }
        let mut forms = Forms::new();
        let gamma = Gamma {
            shape: 4.0,
            rate: 2.0,
        };
        forms.add(1.0, Some((1.0, 0.5)), |forms| gamma.add_to(forms, 1.0));
        let Form::Gamma(moved) = &forms.0[0].1 else {
            panic!("{forms:?}");
        };
        assert!((moved.mean() - 2.0).abs() < 1e-12 && (moved.variance() - 0.25).abs() < 1e-12);
    }

    /// As many tables as one say the same.
    #[test]
    fn tables_are_joined() {
        let mut forms = Forms::new();
        for (weight, mean) in [(0.2, -3.0), (0.5, 0.0), (0.3, 4.0)] {
            let t = StudentT {
                nu: 5.0,
                location: mean,
                scale: 0.7,
            };
            forms.add_table(weight, &Own(t));
        }
        forms.add_normal(1.0, 0.5, 2.0);
        let mut joined = forms.clone();
        joined.join_tables();
        assert_eq!((forms.0.len(), joined.0.len()), (4, 2));
        assert!((forms.total() - joined.total()).abs() < 1e-15);
        for x in [-8.0, -3.0, -1.0, 0.0, 0.4, 2.0, 4.1, 9.0] {
            let at = |forms: &Forms| forms.average(forms.total(), |form| form.cdf(x));
            let (one, all) = (at(&joined), at(&forms));
            assert!((one - all).abs() < 2e-3, "{x}: {one}, not {all}");
        }
    }

    /// What is no distribution is left out, and asked a bounded number of times.
    #[test]
    fn nonsense_is_nothing() {
        #[derive(Debug)]
        struct Nonsense(fn(f64) -> f64);
        impl Distribution for Nonsense {
            fn mean(&self) -> f64 {
                f64::NAN
            }
            fn variance(&self) -> f64 {
                -1.0
            }
            fn ln_density(&self, _: f64) -> f64 {
                f64::NAN
            }
            fn cdf(&self, x: f64) -> f64 {
                self.0(x)
            }
            fn survival(&self, x: f64) -> f64 {
                1.0 - self.cdf(x)
            }
        }
        for cdf in [|_| f64::NAN, |_| 2.0, |x: f64| x, |_| f64::INFINITY] {
            assert!(of(&Nonsense(cdf)).0.is_empty());
        }
        // Up and down again.
        let forms = of(&Nonsense(|x| 0.5 + 0.5 * libm::sin(x)));
        assert!(forms.0.iter().all(|(_, form)| form.is_sound()));
        assert!((0.0..=1.0).contains(&forms.p_greater(&forms)));
        let mut forms = Forms::new();
        for nu in [f64::NAN, 0.0, -1.0] {
            forms.add_student_t(
                1.0,
                StudentT {
                    nu,
                    location: 0.0,
                    scale: 1.0,
                },
            );
        }
        forms.add_normal(1.0, f64::NAN, 1.0);
        forms.add_normal(1.0, 0.0, f64::INFINITY);
        forms.add_normal(f64::INFINITY, 0.0, 1.0);
        assert!(forms.0.is_empty() && forms.p_greater(&forms).is_nan());
        // A number that is known.
        forms.add_normal(1.0, 5.0, 0.0);
        let mut other = Forms::new();
        other.add_normal(1.0, 5.0, 0.0);
        assert_eq!(forms.p_greater(&other), 0.5);
        other.add_normal(1.0, 4.0, 0.0);
        assert_eq!(forms.p_greater(&other), 0.75);
    }
}
