//! The fields of a form or of a JSON object, as bytes: mails are not always UTF-8. Where a name stands twice, the last one
//! counts, as it does where these requests were first received.

use crate::{Refusal, Request, header::media_type, json, multipart};
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most fields a form may have. They are read before anybody has proven anything, and one takes many times the memory
/// of its two characters.
const MOST_FIELDS: usize = 1024;

/// What stands in a field.
#[derive(Debug, PartialEq, Eq)]
enum Given {
    /// Text, in whatever encoding.
    Text(Bytes),
    /// A list, an object, a file, a number, a truth value.
    Other,
}

/// The fields of a request.
#[derive(Debug)]
pub(crate) struct Fields(BTreeMap<Vec<u8>, Given>);

impl Fields {
    /// Reads the body by its media type; of a JSON object only the fields with those names. A body of another type has no
    /// fields.
    ///
    /// # Errors
    /// 400: it is broken.
    pub(crate) fn of(request: &Request<'_>, names: &[&str]) -> Result<Self, Refusal> {
        let content_type = (request.header)("content-type").unwrap_or_default();
        match media_type(content_type).as_str() {
            "multipart/form-data" => Self::multipart(content_type, &request.body),
            "application/json" | "text/x-json" => Self::json(&request.body, names),
            // Without a type it counts as a form.
            "application/x-www-form-urlencoded" | "" => Self::urlencoded(&request.body),
            _ => Ok(Self(BTreeMap::new())),
        }
    }

    fn multipart(content_type: &str, body: &Bytes) -> Result<Self, Refusal> {
        let mut fields = BTreeMap::new();
        for part in multipart::parts(content_type, body)? {
            let given = if part.is_file { Given::Other } else { Given::Text(part.value) };
            put(&mut fields, &part.name, given);
        }
        Ok(Self(fields))
    }

    fn urlencoded(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = BTreeMap::new();
        for (count, pair) in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).enumerate() {
            if count == MOST_FIELDS {
                return Err(Refusal::Broken(format!("the form has more than {MOST_FIELDS} fields").into()));
            }
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = at.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            put(&mut fields, &decoded(name), Given::Text(decoded(value).into()));
        }
        Ok(Self(fields))
    }

    /// An empty body counts as an empty object.
    fn json(body: &[u8], names: &[&str]) -> Result<Self, Refusal> {
        let mut fields = BTreeMap::new();
        if body.trim_ascii().is_empty() {
            return Ok(Self(fields));
        }
        let value = json::pick(body, names);
        let value = value.map_err(|error| Refusal::Broken(format!("the body is not JSON: {error}").into()))?;
        if let Value::Object(members) = value {
            for (name, value) in members {
                match value {
                    Value::Null => {}
                    Value::String(text) => put(&mut fields, name.as_bytes(), Given::Text(text.into_bytes().into())),
                    _ => put(&mut fields, name.as_bytes(), Given::Other),
                }
            }
        }
        Ok(Self(fields))
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// 400: missing or blank. 422: not text.
    pub(crate) fn required(&self, name: &str) -> Result<&Bytes, Refusal> {
        self.optional(name)?.ok_or_else(|| Refusal::Broken(format!("{name} is missing").into()))
    }

    /// A field that need not be there.
    ///
    /// # Errors
    /// 400: there and blank. 422: not text.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&Bytes>, Refusal> {
        match self.0.get(name.as_bytes()) {
            None => Ok(None),
            Some(Given::Text(text)) if text.trim_ascii().is_empty() => {
                Err(Refusal::Broken(format!("{name} is empty").into()))
            }
            Some(Given::Text(text)) => Ok(Some(text)),
            Some(Given::Other) => Err(Refusal::Invalid(format!("{name} is not text").into())),
        }
    }

    /// A field that is looked at if it is text, and is nobody's mistake if it is not.
    pub(crate) fn hint(&self, name: &str) -> Option<&str> {
        match self.0.get(name.as_bytes()) {
            Some(Given::Text(text)) => std::str::from_utf8(text).ok().map(str::trim).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// Every field that is text, by name.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&[u8], &Bytes)> {
        self.0.iter().filter_map(|(name, given)| match given {
            Given::Text(text) => Some((name.as_slice(), text)),
            Given::Other => None,
        })
    }
}

/// `a[]` and `a[b]` make of `a` something that is not text.
fn put(fields: &mut BTreeMap<Vec<u8>, Given>, name: &[u8], given: Given) {
    match name.iter().position(|byte| *byte == b'[') {
        Some(at) if at > 0 => fields.insert(name[..at].to_vec(), Given::Other),
        _ => fields.insert(name.to_vec(), given),
    };
}

/// `+` and `%XX` undone; what is not such a sequence stays as it is.
fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let escaped = match (byte, after) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
            (b'+', _) => Some(b' '),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*byte));
        if *byte == b'%' && escaped.is_some() {
            rest = after.get(2..).unwrap_or_default();
        }
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(content_type: &'static str, body: &'static [u8]) -> Result<Fields, Refusal> {
        let header = |name: &'static str| (name == "content-type").then_some(content_type);
        let request = Request { url: "", header: &header, now: 0, body: Bytes::from_static(body) };
        Fields::of(&request, &["a", "b", "c", "d"])
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn bytes_survive_a_form() {
        let form = fields(FORM, b"a=1+2%0D%0a%ff\xfe&b=&a%5B%5D&%63=%zz%4&d=old&d=new").unwrap();
        assert_eq!(form.required("c").unwrap().as_ref(), b"%zz%4");
        assert_eq!(form.required("d").unwrap().as_ref(), b"new");
        assert_eq!(form.required("a").unwrap_err().status(), 422, "a[] makes a list of it");
        assert_eq!(form.required("b").unwrap_err().status(), 400);
        assert_eq!(form.required("e").unwrap_err().status(), 400);
        assert_eq!(form.optional("e").unwrap(), None);
        let form = fields(FORM, b"a=1+2%0D%0a%ff\xfe").unwrap();
        assert_eq!(form.required("a").unwrap().as_ref(), b"1 2\r\n\xff\xfe");
        let many: &'static [u8] = "a=1&".repeat(MOST_FIELDS).leak().as_bytes();
        assert!(fields(FORM, many).is_ok());
        assert_eq!(fields(FORM, [many, b"a=1"].concat().leak()).unwrap_err().status(), 400);
    }

    #[test]
    fn json_and_multipart_count_as_forms() {
        let json = fields("Application/JSON; charset=utf-8", br#"{"a": "x", "b": [1], "c": null, "d": 1}"#).unwrap();
        assert_eq!(json.required("a").unwrap().as_ref(), b"x");
        let statuses = ["b", "c", "d"].map(|name| json.required(name).unwrap_err().status());
        assert_eq!(statuses, [422, 400, 422]);
        assert_eq!(fields("application/json", b"{").unwrap_err().status(), 400);
        for (kind, body) in [("application/json", &b"[]"[..]), ("application/json", b" "), ("text/plain", b"a=1")] {
            assert_eq!(fields(kind, body).unwrap().required("a").unwrap_err().status(), 400, "{kind}");
        }
        let body = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x\r\nContent-Disposition: form-data; name=b; filename=c\r\n\r\nd\r\n--x--\r\n";
        let form = fields("multipart/form-data; boundary=x", body).unwrap();
        assert_eq!(form.required("a").unwrap().as_ref(), b"\xff");
        assert_eq!(form.required("b").unwrap_err().status(), 422, "a file is not text");
    }
}
