//! One step of the filter: by hypotheses and instruction set beside its limit,
//! by model, by pruning; whole batches, whole detections, and many detectors at
//! once.
//!
//! ```text
//! cargo bench -p bocpd-bench
//! ```
//!
//! For ratios that are measured in turns see `src/bin/limit.rs`, for other
//! packages `peers/run.sh`.

use std::hint::black_box;
use std::sync::Arc;

use bocpd_bench::bare::bare;
use bocpd_bench::data;
use bocpd_bench::hot::{self, Run};
use bocpd_core::kernel::Isa;
use bocpd_core::{Config, Constant, Detector, Gaussian, ObservationModel, Pruning, detect};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Steps of one iteration, where a fixed number of hypotheses is kept.
const STEPS: usize = 200;

fn gaussian() -> Gaussian {
    Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model")
}

fn detector<M: ObservationModel>(model: M, pruning: Pruning) -> Detector<M, Constant> {
    let hazard = Constant::new(150.0).expect("a hazard");
    Detector::new(model, hazard)
        .with_pruning(pruning)
        .expect("limits")
}

/// A fixed number of hypotheses on each instruction set, beside the bare pass
/// over as many numbers.
fn hypotheses(c: &mut Criterion) {
    let mut group = c.benchmark_group("hypotheses");
    for hypotheses in [16, 64, 256, 1024, 4096] {
        for isa in Isa::available() {
            let run = Run::of(isa, hypotheses, STEPS);
            group.throughput(Throughput::Elements((STEPS * hypotheses) as u64));
            let mut step = hot::steps("Gaussian", run);
            group.bench_function(BenchmarkId::new(isa.name(), hypotheses), |b| {
                b.iter(&mut step);
            });
            let mut bare = bare(isa, hypotheses, STEPS);
            let name = format!("bare pass, {}", isa.name());
            group.bench_function(BenchmarkId::new(name, hypotheses), |b| b.iter(&mut bare));
        }
    }
    group.finish();
}

/// Every model at a fixed number of hypotheses.
fn models(c: &mut Criterion) {
    let mut group = c.benchmark_group("models");
    let run = Run::of(Isa::best(), 256, STEPS);
    group.throughput(Throughput::Elements(STEPS as u64));
    for model in hot::MODELS {
        let mut steps = hot::steps(model, run);
        group.bench_function(model, |b| b.iter(&mut steps));
    }
    group.finish();
}

/// Whole batches under each kind of pruning.
fn pruning(c: &mut Criterion) {
    let mut group = c.benchmark_group("pruning");
    let prunings = [
        ("exact", Pruning::exact()),
        ("default", Pruning::default()),
        ("top 32", Pruning::top_k(32)),
        ("top 200", Pruning::top_k(200)),
        ("weight 1e-6", Pruning::min_weight(1e-6)),
        ("longest 200", Pruning::max_run_length(200)),
    ];
    for (series, xs) in [
        ("changing", data::gaussian(data::SEED, 3000)),
        ("quiet", data::quiet(data::SEED, 3000)),
    ] {
        group.throughput(Throughput::Elements(xs.len() as u64));
        for (name, pruning) in prunings {
            let mut detector = detector(gaussian(), pruning);
            group.bench_function(BenchmarkId::new(name, series), |b| {
                b.iter(|| {
                    detector.reset();
                    detector
                        .update_many(&xs, |step| _ = black_box(step))
                        .expect("good data");
                });
            });
        }
    }
    group.finish();
}

/// Every built-in model with the default pruning, as front-ends run it: from a
/// configuration to the last step of a batch.
fn batches(c: &mut Criterion) {
    let mut group = c.benchmark_group("batches");
    let float = |xs: Vec<u64>| xs.into_iter().map(|x| x as f64).collect::<Vec<_>>();
    let bernoulli = data::bernoulli(data::SEED, 3000)
        .into_iter()
        .map(|x| f64::from(u8::from(x)))
        .collect();
    let cases: [(&str, Vec<f64>); 7] = [
        (
            r#"{"gaussian":{"mean":0,"kappa":1,"alpha":1,"beta":1}}"#,
            data::gaussian(data::SEED, 3000),
        ),
        (
            r#"{"student_t":{"mean":0,"kappa":1,"alpha":1,"beta":1,"nu":5}}"#,
            data::student_t(data::SEED, 3000),
        ),
        (
            r#"{"student_t_grid":{"mean":0,"kappa":1,"alpha":1,"beta":1,"nu":[5,10,15,20,25]}}"#,
            data::student_t(data::SEED, 3000),
        ),
        (
            r#"{"poisson":{"shape":1,"rate":1}}"#,
            float(data::poisson(data::SEED, 3000)),
        ),
        (r#"{"bernoulli":{"a":1,"b":1}}"#, bernoulli),
        (
            r#"{"binomial":{"a":1,"b":1,"trials":10}}"#,
            float(data::binomial(data::SEED, 3000)),
        ),
        (
            r#"{"gamma":{"shape":1,"rate":1,"known_shape":1}}"#,
            data::gamma(data::SEED, 3000),
        ),
    ];
    for (model, xs) in cases {
        let json =
            format!(r#"{{"model":{model},"hazard":{{"constant":{{"mean_run_length":150}}}}}}"#);
        let config: Config = serde_json::from_str(&json).expect("a configuration");
        let name = model.split('"').nth(1).expect("a name");
        group.throughput(Throughput::Elements(xs.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut detector = config.build().expect("a detector");
                let mut each = |step: &_| _ = black_box(step);
                detector.update_many(&xs, &mut each).expect("good data");
            });
        });
    }
    group.finish();
}

/// All that there is to say of a series, in one call.
fn detection(c: &mut Criterion) {
    let mut group = c.benchmark_group("detect");
    for n in [300, 3000] {
        let xs = data::gaussian(data::SEED, n);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::from_parameter(n), |b| {
            b.iter(|| detect(&xs, None, 0.9).expect("good data"));
        });
    }
    group.finish();
}

/// Many detectors that share a model, one observation each in turn.
fn fleet(c: &mut Criterion) {
    let mut group = c.benchmark_group("fleet");
    let model = Arc::new(gaussian());
    let xs = data::gaussian(data::SEED, 4000);
    for size in [1, 1000] {
        let one = detector(Arc::clone(&model), Pruning::top_k(32));
        let mut fleet = vec![one; size];
        for x in &xs[..100] {
            for detector in &mut fleet {
                detector.update(x).expect("good data");
            }
        }
        let mut stream = xs.iter().cycle();
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| {
                let x = stream.next().expect("endless");
                for detector in &mut fleet {
                    black_box(detector.update(x).expect("good data"));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(
    benches, hypotheses, models, pruning, batches, detection, fleet
);
criterion_main!(benches);
