//! Values that are written as text in what is signed: digests, for serde's `with`.

pub(crate) mod digest {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
    use warden_model::Digest;

    pub(crate) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(digest)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

pub(crate) mod digest_or_none {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
    use warden_model::Digest;

    #[expect(clippy::ref_option, reason = "serde hands over a reference to the member")]
    pub(crate) fn serialize<S: Serializer>(
        digest: &Option<Digest>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match digest {
            Some(digest) => to.collect_str(digest),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Digest>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

pub(crate) mod digests {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
    use warden_model::Digest;

    pub(crate) fn serialize<S: Serializer>(digests: &[Digest], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(digests.iter().map(ToString::to_string))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Digest>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
    }
}
