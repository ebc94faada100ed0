//! See `warden_fuzz::unpack`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::unpack::check(data));
