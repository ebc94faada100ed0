//! See `warden_fuzz::normal`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::normal::check(data));
