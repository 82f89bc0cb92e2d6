//! `include/bocpd.h` is what the sources say.

use std::path::Path;

/// The sources in the order in which the header shows them.
const SOURCES: [&str; 20] = [
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
    "hindsight",
    "locations",
    "segments",
    "outlook",
    "distributions",
    "alarms",
    "calibrations",
    "detections",
    "snapshot",
];

fn generate(directory: &Path) -> String {
    let config = cbindgen::Config::from_file(directory.join("cbindgen.toml")).expect("a config");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        let path = directory.join("src").join(source).with_extension("rs");
        builder = builder.with_src(path);
    }
    let mut header = Vec::new();
    builder.generate().expect("a header").write(&mut header);
    String::from_utf8(header).expect("text")
}

/// `BOCPD_WRITE_HEADER=1 cargo test -p bocpd-ffi --test header` writes it anew.
#[test]
fn the_committed_header_is_fresh() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = directory.join("include/bocpd.h");
    let header = generate(directory);
    if std::env::var_os("BOCPD_WRITE_HEADER").is_some() {
        std::fs::write(&path, &header).expect("writing the header");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == header,
        "include/bocpd.h is stale; run BOCPD_WRITE_HEADER=1 cargo test -p bocpd-ffi --test header"
    );
}
