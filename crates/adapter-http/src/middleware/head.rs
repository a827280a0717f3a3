use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody, None as NoBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};

/// Makes a `HEAD` request a `GET` for the routes; `true` if it was one. The connection remembers what was
/// asked and sends no body. An upgrade is left alone: it has no answer to leave the body out of.
pub(crate) fn read_as_get(req: &mut ServiceRequest) -> bool {
    let is_head = req.method() == Method::HEAD && !req.headers().contains_key(header::UPGRADE);
    if is_head {
        req.head_mut().method = Method::GET;
    }
    is_head
}

/// Takes a body without a length away. It would be made and thrown away piece by piece, and an event
/// stream would never end.
pub(crate) fn without_stream<B: MessageBody + 'static>(
    res: ServiceResponse<EitherBody<B>>,
) -> ServiceResponse<EitherBody<B>> {
    res.map_body(|_, body| match body.size() {
        BodySize::Stream => EitherBody::right(BoxBody::new(NoBody::new())),
        BodySize::None | BodySize::Sized(_) => body,
    })
}
