//! What pruning gives up and what it saves: every pair of limits over series of
//! several kinds, against the exact filter. Prints Markdown tables.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin sweep [SERIES OF EACH KIND]
//! ```

use std::hint::black_box;
use std::sync::Arc;

use bocpd_bench::bare::bare;
use bocpd_bench::data;
use bocpd_bench::ratio::{Spread, take_turns};
use bocpd_core::kernel::Isa;
use bocpd_core::model::{Poisson, StudentT};
use bocpd_core::{Constant, Detector, Gaussian, ObservationModel, Pruning};

const MAX_HYPOTHESES: [Option<usize>; 6] =
    [Some(16), Some(32), Some(64), Some(128), Some(256), None];
const MIN_WEIGHTS: [Option<f64>; 6] = [
    Some(1e-4),
    Some(1e-6),
    Some(1e-8),
    Some(1e-10),
    Some(1e-12),
    None,
];
/// The window of the probability that is compared at every step.
const WINDOW: u64 = 10;
/// How often segmentations are compared.
const EVERY: usize = 50;
const LENGTH: usize = 3000;

/// Every pair of limits but the one that is none, and stratified resampling.
fn prunings() -> Vec<Pruning> {
    let pairs = MAX_HYPOTHESES
        .into_iter()
        .flat_map(|k| MIN_WEIGHTS.map(|weight| (k, weight)));
    let pairs = pairs.filter(|pair| *pair != (None, None));
    let by_weight = pairs.map(|(max_hypotheses, min_weight)| {
        let mut pruning = Pruning::exact();
        (pruning.max_hypotheses, pruning.min_weight) = (max_hypotheses, min_weight);
        pruning
    });
    let sizes = MAX_HYPOTHESES.into_iter().flatten();
    by_weight
        .chain(sizes.map(|k| Pruning::stratified(k, 1)))
        .collect()
}

/// What a filter says of a series.
struct Answers {
    recent: Vec<f64>,
    segmentations: Vec<Vec<u64>>,
    ln_joint: f64,
    pruned_mass: f64,
    mean_live: f64,
}

fn detector<M: ObservationModel>(
    model: &Arc<M>,
    mean_run_length: f64,
    pruning: Pruning,
) -> Detector<Arc<M>, Constant> {
    let hazard = Constant::new(mean_run_length).expect("a hazard");
    Detector::new(Arc::clone(model), hazard)
        .with_pruning(pruning)
        .expect("limits")
}

fn ask<M: ObservationModel<Obs: Sized>>(
    mut detector: Detector<Arc<M>, Constant>,
    xs: &[M::Obs],
) -> Answers {
    let (mut recent, mut segmentations, mut live) = (Vec::new(), Vec::new(), 0);
    for (i, x) in xs.iter().enumerate() {
        detector.update(x).expect("good data");
        recent.push(detector.p_recent_change(WINDOW));
        live += detector.live();
        if (i + 1).is_multiple_of(EVERY) {
            segmentations.push(detector.changepoints());
        }
    }
    Answers {
        recent,
        segmentations,
        ln_joint: detector.map_ln_joint(),
        pruned_mass: detector.pruned_mass(),
        mean_live: live as f64 / xs.len() as f64,
    }
}

/// How far one pruning is from exact, over all series of a kind.
#[derive(Clone, Default)]
struct Loss {
    worst: f64,
    /// Of the mean error of each series.
    mean: Vec<f64>,
    segmentations: usize,
    other_segmentations: usize,
    ln_joint: f64,
    pruned_mass: f64,
    live: Vec<f64>,
    /// Time of a step as a multiple of the bare pass over 64 numbers.
    cost: Vec<f64>,
}

impl Loss {
    fn add(&mut self, exact: &Answers, pruned: &Answers, cost: f64) {
        let errors = exact
            .recent
            .iter()
            .zip(&pruned.recent)
            .map(|(a, b)| (a - b).abs());
        self.worst = errors.clone().fold(self.worst, f64::max);
        self.mean
            .push(errors.sum::<f64>() / exact.recent.len() as f64);
        let pairs = exact.segmentations.iter().zip(&pruned.segmentations);
        self.segmentations += exact.segmentations.len();
        self.other_segmentations += pairs.filter(|(a, b)| a != b).count();
        self.ln_joint = self.ln_joint.max(exact.ln_joint - pruned.ln_joint);
        self.pruned_mass = self.pruned_mass.max(pruned.pruned_mass);
        self.live.push(pruned.mean_live);
        self.cost.push(cost);
    }

    fn share_of_others(&self) -> f64 {
        self.other_segmentations as f64 / self.segmentations as f64
    }

    fn usual_cost(&self) -> f64 {
        Spread::of(self.cost.clone()).median
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// One kind of series under every pruning.
fn sweep<M: ObservationModel<Obs: Sized>>(
    prunings: &[Pruning],
    model: &Arc<M>,
    mean_run_length: f64,
    series: &[Vec<M::Obs>],
) -> Vec<Loss> {
    let mut losses = vec![Loss::default(); prunings.len()];
    let mut bare = bare(Isa::best(), 64, 2000);
    for xs in series {
        let exact = ask(detector(model, mean_run_length, Pruning::exact()), xs);
        for (&pruning, loss) in prunings.iter().zip(&mut losses) {
            let pruned = ask(detector(model, mean_run_length, pruning), xs);
            let mut steps = || {
                detector(model, mean_run_length, pruning)
                    .update_many(xs, |step| _ = black_box(step))
                    .expect("good data");
                xs.len()
            };
            let times = take_turns(3, &mut [&mut steps, &mut bare]);
            let [steps, bare] = [&times[0], &times[1]].map(|t| Spread::of(t.clone()).min);
            loss.add(&exact, &pruned, steps / bare);
        }
    }
    losses
}

/// A kind of series and what each pruning does to it.
type Group = (&'static str, Vec<Loss>);

fn groups(prunings: &[Pruning], seeds: u64, n: usize) -> Vec<Group> {
    fn series<T>(seeds: u64, n: usize, of: fn(u64, usize) -> T) -> Vec<T> {
        (1..=seeds).map(|seed| of(seed, n)).collect()
    }
    let gaussian = Arc::new(Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model"));
    let student = Arc::new(StudentT::new(0.0, 1.0, 1.0, 1.0, 3.0).expect("a model"));
    let poisson = Arc::new(Poisson::new(1.0, 0.2).expect("a model"));
    let of = |of| sweep(prunings, &gaussian, 150.0, &series(seeds, n, of));
    let counts = |of| sweep(prunings, &poisson, 150.0, &series(seeds, n, of));
    vec![
        ("quiet", of(data::quiet)),
        (
            "quiet, λ = 10,000",
            sweep(prunings, &gaussian, 1e4, &series(seeds, n, data::quiet)),
        ),
        ("levels far apart", of(data::gaussian)),
        ("drawn from the prior", of(data::from_the_prior)),
        ("changing noise", of(data::changing_noise)),
        ("random walk", of(data::drifting)),
        ("ramps", of(data::ramps)),
        ("heavy tails", of(data::heavy_tailed)),
        (
            "heavy tails, Student-t",
            sweep(
                prunings,
                &student,
                150.0,
                &series(seeds, n, data::heavy_tailed),
            ),
        ),
        ("quiet counts, Poisson", counts(data::quiet_counts)),
        ("changing counts, Poisson", counts(data::poisson)),
    ]
}

fn name(pruning: &Pruning) -> String {
    let or_none = |limit: Option<String>| limit.unwrap_or_else(|| "–".into());
    let by = if pruning.resample.is_some() {
        ", resampled"
    } else {
        ""
    };
    format!(
        "{}{by} | {}",
        or_none(pruning.max_hypotheses.map(|k| k.to_string())),
        or_none(pruning.min_weight.map(|weight| format!("{weight:.0e}"))),
    )
}

/// One row for each pruning, all kinds together.
fn print_summary(prunings: &[Pruning], groups: &[Group]) {
    println!(
        "\n| k | min weight | worst error | mean error | other segmentations | ln joint | \
         pruned mass | live | live, quiet | cost | cost, quiet |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (i, pruning) in prunings.iter().enumerate() {
        let all: Vec<&Loss> = groups.iter().map(|(_, losses)| &losses[i]).collect();
        let worst = |of: fn(&Loss) -> f64| all.iter().map(|loss| of(loss)).fold(0.0, f64::max);
        let over_kinds =
            |of: fn(&Loss) -> f64| mean(&all.iter().map(|loss| of(loss)).collect::<Vec<_>>());
        let quiet = all[0];
        println!(
            "| {} | {:.1e} | {:.1e} | {:.2} % | {:.1e} | {:.1e} | {:.0} | {:.0} | {:.1} | {:.1} |",
            name(pruning),
            worst(|loss| loss.worst),
            over_kinds(|loss| mean(&loss.mean)),
            100.0 * over_kinds(Loss::share_of_others),
            worst(|loss| loss.ln_joint),
            worst(|loss| loss.pruned_mass),
            over_kinds(|loss| mean(&loss.live)),
            mean(&quiet.live),
            over_kinds(Loss::usual_cost),
            quiet.usual_cost(),
        );
    }
}

/// One quantity by kind of series, a row for each pruning.
fn print_by_kind(
    title: &str,
    prunings: &[Pruning],
    groups: &[Group],
    of: impl Fn(&Loss) -> String,
) {
    println!("\n{title}\n");
    let kinds: Vec<&str> = groups.iter().map(|(kind, _)| *kind).collect();
    println!("| k | min weight | {} |", kinds.join(" | "));
    println!("|--:|--:|{}", "--:|".repeat(kinds.len()));
    for (i, pruning) in prunings.iter().enumerate() {
        let cells: Vec<String> = groups.iter().map(|(_, losses)| of(&losses[i])).collect();
        println!("| {} | {} |", name(pruning), cells.join(" | "));
    }
}

fn report(seeds: u64, n: usize) {
    let prunings = prunings();
    let groups = groups(&prunings, seeds, n);
    println!(
        "{seeds} series of {n} observations of each kind; error is that of P(change within \
         the last {WINDOW}) at every step, segmentations are compared every {EVERY} observations, \
         cost is in passes of exp and ln over 64 numbers"
    );
    print_summary(&prunings, &groups);
    print_by_kind("Worst error", &prunings, &groups, |loss| {
        format!("{:.1e}", loss.worst)
    });
    print_by_kind("Other segmentations", &prunings, &groups, |loss| {
        format!("{:.1} %", 100.0 * loss.share_of_others())
    });
    print_by_kind("Live hypotheses and cost", &prunings, &groups, |loss| {
        format!("{:.0}, {:.1}", mean(&loss.live), loss.usual_cost())
    });
}

fn main() {
    let seeds = std::env::args()
        .nth(1)
        .map(|n| n.parse().expect("a number of series"));
    report(seeds.unwrap_or(8), LENGTH);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_hypotheses_lose_more() {
        let prunings = [Pruning::exact(), Pruning::top_k(64), Pruning::top_k(16)];
        let groups = groups(&prunings, 1, 400);
        for (kind, losses) in &groups {
            assert_eq!(losses[0].worst, 0.0, "{kind}");
            assert_eq!(losses[0].other_segmentations, 0, "{kind}");
            assert!(losses[1].worst > 0.0, "{kind}");
            assert!(mean(&losses[1].mean) < mean(&losses[2].mean), "{kind}");
            assert!(losses[1].live < losses[0].live, "{kind}");
        }
        print_summary(&prunings, &groups);
    }
}
