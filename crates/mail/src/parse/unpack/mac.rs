//! Files of old Macs: BinHex 4.0 (RFC 1741) and AppleSingle (RFC 1740), of which the data fork is the file.

use super::Found;

/// The 64 characters of BinHex.
const ALPHABET: &[u8] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
const REPEAT: u8 = 0x90;
/// A run of 255 bytes takes three: no more comes out than is plausible for a file.
const MAX_OUT: usize = 64 * 1024 * 1024;

/// The file in BinHex: what stands between two colons.
pub(in crate::parse) fn binhex(source: &[u8]) -> Option<Found> {
    let begin = memchr::memmem::find(source, b"BinHex 4.0").map_or(0, |at| at + 10);
    let source = source.get(begin..)?;
    let from = memchr::memchr(b':', source)? + 1;
    let coded = source.get(from..)?;
    let coded = coded.get(..memchr::memchr(b':', coded).unwrap_or(coded.len()))?;
    let mut packed = Vec::with_capacity(coded.len());
    let (mut bits, mut held) = (0u32, 0);
    for sextet in
        coded.iter().filter(|b| !b.is_ascii_whitespace()).map(|b| ALPHABET.iter().position(|known| known == b))
    {
        bits = (bits << 6) | u32::try_from(sextet?).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            packed.push(u8::try_from((bits >> held) & 0xFF).ok()?);
        }
    }
    let bytes = unrepeat(&packed);
    let length = usize::from(*bytes.first()?);
    let name = bytes.get(1..=length)?;
    // a version, type, creator and flags stand before the lengths of the two forks
    let head = bytes.get(length + 2..)?;
    let size = usize::try_from(u32::from_be_bytes(head.get(10..14)?.try_into().ok()?)).ok()?;
    let data = head.get(20..)?;
    Some(Found {
        name: Some(crate::parse::charset::decode(Some("macintosh"), name)),
        bytes: data.get(..size).unwrap_or(data).to_vec(),
        ..Found::default()
    })
}

fn unrepeat(packed: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(packed.len());
    let mut input = packed.iter();
    while let Some(byte) = input.next() {
        match (byte, out.last().copied()) {
            (&REPEAT, last) => match input.next() {
                Some(0) => out.push(REPEAT),
                Some(count) if out.len() < MAX_OUT => {
                    out.extend(std::iter::repeat_n(last.unwrap_or_default(), usize::from(count - 1)));
                }
                _ => break,
            },
            (byte, _) => out.push(*byte),
        }
    }
    out
}

/// The data fork in AppleSingle. AppleDouble's file of the other fork has none.
pub(in crate::parse) fn apple_single(bytes: &[u8]) -> Option<Found> {
    let told = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    if told(0)? != 0x0005_1600 {
        return None;
    }
    let count = usize::from(u16::from_be_bytes(bytes.get(24..26)?.try_into().ok()?)).min(32);
    let entry = |kind: u32| {
        let at = (0..count).map(|n| 26 + n * 12).find(|at| told(*at) == Some(kind))?;
        let (from, length) = (usize::try_from(told(at + 4)?).ok()?, usize::try_from(told(at + 8)?).ok()?);
        bytes.get(from..from.checked_add(length)?)
    };
    let name = entry(3).map(|name| crate::parse::charset::decode(Some("macintosh"), name));
    Some(Found { name, bytes: entry(1)?.to_vec(), ..Found::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hqx(bytes: &[u8]) -> String {
        let mut bits = bytes.iter().flat_map(|b| (0..8).rev().map(move |n| b >> n & 1)).collect::<Vec<u8>>();
        bits.resize(bits.len().div_ceil(6) * 6, 0);
        let chars = bits.chunks(6).map(|six| ALPHABET[six.iter().fold(0usize, |n, bit| n * 2 + usize::from(*bit))]);
        format!("(This file must be converted with BinHex 4.0)\n\n:{}:\n", chars.map(char::from).collect::<String>())
    }

    #[test]
    fn data_forks_are_read() {
        let whole = [&b"\x05a.txt\0TEXTttxt\0\0\0\0\0\x07\0\0\0\0\0\0"[..], b"W\x90\x04d\x90\0!", b"\0\0"].concat();
        let found = binhex(hqx(&whole).as_bytes()).expect("a file");
        assert_eq!((found.name.as_deref(), &found.bytes[..]), (Some("a.txt"), &b"WWWWd\x90!"[..]));
        let single = [
            &0x0005_1600u32.to_be_bytes()[..],
            &[0; 20],
            &[0, 2],
            &3u32.to_be_bytes(),
            &50u32.to_be_bytes(),
            &5u32.to_be_bytes(),
            &1u32.to_be_bytes(),
            &55u32.to_be_bytes(),
            &2u32.to_be_bytes(),
            b"a.txtHi",
        ]
        .concat();
        let found = apple_single(&single).expect("a file");
        assert_eq!((found.name.as_deref(), &found.bytes[..]), (Some("a.txt"), &b"Hi"[..]));
        for bad in [&b""[..], b":", b":~:", b"\0\x05\x16\0"] {
            assert_eq!((binhex(bad), apple_single(bad)), (None, None));
        }
    }
}
