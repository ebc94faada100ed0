//! See `warden_fuzz::security_txt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::security_txt::check(data));
