//! See `warden_fuzz::holds`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::holds::check(data));
