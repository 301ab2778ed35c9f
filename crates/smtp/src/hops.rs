//! Counting the `Received` lines of a mail as it passes, to notice one that goes in circles (RFC 5321 §6.3).

const NAME: &[u8] = b"received:";

/// Counts in the header of a mail, which may come in pieces.
#[derive(Clone, Debug)]
pub(crate) struct Hops {
    /// How many there were.
    pub(crate) count: u32,
    /// Bytes of the line so far, without its end.
    column: usize,
    /// The line is so far the beginning of the name.
    matching: bool,
    done: bool,
}

impl Hops {
    pub(crate) fn new() -> Self {
        Self { count: 0, column: 0, matching: true, done: false }
    }

    pub(crate) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.done {
                return;
            }
            match byte {
                b'\n' => {
                    self.done = self.column == 0;
                    (self.column, self.matching) = (0, true);
                }
                b'\r' => {}
                byte => {
                    self.matching &= NAME.get(self.column).is_some_and(|known| byte.eq_ignore_ascii_case(known));
                    self.column += 1;
                    self.count += u32::from(self.matching && self.column == NAME.len());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_header_count_and_others_do_not() {
        let rows: [(&[u8], u32); 6] = [
            (b"Received: a\r\nRECEIVED: b\r\n\tReceived: c\r\nX-Received: d\r\n\r\nReceived: e\r\n", 2),
            (b"received:\r\nReceived : x\r\nReceive: y\r\n", 1),
            (b"\r\nReceived: a\r\n", 0),
            (b"Received: a\nReceived: b\n\nReceived: c\n", 2),
            (b"", 0),
            (b"received", 0),
        ];
        for (bytes, expected) in rows {
            for chunk in 1..=bytes.len().max(1) {
                let mut hops = Hops::new();
                bytes.chunks(chunk).for_each(|piece| hops.read(piece));
                assert_eq!(hops.count, expected, "{}", bytes.escape_ascii());
            }
        }
    }
}
