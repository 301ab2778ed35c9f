//! How it is found out who sent a mail: the resolver, and the server whose `Authentication-Results` are trusted.

use super::values::filled;
use crate::ingress::verify::Resolver;
use clap::Args;

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
pub struct SenderSettings {
    /// Where DNS answers for SPF, DKIM and DMARC come from: `system`, `ADDRESS:PORT`, or `off`
    #[arg(long, env = "SEGUE_RESOLVER", default_value = "system")]
    pub resolver: String,
    /// The id of your mail server in the Authentication-Results that it writes, if it checks senders itself
    #[arg(long, env = "SEGUE_TRUSTED_AUTHSERV_ID", default_value = "")]
    pub trusted_authserv_id: String,
}

/// The checked configuration.
#[derive(Clone, Debug)]
pub struct SenderConfig {
    /// Where DNS answers come from.
    pub resolver: Resolver,
    /// Whose `Authentication-Results` are trusted.
    pub trusted_authserv: Option<String>,
}

impl SenderSettings {
    /// Checks both values.
    ///
    /// # Errors
    /// A line that names the variable and the reason.
    pub fn check(&self) -> Result<SenderConfig, String> {
        let resolver = match self.resolver.trim() {
            "" | "system" => Resolver::System,
            "off" => Resolver::Off,
            address => Resolver::At(address.parse().map_err(|_| {
                format!(
                    "SEGUE_RESOLVER: {address} is none of system, off, or an address with a port such as 127.0.0.1:53"
                )
            })?),
        };
        let trusted_authserv = filled(&self.trusted_authserv_id);
        if let Some(id) = trusted_authserv.as_deref().filter(|id| id.contains([' ', '\t', ';', '(', '"'])) {
            return Err(format!("SEGUE_TRUSTED_AUTHSERV_ID: {id} is not a server's id, such as mx.example.org"));
        }
        Ok(SenderConfig { resolver, trusted_authserv })
    }
}

impl SenderConfig {
    /// `system`, `off` or `address:port`, as it was written down.
    #[must_use]
    pub fn resolver(&self) -> String {
        match self.resolver {
            Resolver::System => "system".into(),
            Resolver::Off => "off".into(),
            Resolver::At(address) => address.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_values_name_their_variable() {
        let check = |resolver: &str, id: &str| {
            SenderSettings { resolver: resolver.into(), trusted_authserv_id: id.into() }.check()
        };
        let good = check("127.0.0.1:53", " mx.example.org ").unwrap();
        assert_eq!(
            (good.resolver(), good.trusted_authserv.as_deref()),
            ("127.0.0.1:53".into(), Some("mx.example.org"))
        );
        assert_eq!(check("", "").unwrap().resolver, Resolver::System);
        assert!(check("127.0.0.1", "").unwrap_err().starts_with("SEGUE_RESOLVER: "));
        assert!(check("off", "mx; dmarc=pass").unwrap_err().starts_with("SEGUE_TRUSTED_AUTHSERV_ID: "));
    }
}
