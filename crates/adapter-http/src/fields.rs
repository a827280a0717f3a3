use rialto_kernel::InvalidValue;
use rialto_wire::problem::FieldProblem;

use crate::error::ApiError;

/// More than this of a client's mistakes, or of one field's name, is not repeated to it: an answer must
/// not be many times the size of what asked for it.
const MAX_ERRORS: usize = 100;
const MAX_NAME: usize = 100;

/// Collects what is wrong with each field, so that a client learns all of it at once.
#[derive(Debug, Default)]
pub(crate) struct FieldErrors(Vec<FieldProblem>);

impl FieldErrors {
    /// The value, or `None` with the refusal noted.
    pub(crate) fn check<T>(&mut self, field: &str, outcome: Result<T, InvalidValue>) -> Option<T> {
        outcome.map_err(|refusal| self.refuse(field, refusal.code, refusal.message)).ok()
    }

    /// Notes a refusal.
    pub(crate) fn refuse(&mut self, field: &str, code: &str, message: impl Into<String>) {
        if self.0.len() < MAX_ERRORS {
            self.0.push(FieldProblem { field: clip(field), code: code.into(), message: message.into() });
        }
    }

    /// Notes a field that is needed and absent.
    pub(crate) fn missing(&mut self, field: &str) {
        self.refuse(field, "missing_field", "is needed");
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answer to a body whose fields were refused.
    pub(crate) fn into_invalid_body(self) -> ApiError {
        ApiError::unprocessable("invalid_body", "some fields are not acceptable; see errors").with_errors(self.0)
    }

    /// The answer to query parameters that were refused.
    pub(crate) fn into_invalid_query(self) -> ApiError {
        ApiError::bad_request("invalid_query", "some query parameters are not acceptable; see errors")
            .with_errors(self.0)
    }
}

fn clip(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;

    use super::*;

    #[actix_web::test]
    async fn an_answer_does_not_grow_with_the_mistakes_it_is_about() {
        let mut errors = FieldErrors::default();
        for index in 0..100_000 {
            errors.refuse(&format!("coins[{index}]"), "too_short", "must have at least 1 character");
        }
        let body = errors.into_invalid_body().error_response().into_body();
        assert!(actix_web::body::to_bytes(body).await.unwrap().len() < 20_000);
        let mut errors = FieldErrors::default();
        errors.refuse(&"é".repeat(100_000), "unknown_field", "is not known here");
        let body = errors.into_invalid_body().error_response().into_body();
        assert!(actix_web::body::to_bytes(body).await.unwrap().len() < 1_000);
    }
}
