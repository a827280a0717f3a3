//! What stands behind the `?`. Of a name that stands there twice the first counts, and none is an error.

use actix_web::HttpRequest;
use actix_web::web::Query;

pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub fn of(req: &HttpRequest) -> Self {
        let pairs = Query::<Vec<(String, String)>>::from_query(req.query_string());
        Self(pairs.map(Query::into_inner).unwrap_or_default())
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A number within bounds, or else the usual one.
    pub fn number(&self, name: &str, bounds: std::ops::RangeInclusive<u64>, usual: u64) -> u64 {
        let number = self.text(name).and_then(|text| text.parse().ok());
        number.filter(|number| bounds.contains(number)).unwrap_or(usual)
    }
}
