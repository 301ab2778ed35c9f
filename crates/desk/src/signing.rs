//! Values that leave the house and come back unchanged: signed with the installation's secret (HMAC-SHA256).

use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// `SECRET_KEY_BASE`. Never shown, not even by `Debug`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret with that text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for formats that sign with it directly (the widget's JWT).
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The hexadecimal signature of `message` for one purpose; a signature for one purpose is worth nothing for another.
    #[must_use]
    pub fn sign(&self, purpose: &str, message: &str) -> String {
        hmac_sha256(self.0.as_bytes(), format!("{purpose}\0{message}").as_bytes())
    }

    /// As [`Self::sign`], as a UUID (RFC 9562, version 4 by its looks): what is named by it has the same name every time.
    #[must_use]
    pub fn uuid(&self, purpose: &str, message: &str) -> String {
        let digits = self.sign(purpose, message);
        let piece = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        format!("{}-{}-4{}-8{}-{}", piece(0, 8), piece(8, 12), piece(13, 16), piece(17, 20), piece(20, 32))
    }

    /// A key of 256 bits for one purpose, from which neither the secret nor another purpose's key can be told.
    #[must_use]
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        Sha256::digest(self.sign("key", purpose)).into()
    }

    /// Whether `signature` is that of `message` for `purpose`; in constant time.
    #[must_use]
    pub fn verify(&self, purpose: &str, message: &str, signature: &str) -> bool {
        same(&self.sign(purpose, message), signature)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Hexadecimal HMAC-SHA256 (RFC 2104).
#[must_use]
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> String {
    hex::encode(hmac_sha256_bytes(key, message))
}

/// HMAC-SHA256 (RFC 2104), 32 bytes.
#[must_use]
pub fn hmac_sha256_bytes(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length; the constructor cannot fail. The same below.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// HMAC-SHA1 (RFC 2104), 20 bytes, for providers that sign with nothing newer.
#[must_use]
pub fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// Hexadecimal SHA-256 (FIPS 180-4).
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whether two secrets are equal, in time that depends on neither's content.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_purpose_and_message_alone() {
        let secret = Secret::new("s");
        let signature = secret.sign("blob", "1");
        assert!(secret.verify("blob", "1", &signature));
        assert!(!secret.verify("blob", "2", &signature));
        assert!(!secret.verify("link", "1", &signature));
        assert!(!Secret::new("t").verify("blob", "1", &signature));
        assert_eq!(format!("{secret:?}"), "Secret");
        let uuid = secret.uuid("blob", "1");
        assert_eq!((uuid.len(), uuid == secret.uuid("blob", "1"), uuid == secret.uuid("blob", "2")), (36, true, false));
    }

    #[test]
    fn hmacs_agree_with_the_published_vectors() {
        // RFC 4231, test case 2
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hmac_sha256(b"Jefe", b"what do ya want for nothing?"), expected);
        // RFC 2202, test case 2
        let expected = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert_eq!(hex::encode(hmac_sha1(b"Jefe", b"what do ya want for nothing?")), expected);
    }
}
