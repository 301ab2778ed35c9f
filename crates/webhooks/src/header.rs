//! Single values of headers: of the request, and of a mail that nobody has parsed.

/// The media type, lower case, without its parameters.
pub(crate) fn media_type(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A parameter of a field such as `form-data; name="a"`, bare or quoted (RFC 9110 §5.6.6).
pub(crate) fn parameter(value: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut rest = value.iter().position(|byte| *byte == b';').and_then(|at| value.get(at + 1..))?;
    loop {
        let equals = rest.iter().position(|byte| matches!(byte, b'=' | b';'))?;
        let key = rest.get(..equals)?.trim_ascii();
        if rest.get(equals) == Some(&b';') {
            rest = rest.get(equals + 1..)?;
            continue;
        }
        let (found, after) = one_value(rest.get(equals + 1..)?.trim_ascii_start());
        if key.eq_ignore_ascii_case(name.as_bytes()) {
            return Some(found);
        }
        rest = after.iter().position(|byte| *byte == b';').and_then(|at| after.get(at + 1..))?;
    }
}

/// A token or quoted string, and what stands after it.
fn one_value(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = text.iter().position(|byte| *byte == b';').unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.trim_ascii().to_vec(), rest);
    };
    let mut value = Vec::new();
    let mut bytes = quoted.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            // Only a quotation mark or a backslash is escaped: browsers send paths with bare backslashes.
            b'\\' if matches!(bytes.as_slice().first(), Some(b'"' | b'\\')) => value.extend(bytes.next()),
            other => value.push(*other),
        }
    }
    (value, bytes.as_slice())
}

/// The first field of that name in a mail, where it is text. Servers write theirs on top, so a later one may be anybody's.
pub(crate) fn first_of_mail<'m>(raw: &'m [u8], name: &str) -> Option<&'m str> {
    let lines = raw.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut head = lines.take_while(|line| !line.is_empty());
    head.find_map(|line| {
        let at = line.iter().position(|byte| *byte == b':')?;
        let (key, value) = (line.get(..at)?, line.get(at + 1..)?);
        key.eq_ignore_ascii_case(name.as_bytes()).then(|| std::str::from_utf8(value).map(str::trim).ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_quoted_or_bare() {
        let rows: [(&str, &str, Option<&str>); 9] = [
            ("form-data; name=\"body-mime\"", "name", Some("body-mime")),
            ("form-data; filename=\"a; name=b\"; name=c", "name", Some("c")),
            ("form-data;NAME = x ; y=z", "name", Some("x")),
            ("form-data; name=\"a\\\"b\\\\c\\d\"", "name", Some("a\"b\\c\\d")),
            ("multipart/form-data; boundary=xYzZY; charset=utf-8", "boundary", Some("xYzZY")),
            ("form-data; flag; name=x", "name", Some("x")),
            ("form-data; name=\"unended", "name", Some("unended")),
            ("form-data", "name", None),
            ("form-data; other=x;", "name", None),
        ];
        for (value, name, expected) in rows {
            assert_eq!(parameter(value.as_bytes(), name).as_deref(), expected.map(str::as_bytes), "{value}");
        }
    }

    #[test]
    fn the_first_field_of_a_mail_counts() {
        let mail = b"Received: x\r\nX-Mailgun-Spf: Pass\r\nx-mailgun-spf: Fail\r\n\r\nX-Other: no\r\n";
        assert_eq!(first_of_mail(mail, "X-Mailgun-SPF"), Some("Pass"));
        assert_eq!(first_of_mail(mail, "X-Other"), None);
        assert_eq!(first_of_mail(b"", "X-Other"), None);
    }
}
