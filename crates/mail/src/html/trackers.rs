//! Images that nobody is to see: they tell their sender when, where and how often a mail is read.

use super::style::declarations;
use super::text::Style;
use super::tree::Tree;

/// Services that put such images into mails: the end of the host, and what stands in the path. A new service is a new row.
const SERVICES: &[(&str, &str)] = &[
    ("awstrack.me", "/I0/"),
    ("bananatag.com", ""),
    ("bl-1.com", ""),
    ("cirrusinsight.com", ""),
    ("createsend.com", "/t/"),
    ("customeriomail.com", "/e/o/"),
    ("emltrk.com", ""),
    ("exct.net", "/open.aspx"),
    ("facebook.com", "/tr"),
    ("getmailspring.com", "/open/"),
    ("getnotify.com", ""),
    ("google-analytics.com", "/collect"),
    ("hubspotlinks.com", ""),
    ("list-manage.com", "/track/open"),
    ("mailfoogae.appspot.com", "/t"),
    ("mailgun.org", "/o/"),
    ("mailstat.us", ""),
    ("mailtrack.io", "/trace/"),
    ("mandrillapp.com", "/track/open"),
    ("mixmax.com", "/api/track"),
    ("mjt.lu", "/oo/"),
    ("pstmrk.it", "/open"),
    ("readnotify.com", ""),
    ("sendgrid.net", "/wf/open"),
    ("sendibt3.com", "/tr/op/"),
    ("sidekickopen", ""),
    ("superhuman.com", "/"),
    ("yesware.com", "/t/"),
    ("", "/wf/open?upn="),
    ("", "/track/open.php"),
    ("", "/e3t/to/"),
    ("", "/pixel.gif"),
];

/// Whether an image from afar is one that counts readers: of a pixel or none, hidden, or of a service known for it.
pub(super) fn counts_readers(tree: &Tree, id: usize, url: &str) -> bool {
    let none = |size: &str| size.trim().trim_end_matches("px").parse::<f32>().is_ok_and(|size| size <= 1.5);
    let mut tiny = none(tree.attr(id, "width")) || none(tree.attr(id, "height"));
    for (name, value) in declarations(tree.attr(id, "style")) {
        let sized = ["width", "height", "max-width", "max-height"].iter().any(|size| size.eq_ignore_ascii_case(name));
        tiny |= sized && none(value);
    }
    tiny || Style::of(tree, id).hidden || SERVICES.iter().any(|(host, path)| is_of(url, host, path))
}

fn is_of(url: &str, host: &str, path: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (found, rest) = rest.split_at(at);
    let found = found.split(':').next().unwrap_or_default();
    let hosted = host.is_empty()
        || found.strip_suffix(host).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        || (!host.contains('.') && found.contains(host));
    hosted && rest.contains(path)
}

#[cfg(test)]
mod tests {
    use crate::html::sanitize;

    #[test]
    fn images_that_count_readers_are_gone() {
        for image in [
            "<img src='https://x.example/a.gif' width=1 height=1>",
            "<img src='https://x.example/a.gif' style='width:1px; height: 1px'>",
            "<img src='https://x.example/a.gif' style='display:none'>",
            "<img src='https://x.example/a.gif' height=0>",
            "<div style='display:none'><img src='https://x.example/a.gif'></div>",
            "<img src='https://u1.ct.sendgrid.net/wf/open?upn=abc'>",
            "<img src='http://mandrillapp.com/track/open.php?u=1'>",
            "<img src='https://links.x.example/wf/open?upn=abc' width=100>",
            "<img src='//r.superhuman.com/abc.gif'>",
            "<img data-remote-src='https://x.example/a.gif' width=1>",
        ] {
            assert_eq!(sanitize(&format!("<div>Hi {image}</div>")), "<div>Hi </div>", "{image}");
        }
        for image in [
            "<img src='https://x.example/superhuman.com/open.png'>",
            "<img src='https://notsuperhuman.com/a.png' width=100%>",
            "<img src='https://x.example/a.png' width=200 height=20>",
        ] {
            assert!(sanitize(image).contains("data-remote-src"), "{image}");
        }
        assert!(sanitize("<img src='cid:a' width=1>").contains("cid:a"), "the mail's own tell nobody");
    }
}
