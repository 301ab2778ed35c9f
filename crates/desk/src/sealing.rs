//! Secrets that are kept for use, such as the password of a mailbox: encrypted with XChaCha20-Poly1305
//! (draft-irtf-cfrg-xchacha-03) under a key that only this installation's `SECRET_KEY_BASE` gives (contract §9).

use crate::signing::Secret;
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use model::{Random, inbox::Sealed};

/// Says how what follows was made, so that another way can come later.
const MADE: &str = "x1:";
const NONCE: usize = 24;

/// What a secret is for; sealed for one purpose it opens for no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The password of a mailbox that is fetched from.
    Imap,
    /// What a provider of messages gave an inbox.
    Channel,
    /// What signs the posts to a webhook.
    Webhook,
}

impl Purpose {
    fn words(self) -> &'static str {
        match self {
            Self::Imap => "imap password",
            Self::Channel => "channel secret",
            Self::Webhook => "webhook secret",
        }
    }
}

/// Encrypts `plain`. Empty stays empty: no secret.
#[must_use]
pub fn seal(secret: &Secret, random: &dyn Random, purpose: Purpose, plain: &str) -> Sealed {
    if plain.is_empty() {
        return Sealed::default();
    }
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce);
    let payload = Payload { msg: plain.as_bytes(), aad: purpose.words().as_bytes() };
    // It fails only for texts of more than 256 GiB.
    let Ok(encrypted) = cipher(secret).encrypt(XNonce::from_slice(&nonce), payload) else { return Sealed::default() };
    Sealed::new(format!("{MADE}{}{}", hex::encode(nonce), hex::encode(encrypted)))
}

/// Decrypts what [`seal`] made; `None` where there is no secret, or it was sealed with another `SECRET_KEY_BASE` or for
/// another purpose, or was changed.
#[must_use]
pub fn open(secret: &Secret, purpose: Purpose, sealed: &Sealed) -> Option<String> {
    let bytes = hex::decode(sealed.text().strip_prefix(MADE)?).ok()?;
    let (nonce, encrypted) = bytes.split_at_checked(NONCE)?;
    let payload = Payload { msg: encrypted, aad: purpose.words().as_bytes() };
    let plain = cipher(secret).decrypt(XNonce::from_slice(nonce), payload).ok()?;
    String::from_utf8(plain).ok()
}

fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(secret.key("sealing")))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Steady;

    impl Random for Steady {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn what_is_sealed_opens_only_with_the_same_secret() {
        let (ours, theirs) = (Secret::new("ours"), Secret::new("theirs"));
        let sealed = seal(&ours, &Steady, Purpose::Imap, "pa55 wörd");
        assert!(sealed.is_set() && !sealed.text().contains("pa55"));
        assert_eq!(open(&ours, Purpose::Imap, &sealed).as_deref(), Some("pa55 wörd"));
        assert_eq!(open(&theirs, Purpose::Imap, &sealed), None);
    }

    #[test]
    fn what_was_changed_or_never_sealed_does_not_open() {
        let secret = Secret::new("s");
        let good = seal(&secret, &Steady, Purpose::Imap, "word").text().to_owned();
        let changed = format!("{}0", &good[..good.len() - 1]);
        assert_ne!(changed, good);
        for text in ["", "word", "x1:", "x1:zz", "x1:00", &good[..good.len() - 2], &changed] {
            assert_eq!(open(&secret, Purpose::Imap, &Sealed::new(text.to_owned())), None, "{text}");
        }
        assert!(!seal(&secret, &Steady, Purpose::Imap, "").is_set());
    }
}
