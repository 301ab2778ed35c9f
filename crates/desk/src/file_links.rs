//! Links to files: signed, so that a file is readable to whoever was given its link, until the link expires.
//!
//! `/rails/active_storage/blobs/<attachment>-<expiry>-<signature>/<name>`; the name is for people and proves nothing.

use crate::{House, signing::Secret};
use jiff::SignedDuration;
use model::{Timestamp, attachment::Attachment, ids::AttachmentId};

const PURPOSE: &str = "file";
const DAY: i64 = 24 * 60 * 60;

/// The path under which files are served.
pub const PATH: &str = "/rails/active_storage/blobs";

/// The absolute link to a file, good until `expires_at`.
#[must_use]
pub fn link(house: &House, file: &Attachment, expires_at: Timestamp) -> String {
    let key = key(&house.secret, file.id, expires_at);
    format!("{}{PATH}/{key}/{}", house.frontend_url, escaped(&file.name))
}

/// When a link in an API answer expires: a day or two from now, the same for a whole day, so that browsers may keep
/// what they have fetched.
#[must_use]
pub fn for_api(now: Timestamp) -> Timestamp {
    let day = now.as_second().div_euclid(DAY);
    Timestamp::from_second((day + 2) * DAY).unwrap_or(now)
}

/// When a link in a mail expires: 30 days from now.
#[must_use]
pub fn for_mail(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(30 * DAY)).unwrap_or(now)
}

/// The file that a link's key (its part between [`PATH`] and the name) opens at this time.
#[must_use]
pub fn opens(secret: &Secret, key: &str, now: Timestamp) -> Option<AttachmentId> {
    let (values, signature) = key.rsplit_once('-')?;
    let (id, expires_at) = values.split_once('-')?;
    let fresh = expires_at.parse::<i64>().ok()? > now.as_second();
    let genuine = secret.verify(PURPOSE, values, signature);
    (genuine && fresh).then_some(AttachmentId(id.parse().ok()?))
}

fn key(secret: &Secret, id: AttachmentId, expires_at: Timestamp) -> String {
    let values = format!("{id}-{}", expires_at.as_second());
    let signature = secret.sign(PURPOSE, &values);
    format!("{values}-{signature}")
}

/// A file name as one segment of a path (RFC 3986 §2.1, §2.3).
fn escaped(name: &str) -> String {
    use std::fmt::Write as _;
    let mut path = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    if path.chars().all(|c| c == '.') { "file".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_link_opens_its_file_until_it_expires() {
        let secret = Secret::new("s");
        let good = key(&secret, AttachmentId(7), at(1000));
        assert_eq!(opens(&secret, &good, at(999)), Some(AttachmentId(7)));
        assert_eq!(opens(&secret, &good, at(1000)), None, "expired");
        assert_eq!(opens(&secret, &good.replacen('7', "8", 1), at(999)), None, "another file");
        assert_eq!(opens(&secret, &good.replacen("1000", "2000", 1), at(999)), None, "a longer life");
        assert_eq!(opens(&Secret::new("t"), &good, at(999)), None, "another secret");
        for broken in ["", "-", "7-1000", "7", "x-y-z"] {
            assert_eq!(opens(&secret, broken, at(1)), None, "{broken}");
        }
    }

    #[test]
    fn links_stay_the_same_for_a_day_and_names_cannot_leave_their_segment() {
        assert_eq!(for_api(at(0)), for_api(at(DAY - 1)));
        assert!(for_api(at(DAY - 1)) > at(2 * DAY - 1));
        assert_eq!(escaped("a b/../ü.png"), "a%20b%2F..%2F%C3%BC.png");
        assert_eq!(escaped(".."), "file");
    }
}
