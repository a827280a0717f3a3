//! What users of chats complain about, and must not meet here. Each test is named after a complaint, turned round.
//!
//! | module | claims about |
//! |---|---|
//! | [`offline`] | what happened while one was away |
//! | [`deaf`] | sockets that are alive and hear nothing |
//! | [`delivery`] | once, in order, on every device |
//! | [`servers`] | several servers over one database |
//! | [`removal`] | who is out hears nothing |
//! | [`counts`] | unread counts |
//! | [`crowd`] | everybody at once |
//! | [`bounds`] | clients that do not read |
//! | [`view`] | no tests: what a client shows, made of events alone |

mod bounds;
mod counts;
mod crowd;
mod deaf;
mod delivery;
mod offline;
mod removal;
mod servers;
mod view;
