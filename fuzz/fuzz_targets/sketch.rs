//! See `warden_fuzz::sketch`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::sketch::check(data));
