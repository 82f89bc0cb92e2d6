//! A fixed number of hot steps and nothing else, for `scripts/instructions.sh`,
//! which runs it under valgrind with two numbers of steps: the difference is
//! what the steps cost.
//!
//! ```text
//! count                     the cases, one a line
//! count CASE ISA STEPS      STEPS steps of one of them
//! ```

use bocpd_bench::hot::{MODELS, Run, quiet_steps, steps};
use bocpd_core::Pruning;
use bocpd_core::kernel::Isa;

/// The cases beside every model at 256 hypotheses.
const OTHERS: [&str; 4] = [
    "Gaussian, 32 hypotheses",
    "Gaussian, 1024 hypotheses",
    "Gaussian, default pruning, quiet",
    "Gaussian, default pruning, changing",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, isa, count] = arguments.as_slice() else {
        for case in MODELS.iter().chain(&OTHERS) {
            println!("{case}");
        }
        return;
    };
    let isa = Isa::available()
        .find(|set| set.name() == isa)
        .expect("an instruction set of this machine");
    let count: usize = count.parse().expect("a number of steps");
    let default = Run {
        isa,
        pruning: Pruning::default(),
        warm_up: 1000,
        steps: count,
    };
    let of = |hypotheses| Run::of(isa, hypotheses, count);
    let mut work = match case.as_str() {
        "Gaussian, 32 hypotheses" => steps("Gaussian", of(32)),
        "Gaussian, 1024 hypotheses" => steps("Gaussian", of(1024)),
        "Gaussian, default pruning, quiet" => quiet_steps(default),
        "Gaussian, default pruning, changing" => steps("Gaussian", default),
        model => steps(model, of(256)),
    };
    work();
}
