//! How mail comes in.

use super::values::{filled, host_name, list, number};
use clap::Args;
use desk::retention::Retention;
use webhooks::{Secrets, sendgrid::PublicKey, ses::Topic};

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Configuration: incoming mail")]
pub struct IncomingMail {
    /// Enabled inbound services, comma-separated
    #[arg(long, env = "RAILS_INBOUND_EMAIL_SERVICE", default_value = "relay")]
    pub inbound_email_service: String,
    /// Password of the relay, postmark and sendgrid ingresses (HTTP Basic, user `actionmailbox`)
    #[arg(long, env = "RAILS_INBOUND_EMAIL_PASSWORD", default_value = "", hide_env_values = true)]
    pub inbound_email_password: String,
    /// Mailgun's HTTP webhook signing key
    #[arg(long, env = "MAILGUN_INGRESS_SIGNING_KEY", default_value = "", hide_env_values = true)]
    pub mailgun_ingress_signing_key: String,
    /// Seconds a Mailgun signature is good; 28800 outlasts all of Mailgun's retries
    #[arg(long, env = "SEGUE_MAILGUN_MAX_AGE", default_value = "120")]
    pub mailgun_max_age: String,
    /// Mandrill's webhook authentication key (not the API key)
    #[arg(long, env = "MANDRILL_INGRESS_API_KEY", default_value = "", hide_env_values = true)]
    pub mandrill_ingress_api_key: String,
    /// ARN of the SNS topic that Amazon SES publishes to
    #[arg(long, env = "ACTION_MAILBOX_SES_SNS_TOPIC", default_value = "")]
    pub ses_sns_topic: String,
    /// Public key of the signature policy of SendGrid's Inbound Parse; where set, the signature is required
    #[arg(long, env = "SEGUE_SENDGRID_PUBLIC_KEY", default_value = "")]
    pub sendgrid_public_key: String,
    /// Inbound domain where an account sets none
    #[arg(long, env = "MAILER_INBOUND_EMAIL_DOMAIN", default_value = "")]
    pub inbound_email_domain: String,
    /// Days until the bytes of a mail are erased that was delivered, ignored or a delivery report; of outgoing mail too
    #[arg(long, env = "SEGUE_RAW_MAIL_DAYS", default_value = "30")]
    pub raw_mail_days: String,
    /// Days until the bytes of a mail are erased that nobody has decided about: held, unrouted or failed
    #[arg(long, env = "SEGUE_UNDECIDED_MAIL_DAYS", default_value = "180")]
    pub undecided_mail_days: String,
}

impl IncomingMail {
    /// Names of the enabled ingresses.
    pub(super) fn ingresses(&self) -> Result<Vec<String>, String> {
        list(&self.inbound_email_service).map(known_ingress).collect()
    }

    /// What the providers prove themselves with.
    pub(super) fn secrets(&self) -> Result<Secrets, String> {
        let age: u32 = number("SEGUE_MAILGUN_MAX_AGE", &self.mailgun_max_age)?;
        let topic = filled(&self.ses_sns_topic).map(|arn| Topic::parse(&arn)).transpose();
        let key = filled(&self.sendgrid_public_key).map(|key| PublicKey::parse(&key)).transpose();
        Ok(Secrets {
            password: filled(&self.inbound_email_password),
            mailgun_key: filled(&self.mailgun_ingress_signing_key),
            mailgun_max_age: age.into(),
            mandrill_key: filled(&self.mandrill_ingress_api_key),
            ses_topic: topic.map_err(|why| format!("ACTION_MAILBOX_SES_SNS_TOPIC: {} {why}", self.ses_sns_topic))?,
            sendgrid_key: key.map_err(|why| format!("SEGUE_SENDGRID_PUBLIC_KEY: {why}"))?,
        })
    }

    /// How long the bytes of mails are kept.
    pub(super) fn retention(&self) -> Result<Retention, String> {
        Ok(Retention::of_days(
            number("SEGUE_RAW_MAIL_DAYS", &self.raw_mail_days)?,
            number("SEGUE_UNDECIDED_MAIL_DAYS", &self.undecided_mail_days)?,
        ))
    }

    /// The installation's inbound domain.
    pub(super) fn domain(&self) -> Result<Option<String>, String> {
        let domain = filled(&self.inbound_email_domain);
        domain.map(|domain| host_name("MAILER_INBOUND_EMAIL_DOMAIN", &domain)).transpose()
    }
}

fn known_ingress(name: &str) -> Result<String, String> {
    let known: Vec<&str> = webhooks::ALL.iter().map(|provider| provider.name).collect();
    if known.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(format!("RAILS_INBOUND_EMAIL_SERVICE: {name} is none of {}", known.join(", ")))
    }
}
