//! What a provider found of SPF, DKIM and DMARC, in its own words.

/// What a provider found. Words are those of RFC 8601 §2.7 in any case; what it did not say is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The provider's name.
    pub by: &'static str,
    /// SPF's result.
    pub spf: Option<String>,
    /// The domain SPF was asked for, where the provider's word for it is to be trusted.
    pub spf_domain: Option<String>,
    /// DKIM's result for each signature, with its domain (`d=`) where the provider names it.
    pub dkim: Vec<(Option<String>, String)>,
    /// DMARC's result.
    pub dmarc: Option<String>,
    /// The policy of the author's domain.
    pub policy: Option<String>,
}

impl Said {
    /// Itself, if it says anything.
    pub(crate) fn if_any(self) -> Option<Self> {
        let silent = self.spf.is_none() && self.dkim.is_empty() && self.dmarc.is_none();
        (!silent).then_some(self)
    }
}

/// The domain of an address, lower case.
pub(crate) fn domain_of(address: &str) -> Option<String> {
    let (_, domain) = address.trim().trim_end_matches('>').rsplit_once('@')?;
    (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
}
