//! Unread counts.

use rialto_client::Socket;
use rialto_client::wire::frame::{ClientFrame, ServerFrame};
use rialto_client::wire::messaging::{EventBodyView, MarkReadRequest, ReadChangeView};

use crate::support::people::{message, reply_in, stream};
use crate::support::{Scene, on_every_database};

/// What a badge shows, kept by the rules of the protocol: the counts of the last `read.changed` or `ready`, and what
/// came after them.
#[derive(Debug, PartialEq, Eq)]
struct Badge {
    unread: u64,
    counted_up_to: u64,
}

impl Badge {
    fn set(&mut self, read: &ReadChangeView) {
        (self.unread, self.counted_up_to) = (read.unread, read.last_ordinal);
    }
}

on_every_database!(unread_counts_neither_stick_nor_jump, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, room, .. } = &scene;
    let (mut phone, _) = bob.connect().await;
    let (mut laptop, _) = bob.connect().await;
    let root = ann.say(*room, "0").await.id;
    for round in 1..=12_u64 {
        // What others say counts; what one says oneself, in threads, or takes back does not.
        ann.say(*room, "one").await;
        let gone = carol.say(*room, "gone").await.id;
        bob.say(*room, "my own").await;
        ann.rest.send(*room, &reply_in(root, "in a thread")).await.unwrap();
        let last = carol.rest.send(*room, &message("two")).await.unwrap();
        carol.rest.delete(gone).await.unwrap();
        let now = bob.rest.conversation(*room).await.unwrap();
        assert_eq!(now.unread, if round == 1 { 3 } else { 2 }, "round {round}");
        let listed = bob.rest.conversations().await.unwrap().items;
        assert_eq!(listed.iter().find(|conversation| conversation.id == *room).unwrap().unread, now.unread);
        let ready = bob.connect().await.1.streams[&stream(*room)].clone();
        assert_eq!((ready.read, ready.unread), (now.read, Some(now.unread)), "round {round}");

        // Both devices say that it was read, late and twice, and one of them half of it.
        let id = read(&mut phone, &scene, last.ordinal).await;
        let half = read(&mut laptop, &scene, last.ordinal - 3).await;
        phone.answer_to(id).await.unwrap();
        laptop.answer_to(half).await.unwrap();
        let id = read(&mut laptop, &scene, last.ordinal).await;
        laptop.answer_to(id).await.unwrap();
        let now = bob.rest.conversation(*room).await.unwrap();
        assert_eq!((now.read, now.unread), (Some(last.ordinal), 0), "round {round}");
        assert_eq!(bob.connect().await.1.streams[&stream(*room)].unread, None, "round {round}");
    }
    // Every device ends up with the same badge as the server.
    let last = bob.rest.conversation(*room).await.unwrap().read.unwrap();
    for socket in [&mut phone, &mut laptop] {
        let mut badge = Badge { unread: u64::MAX, counted_up_to: 0 };
        while badge.counted_up_to < last || badge.unread > 0 {
            if let ServerFrame::Event(event) = socket.next().await.unwrap()
                && let EventBodyView::ReadChanged(change) = &event.body
            {
                assert!(change.last_ordinal >= badge.counted_up_to, "counts never go back in time");
                badge.set(change);
            }
        }
        assert_eq!(badge, Badge { unread: 0, counted_up_to: last });
    }
});

/// Says on a socket how far was read; gives the command's id.
async fn read(socket: &mut Socket, scene: &Scene, ordinal: u64) -> u64 {
    let id = socket.fresh_id();
    let data = MarkReadRequest { ordinal, thread_root: None };
    socket.write(&ClientFrame::Read { id: Some(id), stream: stream(scene.room), data }).await.unwrap();
    id
}
