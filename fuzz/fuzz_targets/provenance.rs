//! See `warden_fuzz::provenance`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::provenance::check(data));
