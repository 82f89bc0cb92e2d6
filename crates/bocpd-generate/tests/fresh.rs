//! What is committed is what the lists and the sources say.

use bocpd_generate::{COMMAND, files, header, root};

#[test]
fn what_is_generated_is_fresh() {
    let root = root();
    let is_fresh = |(path, text): &(String, String)| {
        std::fs::read_to_string(root.join(path)).is_ok_and(|committed| committed == *text)
    };
    for file in files(&root) {
        assert!(is_fresh(&file), "{} is stale; run `{COMMAND}`", file.0);
    }
    // Only now: it is made from sources that are generated.
    let header = header(&root);
    assert!(is_fresh(&header), "{} is stale; run `{COMMAND}`", header.0);
}
