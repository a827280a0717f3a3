//! Black-box tests: they start the real `rialto` binary and speak HTTP and WebSocket to it.
//!
//! | module | claims about |
//! |---|---|
//! | [`architecture`] | which crate may know which |
//! | [`start`] | starting, refusing to start, stopping |
//! | [`identity`] | accounts, tokens, sessions |
//! | [`browser_session`] | cookies, and the pages that would use them |
//! | [`keys`] | the keys that sign tokens |
//! | [`limits`], [`throttle`] | how often somebody may ask, and guess |
//! | [`api_tokens`] | tokens of programs, and their scopes |
//! | [`sessions`] | the list of sessions, and refreshes whose answer is lost |
//! | [`passwords`] | passwords that are changed, set anew by mail, hashed anew |
//! | [`setup`], [`invitations`] | how the first admin is made, and who may register |
//! | [`admin`], [`user_command`] | running the server over HTTP and on the command line |
//! | [`import`] | bringing over what other servers keep |
//! | [`upgrade`] | guests who become members |
//! | [`profiles`], [`avatars`] | what people show of themselves, and how they are found |
//! | [`blocks`] | who wants nothing to do with whom |
//! | [`account_deletion`], [`export`] | how people go, and what they take along |
//! | [`messaging`] | conversations, messages, history, members over HTTP |
//! | [`conversations`] | changing, archiving, deleting them |
//! | [`roles`], [`guests`] | who may what |
//! | [`editing`], [`deleting`], [`reactions`], [`pins`], [`threads`], [`mentions`] | what happens to messages |
//! | [`reading`], [`search`], [`sync`] | unread counts and receipts, finding messages, catching up by HTTP |
//! | [`moderation`] | reports, mutes, bans, slow mode, the audit log |
//! | [`authz`] | every route, asked by everyone |
//! | [`bad_input`] | what every kind of bad request is told |
//! | [`hostile_http`] | what somebody who means harm meets over HTTP |
//! | [`realtime`] | `rialto.v1` |
//! | [`conformance`] | what users of chats complain about, and must not meet here |
//! | [`protocol_examples`] | the examples in the protocol's documentation |
//! | [`client`] | the client connection that lasts |
//! | [`chat_command`] | `rialto chat`, driven through pipes |
//! | [`crash`] | what survives SIGKILL |
//! | [`prices`], [`price_providers`], [`price_history`] | quotes, bulk, streams, topics; real providers that fail; the past, watchlists |
//! | [`alerts`] | alerts on prices |
//! | [`compat`] | clients of other servers |
//! | [`operations`] | health, metrics, documents |
//!
//! A test that needs a server runs on every database: see [`support::on_every_database`].

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "this is test code: a failure panics")]

mod account_deletion;
mod admin;
mod alerts;
mod api_tokens;
mod architecture;
mod authz;
mod avatars;
mod bad_input;
mod blocks;
mod browser_session;
mod chat_command;
mod client;
mod compat;
mod conformance;
mod conversations;
mod crash;
mod deleting;
mod editing;
mod export;
mod guests;
mod hostile_http;
mod identity;
mod import;
mod invitations;
mod keys;
mod limits;
mod mentions;
mod messaging;
mod moderation;
mod operations;
mod passwords;
mod pins;
mod price_history;
mod price_providers;
mod prices;
mod profiles;
mod protocol_examples;
mod reactions;
mod reading;
mod realtime;
mod roles;
mod search;
mod sessions;
mod setup;
mod start;
mod support;
mod sync;
mod threads;
mod throttle;
mod totp;
mod upgrade;
mod user_command;
