//! Zip archives, written as they are told.

use super::*;

/// One entry of a zip archive, and what the two places say of it.
#[derive(Clone, Debug)]
pub(super) struct Zipped {
    pub(super) name: Vec<u8>,
    local: Vec<u8>,
    pub(super) content: Vec<u8>,
    method: u16,
    flags: u16,
    attributes: u32,
    checksum: Option<u32>,
    size: Option<u32>,
    shift: u32,
    later: bool,
}

impl Zipped {
    pub(super) fn new(name: &str, content: &str) -> Self {
        Self {
            name: name.into(),
            local: name.into(),
            content: content.into(),
            method: 8,
            flags: 1 << 11,
            attributes: 0o100_644 << 16,
            checksum: None,
            size: None,
            shift: 0,
            later: false,
        }
    }
}

pub(super) fn zip_of(entries: &[Zipped]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let start = u32::try_from(bytes.len()).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(&entry.content);
        let packed = if entry.method == 8 {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&entry.content).unwrap();
            encoder.finish().unwrap()
        } else {
            entry.content.clone()
        };
        let length = u32::try_from(packed.len()).unwrap();
        let size = u32::try_from(entry.content.len()).unwrap();
        let flags = entry.flags | if entry.later { 8 } else { 0 };
        let sums = [crc.sum(), length, size];
        let small = |value: usize| u16::try_from(value).unwrap().to_le_bytes();
        bytes.extend(0x0403_4b50_u32.to_le_bytes());
        bytes.extend([20, 0]);
        bytes.extend(flags.to_le_bytes());
        bytes.extend(entry.method.to_le_bytes());
        bytes.extend([0; 4]);
        for sum in if entry.later { [0; 3] } else { sums } {
            bytes.extend(sum.to_le_bytes());
        }
        bytes.extend(small(entry.local.len()));
        bytes.extend([0; 2]);
        bytes.extend(&entry.local);
        bytes.extend(&packed);
        if entry.later {
            bytes.extend(0x0807_4b50_u32.to_le_bytes());
            for sum in sums {
                bytes.extend(sum.to_le_bytes());
            }
        }
        directory.extend(0x0201_4b50_u32.to_le_bytes());
        directory.extend([20, 3, 20, 0]);
        directory.extend(flags.to_le_bytes());
        directory.extend(entry.method.to_le_bytes());
        directory.extend([0; 4]);
        directory.extend(entry.checksum.unwrap_or(sums[0]).to_le_bytes());
        directory.extend(length.to_le_bytes());
        directory.extend(entry.size.unwrap_or(size).to_le_bytes());
        directory.extend(small(entry.name.len()));
        directory.extend([0; 8]);
        directory.extend(entry.attributes.to_le_bytes());
        directory.extend((start - entry.shift).to_le_bytes());
        directory.extend(&entry.name);
    }
    let start = u32::try_from(bytes.len()).unwrap();
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    bytes.extend(&directory);
    bytes.extend(0x0605_4b50_u32.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

#[test]
fn a_wheel_comes_out_as_it_is() {
    let program = Zipped { attributes: 0o100_755 << 16, ..Zipped::new("a/run", "x") };
    let plain = Zipped { method: 0, attributes: 0, ..Zipped::new("a/plain", "y") };
    let later = Zipped { later: true, ..Zipped::new("b", "zz") };
    let made = Zipped { attributes: 0o040_755 << 16, method: 0, ..Zipped::new("c/", "") };
    let bytes = zip_of(&[program, plain, later, made]);
    let found = [("a", "folder"), ("a/run", "!x"), ("a/plain", "y"), ("b", "zz"), ("c", "folder")];
    gives(&bytes, Format::Wheel, &found);
    gives(&zip_of(&[]), Format::Bundle, &[]);
}

#[test]
fn the_two_places_of_a_zip_archive_have_to_agree() {
    let one = || Zipped::new("a", "content");
    let contradicts = fault!(Fault::Contradiction { .. });
    refused(&zip_of(&[Zipped { local: b"b".to_vec(), ..one() }]), Format::Wheel, contradicts);
    refused(&zip_of(&[Zipped { size: Some(9), ..one() }]), Format::Wheel, contradicts);
    refused(&zip_of(&[Zipped { checksum: Some(9), ..one() }]), Format::Wheel, contradicts);
    let later = Zipped { later: true, ..one() };
    refused(&zip_of(&[Zipped { size: Some(9), ..later.clone() }]), Format::Wheel, contradicts);
    refused(&zip_of(&[Zipped { checksum: Some(9), ..later }]), Format::Wheel, |fault| {
        matches!(fault, Fault::Contradiction { .. } | Fault::Checksum { .. })
    });
    // Two entries of the directory for one place.
    let mut second = Zipped::new("b", "content");
    second.shift = u32::try_from(zip_of(&[one()]).len() - 22 - 47).unwrap();
    refused(&zip_of(&[one(), second]), Format::Wheel, |fault| {
        matches!(fault, Fault::Overlap | Fault::Contradiction { .. })
    });
    let good = zip_of(&[one()]);
    let mut behind = good.clone();
    behind.extend_from_slice(b"x");
    refused(&behind, Format::Wheel, fault!(Fault::Surplus));
    let mut before = b"#!".to_vec();
    before.extend_from_slice(&good);
    refused(&before, Format::Wheel, fault!(Fault::Surplus));
    let mut two = good.clone();
    two.extend_from_slice(&good);
    refused(&two, Format::Wheel, contradicts);
    let mut locked = one();
    locked.flags |= 1;
    refused(&zip_of(&[locked]), Format::Wheel, fault!(Fault::Unsupported { .. }));
    let odd = Zipped { method: 12, ..one() };
    refused(&zip_of(&[odd]), Format::Wheel, fault!(Fault::Unsupported { .. }));
    let old = Zipped { flags: 0, ..Zipped::new("\u{e9}", "x") };
    refused(&zip_of(&[old]), Format::Wheel, fault!(Fault::Encoding));
    for (kind, wanted) in [
        (0o120_777, fault!(Fault::Link) as Is),
        (0o020_644, fault!(Fault::Special)),
        (0o010_644, fault!(Fault::Special)),
        (0o040_755, fault!(Fault::FolderAndFile)),
        (0o104_755, fault!(Fault::OtherUser)),
    ] {
        let entry = Zipped { attributes: kind << 16, ..one() };
        refused(&zip_of(&[entry]), Format::Bundle, wanted);
    }
    let mut broken = good.clone();
    let at = broken.len() - 22 - 47 - 3;
    broken[at] ^= 0x55;
    refused(&broken, Format::Wheel, |fault| {
        matches!(
            fault,
            Fault::Checksum { .. }
                | Fault::Broken { .. }
                | Fault::Contradiction { .. }
                | Fault::Surplus
        )
    });
}
