//! What the table of kinds says of each.

/// One sort of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretKind {
    /// The name that stands in for a value, for example `github-token`.
    pub id: &'static str,
    /// Who issues it, for people.
    pub provider: &'static str,
    /// Whether the issuer has a public way to tell that one is alive. It is never asked here.
    pub verifiable: bool,
    pub(super) form: Form,
    pub(super) proof: Proof,
}

impl SecretKind {
    /// How a value is written, for people: `ghp_<b62:36>`.
    #[must_use]
    pub const fn structures(&self) -> &'static [&'static str] {
        self.form.shapes()
    }

    /// The names behind which it is looked for, if it is not known by itself.
    #[must_use]
    pub const fn keywords(&self) -> &'static [&'static str] {
        self.form.words()
    }

    /// What proves that a value is one, in a few words.
    #[must_use]
    pub const fn proof(&self) -> &'static str {
        self.proof.words()
    }
}

/// How tokens of a kind are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A text that no other token has gives it away.
    Marked(&'static [&'static str]),
    /// It could be anybody's: a name with one of the words stands before it.
    Named(&'static [&'static str], &'static [&'static str]),
    /// A private key between two lines with hyphens.
    Pem(&'static [&'static str]),
    /// Three parts, of which the first two are JSON.
    Jwt(&'static [&'static str]),
    /// `scheme://user:password@host` of a database or another service.
    ServiceUrl(&'static [&'static str]),
    /// The same, of a web page or a repository.
    WebUrl(&'static [&'static str]),
    /// What follows `Bearer` or `Basic`.
    Scheme(&'static [&'static str]),
    /// A value under a name such as `password`.
    Assigned(&'static [&'static str]),
}

impl Form {
    /// The words that give this away, but for those that shapes tell themselves.
    pub(super) const fn words(&self) -> &'static [&'static str] {
        match self {
            Self::Marked(_) => &[],
            Self::Named(words, _)
            | Self::Pem(words)
            | Self::Jwt(words)
            | Self::ServiceUrl(words)
            | Self::WebUrl(words)
            | Self::Scheme(words)
            | Self::Assigned(words) => words,
        }
    }

    /// The structures of a value, in the notation of [`super::shape`].
    pub(super) const fn shapes(&self) -> &'static [&'static str] {
        match self {
            Self::Marked(shapes) | Self::Named(_, shapes) => shapes,
            Self::Pem(_)
            | Self::Jwt(_)
            | Self::ServiceUrl(_)
            | Self::WebUrl(_)
            | Self::Scheme(_)
            | Self::Assigned(_) => &[],
        }
    }
}

/// What a value must have beyond its shape to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The shape says it all.
    Shape,
    /// What differs from token to token is as mixed as chance makes it.
    Entropy,
    /// The last six characters are the CRC-32 of the thirty before them, in base 62.
    Crc62,
    /// The last eight are the CRC-32 of all before them, in hexadecimal.
    CrcHex,
    /// The account number in the identifier is one.
    AwsAccount,
    /// The part behind the start is the base64 of JSON.
    Json,
    /// The first part is the base64 of a number.
    Snowflake,
    /// Base 58 with four bytes of a double SHA-256.
    Base58Check,
    /// The six last characters are the checksum of Bech32.
    Bech32,
    /// Base 32 with a CRC-16.
    Crc16,
    /// A password by its place, whatever it looks like.
    Password,
    /// The place says little: a value must also look made by a machine.
    Generic,
}

impl Proof {
    /// What the reference says of it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Shape => "structure",
            Self::Entropy => "entropy",
            Self::Crc62 => "CRC-32 in base 62",
            Self::CrcHex => "CRC-32 in hexadecimal",
            Self::AwsAccount => "account number",
            Self::Json => "decodes to JSON",
            Self::Snowflake => "decodes to a number",
            Self::Base58Check => "Base58Check",
            Self::Bech32 => "Bech32 checksum",
            Self::Crc16 => "CRC-16",
            Self::Password => "place",
            Self::Generic => "place and entropy",
        }
    }
}

/// The issuer can be asked whether a token is alive.
pub(super) const LIVE: bool = true;
/// Nobody can be asked, or only somebody's own server.
pub(super) const MUTE: bool = false;

/// One part of the table. A row is the name, the issuer, `LIVE` or `MUTE`, the proof, and the
/// form with its words and shapes.
macro_rules! table {
    ($($id:literal $provider:literal $live:ident $proof:ident: $way:ident $([$($word:literal),+ $(,)?])+;)*) => {
        pub(super) const KINDS: &[$crate::secrets::kind::SecretKind] = &[$(
            $crate::secrets::kind::SecretKind {
                id: $id,
                provider: $provider,
                verifiable: $crate::secrets::kind::$live,
                form: $crate::secrets::kind::Form::$way($(&[$($word),+]),+),
                proof: $crate::secrets::kind::Proof::$proof,
            },
        )*];
    };
}

pub(super) use table;
