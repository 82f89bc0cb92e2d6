//! Writes the inputs that each target begins with, and a dictionary of its words, into
//! the directories of a corpus.
//!
//!     cargo run -p bocpd-fuzz-targets --example seeds -- fuzz/corpus

use std::path::Path;

use bocpd_fuzz_targets::TARGETS;

fn main() -> std::io::Result<()> {
    let corpus = std::env::args()
        .nth(1)
        .expect("the directory of the corpus");
    for target in TARGETS {
        let directory = Path::new(&corpus).join(target.name);
        std::fs::create_dir_all(&directory)?;
        for (i, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(directory.join(format!("seed-{i}")), seed)?;
        }
        let quoted = |word: &&str| -> String {
            let bytes = word.bytes().map(|byte| format!("\\x{byte:02x}"));
            format!("\"{}\"\n", bytes.collect::<String>())
        };
        let dictionary: String = target.words.iter().map(quoted).collect();
        std::fs::write(
            Path::new(&corpus).join(format!("{}.dict", target.name)),
            dictionary,
        )?;
    }
    Ok(())
}
