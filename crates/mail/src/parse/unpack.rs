//! What stands inside other things: files in a text, words in a calendar or RTF, everything in a `winmail.dat` or a signed envelope.
//!
//! Each reader takes bytes and gives words or files; what it cannot read it leaves alone. Nothing here gives out more than a small multiple of
//! what it takes in.

pub(super) mod armor;
pub(super) mod calendar;
pub(super) mod enriched;
pub(super) mod lzfu;
pub(super) mod mac;
pub(super) mod pkcs7;
pub(super) mod rtf;
pub(super) mod tnef;

/// A file found inside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    pub(super) name: Option<String>,
    /// Media type, where it is told.
    pub(super) content_type: Option<String>,
    pub(super) content_id: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// The most files that are taken out of one thing.
pub(super) const MAX_FOUND: usize = 200;
