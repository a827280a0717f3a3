//! The table: every route of the API document, and what each role is answered.

use reqwest::Method;
use serde_json::{Value, json};

/// What a row needs to be new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fresh {
    /// Nobody's asking spoils the next one's.
    PerRow,
    /// It destroys what it is about.
    PerCell,
    /// It ends the session that asks.
    Session,
}

pub struct Row {
    pub method: Method,
    /// As in the API document.
    pub path: &'static str,
    pub query: &'static str,
    pub body: Option<Value>,
    pub fresh: Fresh,
    /// The status for anonymous, guest, stranger, reader, member, admin, owner, and an admin of the server.
    pub expected: [u16; 8],
}

impl Row {
    fn with(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    const fn query(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }

    const fn fresh(mut self, fresh: Fresh) -> Self {
        self.fresh = fresh;
        self
    }

    fn destroys(self) -> Self {
        self.fresh(Fresh::PerCell)
    }
}

const fn row(method: Method, path: &'static str, expected: [u16; 8]) -> Row {
    Row { method, path, query: "", body: None, fresh: Fresh::PerRow, expected }
}

const fn get(path: &'static str, expected: [u16; 8]) -> Row {
    row(Method::GET, path, expected)
}

const fn post(path: &'static str, expected: [u16; 8]) -> Row {
    row(Method::POST, path, expected)
}

const fn put(path: &'static str, expected: [u16; 8]) -> Row {
    row(Method::PUT, path, expected)
}

const fn patch(path: &'static str, expected: [u16; 8]) -> Row {
    row(Method::PATCH, path, expected)
}

const fn delete(path: &'static str, expected: [u16; 8]) -> Row {
    row(Method::DELETE, path, expected)
}

/// Whoever asks.
const ANYONE: [u16; 8] = [200; 8];
/// Whoever is signed in, guests too.
const SIGNED_IN: [u16; 8] = [401, 200, 200, 200, 200, 200, 200, 200];
/// Whoever is in the conversation.
const INSIDE: [u16; 8] = [401, 404, 404, 200, 200, 200, 200, 404];
/// Whoever writes in it.
const WRITERS: [u16; 8] = [401, 404, 404, 403, 200, 200, 200, 404];
/// Whoever keeps order in it.
const KEEPERS: [u16; 8] = [401, 404, 404, 403, 403, 200, 200, 404];
/// Its owner.
const OWNER: [u16; 8] = [401, 404, 404, 403, 403, 403, 200, 404];

/// Whoever runs the server.
const SERVER_ADMINS: [u16; 8] = [401, 403, 403, 403, 403, 403, 403, 200];

/// The row's statuses, and a server admin may as well, without being in the conversation.
const fn and_server_admins(mut expected: [u16; 8]) -> [u16; 8] {
    expected[7] = 200;
    expected
}

/// The row's statuses with another success.
const fn answering(success: u16, mut expected: [u16; 8]) -> [u16; 8] {
    let mut at = 0;
    while at < expected.len() {
        if expected[at] == 200 {
            expected[at] = success;
        }
        at += 1;
    }
    expected
}

pub fn rows() -> Vec<Row> {
    [identity(), conversations(), members(), messages(), moderation(), prices(), running(), open_to_all(), goodbye()]
        .into_iter()
        .flatten()
        .collect()
}

fn identity() -> Vec<Row> {
    vec![
        post("/api/v1/auth/register", [201; 8])
            .with(json!({ "username": "new<n>", "email": "new<n>@example.org", "password": "correct horse" })),
        post("/api/v1/auth/login", ANYONE).with(json!({ "login": "author", "password": "correct horse" })),
        post("/api/v1/auth/guest", [201; 8]).with(json!({ "name": "Another" })),
        post("/api/v1/auth/refresh", [401; 8]).with(json!({ "refresh_token": "nonsense" })),
        post("/api/v1/auth/upgrade", [401, 200, 409, 409, 409, 409, 409, 409])
            .with(json!({ "username": "up<n>", "email": "up<n>@example.org", "password": "correct horse" }))
            .fresh(Fresh::Session),
        post("/api/v1/auth/setup", [409; 8]).with(
            json!({ "token": "x", "username": "set<n>", "email": "set<n>@example.org", "password": "correct horse" }),
        ),
        post("/api/v1/auth/tickets", answering(201, SIGNED_IN)),
        // A right password would end the sessions that the other rows ask in.
        post("/api/v1/auth/password", [401, 409, 403, 403, 403, 403, 403, 403])
            .with(json!({ "current_password": "wrong horse", "new_password": "battery staple" })),
        post("/api/v1/auth/password/forgot", [202; 8]).with(json!({ "email": "nobody@example.org" })),
        post("/api/v1/auth/password/reset", [422; 8])
            .with(json!({ "token": "nonsense", "new_password": "battery staple" })),
        post("/api/v1/auth/api-tokens", [401, 403, 201, 201, 201, 201, 201, 201])
            .with(json!({ "name": "bot <n>", "scopes": ["messages:read"] })),
        get("/api/v1/auth/api-tokens", SIGNED_IN),
        // The id is nobody's token.
        delete("/api/v1/auth/api-tokens/{id}", [401, 404, 404, 404, 404, 404, 404, 404]),
        get("/api/v1/auth/totp", SIGNED_IN),
        post("/api/v1/auth/totp", [401, 409, 403, 403, 403, 403, 403, 403]).with(json!({ "password": "wrong horse" })),
        // Nobody here has a second factor.
        post("/api/v1/auth/totp/confirm", answering(409, SIGNED_IN)).with(json!({ "code": "123456" })),
        post("/api/v1/auth/totp/recovery-codes", answering(409, SIGNED_IN))
            .with(json!({ "password": "correct horse", "code": "123456" })),
        delete("/api/v1/auth/totp", answering(409, SIGNED_IN))
            .with(json!({ "password": "correct horse", "code": "123456" })),
        get("/api/v1/auth/sessions", SIGNED_IN),
        // The id is nobody's session.
        delete("/api/v1/auth/sessions/{id}", [401, 404, 404, 404, 404, 404, 404, 404]),
        post("/api/v1/auth/logout", answering(204, SIGNED_IN)).fresh(Fresh::Session),
        get("/api/v1/auth/me", SIGNED_IN),
        get("/api/v1/users", SIGNED_IN),
        get("/api/v1/users/{id}", SIGNED_IN),
        patch("/api/v1/users/me", SIGNED_IN).with(json!({ "display_name": "Other <n>" })),
        patch("/api/v1/users/me", [401, 403, 200, 200, 200, 200, 200, 200])
            .with(json!({ "bio": "", "avatar_url": null })),
        // What the table sends is no picture.
        put("/api/v1/users/me/avatar", [401, 415, 415, 415, 415, 415, 415, 415]).with(json!({})),
        delete("/api/v1/users/me/avatar", [401, 403, 200, 200, 200, 200, 200, 200]),
        get("/api/v1/users/{id}/avatar", [401, 404, 404, 404, 404, 404, 404, 404]),
        get("/api/v1/users/me/blocks", SIGNED_IN),
        put("/api/v1/users/me/blocks/{id}", answering(204, SIGNED_IN)),
        delete("/api/v1/users/me/blocks/{id}", answering(204, SIGNED_IN)),
        get("/api/v1/users/me/export", SIGNED_IN),
        // A guest has no password to get wrong.
        delete("/api/v1/users/me", [401, 204, 403, 403, 403, 403, 403, 403])
            .with(json!({ "password": "wrong horse", "messages": "keep" }))
            .fresh(Fresh::Session),
        get("/api/v1/presence", SIGNED_IN).query("user_id=<author>"),
    ]
}

fn conversations() -> Vec<Row> {
    vec![
        post("/api/v1/conversations", [401, 403, 201, 201, 201, 201, 201, 201])
            .with(json!({ "kind": "group", "name": "another" })),
        get("/api/v1/conversations", SIGNED_IN),
        get("/api/v1/conversations/{id}", INSIDE),
        patch("/api/v1/conversations/{id}", and_server_admins(KEEPERS))
            .with(json!({ "topic": "<n>", "slowmode_s": 0 })),
        patch("/api/v1/conversations/{id}", and_server_admins(OWNER)).with(json!({ "archived": true })),
        patch("/api/v1/conversations/{id}", and_server_admins(OWNER)).with(json!({ "visibility": "private" })),
        delete("/api/v1/conversations/{id}", answering(204, and_server_admins(OWNER))).destroys(),
        get("/api/v1/channels", SIGNED_IN),
        get("/api/v1/sync", SIGNED_IN),
    ]
}

fn members() -> Vec<Row> {
    vec![
        post("/api/v1/conversations/{id}/join", INSIDE),
        post("/api/v1/conversations/{id}/leave", [401, 404, 404, 204, 204, 204, 409, 404]).destroys(),
        get("/api/v1/conversations/{id}/members", INSIDE),
        post("/api/v1/conversations/{id}/members", KEEPERS).with(json!({ "user_id": "<newcomer>" })).destroys(),
        patch("/api/v1/conversations/{id}/members/{user_id}", KEEPERS).with(json!({ "role": "reader" })),
        patch("/api/v1/conversations/{id}/members/{user_id}", OWNER).with(json!({ "role": "admin" })).destroys(),
        patch("/api/v1/conversations/{id}/members/{user_id}", OWNER).with(json!({ "role": "owner" })).destroys(),
        delete("/api/v1/conversations/{id}/members/{user_id}", answering(204, KEEPERS)).destroys(),
    ]
}

fn messages() -> Vec<Row> {
    vec![
        get("/api/v1/conversations/{id}/messages", INSIDE),
        post("/api/v1/conversations/{id}/messages", answering(201, WRITERS)).with(json!({ "content": "hi" })),
        get("/api/v1/conversations/{id}/events", INSIDE),
        put("/api/v1/conversations/{id}/read", INSIDE).with(json!({ "ordinal": 1 })),
        get("/api/v1/conversations/{id}/receipts", INSIDE),
        get("/api/v1/conversations/{id}/pins", INSIDE),
        get("/api/v1/messages/{id}", INSIDE),
        // Of all in the conversation, only who said it.
        patch("/api/v1/messages/{id}", [401, 404, 404, 403, 403, 403, 403, 404]).with(json!({ "content": "hi" })),
        delete("/api/v1/messages/{id}", and_server_admins(KEEPERS)).destroys(),
        get("/api/v1/messages/{id}/revisions", INSIDE),
        get("/api/v1/messages/{id}/thread", INSIDE),
        put("/api/v1/messages/{id}/reactions/{emoji}", WRITERS),
        delete("/api/v1/messages/{id}/reactions/{emoji}", WRITERS),
        put("/api/v1/messages/{id}/pin", KEEPERS),
        delete("/api/v1/messages/{id}/pin", KEEPERS),
        get("/api/v1/search", SIGNED_IN).query("q=<canary>"),
    ]
}

fn moderation() -> Vec<Row> {
    vec![
        post("/api/v1/messages/{id}/report", answering(201, INSIDE)),
        // Each sees those that are theirs to decide: for most, none.
        get("/api/v1/moderation/reports", SIGNED_IN),
        patch("/api/v1/moderation/reports/{id}", [401, 404, 404, 404, 404, 200, 200, 200])
            .with(json!({ "outcome": "dismissed" }))
            .destroys(),
        put("/api/v1/conversations/{id}/mutes/{user_id}", KEEPERS).with(json!({ "seconds": 60 })),
        delete("/api/v1/conversations/{id}/mutes/{user_id}", KEEPERS),
        put("/api/v1/conversations/{id}/bans/{user_id}", answering(204, KEEPERS)).destroys(),
        delete("/api/v1/conversations/{id}/bans/{user_id}", answering(204, KEEPERS)),
        get("/api/v1/conversations/{id}/bans", KEEPERS),
        get("/api/v1/conversations/{id}/audit", KEEPERS),
    ]
}

/// What the owner of the conversation keeps about prices.
fn prices() -> Vec<Row> {
    /// Its owner alone; nobody else learns that there is one.
    const OWN: [u16; 8] = [401, 404, 404, 404, 404, 404, 200, 404];
    vec![
        get("/api/v1/watchlist", SIGNED_IN),
        put("/api/v1/watchlist/{coin}", answering(204, SIGNED_IN)),
        delete("/api/v1/watchlist/{coin}", answering(204, SIGNED_IN)),
        get("/api/v1/alerts", SIGNED_IN),
        post("/api/v1/alerts", answering(201, SIGNED_IN))
            .with(json!({ "kind": "above", "asset_id": "bitcoin", "threshold": "1000000000" })),
        get("/api/v1/alerts/{id}", OWN),
        patch("/api/v1/alerts/{id}", OWN).with(json!({ "repeat": true })),
        get("/api/v1/alerts/{id}/firings", OWN),
        delete("/api/v1/alerts/{id}", answering(204, OWN)).destroys(),
        delete("/api/v1/crypto/cache", answering(204, SERVER_ADMINS)),
    ]
}

fn running() -> Vec<Row> {
    // The invitation does not exist, which none but an admin is told.
    let mut no_such_invitation = SERVER_ADMINS;
    no_such_invitation[7] = 404;
    vec![
        get("/api/v1/admin/users", SERVER_ADMINS),
        get("/api/v1/admin/users/{id}", SERVER_ADMINS),
        patch("/api/v1/admin/users/{id}", SERVER_ADMINS).with(json!({ "role": "member", "disabled": false })),
        delete("/api/v1/admin/users/{id}/sessions", answering(204, SERVER_ADMINS)),
        put("/api/v1/admin/users/{id}/password", answering(204, SERVER_ADMINS))
            .with(json!({ "new_password": "another horse" })),
        delete("/api/v1/admin/users/{id}/totp", answering(204, SERVER_ADMINS)),
        get("/api/v1/admin/audit", SERVER_ADMINS),
        get("/api/v1/admin/invitations", SERVER_ADMINS),
        post("/api/v1/admin/invitations", answering(201, SERVER_ADMINS)),
        delete("/api/v1/admin/invitations/{id}", no_such_invitation),
        get("/api/v1/admin/stats", SERVER_ADMINS),
    ]
}

fn open_to_all() -> Vec<Row> {
    vec![
        get("/api/v1/crypto/{coin}", ANYONE),
        get("/api/v1/crypto/popular", ANYONE),
        post("/api/v1/crypto/bulk", ANYONE).with(json!({ "coins": ["bitcoin"] })),
        get("/api/v1/crypto/search", ANYONE).query("q=bit"),
        post("/api/v1/crypto/portfolio", ANYONE).with(json!({ "coins": ["bitcoin"] })),
        get("/api/v1/crypto/{coin}/history", ANYONE),
        get("/api/v1/crypto/providers", ANYONE),
        get("/api/v1/crypto/cache/stats", ANYONE),
        get("/api/v1/crypto/stream/prices", ANYONE).query("coins=bitcoin&interval=1&max_updates=1"),
        get("/health", ANYONE),
        get("/health/live", ANYONE),
        get("/health/ready", ANYONE),
        get("/api/v1/openapi.json", ANYONE),
        get("/api/v1/asyncapi.json", ANYONE),
    ]
}

/// Last, as it ends every session of who asks.
fn goodbye() -> Vec<Row> {
    vec![post("/api/v1/auth/logout-all", answering(204, SIGNED_IN)).fresh(Fresh::Session)]
}
