use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, histogram};

thread_local! {
    /// Of each route, those of its methods and statuses: to look a metric up by its labels costs more than to count.
    static KNOWN: RefCell<HashMap<String, Vec<Exchanges>>> = RefCell::default();
}

/// The metrics of the exchanges of a route that had one method and one status.
struct Exchanges {
    method: &'static str,
    status: StatusCode,
    count: Counter,
    duration: Histogram,
}

impl Exchanges {
    fn of(method: &'static str, route: &str, status: StatusCode) -> Self {
        let (label, route) = (status.as_str().to_owned(), route.to_owned());
        let duration = histogram!("rialto_http_request_duration_seconds", "method" => method, "route" => route.clone());
        let count = counter!("rialto_http_requests_total", "method" => method, "route" => route, "status" => label);
        Self { method, status, count, duration }
    }

    fn note(&self, took: Duration) {
        self.count.increment(1);
        self.duration.record(took);
    }
}

/// Counts and times an exchange under labels that a client cannot multiply.
pub(crate) fn count(status: StatusCode, method: &Method, route: &str, took: Duration) {
    let method = method_label(method);
    KNOWN.with_borrow_mut(|known| {
        let of_route = match known.get_mut(route) {
            Some(of_route) => of_route,
            None => known.entry(route.to_owned()).or_default(),
        };
        match of_route.iter().find(|known| known.method == method && known.status == status) {
            Some(known) => known.note(took),
            None => {
                let exchanges = Exchanges::of(method, route, status);
                exchanges.note(took);
                of_route.push(exchanges);
            }
        }
    });
}

/// A method may be any word.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}
