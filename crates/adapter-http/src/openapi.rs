//! The OpenAPI 3.1 document, made from the handlers themselves.

use std::sync::OnceLock;

use actix_web::{App, HttpResponse, get};
use bytes::Bytes;
use rialto_wire::problem::{MEDIA_TYPE, Problem};
use utoipa::OpenApi as _;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi, Ref, ResponseBuilder};
use utoipa_actix_web::AppExt;

use crate::cookies::TokenCookie;
use crate::error::ApiError;
use crate::needs::word_of;
use crate::routes::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Rialto",
        description = "Accounts, realtime chat and live prices. Errors are problems (RFC 9457): programs read `code`.",
        license(name = "MIT", identifier = "MIT")
    ),
    components(schemas(Problem)),
    security(("bearer" = []), ("cookie" = [])),
    tags(
        (name = "auth", description = "Sign-in, tokens, sessions"),
        (name = "users", description = "People"),
        (name = "conversations", description = "Where messages live, and who is there"),
        (name = "messages", description = "What is said"),
        (name = "moderation", description = "Who keeps order, and how"),
        (name = "admin", description = "Running the server, for its admins"),
        (name = "prices", description = "What things are worth"),
        (name = "server", description = "How the server is"),
    )
)]
struct Base;

/// The whole document. Needs no server and no state; the same on every call.
#[must_use]
pub fn openapi() -> OpenApi {
    let app = App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes);
    let (_, mut document) = app.split_for_parts();
    add_security_schemes(document.components.get_or_insert_with(Components::new));
    add_problems(&mut document);
    add_needs(&mut document);
    document
}

fn add_security_schemes(components: &mut Components) {
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some(
        "An access token, or an API token `rlt_…` with the scope that `x-rialto-needs` of the operation names.".into(),
    );
    let bearer = SecurityScheme::Http(bearer);
    components.add_security_scheme("bearer", bearer);
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        TokenCookie::Access.name(),
        "Set by signing in with ?cookie=true. Acts only on requests whose Origin is this host or an allowed one.",
    )));
    components.add_security_scheme("cookie", cookie);
}

/// Any operation may answer a problem, and all problems look alike.
fn add_problems(document: &mut OpenApi) {
    let problem = ResponseBuilder::new()
        .description("A problem; `code` names it")
        .content(MEDIA_TYPE, Content::new(Some(Ref::from_schema_name("Problem"))))
        .build();
    for path in document.paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".into(), problem.clone().into());
        }
    }
}

/// What each operation needs of an API token, where it needs anything: the scope, or `session` where none will do.
fn add_needs(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("GET", &mut item.get),
            ("POST", &mut item.post),
            ("PUT", &mut item.put),
            ("PATCH", &mut item.patch),
            ("DELETE", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let (Some(operation), Some(need)) = (operation, word_of(method, path)) {
                let extensions = operation.extensions.get_or_insert_with(Extensions::default);
                extensions.insert("x-rialto-needs".to_owned(), need.into());
            }
        }
    }
}

/// This API as an OpenAPI 3.1 document.
#[utoipa::path(
    tag = "server",
    security(()),
    responses((status = 200, description = "The document", body = serde_json::Value))
)]
#[get("/api/v1/openapi.json")]
pub(crate) async fn get_openapi() -> Result<HttpResponse, ApiError> {
    static JSON: OnceLock<Bytes> = OnceLock::new();
    let json = match JSON.get() {
        Some(json) => json.clone(),
        None => {
            let json = openapi().to_json().map_err(ApiError::internal)?;
            JSON.get_or_init(|| json.into()).clone()
        }
    };
    Ok(HttpResponse::Ok().content_type("application/json").body(json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_summary_a_tag_and_documents_problems() {
        let document = serde_json::to_value(openapi()).unwrap();
        let mut seen = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(
                    operation["summary"].as_str().is_some_and(|s| s.ends_with('.') && !s.contains('\n')),
                    "{method} {path}"
                );
                assert!(operation["tags"].as_array().is_some_and(|tags| !tags.is_empty()), "{method} {path}");
                assert!(operation["responses"]["default"].is_object(), "{method} {path}");
                seen += 1;
            }
        }
        assert_eq!(seen, 108);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = serde_json::to_value(openapi()).unwrap();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn the_document_is_the_same_every_time() {
        assert_eq!(openapi().to_json().unwrap(), openapi().to_json().unwrap());
    }
}
