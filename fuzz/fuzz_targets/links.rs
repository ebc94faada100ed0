//! See `warden_fuzz::links`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::links::check(data));
