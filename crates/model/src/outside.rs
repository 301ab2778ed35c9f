//! What comes from outside and is passed in: the time and chance. The real ones live in `server`, settable ones in tests.

use jiff::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The time now, in whole milliseconds, as the database keeps it.
    fn now(&self) -> Timestamp;
}

/// Where unpredictable bytes come from; in production the operating system.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random + '_ {
    /// A secret of 128 random bits as 32 lower-case hexadecimal digits: reply tokens, website tokens, access tokens.
    #[must_use]
    pub fn hex_128(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        hex(&bytes)
    }

    /// A secret of 256 random bits as 64 lower-case hexadecimal digits: sessions.
    #[must_use]
    pub fn hex_256(&self) -> String {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        hex(&bytes)
    }

    /// A random UUID (RFC 9562, version 4) in lower case with hyphens.
    #[must_use]
    pub fn uuid(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let digits = hex(&bytes);
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0x0f])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Random;

    struct Ones;
    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn secrets_have_their_shapes() {
        let random: &dyn Random = &Ones;
        assert_eq!(random.hex_128(), "f".repeat(32));
        assert_eq!(random.hex_256(), "f".repeat(64));
        assert_eq!(random.uuid(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
