//! Compressed RTF (MS-OXRTFCP): `LZFu`, a dictionary of 4096 bytes that begins with what RTF begins with; or `MELA`, not compressed.

/// What the dictionary holds at first (MS-OXRTFCP §2.1.2.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Most bytes that come out: what is told, and never more than this.
const MAX_OUT: usize = 16 * 1024 * 1024;

/// The RTF. What is cut or broken yields what was read until then; `None` where the bytes are something else.
pub(in crate::parse) fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let told = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let size = usize::try_from(told(4)?).ok()?.min(MAX_OUT);
    let input = bytes.get(16..)?;
    match bytes.get(8..12)? {
        b"MELA" => return Some(input.get(..size).unwrap_or(input).to_vec()),
        b"LZFu" => {}
        _ => return None,
    }
    let mut ring = [b' '; 4096];
    ring.get_mut(..DICTIONARY.len())?.copy_from_slice(DICTIONARY);
    let mut write = DICTIONARY.len();
    let mut out = Vec::with_capacity(size.min(input.len() * 4));
    let mut input = input.iter();
    'all: while let Some(control) = input.next() {
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(byte) = input.next() else { break 'all };
                out.push(*byte);
                ring[write % 4096] = *byte;
                write += 1;
            } else {
                let (Some(high), Some(low)) = (input.next(), input.next()) else { break 'all };
                let token = u16::from_be_bytes([*high, *low]);
                let (from, length) = (usize::from(token >> 4), usize::from(token & 15) + 2);
                if from == write % 4096 {
                    break 'all;
                }
                for step in 0..length {
                    let byte = ring[(from + step) % 4096];
                    out.push(byte);
                    ring[write % 4096] = byte;
                    write += 1;
                }
            }
            if out.len() >= size {
                break 'all;
            }
        }
    }
    out.truncate(size);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::decompress;

    #[test]
    fn the_examples_of_the_specification_are_read() {
        // MS-OXRTFCP §4.1.1 and §4.1.2
        let simple =
            "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0";
        let crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0";
        for (hex, rtf) in
            [(simple, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"), (crossing, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}")]
        {
            let bytes = hex::decode(hex).expect("hex");
            assert_eq!(decompress(&bytes).map(|rtf| String::from_utf8_lossy(&rtf).into_owned()).as_deref(), Some(rtf));
            for cut in 0..bytes.len() {
                let _ = decompress(&bytes[..cut]);
            }
        }
        assert_eq!(decompress(b"\x10\0\0\0\x03\0\0\0MELA\0\0\0\0abc"), Some(b"abc".to_vec()));
        assert_eq!(decompress(b"not compressed at all, no"), None);
    }
}
