//! S/MIME envelopes (RFC 8551, RFC 5652): the mail inside a signed one is in the clear and is taken out; an encrypted one stays as it is.

/// What an envelope is.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::parse) enum Envelope {
    /// Signed: the MIME entity inside.
    Signed(Vec<u8>),
    Encrypted,
    /// Certificates, compressed data, or bytes that cannot be read.
    Other,
}

/// 1.2.840.113549.1.7.2 and .3, and id-ct-authEnvelopedData, as written in DER.
const SIGNED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
const ENVELOPED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03";
const AUTH_ENVELOPED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17";

const OBJECT_ID: u8 = 0x06;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
const SEQUENCE: u8 = 0x30;
const EXPLICIT_0: u8 = 0xA0;
/// Deepest nesting of pieces.
const MAX_DEPTH: usize = 8;

/// Looks into an envelope.
pub(in crate::parse) fn open(bytes: &[u8]) -> Envelope {
    let Some((kind, content)) = content_info(bytes) else { return Envelope::Other };
    match kind {
        ENVELOPED_DATA | AUTH_ENVELOPED_DATA => Envelope::Encrypted,
        SIGNED_DATA => signed(content).map_or(Envelope::Other, Envelope::Signed),
        _ => Envelope::Other,
    }
}

/// `ContentInfo`: a type and its content.
fn content_info(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (info, _) = element(bytes, SEQUENCE)?;
    let (kind, rest) = element(info, OBJECT_ID)?;
    let content = element(rest, EXPLICIT_0).map_or(&[][..], |(content, _)| content);
    Some((kind, content))
}

/// `SignedData`: version, digest algorithms, then the content.
fn signed(content: &[u8]) -> Option<Vec<u8>> {
    let (data, _) = element(content, SEQUENCE)?;
    let (_, _, rest) = any(data)?;
    let (_, _, rest) = any(rest)?;
    let (encapsulated, _) = element(rest, SEQUENCE)?;
    let (_, rest) = element(encapsulated, OBJECT_ID)?;
    let (inner, _) = element(rest, EXPLICIT_0)?;
    let mut out = Vec::new();
    octets(inner, &mut out, 0)?;
    Some(out)
}

/// An octet string, which may come in pieces.
fn octets(bytes: &[u8], out: &mut Vec<u8>, depth: usize) -> Option<()> {
    let mut rest = bytes;
    while !rest.is_empty() && !rest.starts_with(&[0, 0]) {
        let (tag, content, next) = any(rest)?;
        match tag {
            OCTETS => out.extend_from_slice(content),
            OCTETS_IN_PIECES if depth < MAX_DEPTH => octets(content, out, depth + 1)?,
            _ => return None,
        }
        rest = next;
    }
    Some(())
}

fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = any(bytes)?;
    (found == tag).then_some((content, rest))
}

/// Tag, content and what follows. Of a length that is not told (BER) the content is all that is left, and nothing follows but what its reader
/// leaves.
fn any(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0x80 => {
            let end = indefinite_end(rest, 0)?;
            return Some((tag, rest.get(..end)?, rest.get(end + 2..)?));
        }
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (digits.iter().fold(0usize, |length, digit| (length << 8) | usize::from(*digit)), rest)
        }
        0x85.. => return None,
        short => (usize::from(short), rest),
    };
    // what was cut yields what is left of it
    let (content, rest) = rest.split_at(length.min(rest.len()));
    Some((tag, content, rest))
}

/// Where the two zero bytes are that end a length which is not told.
fn indefinite_end(bytes: &[u8], depth: usize) -> Option<usize> {
    let mut at = 0;
    while !bytes.get(at..)?.starts_with(&[0, 0]) {
        let rest = bytes.get(at + 1..)?;
        at += if rest.first() == Some(&0x80) {
            if depth >= MAX_DEPTH {
                return None;
            }
            2 + indefinite_end(rest.get(1..)?, depth + 1)? + 2
        } else {
            let piece = bytes.get(at..)?;
            let (_, _, next) = any(piece)?;
            piece.len() - next.len()
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("short").to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    }

    fn ber(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    fn envelope(wrap: fn(u8, &[u8]) -> Vec<u8>, kind: &[u8], octets: &[u8]) -> Vec<u8> {
        let data = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
        let encapsulated = wrap(SEQUENCE, &[data, &wrap(EXPLICIT_0, octets)[..]].concat());
        let signed = wrap(SEQUENCE, &[b"\x02\x01\x01", &b"\x31\x00"[..], &encapsulated].concat());
        wrap(SEQUENCE, &[&der(OBJECT_ID, kind)[..], &wrap(EXPLICIT_0, &signed)].concat())
    }

    #[test]
    fn signed_mail_is_taken_out_and_encrypted_mail_is_left() {
        let whole = envelope(der, SIGNED_DATA, &der(OCTETS, b"Content-Type: text/plain\n\nHi"));
        assert_eq!(open(&whole), Envelope::Signed(b"Content-Type: text/plain\n\nHi".to_vec()));
        let pieces = ber(OCTETS_IN_PIECES, &[der(OCTETS, b"Hi"), der(OCTETS, b" you")].concat());
        assert_eq!(open(&envelope(ber, SIGNED_DATA, &pieces)), Envelope::Signed(b"Hi you".to_vec()));
        assert_eq!(open(&envelope(der, ENVELOPED_DATA, b"")), Envelope::Encrypted);
        assert_eq!(open(b"words"), Envelope::Other);
        for cut in 0..whole.len() {
            let _ = open(&whole[..cut]);
        }
        let _ = open(&[0x30, 0x80].repeat(50_000));
    }
}
