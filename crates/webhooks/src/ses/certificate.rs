//! The certificate of Amazon SNS and what it signs: RSA with PKCS #1 v1.5 padding (RFC 8017 §8.2).

use crate::Refusal;
use ring::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use x509_parser::{certificate::X509Certificate, pem::parse_x509_pem, prelude::FromDer};

/// What is signed: a SHA-1 (signature version 1) or a SHA-256 (version 2) hash.
#[derive(Clone, Copy, Debug)]
pub(super) enum Digest {
    Sha1,
    Sha256,
}

/// Checks a signature. That the certificate is Amazon's follows from where it was fetched.
///
/// # Errors
/// 401: it is no certificate, not valid now, or the signature is not of its key.
pub(super) fn verify(pem: &[u8], now: i64, digest: Digest, signed: &[u8], signature: &[u8]) -> Result<(), Refusal> {
    let unreadable = Refusal::Proof("the certificate cannot be read");
    let (_, pem) = parse_x509_pem(pem).map_err(|_| unreadable.clone())?;
    let (_, certificate) = X509Certificate::from_der(&pem.contents).map_err(|_| unreadable)?;
    let validity = certificate.validity();
    if now < validity.not_before.timestamp() || now > validity.not_after.timestamp() {
        return Err(Refusal::Proof("the certificate is not valid now"));
    }
    let algorithm = match digest {
        Digest::Sha1 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Digest::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
    };
    UnparsedPublicKey::new(algorithm, &certificate.public_key().subject_public_key.data)
        .verify(signed, signature)
        .map_err(|_| Refusal::Proof("the signature is not of the certificate"))
}
