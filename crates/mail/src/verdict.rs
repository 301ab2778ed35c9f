//! What SPF, DKIM and DMARC said about a mail, and the reader of `Authentication-Results` (RFC 8601).
//!
//! Checking signatures needs DNS and is done elsewhere; the types are here, so that everyone speaks of verdicts in one way.

use serde::{Deserialize, Serialize};

use crate::message::{Header, Mail};

/// The outcome of one check, in the words of RFC 8601 §2.7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing to check (no record, no signature), or not checked. Not a failure.
    #[default]
    None,
    /// Checked and right.
    Pass,
    /// Checked and wrong.
    Fail,
    /// SPF only: probably wrong.
    SoftFail,
    /// Says nothing either way.
    Neutral,
    /// Could not be checked now.
    TempError,
    /// The record or signature cannot be understood.
    PermError,
}

impl Outcome {
    /// Reads a word of RFC 8601 §2.7, in any case; an unknown one says nothing.
    pub fn parse(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "pass" => Self::Pass,
            "fail" | "hardfail" => Self::Fail,
            "softfail" => Self::SoftFail,
            "neutral" | "policy" => Self::Neutral,
            "temperror" => Self::TempError,
            "permerror" => Self::PermError,
            _ => Self::None,
        }
    }

    /// The word of RFC 8601.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::Neutral => "neutral",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

/// What the domain's DMARC record asks for (RFC 7489 §6.3, `p=`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Nothing, or unknown.
    #[default]
    None,
    /// Treat failures with suspicion.
    Quarantine,
    /// Refuse failures.
    Reject,
}

/// All verdicts on one mail. Of what was kept, missing things are read as unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdicts {
    /// The envelope sender's domain lets the sending host send.
    pub spf: Outcome,
    /// The domain that SPF was checked for.
    pub spf_domain: Option<String>,
    /// A signature verifies.
    pub dkim: Outcome,
    /// The domains (`d=`) of the signatures that verify, lower case.
    pub dkim_domains: Vec<String>,
    /// The From domain is aligned with a pass.
    pub dmarc: Outcome,
    /// The policy that the From domain publishes.
    pub policy: Policy,
    /// Who says so: `segue` for checks of its own, else the name of the server or provider.
    pub by: Option<String>,
}

impl Verdicts {
    /// Something could not be found out now, and may be another time.
    pub fn may_change(&self) -> bool {
        [self.spf, self.dkim, self.dmarc].contains(&Outcome::TempError)
    }

    /// DMARC failed and the domain asks for that to matter. "None" and "not checked" are no failure.
    pub fn fails_dmarc(&self) -> bool {
        self.dmarc == Outcome::Fail && self.policy != Policy::None
    }

    /// DMARC passed, or a DKIM or SPF pass is for the domain of `from` or one above or below it.
    pub fn is_aligned(&self, from: &str) -> bool {
        let Some(from) = crate::address::domain_of(from) else { return false };
        let related = |domain: &str| {
            let domain = domain.to_ascii_lowercase();
            crate::address::is_host_name(&domain)
                && (domain == from || from.ends_with(&format!(".{domain}")) || domain.ends_with(&format!(".{from}")))
        };
        self.dmarc == Outcome::Pass
            || (self.dkim == Outcome::Pass && self.dkim_domains.iter().any(|domain| related(domain)))
            || (self.spf == Outcome::Pass && self.spf_domain.as_deref().is_some_and(related))
    }

    /// The verdicts of the server whose authserv-id is `trusted`. Anyone can write this header: only fields of that id count, of them
    /// the first, which is the one that the nearest server put on top, and only if it stands above everything that came from outside
    /// (RFC 8601 §5, see [`trusted_part`]). `None` when there is none.
    pub fn from_header(mail: &Mail, trusted: &str) -> Option<Self> {
        let fields = trusted_part(&mail.headers, trusted).iter();
        let mut fields = fields.filter(|field| field.name.eq_ignore_ascii_case("Authentication-Results"));
        fields.find_map(|field| {
            let field = without_comments(&field.value);
            let (id, results) = field.split_once(';')?;
            let id = id.split_whitespace().next()?;
            id.eq_ignore_ascii_case(trusted).then(|| Self { by: Some(id.to_ascii_lowercase()), ..Self::read(results) })
        })
    }

    fn read(results: &str) -> Self {
        let mut verdicts = Self::default();
        for result in results.split(';') {
            let mut words = result.split_whitespace();
            let Some((method, outcome)) = words.next().and_then(|word| word.split_once('=')) else { continue };
            let outcome = Outcome::parse(outcome);
            let property = |wanted: &str| {
                let value =
                    result.split_whitespace().skip(1).find_map(|word| word.strip_prefix(wanted)?.strip_prefix('='));
                value.map(|value| value.trim_matches('"').to_ascii_lowercase())
            };
            match method.split('/').next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "spf" => {
                    verdicts.spf = outcome;
                    let from = property("smtp.mailfrom").or_else(|| property("smtp.helo"));
                    verdicts.spf_domain = from.map(|from| from.rsplit('@').next().unwrap_or_default().to_owned());
                }
                "dkim" => {
                    if outcome == Outcome::Pass {
                        let domain = property("header.d").or_else(|| {
                            property("header.i").map(|i| i.rsplit('@').next().unwrap_or_default().to_owned())
                        });
                        verdicts.dkim_domains.extend(domain);
                    }
                    if verdicts.dkim != Outcome::Pass {
                        verdicts.dkim = outcome;
                    }
                }
                "dmarc" => {
                    verdicts.dmarc = outcome;
                    verdicts.policy = match property("policy.dmarc").or_else(|| property("p")).as_deref() {
                        Some("reject") => Policy::Reject,
                        Some("quarantine") => Policy::Quarantine,
                        _ => verdicts.policy,
                    };
                }
                _ => {}
            }
        }
        verdicts
    }
}

/// The fields that servers of ours put on top. The trusted server's own `Received` is the line that the mail crossed on its way in; a
/// filter of its own may write just below that line, so the part ends at the next `Received`. Where no `Received` names the trusted
/// server, because its id is no host name, the first one is taken for its.
fn trusted_part<'h>(headers: &'h [Header], trusted: &str) -> &'h [Header] {
    let mut received = headers.iter().enumerate().filter(|(_, field)| field.name.eq_ignore_ascii_case("Received"));
    let crossed = received.clone().find(|(_, field)| received_by(&field.value, trusted));
    let end = match crossed {
        Some((line, _)) => received.find(|(place, _)| *place > line),
        None => received.nth(1),
    };
    end.and_then(|(place, _)| headers.get(..place)).unwrap_or(headers)
}

/// Whether the `by` of a `Received` field is that host, or one above or below it.
fn received_by(value: &str, host: &str) -> bool {
    let value = without_comments(value).to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    let mut words = value.split_whitespace().skip_while(|word| *word != "by").skip(1);
    words.next().is_some_and(|by| {
        let by = by.trim_end_matches([';', '.']);
        by.contains('.') && (by == host || by.ends_with(&format!(".{host}")) || host.ends_with(&format!(".{by}")))
    })
}

/// A value with its RFC 5322 comments removed, but a DMARC policy in one (`(p=REJECT …)`, as Gmail writes it) kept as words.
fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut depth = 0_usize;
    let mut comment = String::new();
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let policy = comment.split_whitespace().find(|word| word.to_ascii_lowercase().starts_with("p="));
                    out.push_str(
                        &policy
                            .map(|word| format!(" {} ", word.to_ascii_lowercase().replace(';', "")))
                            .unwrap_or_default(),
                    );
                    comment.clear();
                }
            }
            c if depth == 0 => out.push(c),
            c => comment.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn mail(fields: &str) -> Mail {
        parse(format!("{fields}From: a@x.example\n\nhi").as_bytes())
    }

    #[test]
    fn the_trusted_servers_word_counts() {
        let mail = mail(
            "Authentication-Results: mx.ours.example 1; dkim=fail header.d=z.example;\n dkim=pass (good) header.d=X.example header.s=s;\n \
             spf=pass smtp.mailfrom=b@mail.x.example; dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=x.example\n\
             Authentication-Results: evil.example; dmarc=fail\n",
        );
        let verdicts = Verdicts::from_header(&mail, "MX.ours.example").expect("trusted");
        assert_eq!(
            (verdicts.spf, verdicts.dkim, verdicts.dmarc, verdicts.policy),
            (Outcome::Pass, Outcome::Pass, Outcome::Pass, Policy::Reject)
        );
        assert_eq!(verdicts.dkim_domains, ["x.example"]);
        assert_eq!(verdicts.spf_domain.as_deref(), Some("mail.x.example"));
        assert!(verdicts.is_aligned("Ann@x.example") && !verdicts.fails_dmarc());
    }

    #[test]
    fn anyone_elses_word_does_not() {
        let forged = mail(
            "Authentication-Results: evil.example; dmarc=pass\nAuthentication-Results: x (mx.ours.example); dmarc=pass\n",
        );
        assert_eq!(Verdicts::from_header(&forged, "mx.ours.example"), None);
    }

    #[test]
    fn what_came_from_outside_is_not_the_trusted_servers_word() {
        const FORGED: &str = "Authentication-Results: mx.ours.example; dmarc=pass\n";
        const TRUE: &str = "Authentication-Results: mx.ours.example; dmarc=fail (p=reject)\n";
        const INNER: &str = "Received: from mx.ours.example by store.inside with LMTP; now\n";
        const BORDER: &str = "Received: from evil.example (by mx.evil.example) by mx.ours.example with ESMTP; now\n";
        const OUTER: &str = "Received: from x by evil.example; before\n";
        let dmarc = |fields: &[&str]| {
            Verdicts::from_header(&mail(&fields.concat()), "mx.ours.example").map(|verdicts| verdicts.dmarc)
        };
        assert_eq!(dmarc(&[TRUE, BORDER, FORGED]), Some(Outcome::Fail));
        assert_eq!(dmarc(&[BORDER, TRUE, FORGED, OUTER]), Some(Outcome::Fail), "a filter writes below the line");
        assert_eq!(dmarc(&[INNER, TRUE, BORDER, OUTER, FORGED]), Some(Outcome::Fail));
        assert_eq!(dmarc(&[INNER, BORDER, OUTER, FORGED]), None, "the trusted server said nothing");
        assert_eq!(dmarc(&[INNER, OUTER, FORGED]), None, "the trusted server never saw it");
    }

    #[test]
    fn a_failure_matters_only_under_a_policy() {
        let of = |text: &str| {
            Verdicts::from_header(&mail(&format!("Authentication-Results: m; {text}\n")), "m").expect("read")
        };
        assert!(of("dmarc=fail (p=QUARANTINE) header.from=x").fails_dmarc());
        assert!(!of("dmarc=fail (p=NONE) header.from=x").fails_dmarc());
        assert!(!of("none").fails_dmarc() && !of("none").is_aligned("a@x.example"));
        assert!(!of("spf=pass smtp.mailfrom=a@example").is_aligned("a@x.example"));
    }
}
