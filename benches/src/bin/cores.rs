//! What more cores bring: many streams fed side by side, and many series at
//! once, on one core and on all of them in turns. Prints a Markdown table.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin cores [ROUNDS]
//! ```

use std::hint::black_box;

use bocpd_bench::data;
use bocpd_bench::hot::MEAN_RUN_LENGTH;
use bocpd_bench::ratio::{Spread, ratio, take_turns};
use bocpd_core::{Constant, Fleet, Gaussian, Pruning, detect_many};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Streams of the fleet, each with the observations of one round.
const STREAMS: usize = 100_000;
/// Series that are looked through at once, and their length.
const SERIES: usize = 64;
const LENGTH: usize = 1000;

fn threads(n: usize) -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(n).build();
    pool.expect("threads")
}

/// One observation for every stream, on one pool or the other.
fn fleet() -> impl FnMut(&ThreadPool) -> usize {
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model");
    let hazard = Constant::new(MEAN_RUN_LENGTH).expect("a hazard");
    let mut fleet = Fleet::new(model, &hazard, Pruning::top_k(21), STREAMS).expect("limits");
    let xs = data::gaussian(data::SEED, STREAMS + 5000);
    let mut time = 0;
    let mut step = move |pool: &ThreadPool| {
        let now = &xs[time % 5000..][..STREAMS];
        time += 1;
        pool.install(|| fleet.par_update(now, |_, step| _ = black_box(step.is_ok())));
        STREAMS
    };
    let all = threads(0);
    for _ in 0..100 {
        step(&all);
    }
    step
}

/// All that there is to say of many series.
fn series() -> impl FnMut(&ThreadPool) -> usize {
    let series: Vec<Vec<f64>> = (0..SERIES as u64)
        .map(|seed| data::gaussian(seed, LENGTH))
        .collect();
    move |pool: &ThreadPool| {
        let found = pool.install(|| detect_many(&series, None, 0.9));
        assert!(found.iter().all(Result::is_ok));
        SERIES
    }
}

fn measure(name: &str, rounds: usize, mut work: impl FnMut(&ThreadPool) -> usize) {
    let (one, all) = (threads(1), threads(0));
    let mut pools = [&one, &all].into_iter().cycle();
    let mut turn = || work(pools.next().expect("endless"));
    let turn = std::cell::RefCell::new(&mut turn);
    let times = take_turns(
        rounds,
        &mut [&mut || turn.borrow_mut()(), &mut || turn.borrow_mut()()],
    );
    println!(
        "| {name} | {} | {} | {} |",
        Spread::of(times[0].clone()),
        Spread::of(times[1].clone()),
        ratio(&times[0], &times[1]),
    );
}

fn main() {
    let rounds = std::env::args()
        .nth(1)
        .map_or(21, |n| n.parse().expect("a number of rounds"));
    println!(
        "{STREAMS} streams with up to 32 hypotheses each, fed in turns; {SERIES} series of \
         {LENGTH} observations; min/median/max of {rounds} rounds"
    );
    println!(
        "\n| | one core, ns | {} cores, ns | times as fast |",
        threads(0).current_num_threads()
    );
    println!("|---|--:|--:|--:|");
    measure("`Fleet::par_update`, a stream", rounds, fleet());
    measure("`detect_many`, a series", rounds, series());
}
