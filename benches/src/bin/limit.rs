//! The step against its limit: whole steps of a detector beside a bare pass of
//! one `exp` and one `ln` over as many numbers as it has hypotheses, in turns.
//! Prints Markdown tables.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin limit [ROUNDS [structured|regression]]
//! ```

use bocpd_bench::bare::bare;
use bocpd_bench::hot::{MODELS, REGRESSION, Run, STRUCTURED, quiet_steps, steps};
use bocpd_bench::ratio::{Spread, ratio, take_turns};
use bocpd_core::Pruning;
use bocpd_core::kernel::Isa;

/// The hypotheses of Fast-BOCPD's benchmark.
const HYPOTHESES: usize = 450;
const STEPS: usize = 1500;
const ROUNDS: usize = 41;

type Contender = Box<dyn FnMut() -> usize>;

fn measure(rounds: usize, contenders: &mut [Contender]) -> Vec<Vec<f64>> {
    let mut turns: Vec<&mut dyn FnMut() -> usize> = contenders
        .iter_mut()
        .map(|contender| contender.as_mut() as _)
        .collect();
    take_turns(rounds, &mut turns)
}

/// Every model at a fixed number of hypotheses.
fn models(isa: Isa, rounds: usize) {
    let run = Run::of(isa, HYPOTHESES, STEPS);
    let mut contenders: Vec<Contender> = vec![Box::new(bare(isa, HYPOTHESES, STEPS))];
    contenders.extend(MODELS.map(|model| steps(model, run)));
    let times = measure(rounds, &mut contenders);
    println!(
        "\n| {}, {HYPOTHESES} hypotheses | ns | × bare pass | × Gaussian |",
        isa.name()
    );
    println!("|---|--:|--:|--:|");
    println!("| bare pass | {} | 1 | |", Spread::of(times[0].clone()));
    for (model, time) in MODELS.iter().zip(&times[1..]) {
        println!(
            "| {model} | {} | {} | {} |",
            Spread::of(time.clone()),
            ratio(time, &times[0]),
            ratio(time, &times[1]),
        );
    }
}

/// Models of one kind beside the Gaussian model, at many hypotheses and few.
fn kind(isa: Isa, rounds: usize, called: &str, models: &[&str]) {
    println!(
        "\n| {}, {called} | hypotheses | ns | × Gaussian |",
        isa.name()
    );
    println!("|---|--:|--:|--:|");
    for hypotheses in [HYPOTHESES, 40] {
        let run = Run::of(isa, hypotheses, STEPS);
        let mut contenders: Vec<_> = models.iter().map(|model| steps(model, run)).collect();
        let times = measure(rounds, &mut contenders);
        for (model, time) in models.iter().zip(&times) {
            println!(
                "| {model} | {hypotheses} | {} | {} |",
                Spread::of(time.clone()),
                ratio(time, &times[0]),
            );
        }
    }
}

fn structured(isa: Isa, rounds: usize) {
    kind(isa, rounds, "structured Gaussian", &STRUCTURED);
}

fn regression(isa: Isa, rounds: usize) {
    kind(isa, rounds, "regression", &REGRESSION);
}

/// The Gaussian model by hypotheses, and as it comes by default.
fn by_hypotheses(isa: Isa, rounds: usize) {
    println!(
        "\n| {}, Gaussian, hypotheses | ns | bare pass, ns | × bare pass |",
        isa.name()
    );
    println!("|---|--:|--:|--:|");
    let row = |name: &str, hypotheses: usize, step: Contender| {
        let mut contenders = [step, Box::new(bare(isa, hypotheses, STEPS)) as Contender];
        let times = measure(rounds, &mut contenders);
        println!(
            "| {name} | {} | {} | {} |",
            Spread::of(times[0].clone()),
            Spread::of(times[1].clone()),
            ratio(&times[0], &times[1]),
        );
    };
    for hypotheses in [16, 32, 64, 128, 256, 1024, 4096] {
        let run = Run::of(isa, hypotheses, STEPS);
        row(&hypotheses.to_string(), hypotheses, steps("Gaussian", run));
    }
    let run = Run {
        isa,
        pruning: Pruning::default(),
        warm_up: 1000,
        steps: 4 * STEPS,
    };
    // The list is as long as wanted after a cut and half as long again before.
    let live = Pruning::default().max_hypotheses.expect("a bound") * 5 / 4;
    row(
        &format!("default pruning, quiet ({live})"),
        live,
        quiet_steps(run),
    );
    row(
        &format!("default pruning, changing (at most {live})"),
        live,
        steps("Gaussian", run),
    );
}

/// Whole series, exact and as they come by default.
fn by_length(rounds: usize) {
    println!("\n| observations | exact, ns per observation | default pruning | exact / default |");
    println!("|--:|--:|--:|--:|");
    for length in [1000, 4000, 16_000] {
        let of = |pruning| Run {
            isa: Isa::best(),
            pruning,
            warm_up: 0,
            steps: length,
        };
        let mut contenders =
            [Pruning::exact(), Pruning::default()].map(|pruning| steps("Gaussian", of(pruning)));
        let times = measure(rounds, &mut contenders);
        println!(
            "| {length} | {} | {} | {} |",
            Spread::of(times[0].clone()),
            Spread::of(times[1].clone()),
            ratio(&times[0], &times[1]),
        );
    }
}

fn main() {
    let alone: Option<fn(Isa, usize)> = match std::env::args().nth(2).as_deref() {
        Some("structured") => Some(structured),
        Some("regression") => Some(regression),
        _ => None,
    };
    if let Some(alone) = alone {
        let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok());
        for isa in Isa::available() {
            alone(isa, rounds.unwrap_or(ROUNDS));
        }
        return;
    }
    let rounds = std::env::args()
        .nth(1)
        .map_or(ROUNDS, |n| n.parse().expect("a number of rounds"));
    println!("ns of one step and ratios, as min/median/max of {rounds} rounds in turns");
    for isa in Isa::available() {
        models(isa, rounds);
        structured(isa, rounds);
        regression(isa, rounds);
        by_hypotheses(isa, rounds);
    }
    by_length(rounds.min(5));
}
