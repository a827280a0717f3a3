//! A page to try the surface with. These files and no others: what a client writes never becomes a path on the disk.

use actix_web::HttpResponse;
use actix_web::http::header;

/// A file of the page.
pub(super) struct File {
    pub path: &'static str,
    media_type: &'static str,
    text: &'static str,
}

macro_rules! file {
    ($name:literal, $media_type:literal) => {
        File {
            path: concat!("/", $name),
            media_type: concat!($media_type, "; charset=utf-8"),
            text: include_str!(concat!("../../assets/chat_api/", $name)),
        }
    };
}

pub(super) static FILES: [File; 3] = [
    file!("websocket_test.html", "text/html"),
    file!("websocket_test.js", "text/javascript"),
    file!("websocket_test.css", "text/css"),
];

/// All that the page loads and talks to is beside it; `'self'` covers the socket of the same host too.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

pub(super) async fn show(file: &'static File) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(file.media_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(file.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_inline_in_the_page_and_nothing_comes_from_elsewhere() {
        for file in &FILES {
            for odd in ["<style", " style=", "<script>", " onclick=", "javascript:", "http://", "https://", "innerHTML"]
            {
                assert!(!file.text.contains(odd), "{} holds {odd}", file.path);
            }
        }
    }
}
