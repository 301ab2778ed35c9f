//! Addresses in HTML: which may be followed or shown, written so that a reader sees where they lead.

use url::Url;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// As it looks.
    Plain(String),
    /// Elsewhere than it looks: with a name before the host (`https://bank.example@evil.example`). Shown, not followed.
    Deceptive(String),
}

/// The address of a link as a browser would understand it, hosts in ASCII: web, mail and telephone only.
pub(super) fn target(href: &str) -> Option<Target> {
    let href = href.trim_matches(|c: char| c <= ' ');
    let url = match Url::parse(href) {
        Ok(url) => url,
        // a link without scheme is one within a page, or lacks it by mistake
        Err(_) if href.starts_with("//") || starts_with(href, "www.") => {
            Url::parse(&format!("https://{}", href.trim_start_matches('/'))).ok()?
        }
        Err(_) => return None,
    };
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Some(Target::Deceptive(url.into()))
        }
        "http" | "https" | "mailto" | "tel" => Some(Target::Plain(url.into())),
        _ => None,
    }
}

/// An image that is loaded from afar.
pub(super) fn remote(src: &str) -> Option<String> {
    let url = match target(src)? {
        Target::Plain(url) | Target::Deceptive(url) => url,
    };
    url.starts_with("http").then_some(url)
}

/// An image of the mail itself: another part of it (RFC 2392), or raster data.
pub(super) fn local_image(src: &str) -> Option<&str> {
    const RASTER: &[&str] = &["png", "jpeg", "jpg", "gif", "webp", "bmp"];
    let src = src.trim();
    if starts_with(src, "cid:") {
        return Some(src).filter(|src| !src.contains(|c: char| c.is_control()));
    }
    let (head, data) = src.split_once(',')?;
    let kind = head.get(11..).filter(|_| starts_with(head, "data:image/"))?;
    let (kind, encoding) = kind.split_once(';')?;
    let base64 = |c: u8| c.is_ascii_alphanumeric() || b"+/=%\r\n\t ".contains(&c);
    let raster = RASTER.iter().any(|known| known.eq_ignore_ascii_case(kind)) && encoding.eq_ignore_ascii_case("base64");
    (raster && data.bytes().all(base64)).then_some(src)
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_where_they_say() {
        let plain = |href: &str| match target(href) {
            Some(Target::Plain(url)) => url,
            other => panic!("{href}: {other:?}"),
        };
        assert_eq!(plain(" HTTPS://X.example/a b"), "https://x.example/a%20b");
        assert_eq!(plain("https://аpple.example/"), "https://xn--pple-43d.example/");
        assert_eq!(plain("www.x.example"), "https://www.x.example/");
        assert_eq!(plain("mailto:a@x.example?subject=b"), "mailto:a@x.example?subject=b");
        assert_eq!(
            target("https://bank.example@evil.example/"),
            Some(Target::Deceptive("https://bank.example@evil.example/".into()))
        );
        for refused in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "java\tscript:x",
            "\u{1}javascript:x",
            "vbscript:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "blob:x",
            "about:blank",
            "#top",
            "/a",
            "a.html",
            "",
            "view-source:https://x",
            "feed:javascript:x",
        ] {
            assert_eq!(target(refused), None, "{refused}");
        }
    }

    #[test]
    fn only_raster_images_are_the_mails_own() {
        for own in ["cid:a@b", "CID:x", "data:image/png;base64,AA==", "data:image/JPEG;base64,AA\r\nAA"] {
            assert_eq!(local_image(own), Some(own));
        }
        for other in [
            "data:image/svg+xml;base64,AA",
            "data:text/html;base64,AA",
            "data:image/png,x",
            "data:image/png;base64,<x>",
            "http://x/cid:a",
            "",
        ] {
            assert_eq!(local_image(other), None, "{other}");
        }
        assert_eq!(remote("//x.example/a.png").as_deref(), Some("https://x.example/a.png"));
        assert_eq!(remote("mailto:a@x.example"), None);
    }
}
