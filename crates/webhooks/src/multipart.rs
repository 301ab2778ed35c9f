//! Multipart forms (RFC 7578) over bytes that are all there. Values keep every byte and are slices of the body.

use crate::{Refusal, header::parameter};
use bytes::Bytes;
use memchr::memmem;

/// The most parts a form may have.
const MOST_PARTS: usize = 1024;
/// The most bytes the head of a part may have.
const LARGEST_HEAD: usize = 64 * 1024;

/// One field of a form.
pub(crate) struct Part {
    pub(crate) name: Vec<u8>,
    /// It has a file name.
    pub(crate) is_file: bool,
    pub(crate) value: Bytes,
}

/// The parts of a form with that media type.
///
/// # Errors
/// 400: no boundary, a part that cannot be read, or no end.
pub(crate) fn parts(content_type: &str, body: &Bytes) -> Result<Vec<Part>, Refusal> {
    let boundary = parameter(content_type.as_bytes(), "boundary").filter(|found| (1..=200).contains(&found.len()));
    let boundary = boundary.ok_or(Refusal::Broken("the form names no boundary".into()))?;
    let delimiter = [b"\r\n--", boundary.as_slice()].concat();
    let finder = memmem::Finder::new(&delimiter);
    // At the very beginning the delimiter has no line end before it; anything before it is not ours.
    let opening = delimiter.get(2..).unwrap_or_default();
    let mut at = if body.starts_with(opening) {
        opening.len()
    } else {
        finder.find(body).ok_or_else(cut_off)? + delimiter.len()
    };
    let mut parts = Vec::new();
    loop {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if !rest.get(padding..).is_some_and(|rest| rest.starts_with(b"\r\n")) {
            return Err(cut_off());
        }
        if parts.len() == MOST_PARTS {
            return Err(Refusal::Broken(format!("the form has more than {MOST_PARTS} parts").into()));
        }
        let begin = at + padding;
        let end = begin + finder.find(body.get(begin + 2..).unwrap_or_default()).ok_or_else(cut_off)? + 2;
        // The line end that begins a part may be the one that ends its head: a part without any field.
        parts.extend(part(&body.slice(begin..end))?);
        at = end + delimiter.len();
    }
}

/// One part, from the line end after its delimiter; none where it has no name.
fn part(bytes: &Bytes) -> Result<Option<Part>, Refusal> {
    let length = memmem::find(bytes.get(..bytes.len().min(LARGEST_HEAD)).unwrap_or_default(), b"\r\n\r\n");
    let length = length.ok_or(Refusal::Broken("a part of the form has no end of its head".into()))?;
    let head = bytes.get(..length).unwrap_or_default();
    let value = bytes.slice(length + 4..);
    let disposition = head.split(|byte| *byte == b'\n').find_map(|line| {
        let at = line.iter().position(|byte| *byte == b':')?;
        let named = line.get(..at)?.trim_ascii().eq_ignore_ascii_case(b"content-disposition");
        named.then(|| line.get(at + 1..).map(<[u8]>::trim_ascii))?
    });
    let Some(disposition) = disposition else { return Ok(None) };
    let is_file = parameter(disposition, "filename").or_else(|| parameter(disposition, "filename*")).is_some();
    Ok(parameter(disposition, "name").map(|name| Part { name, is_file, value }))
}

fn cut_off() -> Refusal {
    Refusal::Broken("the form breaks off before its end".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Result<Vec<(String, bool, Vec<u8>)>, u16> {
        let found = parts("multipart/form-data; boundary=xYzZY", &Bytes::copy_from_slice(body));
        let plain = |part: Part| (String::from_utf8_lossy(&part.name).into_owned(), part.is_file, part.value.to_vec());
        found.map(|parts| parts.into_iter().map(plain).collect()).map_err(|refusal| refusal.status())
    }

    #[test]
    fn values_keep_every_byte() {
        let body = b"preamble\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nA\r\n\r\n\xff\0--xYzZ\r\n\n\r\n--xYzZY  \r\n\
            content-type: text/plain\r\nCONTENT-DISPOSITION: form-data; filename=\"a.txt\"; name=file\r\n\r\n\r\n--xYzZY\r\n\r\nnameless\r\n--xYzZY--\r\nepilogue";
        let email = ("email".to_owned(), false, b"A\r\n\r\n\xff\0--xYzZ\r\n\n".to_vec());
        assert_eq!(read(body).unwrap(), [email, ("file".into(), true, Vec::new())]);
        assert_eq!(read(b"--xYzZY--").unwrap(), []);
    }

    #[test]
    fn every_truncation_is_refused() {
        let body = b"--xYzZY\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--xYzZY--";
        assert_eq!(read(body).unwrap().len(), 2);
        for end in 0..body.len() {
            assert_eq!(read(&body[..end]), Err(400), "the first {end} bytes");
        }
        assert_eq!(read(b"--xYzZYx\r\n\r\n1\r\n--xYzZY--"), Err(400));
        let many = b"--xYzZY\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n".repeat(MOST_PARTS + 1);
        assert_eq!(read(&[many.as_slice(), b"--xYzZY--"].concat()), Err(400));
        for content_type in ["multipart/form-data", "multipart/form-data; boundary=\"\""] {
            assert!(parts(content_type, &Bytes::from_static(body)).is_err(), "{content_type}");
        }
    }
}
