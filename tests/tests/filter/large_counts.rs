//! Predictives of large counts against exact values, over all parameters that
//! are allowed (`tests/tools/large_counts.py` makes the table).

use bocpd_core::ObservationModel;
use bocpd_core::kernel::{Isa, Real};
use bocpd_core::model::{Binomial, Poisson};
use bocpd_core::observation::Observation;

struct Row {
    model: &'static str,
    a: f64,
    b: f64,
    trials: u64,
    count: u64,
    value: f64,
}

fn table() -> impl Iterator<Item = Row> {
    include_str!("../../data/large_counts.csv")
        .lines()
        .map(|line| {
            let fields: Vec<&'static str> = line.split(',').collect();
            let [model, a, b, trials, count, value] = fields[..] else {
                panic!("six fields: {line}")
            };
            Row {
                model,
                a: a.parse().expect("a number"),
                b: b.parse().expect("a number"),
                trials: trials.parse().expect("a count"),
                count: count.parse().expect("a count"),
                value: value.parse().expect("a number"),
            }
        })
}

/// What a newborn hypothesis says of a count.
fn predictive<F: Real>(model: &impl ObservationModel<Scalar = F, Obs = u64>, count: u64) -> f64 {
    let mut bank = model.bank(1);
    model.spawn(&mut bank);
    let mut ln_joint = vec![F::zero(); F::LANES];
    let count = Observation::of(&count);
    model.check(count).expect("in the support");
    model
        .observe(Isa::best(), &mut bank, count, &mut ln_joint)
        .expect("possible");
    ln_joint[0].wide()
}

/// What cannot be had: the value is a function of how far the count is from what
/// was expected, which is known as exactly as the two are, and rounding one of
/// them moves the value by this distance.
fn distance(row: &Row) -> f64 {
    let (count, trials) = (row.count as f64, row.trials as f64);
    if row.trials == 0 {
        (count - row.a / row.b).abs() * (row.b / (row.b + 1.0))
    } else {
        let prior = row.a + row.b;
        (count - trials * (row.a / prior)).abs() * (prior / (prior + trials))
    }
}

fn worst<F: Real>(rows: impl Iterator<Item = Row>) -> f64 {
    let epsilon = F::epsilon().wide();
    let mut worst: f64 = 0.0;
    for row in rows {
        let Row { a, b, trials, .. } = row;
        let got = if row.model == "poisson" {
            predictive(&Poisson::<F>::typed(a, b).expect("a model"), row.count)
        } else {
            predictive(
                &Binomial::<F>::typed(a, b, trials).expect("a model"),
                row.count,
            )
        };
        // Γ of a tiny shape is as large as the shape is small.
        let logs = -(a.min(1.0).ln() + b.min(1.0).ln());
        let scale = epsilon * (4.0 + row.value.abs() + distance(&row) + logs);
        let error = (got - row.value).abs() / scale;
        assert!(
            error <= LIMIT,
            "{}({a}, {b}, {trials}) at {}: {got} is not {}, {error} times {scale}",
            row.model,
            row.count,
            row.value
        );
        worst = worst.max(error);
    }
    worst
}

/// Errors in units of epsilon times the size of what is computed.
const LIMIT: f64 = 4.0;

#[test]
fn counts_have_their_exact_probabilities() {
    assert!(worst::<f64>(table()) > 0.5, "the table tests something");
}

#[test]
fn counts_have_their_probabilities_in_single_precision() {
    let huge = f64::from(<f32 as Real>::HUGE);
    let allowed = |x: f64| x <= huge && x >= 1.0 / huge;
    let rows = table().filter(|row| allowed(row.a) && allowed(row.b));
    assert!(worst::<f32>(rows) > 0.5, "the table tests something");
}
