//! See `warden_fuzz::personal`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::personal::check(data));
