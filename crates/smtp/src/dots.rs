//! The lines after DATA: dots undone, and the one end there is (RFC 5321 §4.5.2).
//!
//! A CR without LF or an LF without CR is kept as it is, noticed, and never begins a line: whatever another server may
//! take for the end of a mail, only CR LF `.` CR LF is one here.

/// Where the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// After CR LF, or at the very beginning.
    LineStart,
    /// After a dot at the start of a line.
    Dot,
    /// After that dot and a CR.
    DotCr,
    /// In a line.
    Middle,
    /// After a CR in a line.
    Cr,
}

/// Reads the lines after DATA.
#[derive(Clone, Debug)]
pub(crate) struct Dots {
    place: Place,
    /// A CR or an LF stood alone.
    pub(crate) bare: bool,
}

impl Dots {
    pub(crate) fn new() -> Self {
        Self { place: Place::LineStart, bare: false }
    }

    /// Reads on in `input` and adds what belongs to the mail to `out`. How many bytes were used, and whether they were the
    /// last.
    pub(crate) fn read(&mut self, input: &[u8], out: &mut Vec<u8>) -> (usize, bool) {
        let mut at = 0;
        while let Some(byte) = input.get(at).copied() {
            if self.place == Place::Middle {
                let rest = input.get(at..).unwrap_or_default();
                let run = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
                out.extend_from_slice(rest.get(..run).unwrap_or_default());
                at += run;
                match rest.get(run) {
                    Some(byte) => self.in_line(*byte, out),
                    None => break,
                }
                at += 1;
                continue;
            }
            at += 1;
            if self.next(byte, out) {
                return (at, true);
            }
        }
        (at, false)
    }

    /// Whether that was the end.
    fn next(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        match (self.place, byte) {
            (Place::LineStart, b'.') => self.place = Place::Dot,
            (Place::Dot, b'\r') => self.place = Place::DotCr,
            (Place::DotCr, b'\n') => return true,
            (Place::Cr, b'\n') => {
                out.extend_from_slice(b"\r\n");
                self.place = Place::LineStart;
            }
            (Place::Cr | Place::DotCr, byte) => {
                out.push(b'\r');
                self.bare = true;
                self.in_line(byte, out);
            }
            (Place::LineStart | Place::Dot | Place::Middle, byte) => self.in_line(byte, out),
        }
        false
    }

    fn in_line(&mut self, byte: u8, out: &mut Vec<u8>) {
        if byte == b'\r' {
            self.place = Place::Cr;
            return;
        }
        self.bare |= byte == b'\n';
        out.push(byte);
        self.place = Place::Middle;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was read, whether it ended, whether a CR or LF stood alone, and what was left.
    fn read(input: &[u8], chunk: usize) -> (Vec<u8>, bool, bool, Vec<u8>) {
        let (mut dots, mut out, mut used) = (Dots::new(), Vec::new(), 0);
        for piece in input.chunks(chunk) {
            let (count, end) = dots.read(piece, &mut out);
            used += count;
            if end {
                return (out, true, dots.bare, input[used..].to_vec());
            }
        }
        (out, false, dots.bare, input[used..].to_vec())
    }

    /// What is sent, what is read, whether it ended, whether a CR or LF stood alone, what is left.
    type Row<'a> = (&'a [u8], &'a [u8], bool, bool, &'a [u8]);

    #[test]
    fn only_one_end_is_the_end() {
        let rows: [Row<'_>; 16] = [
            (b".\r\n", b"", true, false, b""),
            (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", true, false, b"QUIT\r\n"),
            (b"..\r\n...a\r\n.b\r\n.\r\n", b".\r\n..a\r\nb\r\n", true, false, b""),
            (b"a\r\n\r\n.\r\n", b"a\r\n\r\n", true, false, b""),
            (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n", true, true, b""),
            (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n", true, true, b""),
            (b"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n", true, true, b""),
            (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n", true, true, b""),
            (b"a\r.\r\nb\r\n.\r\n", b"a\r.\r\nb\r\n", true, true, b""),
            (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n", true, true, b""),
            (b"a\r\r\n.\r\n", b"a\r\r\n", true, true, b""),
            (b"a\r\n.\r\r\n.\r\n", b"a\r\n\r\r\n", true, true, b""),
            (b"a\n\r\n.\r\n", b"a\n\r\n", true, true, b""),
            (b"\0\xff\r\n.\r\n", b"\0\xff\r\n", true, false, b""),
            (b"a\r\n.\r", b"a\r\n", false, false, b""),
            (b"a\r\n.", b"a\r\n", false, false, b""),
        ];
        for (input, body, end, bare, rest) in rows {
            for chunk in 1..=input.len() {
                let expected = (body.to_vec(), end, bare, rest.to_vec());
                assert_eq!(read(input, chunk), expected, "{:?} by {chunk}", input.escape_ascii().to_string());
            }
        }
    }
}
