//! See `warden_fuzz::edit`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::edit::check(data));
