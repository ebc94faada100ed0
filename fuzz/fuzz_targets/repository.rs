//! See `warden_fuzz::repository`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::repository::check(data));
