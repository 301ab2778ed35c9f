//! The topic that is ours, and which addresses belong to its region of Amazon SNS.

use url::Url;

/// An SNS topic: `arn:aws:sns:<region>:<account>:<name>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    arn: String,
    host: String,
}

impl Topic {
    /// Reads an ARN. Regions in China have a domain of their own.
    ///
    /// # Errors
    /// It is not the ARN of a topic.
    pub fn parse(arn: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "is not the ARN of a topic such as arn:aws:sns:eu-west-1:123456789012:mail";
        let parts: Vec<&str> = arn.trim().split(':').collect();
        let ["arn", partition, "sns", region, account, name] = parts[..] else { return Err(WRONG) };
        let named =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !partition.starts_with("aws") || !named(region) || !named(account) || name.is_empty() {
            return Err(WRONG);
        }
        let domain = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        Ok(Self { arn: arn.trim().to_owned(), host: format!("sns.{region}.{domain}").to_ascii_lowercase() })
    }

    /// The topic's ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Whether the address is https at Amazon SNS in the topic's region, without a user or a port.
    #[must_use]
    pub fn owns(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| {
            url.scheme() == "https"
                && url.host_str() == Some(&self.host)
                && url.port().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        })
    }

    /// Whether the address is that of a certificate of Amazon SNS: a file of that name at its top and nothing asked of it.
    /// Other answers of the same host are not Amazon's own words: who has an account there has it repeat theirs, in the
    /// answer to `/?Action=…&Name=.pem`.
    #[must_use]
    pub(super) fn certifies(&self, url: &str) -> bool {
        let file = |url: &Url| {
            let name =
                url.path().strip_prefix("/SimpleNotificationService-").and_then(|name| name.strip_suffix(".pem"));
            name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        };
        self.owns(url)
            && Url::parse(url).is_ok_and(|url| file(&url) && url.query().is_none() && url.fragment().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::Topic;

    #[test]
    fn only_addresses_of_the_region_are_its_own() {
        let topic = Topic::parse("arn:aws:sns:eu-west-1:123456789012:mail").unwrap();
        let rows = [
            ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab.pem", true),
            ("https://SNS.eu-west-1.amazonaws.com:443/x.pem", true),
            ("http://sns.eu-west-1.amazonaws.com/x.pem", false),
            ("https://sns.eu-west-1.amazonaws.com.evil.example/x.pem", false),
            ("https://sns.eu-west-1.amazonaws.com.cn/x.pem", false),
            ("https://sns.us-east-1.amazonaws.com/x.pem", false),
            ("https://evil.example/sns.eu-west-1.amazonaws.com/x.pem", false),
            ("https://sns.eu-west-1.amazonaws.com@evil.example/x.pem", false),
            ("https://user@sns.eu-west-1.amazonaws.com/x.pem", false),
            ("https://sns.eu-west-1.amazonaws.com:8443/x.pem", false),
            ("https://sns.eu-west-1.amazonaws.com\\@evil.example/x.pem", true),
            ("https://evil.example\\@sns.eu-west-1.amazonaws.com/x.pem", false),
            ("x.pem", false),
        ];
        for (url, expected) in rows {
            assert_eq!(topic.owns(url), expected, "{url}");
        }
        let rows = [
            ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem", true),
            ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem?x", false),
            ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem#x", false),
            ("https://sns.eu-west-1.amazonaws.com/?Action=GetEndpointAttributes&EndpointArn=x&y=.pem", false),
            ("https://sns.eu-west-1.amazonaws.com/?SimpleNotificationService-0.pem", false),
            ("https://sns.eu-west-1.amazonaws.com/?Action=x#/SimpleNotificationService-0.pem", false),
            ("https://sns.eu-west-1.amazonaws.com/a/SimpleNotificationService-0.pem", false),
            ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a%2Fb.pem", false),
            ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-.pem", false),
            ("https://sns.eu-west-1.amazonaws.com/x.pem", false),
            ("https://evil.example/SimpleNotificationService-0123abcd.pem", false),
        ];
        for (url, expected) in rows {
            assert_eq!(topic.certifies(url), expected, "{url}");
        }
        let china = Topic::parse("arn:aws-cn:sns:cn-north-1:123456789012:mail").unwrap();
        assert!(china.owns("https://sns.cn-north-1.amazonaws.com.cn/x.pem"));
        for wrong in
            ["", "mail", "arn:aws:sqs:eu-west-1:1:q", "arn:aws:sns::1:m", "arn:aws:sns:a.b/:1:m", "arn:x:sns:a:1:m"]
        {
            assert!(Topic::parse(wrong).is_err(), "{wrong}");
        }
    }
}
