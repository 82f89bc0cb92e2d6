//! The step against its limit: whole steps of a detector that holds a fixed
//! number of hypotheses, beside a bare pass of one `exp` and one `ln` over as
//! many numbers, in turns.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin limit
//! ```

use std::hint::black_box;

use bocpd_bench::bare::bare;
use bocpd_bench::data;
use bocpd_bench::ratio::{Spread, ratio, take_turns};
use bocpd_core::{
    Bernoulli, Binomial, Constant, Detector, Gamma, Gaussian, Isa, ObservationModel, Poisson,
    Pruning, StudentT, StudentTGrid,
};

/// The hypotheses of Fast-BOCPD's benchmark.
const HYPOTHESES: usize = 450;
const STEPS: usize = 1500;
const ROUNDS: usize = 41;

fn steps<M>(isa: Isa, model: M, mut xs: Vec<M::Obs>) -> impl FnMut() -> usize
where
    M: ObservationModel<Obs: Sized + Clone, Bank: Clone> + Clone,
{
    let hazard = Constant::new(150.0).expect("a hazard");
    let cap = Pruning::max_run_length(HYPOTHESES as u64 - 1);
    let mut detector = Detector::new(model, hazard)
        .with_pruning(cap)
        .expect("a cap")
        .with_isa(isa);
    detector
        .update_many(&xs[..2 * HYPOTHESES], |_| {})
        .expect("good data");
    let xs = xs.split_off(2 * HYPOTHESES);
    move || {
        // Always the same steps from the same state.
        let mut detector = detector.clone();
        detector
            .update_many(&xs[..STEPS], |step| _ = black_box(step))
            .expect("good data");
        STEPS
    }
}

fn main() {
    let n = 2 * HYPOTHESES + STEPS;
    println!(
        "{HYPOTHESES} hypotheses; ns per step and ratios as min/median/max of {ROUNDS} rounds"
    );
    for isa in Isa::available() {
        let gaussian = Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model");
        let nus = [5.0, 10.0, 15.0, 20.0, 25.0];
        let mut bare = bare(isa, HYPOTHESES, STEPS);
        let mut gauss = steps(isa, gaussian, data::gaussian(data::SEED, n));
        let mut poisson = steps(
            isa,
            Poisson::new(1.0, 1.0).expect("a model"),
            data::poisson(data::SEED, n),
        );
        let mut bernoulli = steps(
            isa,
            Bernoulli::new(1.0, 1.0).expect("a model"),
            data::bernoulli(data::SEED, n),
        );
        let mut binomial = steps(
            isa,
            Binomial::new(1.0, 1.0, 10).expect("a model"),
            data::binomial(data::SEED, n),
        );
        let mut gamma = steps(
            isa,
            Gamma::new(1.0, 1.0, 1.0).expect("a model"),
            data::gamma(data::SEED, n),
        );
        let student = StudentT::new(0.0, 1.0, 1.0, 1.0, 5.0).expect("a model");
        let mut student = steps(isa, student, data::student_t(data::SEED, n));
        let grid = StudentTGrid::new(0.0, 1.0, 1.0, 1.0, &nus, None).expect("a model");
        let mut grid = steps(isa, grid, data::student_t(data::SEED, n));
        let times = take_turns(
            ROUNDS,
            &mut [
                &mut bare,
                &mut gauss,
                &mut poisson,
                &mut bernoulli,
                &mut binomial,
                &mut gamma,
                &mut student,
                &mut grid,
            ],
        );
        println!("\n{}", isa.name());
        println!(
            "  bare exp+ln pass    {:>16} ns",
            Spread::of(times[0].clone())
        );
        let names = [
            "Gaussian",
            "Poisson",
            "Bernoulli",
            "binomial",
            "gamma",
            "Student-t",
            "Student-t grid 5",
        ];
        for (name, time) in names.iter().zip(&times[1..]) {
            println!(
                "  {name:18} {:>17} ns   {} × bare   {} × Gaussian",
                Spread::of(time.clone()),
                ratio(time, &times[0]),
                ratio(time, &times[1]),
            );
        }
    }
}
