//! Structured Gaussian segments against exact evidences (`tests/tools/structured_gaussian.py`
//! makes the table), and what must hold for them whatever the data.

use bocpd_core::bank::Bank;
use bocpd_core::kernel::{Isa, Real};
use bocpd_core::model::{StructuredBank, StructuredGaussian};
use bocpd_core::observation::Observation;
use bocpd_core::{Gaussian, ObservationModel};
use bocpd_tests::random::Random;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize)]
struct Parameters {
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    phi: f64,
    drift: f64,
    slope: f64,
    slope_drift: f64,
    period: f64,
    harmonics: u32,
    season: f64,
    cauchy: f64,
}

/// Nothing but a level in white noise.
const PLAIN: Parameters = Parameters {
    mean: 0.0,
    kappa: 0.1,
    alpha: 1.5,
    beta: 0.8,
    phi: 0.0,
    drift: 0.0,
    slope: 0.0,
    slope_drift: 0.0,
    period: 0.0,
    harmonics: 1,
    season: 1.0,
    cauchy: 0.0,
};

impl Parameters {
    fn model(self) -> StructuredGaussian {
        self.typed()
    }

    fn typed<F: Real>(self) -> StructuredGaussian<F> {
        StructuredGaussian::typed(
            self.mean,
            self.kappa,
            self.alpha,
            self.beta,
            self.phi,
            self.drift,
            self.slope,
            self.slope_drift,
            self.period,
            self.harmonics,
            self.season,
            self.cauchy,
        )
        .expect("parameters within their limits")
    }
}

/// Every combination of parts.
fn structures() -> Vec<Parameters> {
    let mut all = Vec::new();
    for parts in 0..32 {
        let on = |bit: u32, value: f64| if parts & bit != 0 { value } else { 0.0 };
        for cauchy in [0.0, 3.0] {
            all.push(Parameters {
                phi: on(1, 0.6),
                drift: on(2, 0.05),
                slope: on(4, 0.3),
                slope_drift: on(8, 0.01),
                period: on(16, 6.0),
                harmonics: 2,
                season: 1.5,
                cauchy,
                ..PLAIN
            });
        }
    }
    all
}

#[derive(Deserialize)]
struct Dense {
    parameters: Parameters,
    elapsed: Option<Vec<f64>>,
    xs: Vec<Option<f64>>,
    ln_evidence: f64,
}

#[derive(Deserialize)]
struct Long {
    parameters: Parameters,
    length: usize,
    at: Vec<usize>,
    ln_predictive: Vec<f64>,
    ln_evidence: f64,
}

#[derive(Deserialize)]
struct Table {
    dense: Vec<Dense>,
    long: Vec<Long>,
}

fn table() -> Table {
    serde_json::from_str(include_str!("../../../data/structured_gaussian.json")).expect("a table")
}

/// One segment, as a detector that knows where it began goes through it.
struct Alone<'a, F: Real> {
    model: &'a StructuredGaussian<F>,
    bank: StructuredBank<F>,
}

impl<'a, F: Real> Alone<'a, F> {
    fn new(model: &'a StructuredGaussian<F>) -> Self {
        let mut bank = model.bank(1);
        model.spawn(&mut bank);
        Self { model, bank }
    }

    fn advance(&mut self, elapsed: f64) {
        self.model.advance(&mut self.bank, elapsed);
    }

    fn observe(&mut self, x: F) -> f64 {
        let mut ln_joint = vec![F::zero(); F::LANES];
        let x = Observation::of(&x);
        self.model.check(x).expect("a number");
        self.model
            .observe(Isa::best(), &mut self.bank, x, &mut ln_joint)
            .expect("possible");
        ln_joint[0].wide()
    }

    /// ln p of all of them.
    fn all(&mut self, xs: &[Option<f64>], elapsed: Option<&[f64]>) -> f64 {
        let mut total = 0.0;
        for (i, x) in xs.iter().enumerate() {
            if i > 0 {
                self.advance(elapsed.map_or(1.0, |elapsed| elapsed[i]));
            }
            total += x.map_or(0.0, |x| self.observe(F::of(x)));
        }
        total
    }
}

fn evidence(parameters: Parameters, xs: &[Option<f64>], elapsed: Option<&[f64]>) -> f64 {
    Alone::new(&parameters.model()).all(xs, elapsed)
}

#[test]
fn evidences_are_those_of_the_dense_multivariate_t() {
    let rows = table().dense;
    assert!(rows.len() >= 200);
    let mut largest: f64 = 0.0;
    for (i, row) in rows.iter().enumerate() {
        let got = evidence(row.parameters, &row.xs, row.elapsed.as_deref());
        let error = (got - row.ln_evidence).abs();
        largest = largest.max(error);
        assert!(
            error <= 1e-11,
            "{i}: {got}, not {}: {:?}, {:?}, {:?}",
            row.ln_evidence,
            row.parameters,
            row.xs,
            row.elapsed
        );
    }
    println!("largest error {largest:e}");
}

/// Numbers in ±2: a linear congruential generator.
fn noise(n: usize) -> Vec<f64> {
    let mut state: u64 = 12_345;
    let mut next = || {
        state = (1_103_515_245 * state + 12_345) % (1 << 31);
        state as f64 / f64::from(1 << 29) - 2.0
    };
    (0..n).map(|_| next()).collect()
}

#[test]
fn long_segments_are_exact() {
    for row in table().long {
        let model = row.parameters.model();
        let mut alone = Alone::new(&model);
        let mut asked = row.at.iter().zip(&row.ln_predictive).peekable();
        let mut total = 0.0;
        for (i, x) in noise(row.length).into_iter().enumerate() {
            if i > 0 {
                alone.advance(1.0);
            }
            let ln_p = alone.observe(x);
            total += ln_p;
            if let Some((_, want)) = asked.next_if(|(at, _)| **at == i) {
                let error = (ln_p - want).abs();
                assert!(
                    error <= 1e-11,
                    "{:?} at {i}: {ln_p}, not {want}",
                    row.parameters
                );
            }
        }
        let error = (total - row.ln_evidence).abs();
        assert!(
            error <= 1e-11 * row.ln_evidence.abs(),
            "{:?}: {total}, not {}",
            row.parameters,
            row.ln_evidence
        );
    }
}

/// Without structure it is the Gaussian model, bit for bit.
#[test]
fn without_structure_it_is_the_gaussian_model() {
    let plain = PLAIN.model();
    let gaussian = Gaussian::new(PLAIN.mean, PLAIN.kappa, PLAIN.alpha, PLAIN.beta).unwrap();
    assert!(!plain.has_dynamics());
    let (mut ours, mut theirs) = (plain.bank(0), gaussian.bank(0));
    let mut random = Random::new(3);
    for t in 0..1200 {
        if t % 3 == 0 {
            plain.spawn(&mut ours);
            gaussian.spawn(&mut theirs);
        }
        let padded = ours.len().next_multiple_of(8);
        let (mut a, mut b) = (vec![0.0; padded], vec![0.0; padded]);
        let x = if t % 100 == 99 {
            1e130
        } else {
            random.normal()
        };
        let seen = Observation::of(&x);
        plain.observe(Isa::best(), &mut ours, seen, &mut a).unwrap();
        gaussian
            .observe(Isa::best(), &mut theirs, seen, &mut b)
            .unwrap();
        for i in 0..ours.len() {
            let error = (a[i] - b[i]).abs();
            assert!(
                error <= 1e-12 * b[i].abs().max(1.0),
                "{t}: {} {}",
                a[i],
                b[i]
            );
        }
        if t % 40 == 39 {
            let kept: Vec<u32> = (0..).take(ours.len()).filter(|i| i % 3 != 1).collect();
            ours.keep(&kept);
            theirs.keep(&kept);
        }
    }
}

/// Many hypotheses side by side, births, cuts and gaps: each scores as it would alone, by
/// whichever form.
#[test]
fn hypotheses_side_by_side_are_as_they_would_be_alone() {
    for (k, parameters) in structures().into_iter().enumerate() {
        let model = parameters.model();
        let mut random = Random::new(k as u64);
        let mut bank = model.bank(0);
        let mut alone: Vec<Alone<f64>> = Vec::new();
        let irregular = k % 3 == 0;
        for t in 0..140u32 {
            let gap = if irregular && t > 60 && random.below(4) == 0 {
                random.between(0.3, 2.5)
            } else {
                1.0
            };
            if t > 0 {
                model.advance(&mut bank, gap);
                for one in &mut alone {
                    one.advance(gap);
                }
            }
            if t % 5 != 3 {
                model.spawn(&mut bank);
                alone.push(Alone::new(&model));
            }
            let missing = t > 30 && random.below(15) == 0;
            if !missing {
                let x = random.normal() + f64::from(t / 50) * 6.0;
                let padded = bank.len().next_multiple_of(8);
                let mut ln_joint = vec![0.0; padded];
                let seen = Observation::of(&x);
                model
                    .observe(Isa::best(), &mut bank, seen, &mut ln_joint)
                    .unwrap();
                for (i, one) in alone.iter_mut().enumerate() {
                    let want = one.observe(x);
                    let error = (ln_joint[i] - want).abs();
                    assert!(
                        error <= 1e-10 * want.abs().max(1.0),
                        "{parameters:?}, step {t}, hypothesis {i}: {} is not {want}",
                        ln_joint[i]
                    );
                }
            }
            if t % 13 == 12 {
                let kept: Vec<u32> = (0..)
                    .take(bank.len())
                    .filter(|i| (i * 7 + t) % 3 != 1)
                    .collect();
                bank.keep(&kept);
                let mut at = 0;
                alone.retain(|_| {
                    at += 1;
                    kept.contains(&(at - 1))
                });
            }
        }
    }
}

/// What only some hypotheses absorb: as if it had been missing for the others.
#[test]
fn what_is_not_absorbed_is_missing() {
    for parameters in structures() {
        let model = parameters.model();
        let mut random = Random::new(9);
        let mut bank = model.bank(0);
        let mut alone: Vec<Alone<f64>> = Vec::new();
        for t in 0..60 {
            if t > 0 {
                model.advance(&mut bank, 1.0);
                for one in &mut alone {
                    one.advance(1.0);
                }
            }
            model.spawn(&mut bank);
            alone.push(Alone::new(&model));
            let x = random.normal() * 2.0;
            let padded = bank.len().next_multiple_of(8);
            let seen = Observation::of(&x);
            if t % 11 == 10 {
                let weights: Vec<f64> = (0..padded).map(|i| f64::from((i + t) % 3 != 0)).collect();
                model.absorb(Isa::best(), &mut bank, seen, Some(&weights));
                for (i, one) in alone.iter_mut().enumerate() {
                    if weights[i] != 0.0 {
                        one.observe(x);
                    }
                }
                continue;
            }
            let mut ln_joint = vec![0.0; padded];
            let before = bank.clone();
            model
                .observe(Isa::best(), &mut bank, seen, &mut ln_joint)
                .unwrap();
            let mut scores = vec![0.0; padded];
            model.score(Isa::best(), &before, seen, &mut scores);
            assert_eq!(scores[..bank.len()], ln_joint[..bank.len()]);
            for (i, one) in alone.iter_mut().enumerate() {
                let want = one.observe(x);
                let error = (ln_joint[i] - want).abs();
                assert!(
                    error <= 1e-10 * want.abs().max(1.0),
                    "{parameters:?}, step {t}, hypothesis {i}: {} is not {want}",
                    ln_joint[i]
                );
            }
        }
    }
}

/// Every instruction set gives the same bits.
#[test]
fn instruction_sets_agree() {
    for parameters in structures() {
        let run = |isa: Isa| {
            let model = parameters.model();
            let mut bank = model.bank(0);
            let mut random = Random::new(4);
            let mut bits = Vec::new();
            for t in 0..80 {
                if t > 0 {
                    model.advance(&mut bank, if t % 17 == 16 { 1.5 } else { 1.0 });
                }
                let x = random.normal();
                let mut ln_joint = vec![0.0; (bank.len() + 1).next_multiple_of(8)];
                model
                    .spawn_and_observe(isa, &mut bank, Observation::of(&x), &mut ln_joint)
                    .unwrap();
                bits.extend(ln_joint[..bank.len()].iter().map(|x| x.to_bits()));
                if t % 20 == 19 {
                    bank.keep(&(0..).take(bank.len()).step_by(2).collect::<Vec<u32>>());
                }
            }
            bits
        };
        let want = run(Isa::BASELINE);
        for isa in Isa::available() {
            assert!(run(isa) == want, "{parameters:?}, {}", isa.name());
        }
    }
}

/// Data that are exactly representable with and without 1e9 added, the prior moved with
/// them.
#[test]
fn a_shift_changes_nothing() {
    for parameters in structures() {
        let mut random = Random::new(5);
        let xs: Vec<Option<f64>> = (0..120)
            .map(|t| {
                let x = (random.normal() * 1024.0).round() / 1024.0 + f64::from(t / 40) * 7.0;
                (t % 19 != 18).then_some(x)
            })
            .collect();
        let moved: Vec<_> = xs.iter().map(|x| x.map(|x| x + 1e9)).collect();
        let there = Parameters {
            mean: parameters.mean + 1e9,
            ..parameters
        };
        let (a, b) = (
            evidence(parameters, &xs, None),
            evidence(there, &moved, None),
        );
        assert!((a - b).abs() <= 1e-9, "{parameters:?}: {a}, {b}");
    }
}

/// With a heavy-tailed prior a segment keeps its digits however far it is from the prior
/// mean: only its first observation differs.
#[test]
fn a_far_segment_keeps_its_digits_under_a_heavy_tailed_prior() {
    for parameters in structures().into_iter().filter(|p| p.cauchy > 0.0) {
        let model = parameters.model();
        let (mut near, mut far) = (Alone::new(&model), Alone::new(&model));
        let mut random = Random::new(6);
        for t in 0..200 {
            if t > 0 {
                near.advance(1.0);
                far.advance(1.0);
            }
            let x = (random.normal() * 1024.0).round() / 1024.0;
            let (a, b) = (near.observe(x), far.observe(x + 1e9));
            assert!(
                t == 0 || (a - b).abs() <= 1e-9,
                "{parameters:?} at {t}: {a}, {b}"
            );
        }
    }
}

/// x → a x: the evidence falls by n ln a.
#[test]
fn a_scale_is_a_density() {
    for parameters in structures() {
        let mut random = Random::new(7);
        let xs: Vec<Option<f64>> = (0..50)
            .map(|t| (t % 7 != 6).then(|| random.normal() * 2.0 + f64::from(t)))
            .collect();
        for a in [1e-6, 0.37, 2e5] {
            let scaled: Vec<_> = xs.iter().map(|x| x.map(|x| a * x)).collect();
            let there = Parameters {
                mean: a * parameters.mean,
                beta: a * a * parameters.beta,
                cauchy: a * parameters.cauchy,
                ..parameters
            };
            let seen = xs.iter().flatten().count() as f64;
            let want = evidence(parameters, &xs, None) - seen * f64::ln(a);
            let got = evidence(there, &scaled, None);
            assert!((got - want).abs() <= 1e-9, "{parameters:?}: {got}, {want}");
        }
    }
}

/// No phase of a season is preferred: a wave that begins elsewhere, from a segment that has
/// nothing but it, is as probable.
#[test]
fn no_phase_of_a_season_is_preferred() {
    let parameters = Parameters {
        period: 12.0,
        harmonics: 3,
        season: 2.0,
        ..PLAIN
    };
    // The likelihood of data that are turned by the same angle in the plane of each
    // harmonic: mirrored in time they keep their distances.
    let mut random = Random::new(8);
    let xs: Vec<f64> = (0..48).map(|_| random.normal()).collect();
    let forward: Vec<_> = xs.iter().map(|&x| Some(x)).collect();
    let backward: Vec<_> = xs.iter().rev().map(|&x| Some(x)).collect();
    let (a, b) = (
        evidence(parameters, &forward, None),
        evidence(parameters, &backward, None),
    );
    assert!((a - b).abs() <= 1e-10, "{a}, {b}");
    // And a segment may begin anywhere on a wave.
    let wave = |from: usize| -> Vec<Option<f64>> {
        (from..from + 36)
            .map(|t| Some((t as f64 * std::f64::consts::TAU / 12.0).sin()))
            .collect()
    };
    let want = evidence(parameters, &wave(0), None);
    for from in 1..12 {
        let got = evidence(parameters, &wave(from), None);
        assert!((got - want).abs() <= 1e-9, "{from}: {got}, {want}");
    }
}

/// The narrower scalar follows.
#[test]
fn single_precision_follows() {
    for parameters in structures() {
        let (wide, narrow) = (parameters.model(), parameters.typed::<f32>());
        let (mut wide, mut narrow) = (Alone::new(&wide), Alone::new(&narrow));
        let mut random = Random::new(10);
        let xs: Vec<_> = (0..100)
            .map(|t| (t % 23 != 22).then(|| random.normal()))
            .collect();
        let (a, b) = (wide.all(&xs, None), narrow.all(&xs, None));
        assert!((a - b).abs() <= 1e-4 * a.abs(), "{parameters:?}: {a}, {b}");
    }
}

/// Whatever numbers come, scores are numbers.
#[test]
fn no_number_is_too_much() {
    for parameters in structures() {
        let model = parameters.model();
        for xs in [
            [1e300, -1e300, 1e300, 0.0, f64::MAX, f64::MIN],
            [1e100, -1e100, 1e100, -1e100, 1e-300, 1e100],
            [1e-300, 0.0, -0.0, 1e-320, 1.0, 1e200],
        ] {
            for elapsed in [1.0, 1e-300, 1e300, 0.5] {
                let mut alone = Alone::new(&model);
                for x in xs.into_iter().cycle().take(40) {
                    let ln_p = alone.observe(x);
                    assert!(ln_p.is_finite(), "{parameters:?}: {xs:?} {elapsed}: {ln_p}");
                    alone.advance(elapsed);
                }
            }
        }
    }
}
