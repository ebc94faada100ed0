//! How numbers and digests are spelled in a record.

use serde::Serializer;

/// The largest integer that every JSON reader takes for what it is (RFC 7493).
const LARGEST: u64 = (1 << 53) - 1;

/// Writes an integer; one that JSON cannot hold exactly becomes the largest that it can.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
pub(crate) fn integer<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64((*value).min(LARGEST))
}

/// The same for a number that may be missing.
#[expect(clippy::ref_option, reason = "serde calls it so")]
pub(crate) fn some_integer<S: Serializer>(
    value: &Option<u64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => integer(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// A digest as 64 hexadecimal digits, where the member's name says that it is SHA-256.
pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::Error as _};
    use warden_model::Digest;

    pub(crate) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(str::from_utf8(&digest.hex()).map_err(S::Error::custom)?)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        Digest::from_hex(String::deserialize(from)?.as_bytes()).map_err(D::Error::custom)
    }
}

/// A digest that may be missing, as `sha256:` and 64 hexadecimal digits.
pub(crate) mod digest {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::Error as _};
    use warden_model::Digest;

    const PREFIX: &[u8; 7] = b"sha256:";

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<S: Serializer>(
        digest: &Option<Digest>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let Some(digest) = digest else { return to.serialize_none() };
        let mut text = [0; 71];
        let (prefix, digits) = text.split_at_mut(PREFIX.len());
        prefix.copy_from_slice(PREFIX);
        digits.copy_from_slice(&digest.hex());
        to.serialize_str(str::from_utf8(&text).map_err(S::Error::custom)?)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Digest>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}

/// A digest as `sha256:` and 64 hexadecimal digits.
pub(crate) mod digest_there {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
    use warden_model::Digest;

    pub(crate) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        super::digest::serialize(&Some(*digest), to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
