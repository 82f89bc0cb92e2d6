//! What follows from the core's lists of models and hazards, as text that is committed: the
//! setters of the C binding and their methods in C++, the classes of the wheel and their types,
//! tables of the documentation, what the tests of the C binding know of models; and `bocpd.h`,
//! which cbindgen makes from the sources that were generated before.
//!
//! Whole files say in their first lines that they are generated; parts of files stand between
//! markers (`region.rs`). `cargo run -p bocpd-generate` writes all of it, and a test holds what is
//! committed to it.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "text is what is made here, and not much of it"
)]

mod c;
mod c_tests;
mod cpp;
mod docs;
mod kind;
mod python;
mod region;
mod text;

use std::path::{Path, PathBuf};

use region::Document;

/// The command that writes everything anew.
pub const COMMAND: &str = "cargo run -p bocpd-generate";

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file with something generated in it, as it has to be; but for the header.
///
/// # Panics
/// If a file is not there, or has no marker where one is expected; if there is no rustfmt.
pub fn files(root: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    files.extend(c::files());
    files.extend(c_tests::files());
    let mut documents = Vec::new();
    documents.extend(cpp::documents(root));
    documents.extend(python::documents(root));
    documents.extend(docs::documents(root));
    files.extend(documents.into_iter().map(Document::finish));
    files
}

/// The sources of the C binding in the order in which the header shows them.
const SOURCES: [&str; 28] = [
    "version",
    "status",
    "config",
    "models",
    "own_model",
    "random",
    "hazards",
    "own_hazard",
    "detector",
    "batch",
    "readouts",
    "smoothing",
    "locations",
    "segments",
    "segmentations",
    "predictions",
    "distributions",
    "alarms",
    "calibrations",
    "fits",
    "detections",
    "outliers",
    "preferences",
    "features",
    "numbers",
    "parts",
    "snapshot",
    "panels",
];

/// `bocpd.h` from the sources as they are in the files.
///
/// # Panics
/// If a source is not there, or cannot be read by cbindgen.
pub fn header(root: &Path) -> (String, String) {
    let directory = root.join("bindings/c");
    let config = cbindgen::Config::from_file(directory.join("cbindgen.toml")).expect("a config");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        let path = directory.join("src").join(source).with_extension("rs");
        builder = builder.with_src(path);
    }
    let mut header = Vec::new();
    builder.generate().expect("a header").write(&mut header);
    let header = String::from_utf8(header).expect("text");
    ("bindings/c/include/bocpd.h".to_owned(), header)
}
