//! Keyed hashes, and comparing what must be compared in constant time.

use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// HMAC-SHA256 (RFC 2104) of the parts, one after the other.
pub(crate) fn hmac_sha256(key: &str, parts: &[&[u8]]) -> Vec<u8> {
    tag(Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok(), parts)
}

/// HMAC-SHA1 (RFC 2104) of the parts, one after the other.
pub(crate) fn hmac_sha1(key: &str, parts: &[&[u8]]) -> Vec<u8> {
    tag(Hmac::<Sha1>::new_from_slice(key.as_bytes()).ok(), parts)
}

/// HMAC takes keys of any length, so there is always a hash; were there none, the empty tag equals no signature.
fn tag<M: Mac>(mac: Option<M>, parts: &[&[u8]]) -> Vec<u8> {
    let Some(mut mac) = mac else { return Vec::new() };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// Whether the expected tag, written as its provider writes it, is the one that was given.
pub(crate) fn same_tag(expected: &str, given: &[u8]) -> bool {
    !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(given))
}

/// Whether two secrets are equal; compared as hashes, so that not even their lengths show.
pub(crate) fn same_secret(expected: &[u8], given: &[u8]) -> bool {
    Sha256::digest(expected).ct_eq(&Sha256::digest(given)).into()
}

/// SHA-256, hexadecimal, of the parts, each with its length before it.
pub(crate) fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}
