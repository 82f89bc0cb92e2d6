//! Many detectors that share a model: memory of each, throughput fed in turns
//! beside that of one hot detector, and what a second core brings. Prints a
//! Markdown table.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin fleet [DETECTORS] [ROUNDS]
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bocpd_bench::data;
use bocpd_bench::hot::MEAN_RUN_LENGTH;
use bocpd_bench::ratio::{Spread, ratio, take_turns};
use bocpd_core::kernel::Real;
use bocpd_core::{Constant, Detector, Fleet, Gaussian, Pruning};

/// Counts the bytes that are in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe by nature; this one hands on"
)]
// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        IN_USE.fetch_add(size, Ordering::Relaxed);
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Observations of each stream before anything is measured.
const WARM_UP: usize = 200;
/// How many observations a stream gets before its series begins again.
const PERIOD: usize = 3000;

/// Streams that each read the same series from another place on.
struct Streams<F: Real> {
    fleet: Fleet<Gaussian<F>, Constant>,
    xs: Vec<F>,
    time: usize,
}

impl<F: Real> Streams<F> {
    fn new(pruning: Pruning, size: usize) -> Self {
        let model = Gaussian::typed(0.0, 1.0, 1.0, 1.0).expect("a model");
        let hazard = Constant::new(MEAN_RUN_LENGTH).expect("a hazard");
        let xs = data::gaussian(data::SEED, PERIOD + size);
        Self {
            fleet: Fleet::new(model, &hazard, pruning, size).expect("limits"),
            xs: xs.into_iter().map(F::of).collect(),
            time: 0,
        }
    }

    /// One observation for each in turn.
    fn feed(&mut self) -> usize {
        let size = self.fleet.detectors().len();
        let now = &self.xs[self.time % PERIOD..][..size];
        self.fleet
            .update(now, |_, step| _ = black_box(step.expect("good data")));
        self.time += 1;
        size
    }

    fn warmed_up(mut self) -> Self {
        for _ in 0..WARM_UP {
            self.feed();
        }
        self
    }

    fn live(&self) -> f64 {
        let detectors = self.fleet.detectors();
        let live: usize = detectors.iter().map(Detector::live).sum();
        live as f64 / detectors.len() as f64
    }
}

fn measure<F: Real>(name: &str, pruning: Pruning, size: usize, rounds: usize) {
    let before = IN_USE.load(Ordering::Relaxed);
    let bytes = |of: &Streams<F>| {
        let used = IN_USE.load(Ordering::Relaxed) - before - size_of_val(of.xs.as_slice());
        used as f64 / size as f64
    };
    let streams = Streams::new(pruning, size);
    let fresh = bytes(&streams);
    let mut streams = streams.warmed_up();
    let running = bytes(&streams);
    let live = streams.live();

    let mut alone = Streams::<F>::new(pruning, 1).warmed_up();
    let times = take_turns(
        rounds,
        &mut [&mut || (0..size).map(|_| alone.feed()).sum(), &mut || {
            streams.feed()
        }],
    );
    println!(
        "| {name} | {live:.1} | {} | {fresh:.0} | {running:.0} | {} | {} | {} |",
        size_of::<Detector<Arc<Gaussian<F>>, Constant>>(),
        Spread::of(times[0].clone()),
        Spread::of(times[1].clone()),
        ratio(&times[0], &times[1]),
    );
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default| {
        arguments
            .next()
            .map_or(default, |n| n.parse().expect("a number"))
    };
    let (size, rounds) = (next(100_000), next(21));
    println!(
        "{size} Gaussian detectors fed in turns, beside one that is hot; bytes of each; ns of an \
         update and ratios, as min/median/max of {rounds} rounds"
    );
    println!(
        "\n| hypotheses | live | inline | fresh | running | one, ns | fleet, ns | throughput of the \
         fleet |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    // A list grows between two cuts.
    measure::<f64>("21 to 31", Pruning::top_k(21), size, rounds);
    measure::<f64>("32 to 47", Pruning::top_k(32), size, rounds);
    measure::<f64>("default", Pruning::default(), size, rounds);
    measure::<f32>("21 to 31, f32", Pruning::top_k(21), size, rounds);
}
