//! One step of the filter: by hypotheses, by instruction set, by pruning; whole
//! batches and many detectors at once.
//!
//! ```text
//! cargo bench -p bocpd-bench
//! ```
//!
//! For the step against its arithmetical limit see `src/bin/limit.rs`, for
//! other packages `peers/run.sh`.

use std::hint::black_box;
use std::sync::Arc;

use bocpd_bench::data;
use bocpd_core::{Config, Constant, Detector, Gaussian, Isa, ObservationModel, Pruning};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn gaussian() -> Gaussian {
    Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model")
}

fn detector<M: ObservationModel>(model: M, pruning: Pruning) -> Detector<M, Constant> {
    let hazard = Constant::new(150.0).expect("a hazard");
    Detector::new(model, hazard)
        .with_pruning(pruning)
        .expect("limits")
}

/// A fixed number of hypotheses: everything older is one.
fn hypotheses(c: &mut Criterion) {
    let mut group = c.benchmark_group("hypotheses");
    let xs = data::gaussian(data::SEED, 20_000);
    for hypotheses in [16, 64, 256, 1024, 4096] {
        for isa in Isa::available() {
            let mut detector =
                detector(gaussian(), Pruning::max_run_length(hypotheses - 1)).with_isa(isa);
            let warm_up = 2 * usize::try_from(hypotheses).expect("small");
            detector
                .update_many(&xs[..warm_up], |_| {})
                .expect("good data");
            let mut stream = xs.iter().cycle();
            group.throughput(Throughput::Elements(hypotheses));
            group.bench_function(BenchmarkId::new(isa.name(), hypotheses), |b| {
                b.iter(|| detector.update(stream.next().expect("endless")));
            });
        }
    }
    group.finish();
}

/// Whole batches under each kind of pruning.
fn pruning(c: &mut Criterion) {
    let mut group = c.benchmark_group("pruning");
    let prunings = [
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

/// Every built-in model with the default pruning, as front-ends run it.
fn models(c: &mut Criterion) {
    let mut group = c.benchmark_group("models");
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
        let mut detector = config.build().expect("a detector");
        let name = model.split('"').nth(1).expect("a name");
        group.throughput(Throughput::Elements(xs.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                detector.reset();
                let mut each = |step: &_| _ = black_box(step);
                detector.update_many(&xs, &mut each).expect("good data");
            });
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

criterion_group!(benches, hypotheses, pruning, models, fleet);
criterion_main!(benches);
