//! The names in a client's certificate.
//!
//! The certificate was verified by rustls before it comes here; what is left is to find one string
//! in it. That takes a walk through a handful of fields, so no general parser is brought in: the
//! maintained ones weigh more than all of TLS's other helpers together.

/// Tags of DER.
mod tag {
    pub(super) const BOOLEAN: u8 = 0x01;
    pub(super) const OCTETS: u8 = 0x04;
    pub(super) const IDENTIFIER: u8 = 0x06;
    pub(super) const UTF8: u8 = 0x0c;
    pub(super) const PRINTABLE: u8 = 0x13;
    pub(super) const IA5: u8 = 0x16;
    pub(super) const SEQUENCE: u8 = 0x30;
    pub(super) const SET: u8 = 0x31;
    pub(super) const VERSION: u8 = 0xa0;
    pub(super) const EXTENSIONS: u8 = 0xa3;
    pub(super) const SAN_MAIL: u8 = 0x81;
    pub(super) const SAN_DNS: u8 = 0x82;
    pub(super) const SAN_URI: u8 = 0x86;
}

/// 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// 2.5.29.17.
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

/// The longest name that is taken for one.
const MOST_NAME: usize = 256;

/// Values of DER that follow one another.
struct Der<'bytes>(&'bytes [u8]);

impl<'bytes> Der<'bytes> {
    /// The next value and its tag.
    fn any(&mut self) -> Option<(u8, &'bytes [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match usize::from(first) {
            short @ 0..=0x7f => (short, rest),
            // Two or three bytes of length: certificates are no longer than that.
            long @ 0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(long - 0x80)?;
                (digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)), rest)
            }
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    /// The next value, which has to have this tag.
    fn value(&mut self, tag: u8) -> Option<&'bytes [u8]> {
        self.any().filter(|(found, _)| *found == tag).map(|(_, value)| value)
    }

    /// The next value, if it has this tag.
    fn optional(&mut self, tag: u8) {
        if self.0.first() == Some(&tag) {
            self.any();
        }
    }
}

impl<'bytes> Iterator for Der<'bytes> {
    type Item = (u8, &'bytes [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        self.any()
    }
}

/// The common name of whom the certificate is for, or else the first of its alternative names: a
/// URI, a DNS name or a mail address. `None` if there are several common names, since then it
/// depends on the reader who that is.
pub(super) fn name(certificate: &[u8]) -> Option<String> {
    let mut certificate = Der(Der(certificate).value(tag::SEQUENCE)?);
    let mut signed = Der(certificate.value(tag::SEQUENCE)?);
    signed.optional(tag::VERSION);
    // Serial number, algorithm, issuer, validity.
    for _ in 0..4 {
        signed.next()?;
    }
    let subject = signed.value(tag::SEQUENCE)?;
    // The key.
    signed.next()?;
    let mut names = common_names(subject);
    match (names.next(), names.next()) {
        (Some(name), None) => text(name?),
        (Some(_), Some(_)) => None,
        (None, _) => {
            let extensions = signed.find(|(found, _)| *found == tag::EXTENSIONS)?.1;
            alternative_name(Der(extensions).value(tag::SEQUENCE)?)
        }
    }
}

/// Every name in a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Its common names.
    pub(crate) common: Vec<String>,
    /// The DNS names among its alternative names.
    pub(crate) dns: Vec<String>,
    /// The URIs among its alternative names.
    pub(crate) uris: Vec<String>,
}

/// Every name in a certificate. `None` if it is none, or if one of them is no plain text: a name
/// that is left out could have been one that speaks against the others.
pub(crate) fn names(certificate: &[u8]) -> Option<Names> {
    let mut certificate = Der(Der(certificate).value(tag::SEQUENCE)?);
    let mut signed = Der(certificate.value(tag::SEQUENCE)?);
    signed.optional(tag::VERSION);
    // Serial number, algorithm, issuer, validity.
    for _ in 0..4 {
        signed.next()?;
    }
    let subject = signed.value(tag::SEQUENCE)?;
    // The key.
    signed.next()?;
    let common = common_names(subject).map(|name| text(name?)).collect::<Option<_>>()?;
    let mut names = Names { common, ..Names::default() };
    let Some((_, extensions)) = signed.find(|(found, _)| *found == tag::EXTENSIONS) else {
        return Some(names);
    };
    let alternative = alternative_names(Der(extensions).value(tag::SEQUENCE)?);
    for (found, name) in alternative.into_iter().flatten() {
        match found {
            tag::SAN_DNS => names.dns.push(text(name)?),
            tag::SAN_URI => names.uris.push(text(name)?),
            _ => {}
        }
    }
    Some(names)
}

/// Each common name; `None` in the place of one that is no text.
fn common_names(subject: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let sets = Der(subject).filter(|(found, _)| *found == tag::SET);
    sets.flat_map(|(_, set)| Der(set))
        .filter_map(|(_, attribute)| {
            let mut attribute = Der(attribute);
            let named = attribute.value(tag::IDENTIFIER) == Some(COMMON_NAME);
            let texts = [tag::UTF8, tag::PRINTABLE, tag::IA5];
            named.then(|| attribute.next().filter(|(found, _)| texts.contains(found)))
        })
        .map(|value| value.map(|(_, value)| value))
}

fn alternative_name(extensions: &[u8]) -> Option<String> {
    let mut names = alternative_names(extensions)?;
    let known = [tag::SAN_MAIL, tag::SAN_DNS, tag::SAN_URI];
    names.find(|(found, _)| known.contains(found)).and_then(|(_, name)| text(name))
}

fn alternative_names(extensions: &[u8]) -> Option<Der<'_>> {
    let names = Der(extensions).find_map(|(_, extension)| {
        let mut extension = Der(extension);
        let found = extension.value(tag::IDENTIFIER)? == ALTERNATIVE_NAMES;
        extension.optional(tag::BOOLEAN);
        extension.value(tag::OCTETS).filter(|_| found)
    })?;
    Der(names).value(tag::SEQUENCE).map(Der)
}

fn text(name: &[u8]) -> Option<String> {
    let name = str::from_utf8(name).ok()?;
    let plain = !name.is_empty() && name.len() <= MOST_NAME && !name.contains(char::is_control);
    plain.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_certificate_have_no_name() {
        assert_eq!(name(b""), None);
        assert_eq!(name(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(name(&[0x30, 0x83, 0xff, 0xff, 0xff, 0x30]), None);
        assert_eq!(name(&[0x30, 0x02, 0x30, 0x00]), None);
    }
}
