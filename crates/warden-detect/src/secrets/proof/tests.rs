use super::*;

#[test]
fn checksums_are_those_that_are_published() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    // The example of the format, taken apart so that nobody takes it for a leak.
    assert_eq!(crc62(b"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"), ["0mL", "q17"].concat());
    // The examples of the specifications of Bech32 and of WIF.
    assert_eq!(bech32_sum("A12UEL5L"), Some(1));
    assert_eq!(bech32_sum("A12UEL5K").map(|sum| sum == 1), Some(false));
    let wif = ["5HueCGU8rMjxEXxiPuD5BDk", "u4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"].concat();
    assert!(check::base58(&wif));
    assert!(!check::base58(&wif.replace("5Hue", "5Hve")));
}

#[test]
fn an_identifier_of_amazon_holds_an_account() {
    // A published example, of account 029608264753.
    assert!(check::aws_account(&["ASIA", "Q", "NZGKIQY56JQ7WML"].concat()));
    assert!(!check::aws_account(&["AKIA", "777777777777", "7777"].concat()));
    assert!(check::aws_account(&["AKIA", "IOSFODNN7TSTMPLE"].concat()));
}

#[test]
fn base64_is_read_in_both_alphabets() {
    assert!(json(&encode(br#"{"alg":"none"}"#)));
    assert!(!json(&encode(b"[1]")) && !json("%%%%") && !json("AAAA"));
    assert!(decode::number(&encode(b"123456789012345678")));
    assert!(!decode::number(&encode(b"12345678901234567x")));
}

#[test]
fn words_are_not_mixed() {
    assert!(!varied(b"authenticationtokens") && !varied(b"getUserAuthenticationToken"));
    assert!(varied(b"aBcDEfgHiJKl") && varied(b"abc1"));
}
