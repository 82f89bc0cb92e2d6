//! The `bocpd` command line.
fn main() {}
