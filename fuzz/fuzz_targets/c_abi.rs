#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bocpd_fuzz_targets::c_abi::run(bytes));
