//! `cargo run -p bocpd-generate` writes what is generated, in every file that has changed.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = bocpd_generate::root();
    for (path, text) in bocpd_generate::files(&root) {
        write(&root, &path, &text)?;
    }
    // From the sources as they are now.
    let (path, text) = bocpd_generate::header(&root);
    write(&root, &path, &text)
}

fn write(root: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let whole = root.join(path);
    if std::fs::read_to_string(&whole).is_ok_and(|old| old == text) {
        return Ok(());
    }
    println!("{path}");
    std::fs::write(whole, text)
}
