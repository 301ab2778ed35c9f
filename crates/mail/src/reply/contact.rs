//! Signatures without a mark: the author's name alone, and the blocks of name, role, firm, telephone and address that offices add.

use super::attribution::has_address;
use super::context::Context;
use super::heading::is_rule;
use super::line::Line;

/// The line of the author's name near the end, and the few short ones below it: `Ann`, `- Ann Lee`, `김민지 드림`.
pub(super) fn sign_off(lines: &[&Line<'_>], context: &Context) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.blank)?;
    let is = |at: &usize| lines.get(*at).is_some_and(|line| is_name(line, context) || is_signed(line));
    let at = (last.saturating_sub(5)..=last).find(is)?;
    let below = lines.get(at + 1..=last).unwrap_or_default();
    let short = below.iter().all(|line| line.lower.chars().count() <= 60 && !line.quoted && !is_sentence(line));
    (short && !is_introduced(lines, at)).then_some(at)
}

fn is_name(line: &Line<'_>, context: &Context) -> bool {
    let text = line.lower.trim_matches(['-', '–', '—', '~', ' ', '/', '(', ')', ',', '.', '!', '_', '|']);
    !line.quoted && !line.blank && text.len() <= 60 && context.is_author(text)
}

/// What Koreans and Chinese put behind their name.
const SIGNED: &[&str] = &[" 드림", " 올림", " 배상", " 敬上", " 谨上", " 謹上", " 拝"];

fn is_signed(line: &Line<'_>) -> bool {
    !line.lower.is_ascii() && line.lower.len() <= 60 && SIGNED.iter().any(|words| line.lower.ends_with(words))
}

fn is_sentence(line: &Line<'_>) -> bool {
    line.lower.ends_with(['?', '!']) || (line.lower.ends_with('.') && line.lower.split(' ').count() > 4)
}

/// What stands above asks for it: the block is an answer.
fn is_introduced(lines: &[&Line<'_>], at: usize) -> bool {
    let above = lines.get(..at).unwrap_or_default().iter().rfind(|line| !line.blank);
    above.is_some_and(|line| {
        line.lower.ends_with(':')
            || (line.quoted && lines.get(..at).is_some_and(|above| above.iter().all(|line| line.quoted || line.blank)))
    })
}

/// A last paragraph of short lines that begins with the author's name or holds much of what only signatures hold.
pub(super) fn block(lines: &[&Line<'_>], context: &Context) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.blank)?;
    let start = lines.get(..last).unwrap_or_default().iter().rposition(|line| line.blank)? + 1;
    let block = lines.get(start..=last).unwrap_or_default();
    let fits = block.len() <= 12
        && block.iter().all(|line| {
            line.lower.chars().count() <= 120 && !line.quoted && !line.lower.is_empty() && !is_sentence(line)
        });
    if !fits || is_introduced(lines, start) {
        return None;
    }
    let named = block.first().is_some_and(|line| {
        line.lower.split(['|', ',', '•', '·', '/']).next().is_some_and(|name| context.is_author(name.trim()))
    });
    let signs = SIGNS.iter().filter(|sign| block.iter().any(|line| sign(&line.lower))).count();
    (signs + 2 * usize::from(named) >= 3).then_some(start)
}

/// What signatures of firms hold.
const SIGNS: &[fn(&str) -> bool] = &[has_telephone, has_address, has_site, has_firm];

fn has_telephone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    const LABELS: &[&str] = &[
        "tel",
        "phone",
        "mobil",
        "fax",
        "mob",
        "cell",
        "handy",
        "тел",
        "телефон",
        "电话",
        "電話",
        "手机",
        "전화",
        "gsm",
        "puh",
        "tlf",
        "t:",
        "m:",
        "t.",
        "☎",
        "📞",
    ];
    (7..=20).contains(&digits) && (text.contains('+') || LABELS.iter().any(|label| text.contains(label)))
}

fn has_site(text: &str) -> bool {
    text.contains("www.") || text.starts_with("http") || text.contains(" http")
}

fn has_firm(text: &str) -> bool {
    const FIRMS: &[&str] = &[
        "gmbh",
        "ag",
        "kg",
        "ltd",
        "ltd.",
        "limited",
        "inc",
        "inc.",
        "llc",
        "plc",
        "s.a.",
        "sa",
        "sarl",
        "sas",
        "s.r.l.",
        "srl",
        "s.p.a.",
        "spa",
        "b.v.",
        "bv",
        "nv",
        "n.v.",
        "ab",
        "a/s",
        "aps",
        "as",
        "oy",
        "oyj",
        "kft",
        "kft.",
        "zrt",
        "s.r.o.",
        "a.s.",
        "sp.",
        "d.o.o.",
        "doo",
        "ооо",
        "зао",
        "ао",
        "co.",
        "corp",
        "corp.",
        "corporation",
        "gbr",
        "e.v.",
        "ug",
        "ohg",
        "s.l.",
        "sl",
        "lda",
        "lda.",
        "ltda",
        "ltda.",
        "eood",
        "оод",
        "株式会社",
        "有限公司",
        "주식회사",
    ];
    text.split([' ', ',', '|', '(', ')']).any(|word| FIRMS.contains(&word))
        || (!text.is_ascii()
            && FIRMS.iter().any(|firm| !firm.is_ascii() && text.contains(firm) && firm.chars().count() > 3))
}

/// A block between two rules at the very end.
pub(super) fn framed(lines: &[&Line<'_>], context: &Context) -> Option<usize> {
    let last = lines
        .iter()
        .rposition(|line| !line.blank)
        .filter(|last| lines.get(*last).is_some_and(|line| is_frame(line)))?;
    let start = (last.saturating_sub(10)..last).find(|at| lines.get(*at).is_some_and(|line| is_frame(line)))?;
    let inside = lines.get(start + 1..last).unwrap_or_default();
    let signs = inside.iter().any(|line| is_name(line, context) || SIGNS.iter().any(|sign| sign(&line.lower)));
    (signs && !is_introduced(lines, start)).then_some(start)
}

fn is_frame(line: &Line<'_>) -> bool {
    is_rule(line)
        || (line.raw.chars().count() >= 8
            && line.raw.trim().chars().all(|c| "-=_*~+#─━═☆★◇◆・.。:┏┓┗┛".contains(c))
            && !line.blank)
}
