//! The corpus as plain lines, each case with what the Rust library gives for it,
//! bit for bit: what `tests/corpus.c` reads and holds the C ABI to.
//!
//! Numbers are the 16 hexadecimal digits of their IEEE bits.

use bocpd_core::{Config, Detect, HazardConfig, Missing, ModelConfig};
use bocpd_tests::corpus::{self, Case};

fn main() {
    for case in corpus::load() {
        let config: Config = serde_json::from_value(case.config.clone()).expect("a configuration");
        println!("case {}", case.name);
        model(&config.model);
        hazard(&config.hazard);
        println!(
            "pruning {} {} {}",
            config.pruning.max_hypotheses.unwrap_or(0),
            config.pruning.max_run_length.unwrap_or(0),
            hex(config.pruning.min_weight.unwrap_or(-1.0)),
        );
        println!("missing {}", i32::from(config.missing == Missing::Skip));
        results(&case, &mut *config.build().expect("a detector"));
    }
}

fn model(model: &ModelConfig) {
    match model {
        &ModelConfig::Gaussian {
            mean,
            kappa,
            alpha,
            beta,
        } => {
            println!("gaussian {}", hexes(&[mean, kappa, alpha, beta]));
        }
        &ModelConfig::StudentT {
            mean,
            kappa,
            alpha,
            beta,
            nu,
        } => {
            println!("student_t {}", hexes(&[mean, kappa, alpha, beta, nu]));
        }
        ModelConfig::StudentTGrid {
            mean,
            kappa,
            alpha,
            beta,
            nu,
            nu_prior,
        } => {
            let prior = nu_prior.as_deref().unwrap_or_default();
            let head = hexes(&[*mean, *kappa, *alpha, *beta]);
            println!(
                "student_t_grid {head} {} {} {} {}",
                nu.len(),
                hexes(nu),
                prior.len(),
                hexes(prior)
            );
        }
        &ModelConfig::Poisson { shape, rate } => println!("poisson {}", hexes(&[shape, rate])),
        &ModelConfig::Bernoulli { a, b } => println!("bernoulli {}", hexes(&[a, b])),
        &ModelConfig::Binomial { a, b, trials } => {
            println!("binomial {} {trials}", hexes(&[a, b]));
        }
        &ModelConfig::Gamma {
            shape,
            rate,
            known_shape,
        } => {
            println!("gamma {}", hexes(&[shape, rate, known_shape]));
        }
        other => panic!("a model that the C tests do not know: {other:?}"),
    }
}

fn hazard(hazard: &HazardConfig) {
    match hazard {
        &HazardConfig::Constant { mean_run_length } => {
            println!("constant {}", hex(mean_run_length));
        }
        &HazardConfig::Rate { per_unit_time } => println!("rate {}", hex(per_unit_time)),
        &HazardConfig::Weibull { shape, scale } => println!("weibull {}", hexes(&[shape, scale])),
        &HazardConfig::LogLogistic { shape, scale } => {
            println!("log_logistic {}", hexes(&[shape, scale]));
        }
        &HazardConfig::NegativeBinomial { k, p } => println!("negative_binomial {k} {}", hex(p)),
        HazardConfig::Table { hazards } => println!("table {} {}", hazards.len(), hexes(hazards)),
        other => panic!("a hazard that the C tests do not know: {other:?}"),
    }
}

fn results(case: &Case, detector: &mut dyn Detect) {
    println!(
        "steps {} {}",
        case.data.len(),
        i32::from(case.elapsed.is_some())
    );
    for (&x, elapsed) in case.data.iter().zip(case.elapsed()) {
        let step = match (x, &case.elapsed) {
            (Some(x), None) => detector.update(&[x]),
            (None, None) => detector.skip(),
            (Some(x), Some(_)) => detector.update_after(elapsed, &[x]),
            (None, Some(_)) => detector.skip_after(elapsed),
        };
        let step = step.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        println!(
            "{} {} {} {} {}",
            x.map_or("-".to_owned(), hex),
            hexes(&[elapsed, step.p_change_now]),
            step.map_run_length,
            hex(step.map_probability),
            hex(step.ln_predictive),
        );
    }
    let scalars = [
        detector.p_change_now(),
        detector.p_recent_change(10),
        detector.map_probability(),
        detector.mean_run_length(),
        detector.ln_predictive(),
        detector.ln_evidence(),
        detector.pruned_mass(),
        detector.map_ln_joint(),
    ];
    println!("end {}", hexes(&scalars));
    for (name, list) in [
        ("changepoints", detector.changepoints()),
        ("settled", detector.settled().to_vec()),
        ("provisional", detector.provisional()),
    ] {
        println!(
            "{name} {} {}",
            list.len(),
            list.iter()
                .map(u64::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        );
    }
    let posterior = detector.run_length_posterior();
    println!("posterior {}", posterior.len());
    for (start, probability) in posterior {
        println!("{start} {}", hex(probability));
    }
}

fn hex(x: f64) -> String {
    format!("{:016x}", x.to_bits())
}

fn hexes(xs: &[f64]) -> String {
    xs.iter().copied().map(hex).collect::<Vec<_>>().join(" ")
}
