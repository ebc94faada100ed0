//! See `warden_fuzz::splice`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::splice::check(data));
