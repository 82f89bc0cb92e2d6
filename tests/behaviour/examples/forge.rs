//! Writes forged snapshots to standard output, for the tests of the bindings:
//!
//! ```sh
//! cargo run -p bocpd-behaviour-tests --example forge -- NUMBER SEED
//! ```
//!
//! Each is its length in four bytes, the lowest first, and then the bytes. The first two are
//! not forged: a detector that has seen something, and one that is broken.

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../tests/subjects/mod.rs"]
mod subjects;

use std::io::{self, Write};

use bocpd_core::config::{ModelConfig, Per};
use bocpd_tests::forge::{Forger, Snapshot, Wrapped};
use bocpd_tests::random::Random;
use subjects::cases::cases;

/// The parts of all snapshots that need nothing but their bytes to be restored.
fn bases() -> Vec<Snapshot> {
    let cases = cases().into_iter();
    cases
        .filter_map(|case| {
            let config = common::parse(case.detector.get("configured")?);
            let wrapped = Wrapped {
                outliers: config.outliers.is_some(),
                per_segment: config.alternatives_per == Per::Segment
                    || matches!(config.model, ModelConfig::NegativeBinomialGrid { .. }),
                numbers: !config.product.is_empty(),
            };
            let config = postcard::to_allocvec(&config).expect("bytes");
            let bytes = case.run().snapshot();
            Some(Snapshot::of_configured(&bytes, &config, wrapped))
        })
        .collect()
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || {
        let number = arguments.next().expect("NUMBER and SEED");
        number.parse::<u64>().expect("a number")
    };
    let (wanted, seed) = (number(), number());
    let bases = bases();
    let mut out = io::stdout().lock();
    let mut write = |bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).expect("a small snapshot");
        out.write_all(&length.to_le_bytes())?;
        out.write_all(bytes)
    };
    write(&bases[0].to_bytes())?;
    let new = bases.last().expect("the detector that is new");
    write(&new.clone().broken().to_bytes())?;
    let (mut random, mut forger) = (Random::new(seed), Forger::new(!seed));
    for _ in 0..wanted {
        let base = usize::try_from(random.below(bases.len() as u64)).expect("fits");
        write(&forger.forge(&bases[base]).0)?;
    }
    Ok(())
}
