//! HTML replies as whole mails of many programs: where people answer, what they quote, what they pass on, how they sign.

use mail::html::to_text;
use mail::reply::{Hints, PartKind, extract_html, take_apart_html};

/// A mail, what was written, and words that are in what was cut.
struct Case {
    name: &'static str,
    html: &'static str,
    text: &'static str,
    cut: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        name: "gmail, answered between the lines",
        html: r#"<div dir="ltr"><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 10:00 AM Ann Lee &lt;<a href="mailto:ann@x.example">ann@x.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex"><div dir="ltr">Which size?</div></blockquote><div><br></div><div>Size L.</div><div>&nbsp;</div><blockquote class="gmail_quote"><div>Where to?</div></blockquote><div>Home, please.</div></div></div>"#,
        text: "> Which size?\n\nSize L.\n\n> Where to?\n\nHome, please.",
        cut: &["On Mon, Jan 5"],
    },
    Case {
        name: "gmail, answered below",
        html: r#"<div dir="ltr"><br></div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 10:00 AM Ann Lee wrote:<br></div><blockquote class="gmail_quote"><div>Which size?</div></blockquote><div><br></div><div>Size L.</div></div>"#,
        text: "Size L.",
        cut: &["Which size?", "On Mon"],
    },
    Case {
        name: "gmail, one answer within the mail",
        html: r#"<div dir="ltr">See below.</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 10:00 AM Ann Lee wrote:<br></div><blockquote class="gmail_quote"><div>Which size?</div></blockquote><div>Size L.</div><blockquote class="gmail_quote"><div>Kind regards, Ann</div></blockquote></div>"#,
        text: "See below.\n\n> Which size?\n\nSize L.",
        cut: &["Kind regards, Ann"],
    },
    Case {
        name: "gmail, a paragraph indented",
        html: r#"<div dir="ltr"><div>The label says:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>Size M</div></blockquote></div>"#,
        text: "The label says:\n\nSize M",
        cut: &[],
    },
    Case {
        name: "apple mail, answered between the lines",
        html: r#"<html><body style="overflow-wrap: break-word;"><blockquote type="cite"><div>On 5 Jan 2026, at 10:00, Ann Lee &lt;ann@x.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>Which size?</div></blockquote><div><br></div>Size L.<br><br><blockquote type="cite"><div>Where to?</div></blockquote><div>Home.</div><br></body></html>"#,
        text: "> Which size?\n\nSize L.\n\n> Where to?\n\nHome.",
        cut: &["On 5 Jan 2026"],
    },
    Case {
        name: "outlook desktop, language without a row",
        html: r##"<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><!--[if !mso]><style>v\:* {behavior:url(#default#VML);}</style><![endif]--><style><!-- p.MsoNormal {margin:0cm;} --></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head><body lang=EU><div class=WordSection1><p class=MsoNormal>New words.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Nork:</b> Ann Lee &lt;ann@x.example&gt; <br><b>Bidalia:</b> 2026(e)ko urtarrilak 5<br><b>Nori:</b> Bob<br><b>Gaia:</b> Eskaera<o:p></o:p></p></div></div><p class=MsoNormal>Old words<o:p></o:p></p></div></body></html>"##,
        text: "New words.",
        cut: &["Old words", "Bidalia"],
    },
    Case {
        name: "outlook 2010",
        html: r#"<div class=WordSection1><p class=MsoNormal>New words.</p><div><div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b><span style='font-size:10.0pt'>From:</span></b><span> Ann Lee [mailto:ann@x.example] <br><b>Sent:</b> Monday, January 05, 2026 10:00 AM<br><b>To:</b> Bob<br><b>Subject:</b> Order<o:p></o:p></span></p></div></div><p class=MsoNormal>Old words</p></div>"#,
        text: "New words.",
        cut: &["Old words", "Sent:"],
    },
    Case {
        name: "outlook for mac",
        html: r#"<div class="WordSection1"><p class="MsoNormal">New words.</p><div id="mail-editor-reference-message-container"><div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span style="color:black">From: </span></b>Ann<br></p></div><p class="MsoNormal">Old words</p></div></div></div>"#,
        text: "New words.",
        cut: &["Old words"],
    },
    Case {
        name: "hotmail, behind two servers of the same make",
        html: r#"<div>New words.</div><hr><div><b>Od:</b> Ann &lt;ann@x.example&gt;<br><b>Wysłano:</b> 5 stycznia 2026<br><b>Do:</b> Bob<br><b>Temat:</b> x</div><div id="x_x_x_divRplyFwdMsg">deeper</div>"#,
        text: "New words.",
        cut: &["Wysłano", "deeper"],
    },
    Case {
        name: "a form that somebody filled in is no header block",
        html: "<p>A new enquiry:</p><p><b>Name:</b> Bob<br><b>Phone:</b> 020 1234<br><b>Message:</b> Which sizes are there?</p>",
        text: "A new enquiry:\n\nName: Bob\nPhone: 020 1234\nMessage: Which sizes are there?",
        cut: &[],
    },
    Case {
        name: "a signature of tables and logos",
        html: r#"<div>New words.</div><div><br></div><div id="Signature"><table cellpadding="0"><tbody><tr><td rowspan="3"><img src="cid:logo" width="80"></td><td><b>Ann Lee</b></td></tr><tr><td>Acme GmbH</td></tr><tr><td><a href="https://x.example"><img src="https://x.example/fb.png"></a></td></tr></tbody></table></div>"#,
        text: "New words.",
        cut: &["Ann Lee", "Acme GmbH"],
    },
    Case {
        name: "a quotation in a sentence",
        html: "<p>Your page says</p><blockquote>Free returns within 30 days</blockquote><p>but the shop refused.</p>",
        text: "Your page says\n\n> Free returns within 30 days\n\nbut the shop refused.",
        cut: &[],
    },
    Case {
        name: "a picture is an answer's part",
        html: r#"<div>This one:</div><div><img src="cid:photo@x" alt="photo.jpg"></div><div class="gmail_quote"><blockquote class="gmail_quote">Which one?</blockquote></div>"#,
        text: "This one:\n[image: photo.jpg]",
        cut: &["Which one?"],
    },
    Case {
        name: "plain text dressed as HTML",
        html: "<html><body><pre style=\"white-space: pre-wrap\">New words.\n\nOn Mon, 5 Jan 2026 10:00 Ann &lt;ann@x.example&gt; wrote:\n&gt; Old words\n</pre></body></html>",
        text: "New words.",
        cut: &["Old words"],
    },
    Case {
        name: "tags that were never closed",
        html: "<div><p>New <b>words.<div class=gmail_quote><div class=gmail_attr>On Mon, Jan 5, 2026 Ann wrote:<blockquote class=gmail_quote>Old words",
        text: "New words.",
        cut: &["Old words"],
    },
    Case {
        name: "a preheader and its padding",
        html: "<div style=\"display:none;max-height:0\">Preview</div><div style=\"display:none\">&#847; &zwnj; &nbsp;</div><p>New words.</p>",
        text: "New words.",
        cut: &[],
    },
    Case {
        name: "an attribution without mark, in a language without a row",
        html: r#"<p>New words.</p><p>2026(e)ko urt. 5(a) 10:00(e)tan, Ann Lee erabiltzaileak hau idatzi du:</p><blockquote type="cite"><p>Old words</p></blockquote>"#,
        text: "New words.",
        cut: &["Old words", "erabiltzaileak"],
    },
];

fn said(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[test]
fn replies_are_read_as_they_were_written() {
    let mut wrong = Vec::new();
    for Case { name, html, text, cut } in CASES {
        let reply = extract_html(html, &Hints::default());
        let rest = format!(
            "{}\n{}",
            reply.signature.as_deref().unwrap_or_default(),
            reply.quoted.as_deref().unwrap_or_default()
        );
        if reply.text != *text || !cut.iter().all(|cut| rest.contains(cut)) {
            wrong.push(format!("{name}: {:?} and {rest:?}", reply.text));
        }
        let shown = to_text(reply.html.as_deref().unwrap_or_default());
        if said(&shown) != said(text) {
            wrong.push(format!("{name}, shown: {:?}", reply.html));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_parts_of_html_are_its_text() {
    for Case { name, html, .. } in CASES {
        let body = take_apart_html(html, &Hints::default());
        let joined: String = body.parts.iter().map(|part| body.text_of(part)).collect();
        assert_eq!(joined, body.text, "{name}");
        assert_eq!(said(&body.text), said(&to_text(html)), "{name}");
    }
}

#[test]
fn headings_are_told_from_what_they_lead_to() {
    for (name, heading) in [
        ("gmail, answered below", "On Mon"),
        ("outlook 2010", "Sent:"),
        ("an attribution without mark, in a language without a row", "erabiltzaileak"),
    ] {
        let case = CASES.iter().find(|case| case.name == name).expect("a case");
        let body = take_apart_html(case.html, &Hints::default());
        let part = body.parts.iter().find(|part| body.text_of(part).contains(heading)).expect("the heading");
        assert_eq!(part.kind, PartKind::QuoteHeader, "{name}: {body:?}");
    }
}

/// What nests deeper than anybody reads is read as text, and cut as text.
#[test]
fn absurd_html_is_still_cut() {
    let deep = format!(
        "{}New words.<br>\n<br>\nOn Mon, 5 Jan 2026 10:00 Ann &lt;ann@x.example&gt; wrote:<br>\n&gt; Old words<br>\n",
        "<div>".repeat(5_000)
    );
    let reply = extract_html(&deep, &Hints::default());
    assert_eq!(reply.text, "New words.", "{reply:?}");
    assert!(reply.html.is_some_and(|html| html.contains("New words.") && !html.contains("Old words")));
}
