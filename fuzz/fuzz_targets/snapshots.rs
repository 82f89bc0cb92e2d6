#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bocpd_fuzz_targets::snapshots::run(bytes));
