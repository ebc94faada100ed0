//! See `warden_fuzz::judge`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::judge::check(data));
