//! A mail before it is written out: header fields and a tree of parts.

use anyhow::{Context, Result};

use super::encode;

/// A whole mail.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// Header fields in order; values are written as they are.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, which has its own header fields.
    pub(crate) body: Part,
}

/// A part of a mail.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// Running text.
    Text(Text),
    /// Parts within boundaries: what follows `multipart/`, the boundary, the parts.
    Multi(String, String, Vec<Part>),
    /// Header lines and content as they are.
    Raw(String, Vec<u8>),
}

/// Running text with what its header fields say of it.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// The whole media type with its parameters.
    pub(crate) content_type: String,
    /// The charset that it is really in.
    pub(crate) charset: String,
    /// How its bytes are written.
    pub(crate) transfer: Transfer,
    /// The text.
    pub(crate) text: String,
}

/// How bytes are written (RFC 2045 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// ASCII, or a charset of seven bits.
    Seven,
    /// As they are.
    Eight,
    /// Quoted-printable.
    Quoted,
    /// Base64.
    Base64,
    /// As they are, and no header field says so.
    Unsaid,
}

impl Part {
    /// Running text of a subtype in the charset that it says.
    pub(crate) fn text(subtype: &str, charset: &str, transfer: Transfer, text: &str) -> Self {
        let content_type = format!("text/{subtype}; charset={charset}");
        Self::Text(Text { content_type, charset: charset.to_owned(), transfer, text: text.to_owned() })
    }

    /// A plain and an HTML version of the same.
    pub(crate) fn alternative(boundary: &str, parts: Vec<Self>) -> Self {
        Self::Multi("alternative".into(), boundary.into(), parts)
    }

    /// Things beside each other.
    pub(crate) fn mixed(boundary: &str, parts: Vec<Self>) -> Self {
        Self::Multi("mixed".into(), boundary.into(), parts)
    }

    /// An attached file.
    pub(crate) fn file(content_type: &str, name: &str, bytes: &[u8]) -> Self {
        let headers = format!(
            "Content-Type: {content_type}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n"
        );
        Self::Raw(headers, encode::base64(bytes).into_bytes())
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Text(text) => text.write(out),
            Self::Raw(headers, content) => {
                out.extend([headers.as_bytes(), b"\n", content].concat());
                Ok(())
            }
            Self::Multi(subtype, boundary, parts) => {
                out.extend(format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\n").bytes());
                for part in parts {
                    out.extend(format!("\n--{boundary}\n").bytes());
                    part.write(out)?;
                }
                out.extend(format!("\n--{boundary}--\n").bytes());
                Ok(())
            }
        }
    }
}

impl Text {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        let bytes = encode::charset(&self.text, &self.charset).with_context(|| self.content_type.clone())?;
        if !self.content_type.is_empty() {
            out.extend(format!("Content-Type: {}\n", self.content_type).bytes());
        }
        let name = match self.transfer {
            Transfer::Seven => "7bit",
            Transfer::Eight => "8bit",
            Transfer::Quoted => "quoted-printable",
            Transfer::Base64 => "base64",
            Transfer::Unsaid => "",
        };
        if !name.is_empty() {
            out.extend(format!("Content-Transfer-Encoding: {name}\n").bytes());
        }
        out.push(b'\n');
        match self.transfer {
            Transfer::Quoted => out.extend(encode::quoted_printable(&bytes).bytes()),
            Transfer::Base64 => out.extend(encode::base64(&bytes).bytes()),
            Transfer::Seven | Transfer::Eight | Transfer::Unsaid => out.extend(bytes),
        }
        Ok(())
    }
}

impl Mail {
    /// The mail as it travels, but with bare line feeds.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        for (name, value) in &self.headers {
            out.extend(format!("{name}: {value}\n").bytes());
        }
        self.body.write(&mut out)?;
        if out.last() != Some(&b'\n') {
            out.push(b'\n');
        }
        Ok(out)
    }

    /// Adds a header field at the end.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a header field where it stands, or adds it.
    #[must_use]
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        match self.headers.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => return self.with(name, value),
        }
        self
    }

    /// Leaves a header field out.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }
}
