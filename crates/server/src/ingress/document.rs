//! What the OpenAPI document says of a provider's path, from what the provider says of itself.

use utoipa::openapi::{
    Content, Required, Response, ResponsesBuilder,
    path::{HttpMethod, Operation, OperationBuilder, PathItem, Paths},
    request_body::RequestBodyBuilder,
    schema::{ObjectBuilder, Type},
};
use webhooks::Provider;

/// The path and its operations.
pub(super) fn paths(provider: &Provider) -> Paths {
    let mut item = PathItem::new(HttpMethod::Post, receive(provider));
    if provider.looks_first {
        item.get = Some(look());
    }
    let mut paths = Paths::new();
    paths.paths.insert(provider.path.to_owned(), item);
    paths
}

fn receive(provider: &Provider) -> Operation {
    let text = || ObjectBuilder::new().schema_type(Type::String).build();
    let body = provider.media.iter().fold(RequestBodyBuilder::new().required(Some(Required::True)), |body, media| {
        body.content(*media, Content::new(Some(text())))
    });
    let stored = provider.success.to_string();
    let answers = [
        (stored.as_str(), "Stored; the same once more changes nothing"),
        ("400", "It is broken, or something is missing"),
        ("401", "It does not prove whose it is"),
        ("404", "This ingress is not enabled"),
        ("413", "A mail of more than 50 MiB, or a body of more than 150 MiB"),
        ("415", "Not message/rfc822 (relay)"),
        ("422", "It is not what was agreed"),
        ("500", "Its secret is not configured"),
        ("503", "The storage is away; try again"),
    ];
    let answers = answers
        .into_iter()
        .fold(ResponsesBuilder::new(), |answers, (status, words)| answers.response(status, Response::new(words)));
    let about = format!(
        "{} The answer comes after the mail has been stored; what becomes of it stands in the inbound log.",
        provider.about
    );
    let operation = OperationBuilder::new().tag("ingress").summary(Some(provider.summary)).description(Some(about));
    operation.request_body(Some(body.build())).responses(answers.build()).build()
}

fn look() -> Operation {
    let answers = ResponsesBuilder::new()
        .response("200", Response::new("It is here"))
        .response("404", Response::new("This ingress is not enabled"));
    let summary = "Whether the ingress is here";
    OperationBuilder::new().tag("ingress").summary(Some(summary)).responses(answers.build()).build()
}
