//! See `warden_fuzz::config`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::config::check(data));
