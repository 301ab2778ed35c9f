//! The OpenAPI document: what the routes say of themselves, with title, credentials and a name for each operation.

use super::auth::{COOKIE, TOKEN};
use utoipa::openapi::{
    OpenApi, PathItem,
    path::Operation,
    security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
};

/// Completes the document that the routes made.
pub(super) fn completed(mut document: OpenApi) -> OpenApi {
    document.info.title = "Segue".into();
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.info.description = Some("A customer-support inbox whose conversations go on by e-mail.".into());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(TOKEN))));
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE))));
    let none: [&str; 0] = [];
    document.security = Some(vec![SecurityRequirement::new(TOKEN, none), SecurityRequirement::new(COOKIE, none)]);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("head", &mut item.head),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// A name that no other operation has, since no other has method and path:
/// `get_conversations_by_conversation_id_messages`.
fn name(method: &str, path: &str) -> String {
    let below = path.strip_prefix("/api/v1/accounts/{account_id}/").or_else(|| path.strip_prefix("/api/v1/"));
    let mut name = method.to_owned();
    for segment in below.unwrap_or(path).split('/').filter(|segment| !segment.is_empty()) {
        name.push('_');
        if segment.starts_with('{') {
            name.push_str("by_");
        }
        name.extend(
            segment
                .chars()
                .filter(|c| !matches!(c, '{' | '}'))
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }),
        );
    }
    name
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn operations_are_named_by_method_and_path() {
        let rows = [
            ("get", "/api/v1/accounts/{account_id}/conversations", "get_conversations"),
            ("get", "/api/v1/accounts/{account_id}", "get_accounts_by_account_id"),
            ("post", "/api/v1/accounts/{account_id}/contacts/{contact_id}", "post_contacts_by_contact_id"),
            ("patch", "/api/v1/profile", "patch_profile"),
            ("post", "/auth/sign_in", "post_auth_sign_in"),
        ];
        for (method, path, expected) in rows {
            assert_eq!(name(method, path), expected);
        }
    }
}
