//! What a provider said of SPF, DKIM and DMARC, in our own terms.

use mail::verdict::{Outcome, Policy, Verdicts};
use webhooks::Said;

/// The provider's words as verdicts.
pub(super) fn verdicts(said: Said) -> Verdicts {
    let results: Vec<(Option<String>, Outcome)> =
        said.dkim.into_iter().map(|(domain, word)| (domain, Outcome::parse(&word))).collect();
    let passed = results.iter().filter(|(_, outcome)| *outcome == Outcome::Pass);
    let best = passed.clone().next().or(results.first());
    Verdicts {
        spf: said.spf.as_deref().map(Outcome::parse).unwrap_or_default(),
        spf_domain: said.spf.and(said.spf_domain),
        dkim: best.map(|(_, outcome)| *outcome).unwrap_or_default(),
        dkim_domains: passed.filter_map(|(domain, _)| domain.clone()).collect(),
        dmarc: said.dmarc.as_deref().map(Outcome::parse).unwrap_or_default(),
        policy: match said.policy.as_deref() {
            Some("reject") => Policy::Reject,
            Some("quarantine") => Policy::Quarantine,
            _ => Policy::None,
        },
        by: Some(said.by.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_good_signature_is_a_pass_for_its_domain() {
        let dkim = [("a.example", "fail"), ("b.example", "pass")];
        let said = Said {
            by: "sendgrid",
            spf: Some("SoftFail".into()),
            spf_domain: Some("b.example".into()),
            dkim: dkim.map(|(domain, word)| (Some(domain.to_owned()), word.to_owned())).to_vec(),
            policy: Some("reject".into()),
            ..Said::default()
        };
        let expected = Verdicts {
            spf: Outcome::SoftFail,
            spf_domain: Some("b.example".into()),
            dkim: Outcome::Pass,
            dkim_domains: vec!["b.example".into()],
            policy: Policy::Reject,
            by: Some("sendgrid".into()),
            ..Verdicts::default()
        };
        assert_eq!(verdicts(said), expected);
        assert_eq!(verdicts(Said::default()), Verdicts { by: Some(String::new()), ..Verdicts::default() });
    }
}
