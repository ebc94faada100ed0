//! See `warden_fuzz::supply`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::supply::check(data));
