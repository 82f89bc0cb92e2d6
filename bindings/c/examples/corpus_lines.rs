//! The corpus as plain lines, each case with what the Rust library gives for it,
//! bit for bit: what `tests/corpus.c` reads and holds the C ABI to.
//!
//! Numbers are the 16 hexadecimal digits of their IEEE bits.

use bocpd_core::alarm::AlarmPolicy;
use bocpd_core::config::ModelConfig;
use bocpd_core::distribution::Distribution;
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::parameter::ParameterValue;
use bocpd_core::random::Random;
use bocpd_core::readout::{Jump, Location, Segment};
use bocpd_core::{AnyDetector, Config, Detection, History, Missing, Step};
use bocpd_tests::corpus::{self, Case};

fn main() {
    for case in corpus::load() {
        let config: Config = serde_json::from_value(case.config.clone()).expect("a configuration");
        println!("case {}", case.name);
        let model = config.model.spec().expect("a model of the core's");
        kind(model.name, &config.model.values());
        let hazard = config.hazard.spec().expect("a hazard of the core's");
        kind(hazard.name, &config.hazard.values());
        from_values(&config.model, &case);
        println!(
            "pruning {} {} {}",
            config.pruning.max_hypotheses.unwrap_or(0),
            config.pruning.max_run_length.unwrap_or(0),
            hex(config.pruning.min_weight.unwrap_or(-1.0)),
        );
        println!("missing {}", i32::from(config.missing == Missing::Skip));
        let outliers = config.outliers.map_or([-1.0; 3], |outliers| {
            let given = |value: Option<f64>| value.unwrap_or(f64::NAN);
            [
                outliers.probability,
                given(outliers.centre),
                given(outliers.scale),
            ]
        });
        println!("outliers {}", hexes(&outliers));
        println!(
            "preferences {} {} {}",
            hex(config.resolution),
            config.min_segment,
            hex(config.sensitivity),
        );
        println!("product {}", config.product.len());
        for model in &config.product {
            let spec = model.spec().expect("a model of the core's");
            kind(spec.name, &model.values());
        }
        results(&case, &mut config.build().expect("a detector"));
        let mut remembering = config;
        remembering.history = History::All;
        remembering.alarm = Some(AlarmPolicy::default());
        // What is asked beyond the filter takes long of long series.
        // Further than the next observation, and without features, models that depend on what
        // is observed cannot say.
        let short = case.data.len() <= 150 && depends(&case) == (0, false);
        println!("readouts {}", i32::from(short));
        if short {
            readouts(&case, &remembering);
        }
    }
    println!("end of the corpus");
}

/// A name and values in the order of the setter.
fn kind(name: &str, values: &[Option<ParameterValue>]) {
    print!("{name}");
    for value in values {
        match value {
            Some(ParameterValue::Number(number)) => print!(" {}", hex(*number)),
            Some(ParameterValue::Whole(number)) => print!(" {number}"),
            Some(ParameterValue::List(list)) => print!(" {} {}", list.len(), hexes(list)),
            None => print!(" 0"),
        }
    }
    println!();
}

/// The first values of a case; and, if C has a setter for that, the kind of model with what is
/// known of it, and the model with the prior that is made from the values.
fn from_values(model: &ModelConfig, case: &Case) {
    let xs: Vec<f64> = case.data.iter().copied().flatten().take(20).collect();
    println!("from-values {} {}", xs.len(), hexes(&xs));
    let spec = model.spec().expect("a model of the core's");
    if spec.from_data.is_none() {
        println!("{}", spec.name);
        return;
    }
    let values = spec.parameters.iter().zip(model.values());
    let (known, given): (Vec<_>, Vec<_>) = values
        .map(|(parameter, value)| {
            let known = value.filter(|_| parameter.known);
            (parameter.known.then(|| known.clone()), known)
        })
        .unzip();
    kind(spec.name, &known.into_iter().flatten().collect::<Vec<_>>());
    let made = spec.with(&given, Some(&xs)).expect("a prior");
    kind(spec.name, &made.values());
}

fn results(case: &Case, detector: &mut AnyDetector) {
    let width = depends(case).0;
    println!(
        "steps {} {} {width} {}",
        case.data.len(),
        i32::from(case.elapsed.is_some()),
        detector.dimension(),
    );
    for (t, (row, elapsed)) in case.rows().iter().zip(case.elapsed()).enumerate() {
        let step = step(case, detector, t);
        let features = case.features.as_ref().map(|rows| hexes(&rows[t]));
        let numbers = row.iter().map(|x| x.map_or("-".to_owned(), hex));
        println!(
            "{} {} {} {} {} {} {}",
            numbers.collect::<Vec<_>>().join(" "),
            hexes(&[elapsed, step.p_change_now]),
            step.map_run_length,
            hex(step.map_probability),
            hex(step.ln_predictive),
            hex(step.p_outlier),
            features.unwrap_or_default(),
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
        println!("{name} {}", integers(list));
    }
    let posterior: Vec<(u64, f64)> = detector.run_length_posterior().collect();
    println!("posterior {}", posterior.len());
    for (start, probability) in posterior {
        println!("{start} {}", hex(probability));
    }
}

/// How many features the observations of a case come with, and whether the model has lags.
fn depends(case: &Case) -> (usize, bool) {
    let width = case.features.as_ref().map_or(0, |rows| rows[0].len());
    let lags = &case.config["model"]["regression"]["lags"];
    (width, lags.as_u64().unwrap_or(0) > 0)
}

/// Takes in observation `t` of a case.
fn step(case: &Case, detector: &mut AnyDetector, t: usize) -> Step {
    let row = &case.rows()[t];
    let elapsed = case.elapsed.as_ref().map(|elapsed| elapsed[t]);
    let is_there = row.iter().any(Option::is_some);
    let row: Vec<f64> = row.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    let features = case.features.as_ref().map_or(&[][..], |rows| &rows[t]);
    let side = SideInformation::of_features(features);
    let step = match (is_there, elapsed) {
        (true, elapsed) => detector.update_with(Observation::with(&row[..], &side), elapsed),
        (false, None) => detector.skip(),
        (false, Some(elapsed)) => detector.skip_after(elapsed),
    };
    step.unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

/// What a detector says beyond the filter.
fn readouts(case: &Case, config: &Config) {
    let mut detector = config.build().expect("a detector");
    for t in 0..case.data.len() {
        step(case, &mut detector, t);
    }

    let alarms = detector.take_alarms();
    println!("alarms {}", alarms.len());
    for alarm in alarms {
        let shift = alarm.shift;
        let numbers = shift.map(|s| [s.probability, s.p_rose, s.difference, s.sd]);
        let numbers = numbers.expect("a model that knows its level");
        let p = hex(alarm.probability);
        println!(
            "{} {} {p} {}",
            alarm.began,
            alarm.noticed_at,
            hexes(&numbers)
        );
    }
    let on = i32::from(detector.alarm_is_on());
    println!("on {on} {}", hex(detector.alarm_probability()));
    for shift in [detector.shift(), detector.shift_between(3, 9)] {
        let shift = shift.expect("a model that knows its level");
        let numbers = shift.map_or([0.0, f64::NAN, f64::NAN, f64::NAN], |s| {
            [s.probability, s.p_rose, s.difference, s.sd]
        });
        println!("shift {}", hexes(&numbers));
    }

    smoothing(&detector, case.data.len() as u64 - 1);
    predictions(&detector);
    whole_job(&detector, case);
}

/// When things changed.
fn smoothing(detector: &AnyDetector, last: u64) {
    let smoothed = detector.smoothed().expect("a history");
    let p = &smoothed.p_change_at;
    println!("smoothed {} {} {}", smoothed.first, p.len(), hexes(p));
    let changes = [
        detector.p_change_at(last / 2),
        detector.p_change_between(last / 2, last),
        detector.expected_changes(),
    ];
    println!(
        "smoothing {}",
        hexes(&changes.map(|p| p.expect("a history")))
    );
    let locations = detector
        .locations(&detector.changepoints(), 0.9)
        .expect("a history");
    println!("locations");
    list_of_locations(&locations);
    let draws = detector.sample_segmentations(5, 1).expect("a history");
    println!("draws {}", integers(draws.concat()));
    println!(
        "ends {}",
        integers(draws.iter().map(|draw| draw.len() as u64))
    );
}

/// What comes next.
fn predictions(detector: &AnyDetector) {
    for (name, distribution) in [
        ("next", detector.predict(1)),
        ("later", detector.predict(7)),
    ] {
        say(name, 0, &distribution.expect("a prediction"));
    }
    let elapsed = detector.predict_after(2.5).ok();
    println!("after {}", i32::from(elapsed.is_some()));
    if let Some(elapsed) = &elapsed {
        say("elapsed", 0, elapsed);
    }
    for j in 0..detector.dimension() {
        let next = detector.predict_number(j, 1).expect("a prediction");
        say("number", j, &next);
        if elapsed.is_some() {
            let later = detector.predict_number_after(j, 2.5).expect("a prediction");
            say("elapsed", j, &later);
        }
    }
    let parameters = detector.parameters().expect("a model that knows them");
    println!("parameters {}", parameters.len());
    for parameter in parameters {
        say(parameter.name, parameter.dimension, &*parameter.posterior);
    }
    let next_change = [
        detector.p_change_within(10),
        detector.p_next_change_after(3),
        detector.expected_residual().unwrap_or(f64::NAN),
    ];
    println!("next-change {}", hexes(&next_change));
    let drawn = detector.simulate(&mut Random::new(3), 4).expect("draws");
    println!("simulated {} {}", drawn.len(), hexes(&drawn));
}

/// Segments, and everything at once.
fn whole_job(detector: &AnyDetector, case: &Case) {
    let rows = case.rows().concat();
    let rows: Vec<f64> = rows.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    println!("segments");
    list_of_segments(
        &detector
            .segments(&rows, &detector.changepoints(), 0.8)
            .expect("segments"),
    );
    let found = Detection::of(detector, &rows, 0.7).expect("a detection");
    println!("detection");
    list_of_locations(
        &found
            .changes
            .iter()
            .map(|c| c.location.clone())
            .collect::<Vec<_>>(),
    );
    for change in &found.changes {
        let jump = change.jump.expect("a model that knows its level");
        let of = |jump: Jump| hexes(&[jump.p_rose, jump.difference, jump.sd]);
        println!("{} {} {}", jump.parameter, jump.dimension, of(jump));
        println!("parts {}", change.parts.len());
        for part in &change.parts {
            let jump = part.jump.expect("a model that knows its level");
            let factor = hex(part.ln_bayes_factor);
            println!("{} {factor} {}", jump.parameter, of(jump));
        }
    }
    list_of_segments(&found.segments);
    let numbers = [
        found.expected_changes,
        found.ln_evidence,
        found.map_ln_joint,
        found.pruned_mass,
        found.mass,
    ];
    println!("{} {}", found.observations, hexes(&numbers));
}

fn list_of_locations(locations: &[Location]) {
    println!("{}", locations.len());
    for l in locations {
        let (first, last) = l.neighbourhood;
        let numbers = hexes(&[l.probability, l.p_nearby, l.p_single, l.share]);
        println!("{} {numbers} {first} {last} {} {}", l.index, l.low, l.high);
        println!("{}", integers(l.credible.iter().copied()));
    }
}

fn list_of_segments(segments: &[Segment]) {
    println!("{}", segments.len());
    for s in segments {
        let numbers = hexes(&[s.ln_evidence, s.ln_bayes_factor.unwrap_or(f64::NAN)]);
        println!(
            "{} {} {} {numbers} {}",
            s.start,
            s.end,
            s.observed,
            s.parameters.len()
        );
        for e in &s.parameters {
            let numbers = hexes(&[e.mean, e.sd, e.low, e.high]);
            println!("{} {} {numbers}", e.name, e.dimension);
        }
    }
}

/// A distribution of one of the numbers of an observation, in numbers.
fn say(name: &str, of: usize, distribution: &dyn Distribution) {
    let (low, high) = distribution.interval(0.9);
    let (least, most) = distribution.support();
    let numbers = [
        distribution.mean(),
        distribution.variance(),
        distribution.quantile(0.25),
        low,
        high,
        least,
        most,
        distribution.ln_density(high),
        distribution.cdf(high),
        distribution.survival(high),
    ];
    let discrete = i32::from(distribution.is_discrete());
    println!("{name} {of} {discrete} {}", hexes(&numbers));
}

/// How many, then which.
fn integers(list: impl IntoIterator<Item = u64>) -> String {
    let words: Vec<String> = list.into_iter().map(|value| value.to_string()).collect();
    format!("{} {}", words.len(), words.join(" "))
}

fn hex(x: f64) -> String {
    format!("{:016x}", x.to_bits())
}

fn hexes(xs: &[f64]) -> String {
    xs.iter().copied().map(hex).collect::<Vec<_>>().join(" ")
}
