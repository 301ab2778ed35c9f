//! HTML that is safe to show: no scripts, styles, forms or frames; nothing is loaded from afar until somebody asks.

use std::collections::HashSet;

use super::tree::{Kind, Tree};

/// Style properties that only change looks within the mail. None of them can name a URL.
const STYLES: &[&str] = &[
    "color",
    "background-color",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "text-align",
    "text-decoration",
    "text-indent",
    "line-height",
    "vertical-align",
    "white-space",
    "margin",
    "margin-left",
    "margin-right",
    "margin-top",
    "margin-bottom",
    "padding",
    "padding-left",
    "padding-right",
    "padding-top",
    "padding-bottom",
    "border",
    "border-left",
    "border-right",
    "border-top",
    "border-bottom",
    "border-color",
    "border-style",
    "border-width",
    "border-collapse",
    "border-spacing",
    "width",
    "max-width",
    "height",
    "direction",
];

/// Makes HTML harmless. `cid:` and inline raster images stay; the `src` of a remote image moves to `data-remote-src`; links open in a
/// new page without a referrer. A document too deep or long to be read as a tree becomes its text.
pub fn sanitize(html: &str) -> String {
    let Some(mut tree) = Tree::parse(html) else {
        return super::from_text(&super::to_text(html));
    };
    park_remote_images(&mut tree);
    clean(&tree.to_html(0, |_| false))
}

/// Moves `src` to `data-remote-src` on images that would be loaded from afar.
pub(crate) fn park_remote_images(tree: &mut Tree) {
    for node in &mut tree.nodes {
        let Kind::Element(name, attrs) = &mut node.kind else { continue };
        attrs.retain(|(attr, _)| attr != "data-remote-src");
        if name != "img" {
            continue;
        }
        for (attr, value) in attrs {
            if attr == "src" && is_remote(value) {
                "data-remote-src".clone_into(attr);
            }
        }
    }
}

fn is_remote(url: &str) -> bool {
    let url = url.trim().to_ascii_lowercase();
    url.starts_with("http://") || url.starts_with("https://")
}

fn is_local_image(url: &str) -> bool {
    let url = url.trim();
    let starts = |prefix: &str| url.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    starts("cid:")
        || ["png", "jpeg", "jpg", "gif", "webp"].iter().any(|kind| starts(&format!("data:image/{kind};base64,")))
}

/// The allow-list, on HTML whose remote images are parked.
pub(crate) fn clean(html: &str) -> String {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tags(["font", "center", "big", "u"])
        .rm_tags(["map", "area"])
        .add_generic_attributes(["style", "dir", "align", "valign", "width", "height", "bgcolor"])
        .add_tag_attributes("font", ["color", "face", "size"])
        .add_tag_attributes("table", ["border", "cellpadding", "cellspacing"])
        .add_tag_attributes("td", ["colspan", "rowspan", "nowrap"])
        .add_tag_attributes("th", ["colspan", "rowspan", "nowrap"])
        .add_tag_attributes("img", ["data-remote-src"])
        .filter_style_properties(STYLES.iter().copied().collect::<HashSet<_>>())
        .url_schemes(["http", "https", "mailto", "tel", "cid", "data"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") => is_local_image(value).then(|| value.into()),
            ("img", "data-remote-src") => is_remote(value).then(|| value.into()),
            (_, "src" | "cite" | "background") => None,
            (_, "href") => (!value.trim_start().to_ascii_lowercase().starts_with("data:")).then(|| value.into()),
            _ => Some(value.into()),
        });
    builder.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn nothing_that_runs_or_loads_survives() {
        let html = r#"<style>@import "http://x"</style><script>alert(1)</script><form action="http://x"><input name=a></form>
            <img src="http://x.example/p.gif" onerror=alert(1) srcset="http://x 2x"><iframe src="http://x"></iframe>
            <p onclick="x()" style="color: red; background-image: url(http://x); position: fixed">Hi</p>
            <a href="javascript:alert(1)">j</a><a href="data:text/html,x">d</a><svg><script>1</script></svg><link rel=stylesheet href="http://x">
            <table background="http://x"><tr><td background="http://x">c</td></tr></table><video src="http://x" poster="http://x"></video>
            <blockquote cite="http://x">q</blockquote><div data-remote-src="http://x">z</div><base href="http://x"><meta http-equiv=refresh content="0;url=http://x">"#;
        let clean = sanitize(html);
        for bad in [
            "<script",
            "<style",
            "<form",
            "<input",
            "<iframe",
            "<svg",
            "<link",
            "<video",
            "<base",
            "<meta",
            "onerror",
            "onclick",
            "javascript:",
            "data:",
            "url(",
            "position",
            "background=",
            "cite=",
            "srcset",
            " src=",
        ] {
            assert!(!clean.contains(bad), "{bad} in {clean}");
        }
        assert_eq!(clean.matches("http://x").count(), 1, "only the parked image: {clean}");
        assert!(
            clean.contains(r#"data-remote-src="http://x.example/p.gif""#) && clean.contains("color:red")
                || clean.contains("color: red"),
            "{clean}"
        );
    }

    #[test]
    fn what_belongs_to_the_mail_stays() {
        let clean = sanitize(
            r#"<p>See <a href="https://x.example/">this</a> <img src="cid:logo@x" width=10></p><img src="data:image/png;base64,AA==">"#,
        );
        assert!(clean.contains(r#"src="cid:logo@x""#) && clean.contains("data:image/png"), "{clean}");
        assert!(clean.contains(r#"target="_blank""#) && clean.contains("noopener"), "{clean}");
    }

    #[test]
    fn mutation_tricks_are_flat() {
        for trick in [
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        ] {
            assert!(
                !sanitize(trick).contains("<img src=1 onerror") && !sanitize(trick).contains("onerror=alert(1)>\""),
                "{}",
                sanitize(trick)
            );
        }
    }
}
