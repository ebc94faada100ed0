//! See `warden_fuzz::models`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::models::check(data));
