//! Pictures of people.

use reqwest::Method;
use rialto_client::wire::identity::{UpdateProfileRequest, UserView};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::problem::{problem, refused};
use crate::support::{Person, Server, on_every_database};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([0, 255, 128]);
    bytes
}

fn at(url: &str) -> UpdateProfileRequest {
    UpdateProfileRequest { avatar_url: Some(Some(url.to_owned())), ..UpdateProfileRequest::default() }
}

async fn shown(server: &Server, viewer: &Person, user: &UserView) -> reqwest::Response {
    let url = server.url(user.avatar_url.as_deref().expect("there is a picture"));
    reqwest::Client::new().get(url).bearer_auth(viewer.token()).send().await.unwrap()
}

on_every_database!(a_picture_is_shown_as_it_was_sent_and_runs_nothing, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let me = ann.rest.put_avatar(png(2, 3)).await.unwrap();
    let url = me.avatar_url.clone().unwrap();
    assert!(url.starts_with(&format!("/api/v1/users/{}/avatar?v=", ann.id())), "{url}");
    let response = shown(&server, &bob, &me).await;
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("cache-control").starts_with("private"));
    assert!(header("content-security-policy").contains("sandbox"));
    let tag = header("etag");
    assert_eq!(response.bytes().await.unwrap(), png(2, 3));
    let again = bob.rest.request(Method::GET, &format!("users/{}/avatar", ann.id())).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    assert_eq!(ann.say(crate::support::lobby(), "hi").await.sender.avatar_url, Some(url.clone()));

    let other = ann.rest.put_avatar(png(3, 3)).await.unwrap();
    assert_ne!(other.avatar_url, Some(url));
    assert_eq!(ann.rest.delete_avatar().await.unwrap().avatar_url, None);
    let gone = bob.rest.request(Method::GET, &format!("users/{}/avatar", ann.id()));
    assert_eq!(problem(gone).await, refused(404, "avatar_not_found", &[]));
});

on_every_database!(what_is_no_small_picture_is_refused, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let put = |kind: &str, body: Vec<u8>| {
        ann.rest.request(Method::PUT, "users/me/avatar").header("content-type", kind).body(body)
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for (kind, body) in
        [("image/svg+xml", svg.clone()), ("image/png", svg), ("image/png", vec![]), ("text/html", b"<b>".to_vec())]
    {
        assert_eq!(problem(put(kind, body)).await, refused(415, "not_a_picture", &[]), "{kind}");
    }
    assert_eq!(problem(put("image/png", png(5_000, 1))).await, refused(422, "picture_size", &[]));
    let mut heavy = png(1, 1);
    heavy.resize((1 << 20) + 1, 0);
    assert_eq!(problem(put("image/png", heavy)).await, refused(413, "body_too_large", &[]));
    // By its bytes, whatever it is called.
    let me: UserView = put("text/plain", png(1, 1)).send().await.unwrap().json().await.unwrap();
    let response = shown(&server, &ann, &me).await;
    assert_eq!(response.headers()["content-type"], "image/png");
});

/// A site on loopback that answers everything with these bytes.
async fn site(body: Vec<u8>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 2_048]).await;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = connection.write_all(&[head.as_bytes(), &body].concat()).await;
        }
    });
    address
}

on_every_database!(a_picture_elsewhere_is_copied, async |backend| {
    let (picture, page) = (site(png(4, 4)).await, site(b"<html>".to_vec()).await);
    let allowed = format!("{picture},{page}");
    let server = Server::start_with(backend, &[("RIALTO__OUTGOING__ALLOWED_PRIVATE_HOSTS", &allowed)]).await;
    let ann = Person::register(&server, "ann").await;
    let me = ann.rest.update_profile(&at(&format!("http://{picture}/ann.png"))).await.unwrap();
    assert!(me.avatar_url.as_deref().unwrap().starts_with("/api/v1/users/"), "the address stays here");
    assert_eq!(shown(&server, &ann, &me).await.bytes().await.unwrap(), png(4, 4));

    let request = ann.rest.request(Method::PATCH, "users/me").json(&at(&format!("http://{page}/")));
    assert_eq!(problem(request).await, refused(422, "invalid_body", &[("avatar_url", "not_a_picture")]));
    assert_eq!(ann.rest.me().await.unwrap().avatar_url, me.avatar_url);
    let none = UpdateProfileRequest { avatar_url: Some(None), ..UpdateProfileRequest::default() };
    assert_eq!(ann.rest.update_profile(&none).await.unwrap().avatar_url, None);
});

on_every_database!(nothing_near_is_loaded, async |backend| {
    let secret = site(png(4, 4)).await;
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let port = secret.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let request = ann.rest.request(Method::PATCH, "users/me").json(&at(&format!("http://{host}:{port}/")));
        assert_eq!(problem(request).await, refused(422, "invalid_body", &[("avatar_url", "unreachable")]), "{host}");
    }
    assert_eq!(ann.rest.me().await.unwrap().avatar_url, None);
});
