//! What is shown of a mail's HTML, attacked: whatever goes in, what comes out is made of listed elements and attributes, loads
//! nothing, and is the same when it goes in again.

use html5ever::tendril::TendrilSink;
use mail::html::{sanitize, to_text};
use mail::reply::{Hints, extract_html};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

/// Elements that may be shown, `html`, `head` and `body` of the parser's own making among them.
const ELEMENTS: &str = " html head body a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd \
    del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q rp rt ruby s samp \
    section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr ";

const ATTRIBUTES: &str = " style dir lang title align valign width height bgcolor href target rel span color face size src alt data-remote-src \
    value start type border cellpadding cellspacing colspan rowspan nowrap ";

/// What is wrong with HTML as a browser reads it, with and without scripts.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for scripting_enabled in [true, false] {
        let tree_builder = html5ever::tree_builder::TreeBuilderOpts { scripting_enabled, ..Default::default() };
        let options = html5ever::ParseOpts { tree_builder, ..Default::default() };
        let dom = html5ever::parse_document(RcDom::default(), options).one(html);
        let mut todo: Vec<Handle> = vec![dom.document.clone()];
        while let Some(node) = todo.pop() {
            todo.extend(node.children.borrow().iter().cloned());
            match &node.data {
                NodeData::Element { name, attrs, .. } => {
                    let element = &*name.local;
                    if !ELEMENTS.contains(&format!(" {element} ")) || &*name.ns != "http://www.w3.org/1999/xhtml" {
                        faults.push(format!("<{element}>"));
                    }
                    for attr in attrs.borrow().iter() {
                        faults.extend(fault(element, &attr.name.local, &attr.value));
                    }
                }
                NodeData::Comment { contents } => faults.push(format!("<!--{contents}-->")),
                NodeData::ProcessingInstruction { .. } => faults.push("<?".into()),
                _ => {}
            }
        }
    }
    faults
}

fn fault(element: &str, name: &str, value: &str) -> Option<String> {
    let seen: String =
        value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_lowercase();
    let right = match name {
        "href" => {
            ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| value.starts_with(scheme))
                && !value.split('/').nth(2).is_some_and(|host| host.contains('@'))
        }
        "src" => {
            element == "img" && (seen.starts_with("cid:") || (seen.starts_with("data:image/") && !seen.contains("svg")))
        }
        "data-remote-src" => element == "img" && value.starts_with("http"),
        "style" => {
            !["url", "expression(", "import", "\\", "/*", "position", "behavior", "binding", "image(", "attr(", "var("]
                .iter()
                .any(|bad| seen.contains(bad))
        }
        "target" => value == "_blank",
        "rel" => value == "noopener noreferrer nofollow",
        _ => ATTRIBUTES.contains(&format!(" {name} ")),
    };
    (!right).then(|| format!("{element} {name}={value:?}"))
}

const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//x></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<a href=javascript:alert(1)>a</a>",
    "<a href='java\nscript:alert(1)'>a</a>",
    "<a href='&#106;avascript:x'>a</a>",
    "<a href='&Tab;javascript:x'>a</a>",
    "<a href='\u{1}javascript:x'>a</a>",
    "<a href='vbscript:x'>a</a>",
    "<a href='data:text/html,<script>'>a</a>",
    "<a href='https://good.example@evil.example/'>a</a>",
    "<a href='https://good.example\\@evil.example/'>a</a>",
    "<a href='//x.example'>a</a>",
    "<a href='https:x.example'>a</a>",
    "<a xlink:href='javascript:x'>a</a>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:x><text>a</text></a></svg>",
    "<svg><style><img src=x onerror=x></style></svg>",
    "<svg><animate attributeName=href values=javascript:x>",
    "<svg><image href=http://x/>",
    "<svg><foreignObject><p>a</p></foreignObject></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding='text/html'><script>x</script>",
    "<math href=javascript:x>a",
    "<math><mi xlink:href='data:x'>a",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<form action=http://x><input name=a formaction=javascript:x><button>b</button></form>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<noembed><img src=x onerror=x></noembed>",
    "<xmp><img src=x onerror=x></xmp>",
    "<plaintext><img src=x onerror=x>",
    "<title><img src=x onerror=x></title>",
    "<textarea><img src=x onerror=x></textarea>",
    "<template><script>x</script></template>",
    "<select><option><style></option></select><img src=x onerror=x></style>",
    "<iframe srcdoc='<script>x</script>'></iframe>",
    "<object data=http://x></object>",
    "<embed src=http://x>",
    "<applet code=x>",
    "<frameset onload=x><frame src=http://x>",
    "<link rel=stylesheet href=http://x>",
    "<meta http-equiv=refresh content='0;url=http://x'>",
    "<base href=http://x/>",
    "<style>@import 'http://x';p{background:url(http://x)}</style>",
    "<p style='background:url(http://x)'>",
    "<p style='background-image:u\\72l(http://x)'>",
    "<p style='color:red;/**/background:url(//x)'>",
    "<p style=\"font-family:'a;position:fixed'\">",
    "<p style='width:expression(alert(1))'>",
    "<p style='behavior:url(x)'>",
    "<p style='color:red}*{background:url(x)'>",
    "<p style='background-color:image-set(\"http://x\" 1x)'>",
    "<p style='width:var(--x)'>",
    "<table background=http://x><tr><td background=http://x>c</table>",
    "<body background=http://x onload=x>",
    "<img srcset='http://x 2x' src=cid:a>",
    "<picture><source srcset=http://x><img src=cid:a></picture>",
    "<video src=http://x poster=http://x><track src=http://x></video>",
    "<audio src=http://x>",
    "<input type=image src=http://x>",
    "<img src='data:image/svg+xml;base64,AA'>",
    "<img src='data:text/html;base64,AA'>",
    "<img src='data:image/png;base64,AA=='>",
    "<img src=cid:a width=10 alt='a b'>",
    "<img lowsrc=http://x dynsrc=http://x longdesc=http://x usemap=#a>",
    "<img src='http://x.example/a.png'>",
    "<img data-remote-src='javascript:x'>",
    "<map name=a><area href=javascript:x></map>",
    "<blockquote cite=http://x>",
    "<q cite=javascript:x>a</q>",
    "<del cite=http://x>",
    "<a ping=http://x href=https://x.example>a</a>",
    "<a href=https://x.example target=_self rel=opener download>a</a>",
    "<div id=getElementById name=body class=x>",
    "<a id=x name=location>",
    "<img name=cookie>",
    "<p is=x-y slot=z part=w>",
    "<x-y onclick=x>",
    "<dialog open>",
    "<details ontoggle=x open>",
    "<marquee onstart=x>",
    "<keygen autofocus onfocus=x>",
    "<!--[if gte IE 4]><script>x</script><![endif]-->",
    "<!--><img src=x onerror=x>-->",
    "<!--",
    "-->",
    "--!>",
    "<!",
    "<?xml version=1?>",
    "<![CDATA[",
    "]]>",
    "</",
    "<",
    ">",
    "&lt;img src=x onerror=x&gt;",
    "&amp;lt;b&amp;gt;",
    "\"",
    "'",
    "`",
    "\0",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=https://x.example>",
    "</a>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<caption>",
    "<colgroup><col>",
    "<tbody>",
    "<th colspan=2>",
    "<ul>",
    "<li>",
    "</ul>",
    "<ol start=3>",
    "<dl><dt>",
    "<dd>",
    "<pre>\n",
    "\n",
    "</pre>",
    "<div>",
    "</div>",
    "<font color=red>",
    "</font>",
    "<center>",
    "<nobr>",
    "</nobr>",
    "<h1>",
    "</h2>",
    "<ruby><rt>",
    "<rp>",
    "<hr>",
    "<br>",
    "</br>",
    "<image src=cid:a>",
    "<blockquote>",
    "</blockquote>",
    "<span style='color:red'>",
    "</span>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mi>",
    "<desc>",
    "<select>",
    "<option>",
    "<optgroup>",
    "<button>",
    "<frameset>",
    "<body dir=rtl>",
    "<html dir=rtl>",
    "</body>",
    "</html>",
    "<head>",
    "<u>",
    "<s>",
    "<big>",
    "<small>",
    "<tt>",
    "<strike>",
    "<code>",
    "<em>",
    "<strong>",
    "<listing>\n\n",
    "<xmp>",
    "<plaintext>",
    "word ",
    "&#13;",
    "<pre>&#13;&#10;",
    "<pre><script></script>\n",
    "&nbsp;",
    "\u{202e}",
    "<div style='display:none'>",
    "<div hidden>",
];

fn harmless(html: &str) -> Result<(), String> {
    let clean = sanitize(html);
    let found = faults(&clean);
    if !found.is_empty() {
        return Err(format!("{found:?} in {clean} from {html}"));
    }
    let again = sanitize(&clean);
    if again != clean {
        return Err(format!("not the same again: {clean} became {again} from {html}"));
    }
    let shown = extract_html(html, &Hints::default()).html.unwrap_or_default();
    let found = faults(&shown);
    if found.is_empty() { Ok(()) } else { Err(format!("{found:?} in the reply {shown} from {html}")) }
}

#[test]
fn every_attack_alone_is_flat() {
    let mut wrong = Vec::new();
    for attack in ATTACKS {
        wrong.extend(harmless(attack).err());
        wrong.extend(harmless(&format!("<p>a</p>{attack}<p>b</p>")).err());
        wrong.extend(harmless(&format!("<table><tr>{attack}<td>b")).err());
        wrong.extend(harmless(&format!("<div class=gmail_quote><svg>{attack}</svg>{attack}</div>c")).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attacks_together_are_flat(pieces in proptest::collection::vec(proptest::sample::select(ATTACKS), 0..25)) {
        let result = harmless(&pieces.concat());
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    #[test]
    fn attacks_cut_and_spliced_are_flat(pieces in proptest::collection::vec((proptest::sample::select(ATTACKS), 0usize..60, 0usize..60), 0..25)) {
        let cut = |(piece, from, to): &(&str, usize, usize)| -> String { piece.chars().skip(*from % 7 * (*from / 30)).take(*to).collect() };
        let html: String = pieces.iter().map(cut).collect();
        let result = harmless(&html);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    #[test]
    fn what_is_shown_says_what_the_text_says(pieces in proptest::collection::vec(proptest::sample::select(&["<p>", "</p>", "<div>", "</div>", "one ", "two", "<br>", "<b>", "</b>", "<ul><li>", "</ul>", "<blockquote>", "</blockquote>", "<table><tr><td>", "<td>", "</table>", "&nbsp;", "<div style='display:none'>three</div>", "<style>four</style>"][..]), 0..25)) {
        let html = pieces.concat();
        let words = |text: String| text.replace('>', "").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(to_text(&sanitize(&html))), words(to_text(&html)), "{}", html);
    }
}

#[test]
fn what_belongs_to_a_mail_stays() {
    let cases = [
        (
            "<table border=1 cellpadding=2><tr><th align=left>A<td colspan=2 bgcolor=#eee>1</table>",
            "<table border=\"1\" cellpadding=\"2\"><tbody><tr><th align=\"left\">A</th><td colspan=\"2\" bgcolor=\"#eee\">1</td></tr></tbody></table>",
        ),
        ("<ol start=3 type=a><li value=4>x</ol>", "<ol start=\"3\" type=\"a\"><li value=\"4\">x</li></ol>"),
        ("<img src=cid:a@b alt=c>", "<img src=\"cid:a@b\" alt=\"c\">"),
        ("<body dir=rtl><p>שלום", "<div dir=\"rtl\"><p>שלום</p></div>"),
        ("<p style='color:red;position:fixed'>x", "<p style=\"color:red\">x</p>"),
        (
            "<a href='https://good.example@evil.example/'>good.example</a>",
            "<a target=\"_blank\" rel=\"noopener noreferrer nofollow\">good.example</a> &lt;https://good.example@evil.example/&gt;",
        ),
    ];
    for (html, clean) in cases {
        assert_eq!(sanitize(html), clean);
    }
    let link = sanitize("<a href='https://аpple.example'>apple</a>");
    assert!(link.contains("href=\"https://xn--pple-43d.example/\""), "{link}");
}

/// A writer that looks ahead at every escaped character would take minutes.
#[test]
fn a_text_of_nothing_but_escapes_is_written_in_no_time() {
    let clean = sanitize(&"&".repeat(300_000));
    assert_eq!(to_text(&clean).matches('&').count(), 300_000);
    assert_eq!(sanitize(&clean), clean);
}
