use rialto_kernel::InvalidValue;
use rialto_wire::problem::FieldProblem;

use crate::error::ApiError;

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
        self.0.push(FieldProblem { field: field.into(), code: code.into(), message: message.into() });
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
