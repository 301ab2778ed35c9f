//! The mail as it is posted: without the mbox line some MTAs put first, with the envelope recipient they only tell in
//! the environment.

/// Prepares the bytes of standard input. `recipient` is what the command line names; `environment` looks a variable up.
pub(super) fn prepare(
    mut raw: Vec<u8>,
    recipient: Option<&str>,
    qmail: bool,
    environment: impl Fn(&str) -> Option<String>,
) -> Vec<u8> {
    if raw.starts_with(b"From ") {
        let end = raw.iter().position(|byte| *byte == b'\n').map_or(raw.len(), |end| end + 1);
        raw.drain(..end);
    }
    let mut head = String::new();
    // qmail keeps the sender from the mail itself.
    let return_path = environment("RPLINE").filter(|_| qmail && !has_field(&raw, "return-path"));
    if let Some(path) = return_path.as_deref().and_then(|line| line.strip_prefix("Return-Path:")) {
        head += &format!("Return-Path: {}\n", one_line(path));
    }
    let recipient = recipient.map(str::to_owned).or_else(|| from_environment(qmail, &environment));
    if let Some(recipient) = recipient.map(|recipient| one_line(&recipient)).filter(|recipient| !recipient.is_empty())
        && !has_field(&raw, "x-original-to")
    {
        head += &format!("X-Original-To: {recipient}\n");
    }
    if head.is_empty() {
        return raw;
    }
    [head.as_bytes(), &raw].concat()
}

/// The recipient as the MTA's environment has it. qmail's carries the name of the controlling user in front
/// (`segue-reply+…@host`), while its `EXT` does not.
fn from_environment(qmail: bool, environment: &impl Fn(&str) -> Option<String>) -> Option<String> {
    if qmail
        && let (Some(local), Some(extension), Some(host)) =
            (environment("LOCAL"), environment("EXT"), environment("HOST"))
        && local.ends_with(&format!("-{extension}"))
    {
        return Some(format!("{extension}@{host}"));
    }
    environment("ORIGINAL_RECIPIENT").or_else(|| environment("RECIPIENT"))
}

/// Whether the mail has a header field of that name (lower case).
fn has_field(raw: &[u8], name: &str) -> bool {
    let lines = raw.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut fields = lines.take_while(|line| !line.is_empty());
    fields.any(|line| {
        let field = line.split(|byte| *byte == b':').next().unwrap_or_default();
        field.len() < line.len() && field.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
    })
}

/// Without what could begin another header field.
fn one_line(value: &str) -> String {
    value.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(raw: &str, recipient: Option<&str>, qmail: bool, variables: &[(&str, &str)]) -> String {
        let look_up = |name: &str| variables.iter().find(|row| row.0 == name).map(|row| row.1.to_owned());
        String::from_utf8(prepare(raw.as_bytes().to_vec(), recipient, qmail, look_up)).unwrap()
    }

    #[test]
    fn the_mail_is_untouched_where_nothing_is_known() {
        for raw in ["", "Subject: x\r\n\r\nFrom here\r\n", "\n\nX", "From: a@x.example\n\nhi"] {
            assert_eq!(prepared(raw, None, false, &[]), raw);
        }
    }

    #[test]
    fn an_mbox_line_goes() {
        assert_eq!(
            prepared("From a@x.example Mon Jan  1\nSubject: x\n\nFrom y\n", None, false, &[]),
            "Subject: x\n\nFrom y\n"
        );
        assert_eq!(prepared("From only", None, false, &[]), "");
    }

    #[test]
    fn the_recipient_is_named_once_and_on_one_line() {
        /// `--recipient`, whether it is qmail, the environment, what is posted.
        type Row<'a> = (Option<&'a str>, bool, &'a [(&'a str, &'a str)], &'a str);
        let rows: &[Row<'_>] = &[
            (Some("a@d"), false, &[("RECIPIENT", "b@d")], "X-Original-To: a@d\nS: x\n\n"),
            (None, false, &[("RECIPIENT", "b@d")], "X-Original-To: b@d\nS: x\n\n"),
            (None, false, &[("RECIPIENT", "b@d"), ("ORIGINAL_RECIPIENT", "c@d")], "X-Original-To: c@d\nS: x\n\n"),
            (Some("a@d\r\nBcc: e@evil"), false, &[], "X-Original-To: a@dBcc: e@evil\nS: x\n\n"),
            (
                None,
                true,
                &[("RECIPIENT", "segue-reply+1@d"), ("LOCAL", "segue-reply+1"), ("EXT", "reply+1"), ("HOST", "d")],
                "X-Original-To: reply+1@d\nS: x\n\n",
            ),
            (
                None,
                true,
                &[("RECIPIENT", "segue@d"), ("LOCAL", "segue"), ("HOST", "d")],
                "X-Original-To: segue@d\nS: x\n\n",
            ),
            (None, true, &[("RPLINE", "Return-Path: <>\n")], "Return-Path: <>\nS: x\n\n"),
        ];
        for (recipient, qmail, variables, expected) in rows {
            assert_eq!(prepared("S: x\n\n", *recipient, *qmail, variables), *expected, "{variables:?}");
        }
        let has = "X-ORIGINAL-TO : z@d\r\nS: x\r\n\r\nbody";
        assert_eq!(prepared(has, Some("a@d"), false, &[]), has);
        let in_body = "S: x\r\n\r\nX-Original-To: z@d";
        assert_eq!(prepared(in_body, Some("a@d"), false, &[]), format!("X-Original-To: a@d\n{in_body}"));
    }
}
