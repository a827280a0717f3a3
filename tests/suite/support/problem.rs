//! Refusals, as a client sees them.

use reqwest::RequestBuilder;
use rialto_client::ClientError;
use serde_json::Value;

/// Status, code and refused fields.
pub type Problem = (u16, String, Vec<(String, String)>);

/// Status, code and named fields of a problem; checks that it has the promised form.
pub async fn problem(request: RequestBuilder) -> Problem {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let text = response.text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: {text}"));
    assert_eq!(media_type, "application/problem+json", "{body}");
    assert_eq!(body["status"], status, "{body}");
    assert_eq!(body["request_id"], request_id, "{body}");
    for field in ["type", "title", "detail", "code"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {body}");
    }
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    let fields = errors
        .iter()
        .map(|error| (error["field"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned()))
        .collect();
    (status, body["code"].as_str().unwrap().to_owned(), fields)
}

/// What [`problem`] should be.
pub fn refused(status: u16, code: &str, fields: &[(&str, &str)]) -> Problem {
    let fields = fields.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
    (status, code.to_owned(), fields)
}

/// The code of a refusal.
#[track_caller]
pub fn code<T>(outcome: Result<T, ClientError>) -> String {
    match outcome {
        Ok(_) => "allowed".to_owned(),
        Err(error) => error.code().map_or_else(|| panic!("{error:?}"), str::to_owned),
    }
}
