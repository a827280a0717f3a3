//! Query parameters: each known by name, all refused at once.

use std::future::{Ready, ready};
use std::ops::RangeInclusive;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use rialto_kernel::{Cursor, InvalidValue, PageLimit};
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::fields::FieldErrors;

/// A type that is read from query parameters.
pub(crate) trait FromQuery: Sized {
    /// Takes its parameters. What is refused is noted in `params`, and the result then thrown away.
    fn read(params: &mut Params) -> Self;
}

/// Query parameters that are all known and acceptable.
#[derive(Debug)]
pub(crate) struct ValidQuery<T>(pub(crate) T);

impl<T: FromQuery> FromRequest for ValidQuery<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req.query_string()).map(Self))
    }
}

fn read<T: FromQuery>(query: &str) -> Result<T, ApiError> {
    let mut params = Params::of(query)?;
    let value = T::read(&mut params);
    params.finish()?;
    Ok(value)
}

/// The parameters that have not been taken yet.
#[derive(Debug)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    errors: FieldErrors,
}

impl Params {
    fn of(query: &str) -> Result<Self, ApiError> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
            .map_err(|_| ApiError::bad_request("invalid_query", "the query cannot be read"))?;
        Ok(Self { pairs: pairs.into_inner(), errors: FieldErrors::default() })
    }

    /// Every value of a parameter that may be repeated; empty ones are as good as absent.
    pub(crate) fn take_all(&mut self, name: &str) -> Vec<String> {
        let taken: Vec<String> = self.pairs.extract_if(.., |(key, _)| key == name).map(|(_, value)| value).collect();
        // No store keeps this character, and no one types it.
        if taken.iter().any(|value| value.contains('\0')) {
            self.refuse(name, "invalid_character", "must not hold the NUL character");
            return Vec::new();
        }
        taken.into_iter().filter(|value| !value.is_empty()).collect()
    }

    /// The value of a parameter that is given at most once.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let mut values = self.take_all(name);
        if values.len() > 1 {
            self.refuse(name, "repeated", "is given more than once");
        }
        values.pop()
    }

    /// A parameter with rules of its own.
    pub(crate) fn parse<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, InvalidValue>) -> Option<T> {
        let value = self.take(name)?;
        self.errors.check(name, parse(&value))
    }

    /// A whole number within bounds.
    pub(crate) fn number(&mut self, name: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
        self.parse(name, |text| match text.parse::<u64>() {
            Ok(number) if bounds.contains(&number) => Ok(number),
            Ok(_) | Err(_) => Err(InvalidValue::new(
                "out_of_range",
                format!("must be a whole number from {} to {}", bounds.start(), bounds.end()),
            )),
        })
    }

    /// `true` or `false`; absent is `false`.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.parse(name, |text| match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(InvalidValue::new("wrong_type", "must be true or false")),
        })
        .unwrap_or_default()
    }

    /// Notes a refusal.
    pub(crate) fn refuse(&mut self, name: &str, code: &str, message: &str) {
        self.errors.refuse(name, code, message);
    }

    fn finish(mut self) -> Result<(), ApiError> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            self.errors.refuse(&name, "unknown_field", "is not known here");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors.into_invalid_query()) }
    }
}

/// Which page of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>, max_length = 200)]
    pub(crate) cursor: Option<Cursor>,
    /// How many items; 50 unless told.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub(crate) limit: PageLimit,
}

impl FromQuery for PageQuery {
    fn read(params: &mut Params) -> Self {
        let cursor = params.parse("cursor", |text| {
            Cursor::parse(text).ok_or_else(|| InvalidValue::new("too_long", "is no cursor of this server"))
        });
        let limit = params.number("limit", 1..=u64::from(PageLimit::MAX)).and_then(PageLimit::parse);
        Self { cursor, limit: limit.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;

    use super::*;

    async fn fields(query: &str) -> Vec<String> {
        let response = read::<PageQuery>(query).unwrap_err().error_response();
        assert_eq!(response.status(), 400);
        let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        let problem: rialto_wire::problem::Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.code, "invalid_query");
        problem.errors.into_iter().map(|error| format!("{}: {}", error.field, error.code)).collect()
    }

    #[actix_web::test]
    async fn every_bad_or_unknown_parameter_is_named_at_once() {
        assert_eq!(fields("limit=0&offset=3").await, ["limit: out_of_range", "offset: unknown_field"]);
        assert_eq!(fields("limit=101").await, ["limit: out_of_range"]);
        assert_eq!(fields("limit=-1").await, ["limit: out_of_range"]);
        assert_eq!(fields("limit=1&limit=2").await, ["limit: repeated"]);
        assert_eq!(fields("cursor=%00").await, ["cursor: invalid_character"]);
        assert_eq!(fields(&format!("cursor={}", "x".repeat(201))).await, ["cursor: too_long"]);
    }

    #[test]
    fn empty_parameters_are_as_good_as_absent() {
        let page = read::<PageQuery>("cursor=&limit=").unwrap();
        assert_eq!((page.cursor, page.limit), (None, PageLimit::default()));
    }
}
