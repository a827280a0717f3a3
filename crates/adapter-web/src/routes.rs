use actix_web::{HttpRequest, HttpResponse, guard, web};

use crate::{answer, assets};

/// Adds the web client to an application. Call it last: it also answers whatever no one else does.
pub fn configure(cfg: &mut web::ServiceConfig) {
    for (address, name) in [
        ("/", "index.html"),
        ("/docs", "docs.html"),
        ("/reset-password", "reset_password.html"),
        ("/setup", "setup.html"),
    ] {
        let page = move |request: HttpRequest| async move { answer::file(&request, name) };
        cfg.service(web::resource(address).route(reading().to(page)).default_service(web::to(refuse)));
    }
    cfg.service(web::resource("/assets/{name:.*}").route(reading().to(part)).default_service(web::to(refuse)))
        .service(web::resource("/sdk/{name:.*}").route(reading().to(sdk)).default_service(web::to(refuse)))
        .default_service(web::to(nothing));
}

fn reading() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn part(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    if assets::is_part_of_a_page(&name) { answer::file(&request, &name) } else { answer::not_found() }
}

async fn sdk(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    answer::file(&request, &format!("sdk/{name}"))
}

async fn refuse() -> HttpResponse {
    answer::only_to_read()
}

async fn nothing() -> HttpResponse {
    answer::not_found()
}
