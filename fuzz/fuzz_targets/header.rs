//! See `warden_fuzz::header`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::header::check(data));
