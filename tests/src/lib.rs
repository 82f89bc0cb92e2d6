//! The proof: what every front-end of bocpd is held to.
//!
//! * [`forge`]: snapshots with right checksums and a wrong content.
//! * [`oracle`]: the definitions, written plainly and slowly, that share no
//!   code with `bocpd-core`: textbook models, a textbook filter, and the sum
//!   over all segmentations.
//! * [`reference`](mod@reference): exact vectors published for another
//!   implementation, mapped to this project's conventions.
//! * [`corpus`]: cases as JSON files, for every front-end.
//! * [`absurd`]: what is valid and nobody would write.
//! * [`catalogue`]: models, hazards and data for tests over all of them.
//! * [`close`] and [`random`]: comparing floats, and seeded data.
//! * [`watchdog`]: calls that must come to an end.
//!
//! The tests proper are the integration tests of this crate and of `bocpd-behaviour-tests`.

pub mod absurd;
pub mod catalogue;
pub mod close;
pub mod corpus;
#[cfg(doctest)]
pub mod docs;
pub mod forge;
pub mod oracle;
pub mod random;
pub mod reference;
pub mod watchdog;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Test files in a directory run only if its `main.rs` names them.
    #[test]
    fn every_test_file_is_named() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let groups = ["tests", "behaviour/tests", "../crates/bocpd-cli/tests"]
            .map(|root| fs::read_dir(here.join(root)));
        let mut seen = 0;
        for group in groups.into_iter().flat_map(Result::unwrap) {
            let group = group.unwrap().path();
            let Ok(main) = fs::read_to_string(group.join("main.rs")) else {
                continue;
            };
            for file in fs::read_dir(&group).unwrap() {
                let file = file.unwrap().path();
                let name = file.file_stem().unwrap().to_str().unwrap();
                seen += 1;
                assert!(
                    name == "main" || main.contains(&format!("\nmod {name};\n")),
                    "{} does not run: main.rs has no `mod {name};`",
                    file.display()
                );
            }
        }
        assert!(seen > 40, "{seen} files");
    }
}
