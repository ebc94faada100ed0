//! See `warden_fuzz::shape`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::shape::check(data));
