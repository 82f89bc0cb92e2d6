//! Runs one target with the bytes of files: what a fuzzer has found, say.
//!
//!     cargo run -p bocpd-fuzz-targets --example replay -- operations FILE...

use bocpd_fuzz_targets::TARGETS;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        let names = TARGETS.map(|target| target.name);
        panic!("the first argument is one of {names:?}, the others are files");
    };
    for path in arguments {
        let input = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        eprintln!("{path}: {} bytes", input.len());
        (target.run)(&input);
    }
}
