//! Who is let in, and how.

use super::*;

#[actix_web::test]
async fn a_guest_comes_in_with_a_name_and_gets_tokens() {
    let server = Server::start(RealtimeSettings::default()).await;
    let mut guest = server.open(&[]).await.unwrap();
    guest.next("hello").await;
    guest.say(json!({"type": "auth", "id": 1, "data": {"guest": {"name": ""}}})).await;
    assert_eq!(guest.next("error").await["error"]["code"], "invalid_body");
    guest.say(json!({"type": "auth", "id": 2, "data": {"guest": {"name": "Ann"}}})).await;
    let ready = guest.next("ready").await;
    assert_eq!(ready["data"]["tokens"]["refresh_token"], "refresh");
    assert_eq!(ready["data"]["user"]["role"], "guest");
}

#[actix_web::test]
async fn nobody_comes_in_without_good_credentials() {
    let settings = RealtimeSettings { auth_timeout: Duration::from_millis(300), ..Default::default() };
    let server = Server::start(settings).await;
    let mut client = server.open(&[("authorization", "Bearer nonsense")]).await.unwrap();
    client.next("hello").await;
    assert_eq!(client.next("error").await["error"]["code"], "token_invalid");
    let bye = client.next("bye").await;
    assert_eq!((&bye["data"]["code"], &bye["data"]["resume"]), (&json!(4401), &json!(false)));
    assert_eq!(client.close_code().await, 4401);

    let mut silent = server.open(&[]).await.unwrap();
    assert_eq!(silent.close_code().await, 4401);

    let mut eager = server.open(&[]).await.unwrap();
    eager.next("hello").await;
    for _ in 0..3 {
        eager.say(message("hi")).await;
        assert_eq!(eager.next("error").await["error"]["code"], "not_authenticated");
    }
    assert_eq!(eager.next("bye").await["data"]["code"], 4422);

    let mut late = server.open(&[("authorization", "Bearer token-9")]).await.unwrap();
    assert_eq!(late.close_code().await, 4004);
}

#[actix_web::test]
async fn pages_of_other_origins_are_refused_and_the_cookie_needs_an_origin() {
    let server = Server::start(RealtimeSettings::default()).await;
    for origin in ["https://evil.org", "null", &format!("http://{}.evil.org", server.address)] {
        match server.open(&[("origin", origin)]).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403, "{origin}"),
            _ => panic!("{origin} was let in"),
        }
    }
    let own = format!("http://{}", server.address);
    let cookie = ("cookie", "other=1; rialto_access=token-1");
    let mut page = server.open(&[("origin", &own), cookie]).await.unwrap();
    page.next("hello").await;
    page.next("ready").await;
    let mut program = server.open(&[cookie]).await.unwrap();
    program.next("hello").await;
    program.say(json!({"type": "ping"})).await;
    assert_eq!(program.next("error").await["error"]["code"], "not_authenticated");
}
