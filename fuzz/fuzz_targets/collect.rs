//! See `warden_fuzz::collect`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::collect::check(data));
