//! Style attributes that only change looks within the mail.

use super::style::declarations;

/// Properties that are kept. None of them takes an element out of its place or can name an address.
const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "clear",
    "color",
    "direction",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-wrap",
];

/// Functions that a value may call.
const FUNCTIONS: &[&str] = &["rgb", "rgba", "hsl", "hsla"];

/// The declarations of a style attribute that may stay, as `name:value;name:value`.
pub(super) fn harmless(style: &str) -> String {
    let mut kept = String::with_capacity(style.len());
    for (name, value) in declarations(style) {
        let Ok(at) =
            PROPERTIES.binary_search_by(|known| known.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase())))
        else {
            continue;
        };
        if is_harmless(value)
            && !(name.len() >= 6
                && name.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("margin"))
                && value.contains('-'))
        {
            if !kept.is_empty() {
                kept.push(';');
            }
            kept.push_str(PROPERTIES.get(at).copied().unwrap_or_default());
            kept.push(':');
            kept.push_str(value);
        }
    }
    kept
}

/// Whether a value is complete by itself and made of nothing but names, numbers, colours and quoted names of fonts.
fn is_harmless(value: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || " #%.,-+_/'\"()".contains(c);
    let even = |quote: char| value.matches(quote).count().is_multiple_of(2);
    let called = value.match_indices('(').all(|(at, _)| {
        let before = value.get(..at).unwrap_or_default();
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(name))
    });
    !value.is_empty()
        && value.len() <= 500
        && value.chars().all(plain)
        && !value.contains("/*")
        && even('"')
        && even('\'')
        && !(value.contains('"') && value.contains('\''))
        && called
        && value.matches('(').count() == value.matches(')').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_stand_in_order() {
        assert!(PROPERTIES.is_sorted());
    }

    #[test]
    fn looks_stay_and_nothing_else() {
        let cases = [
            (
                "color: red; position: fixed; FONT-FAMILY: \"Segoe UI\", Arial",
                "color:red;font-family:\"Segoe UI\", Arial",
            ),
            ("color:rgb(1, 2, 3)!important;width:10px", "color:rgb(1, 2, 3);width:10px"),
            ("background:url(http://x)", ""),
            ("background-color:url(http://x);color:red", "color:red"),
            ("color:u\\72l(x)", ""),
            ("width:expression(alert(1))", ""),
            ("width:calc(1px)", ""),
            ("color:red/*;*/;width:/**/1px", ""),
            ("font-family:'a;width:1px;x:'", "width:1px"),
            ("list-style-type:disc;list-style-image:url(x)", "list-style-type:disc"),
            ("margin-left:-9999px;margin:0 auto", "margin:0 auto"),
            ("-moz-binding:url(x);behavior:url(x);content:'x'", ""),
            ("color:red}body{color:blue", ""),
            ("@import 'x';color:@x", ""),
            ("", ""),
        ];
        for (style, kept) in cases {
            assert_eq!(harmless(style), kept, "{style}");
            assert_eq!(harmless(kept), kept, "{style}");
        }
    }
}
