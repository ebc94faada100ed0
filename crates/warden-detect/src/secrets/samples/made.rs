//! Values that pass the proof of their kind.

use std::ops::Range;

use super::{Dice, by_chance};
use crate::secrets::{
    SecretKind,
    kind::{Form, Proof},
    proof::{
        bech32_sum, crc16, crc32, crc62, encode, encode32, encode58, proven as holds, sum_of_base58,
    },
    shape::Shape,
};

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// How often chance is asked again for a value that passes a proof that nearly all pass.
const TRIES: usize = 64;

/// A token of a shape, with its checksum.
pub(super) fn proven(proof: Proof, shape: &Shape, dice: &mut Dice) -> String {
    let mut made = shape.make(&mut |limit| dice.below(limit));
    if by_chance(proof) {
        for _ in 0..TRIES {
            if holds(proof, &made) {
                break;
            }
            made = shape.make(&mut |limit| dice.below(limit));
        }
        return made;
    }
    match proof {
        Proof::Crc62 => {
            let body: String = made.chars().take(made.len() - 6).collect();
            let sum = crc62(body.split_once('_').map_or("", |(_, body)| body).as_bytes());
            body + &sum
        }
        Proof::CrcHex => {
            let body: String = made.chars().take(made.len() - 9).collect();
            let sum = crc32(body.as_bytes()).swap_bytes();
            format!("{body}_{sum:08x}")
        }
        Proof::Base58Check => base58(&made, dice),
        Proof::Bech32 => bech32(&made, dice),
        Proof::Crc16 => {
            let mut bytes = vec![0x90];
            bytes.extend(dice.bytes(32));
            bytes.extend(crc16(&bytes).to_le_bytes());
            encode32(&bytes)
        }
        Proof::Json => json(&made, dice),
        Proof::Snowflake => {
            let number = format!("1{}", dice.letters("0123456789", 17));
            let rest = [6, 38].map(|count| dice.letters(BASE62, count)).join(".");
            format!("{}.{rest}", encode(number.as_bytes()))
        }
        _ => made,
    }
}

/// A key in the format that `made` begins with.
fn base58(made: &str, dice: &mut Dice) -> String {
    let (head, length): (&[u8], usize) = match made.get(..4) {
        Some("xprv") => (&[0x04, 0x88, 0xad, 0xe4], 74),
        Some("tprv") => (&[0x04, 0x35, 0x83, 0x94], 74),
        Some("yprv") => (&[0x04, 0x9d, 0x78, 0x78], 74),
        Some("zprv") => (&[0x04, 0xb2, 0x43, 0x0c], 74),
        _ => (&[0x80], 33),
    };
    let mut bytes = head.to_vec();
    bytes.extend(dice.bytes(length));
    if head.len() == 1 {
        // It belongs to a compressed public key.
        bytes.pop();
        bytes.push(1);
    }
    let sum = sum_of_base58(&bytes).unwrap_or_default();
    bytes.extend(sum);
    encode58(&bytes)
}

fn bech32(made: &str, dice: &mut Dice) -> String {
    let (head, _) = made.rsplit_once("-1").map_or(("nsec1", ""), |(head, _)| (head, ""));
    let head = if head == "nsec1" { "nsec1".to_owned() } else { format!("{head}-1") };
    let upper = head.starts_with('A');
    let body = format!("{head}{}", dice.letters(BECH32, 52)).to_ascii_lowercase();
    let sum = bech32_sum(&format!("{body}qqqqqq")).unwrap_or(0) ^ 1;
    let digits = (0..6).filter_map(|index| {
        let value = (sum >> (25 - 5 * index) & 31) as usize;
        BECH32.as_bytes().get(value).map(|letter| char::from(*letter))
    });
    let text = body + &digits.collect::<String>();
    if upper { text.to_ascii_uppercase() } else { text }
}

/// A token whose body is JSON in base64, in the format that `made` begins with.
fn json(made: &str, dice: &mut Dice) -> String {
    let secret = dice.letters(BASE62, 43);
    let body = |text: String| encode(text.as_bytes());
    match made.split_once('_') {
        Some(("sntrys", _)) => {
            let body = body(format!(
                r#"{{"iat":1752060612.5,"url":"https://sentry.io","org":"{}"}}"#,
                dice.letters(BASE62, 12)
            ));
            format!("sntrys_{body}_{secret}")
        }
        Some(("glc", _)) => {
            format!(
                "glc_{}",
                body(format!(
                    r#"{{"o":"812345","n":"{secret}","k":"{}"}}"#,
                    dice.letters(BASE62, 24)
                ))
            )
        }
        Some(("ops", _)) => {
            let secret = [secret, dice.letters(BASE62, 200)].concat();
            format!(
                "ops_{}",
                body(format!(r#"{{"signInAddress":"my.1password.com","secretKey":"{secret}"}}"#))
            )
        }
        _ => body(format!(r#"{{"k":"{}","n":"ci","id":1}}"#, dice.letters(BASE62, 32))),
    }
}

/// Names, texts and secret parts of the kinds that no shape describes.
pub(super) fn own(kind: &SecretKind, dice: &mut Dice) -> Vec<(String, String, Range<usize>)> {
    let all = |name: &str, text: String| (name.to_owned(), text.clone(), 0..text.len());
    let part = |name: &str, text: String, secret: &str| {
        let at = text.find(secret).unwrap_or(0);
        (name.to_owned(), text, at..at + secret.len())
    };
    let password = format!("{}{}", dice.letters(BASE62, 13), dice.below(10));
    match kind.form {
        Form::Pem(_) => ["RSA ", "OPENSSH ", "EC ", ""]
            .iter()
            .map(|sort| all("TLS_PRIVATE_KEY", private_key(sort, dice)))
            .collect(),
        Form::Jwt(_) => {
            let body = encode(
                format!(r#"{{"sub":"{}","exp":1752060612}}"#, dice.letters(BASE62, 12)).as_bytes(),
            );
            let head = encode(br#"{"alg":"HS256","typ":"JWT"}"#);
            vec![all("SESSION_TOKEN", format!("{head}.{body}.{}", dice.letters(BASE62, 43)))]
        }
        Form::ServiceUrl(_) => ["postgres://app", "mongodb+srv://app", "redis://", "amqp://app"]
            .iter()
            .map(|start| {
                part("DATABASE_URL", format!("{start}:{password}@db.internal:5432/app"), &password)
            })
            .collect(),
        Form::WebUrl(_) => vec![part(
            "MCP_ENDPOINT",
            format!("https://someone:{password}@mcp.internal/x"),
            &password,
        )],
        Form::Scheme(_) => {
            let token = dice.letters(BASE62, 40);
            vec![part("AUTHORIZATION", format!("Bearer {token}"), &token)]
        }
        Form::Assigned(_) => ["DB_PASSWORD", "SERVICE_TOKEN", "CLIENT_SECRET", "APP_API_KEY"]
            .iter()
            .map(|name| all(name, format!("{}{}", dice.letters(BASE62, 19), dice.below(10))))
            .collect(),
        Form::Marked(_) | Form::Named(..) => Vec::new(),
    }
}

fn private_key(sort: &str, dice: &mut Dice) -> String {
    let lines: Vec<String> = (0..4).map(|_| dice.letters(BASE64, 64)).collect();
    let name = [sort, "PRIVATE", " KEY"].concat();
    format!("-----BEGIN {name}-----\nMIIE{}\n-----END {name}-----", lines.join("\n"))
}
