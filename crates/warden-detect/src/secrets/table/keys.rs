//! Keys that belong to nobody's service: private keys, wallets, hashes of passwords.

use crate::secrets::kind::table;

table! {
    "private-key" "any" MUTE Shape: Pem["-----BEGIN"];
    "putty-private-key" "PuTTY" MUTE Entropy: Named["Private-Lines"]["<pad:40-4000>"];
    "age-key" "age" MUTE Bech32: Marked["AGE-SECRET-KEY-1<up:58>"];
    "minisign-key" "minisign" MUTE Entropy: Marked["RWRTY0Iy<b64:140-280>"];
    "wireguard-key" "WireGuard" MUTE Entropy: Named["PrivateKey", "wireguard", "PresharedKey"]["<b64:43>="];
    "bitcoin-key" "Bitcoin" MUTE Base58Check: Named["bitcoin", "btc", "wif", "privkey"]["<b58:51-52>"];
    "extended-private-key" "Bitcoin" MUTE Base58Check: Marked["xprv<b58:107>", "tprv<b58:107>", "yprv<b58:107>", "zprv<b58:107>"];
    "ethereum-key" "Ethereum" MUTE Entropy: Named["private_key", "privatekey", "ethereum", "deployer", "wallet_key"]["0x<HEX:64>"];
    "stellar-seed" "Stellar" MUTE Crc16: Named["stellar", "soroban"]["S<b32:55>"];
    "nostr-key" "Nostr" MUTE Bech32: Marked["nsec1<low:58>"];
    "solana-key" "Solana" MUTE Entropy: Named["solana", "phantom"]["<b58:87-88>"];
    "bcrypt-hash" "any" MUTE Entropy: Marked["$2a$<dig:2>$<cry:53>", "$2b$<dig:2>$<cry:53>", "$2y$<dig:2>$<cry:53>"];
    "sha512-crypt-hash" "any" MUTE Entropy: Marked["$6$<cry:8-16>$<cry:86>"];
    "yescrypt-hash" "any" MUTE Entropy: Marked["$y$j9T$<cry:16-32>$<cry:43>"];
    "argon2-hash" "any" MUTE Entropy: Marked["$argon2id$v=19$m=<dig:2-8>,t=<dig:1-3>,p=<dig:1-3>$<b64:16-64>$<b64:22-88>"];
    "django-hash" "Django" MUTE Entropy: Marked["pbkdf2_sha256$<dig:4-8>$<b62:10-32>$<b64:43>="];
}
