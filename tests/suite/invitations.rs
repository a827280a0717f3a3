//! Who may register.

use rialto_client::wire::admin::CreateInvitationRequest;
use rialto_client::wire::identity::{RegisterRequest, UpgradeRequest};
use rialto_client::{ClientError, Socket};

use crate::support::people::upgrade;
use crate::support::{Backend, Person, Server, code, on_every_database};

const BY_INVITATION: [(&str, &str); 1] = [("RIALTO__AUTH__REGISTRATION", "invitation")];

async fn register(server: &Server, name: &str, invitation: Option<&str>) -> Result<(), ClientError> {
    let request = RegisterRequest {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        password: "correct horse".to_owned(),
        invitation: invitation.map(str::to_owned),
    };
    server.rest().register_with(&request).await.map(drop)
}

on_every_database!(whoever_is_invited_registers_as_often_as_the_invitation_says, async |backend| {
    let server = Server::start_with(backend, &BY_INVITATION).await;
    let root = Person::admin(&server, "root").await;
    assert_eq!(code(register(&server, "ann", None).await), "invitation_required");
    assert_eq!(code(register(&server, "ann", Some("nonsense")).await), "invitation_invalid");

    let wish = CreateInvitationRequest { max_uses: Some(3), note: Some("for friends".into()), ..Default::default() };
    let issued = root.rest.invite(&wish).await.unwrap();
    assert_eq!(issued.link, format!("/#invitation={}", issued.token));
    assert!(issued.invitation.usable && issued.invitation.expires_at.is_none());
    let token = Some(issued.token.as_str());
    let names: Vec<_> = (0..6).map(|number| format!("user-{number}")).collect();
    let mut tasks = Vec::new();
    for name in &names {
        tasks.push(register(&server, name, token));
    }
    let outcomes = futures_util::future::join_all(tasks).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(outcome), "invitation_invalid");
    }
    let listed = root.rest.invitations().await.unwrap().items;
    assert_eq!((listed[0].uses, listed[0].usable, listed[0].note.as_str()), (3, false, "for friends"));
    assert!(!server.log().contains(&issued.token));
});

on_every_database!(a_guest_needs_an_invitation_to_stay_and_a_revoked_one_is_no_use, async |backend| {
    let server = Server::start_with(backend, &BY_INVITATION).await;
    let root = Person::admin(&server, "root").await;
    let guest = Person::guest(&server, "Ann").await;
    assert_eq!(code(guest.upgrade("ann").await.map(drop)), "invitation_required");
    let issued = root.rest.invite(&CreateInvitationRequest::default()).await.unwrap();
    let invited = UpgradeRequest { invitation: Some(issued.token.clone()), ..upgrade("ann") };
    assert_eq!(guest.rest.upgrade(&invited).await.unwrap().user.role, "member");

    root.rest.revoke_invitation(issued.invitation.id).await.unwrap();
    assert_eq!(code(register(&server, "bob", Some(&issued.token)).await), "invitation_invalid");
    assert_eq!(code(root.rest.revoke_invitation(issued.invitation.id).await), "invitation_not_found");
});

#[tokio::test]
async fn a_closed_server_lets_nobody_in_by_any_way() {
    let settings = [("RIALTO__AUTH__REGISTRATION", "closed"), ("RIALTO__AUTH__GUESTS", "false")];
    let server = Server::start_with(Backend::Sqlite, &settings).await;
    let root = Person::admin(&server, "root").await;
    let token = root.rest.invite(&CreateInvitationRequest::default()).await.unwrap().token;
    assert_eq!(code(register(&server, "ann", Some(&token)).await), "registration_closed");
    assert_eq!(code(server.rest().enter_as_guest("Ann").await), "guests_not_allowed");
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let refusal = socket.auth_as_guest("Ann").await;
    assert_eq!(code(refusal), "guests_not_allowed");
}
