//! Sockets that are alive and hear nothing.

use serde_json::json;

use crate::realtime::raw::RawSocket;
use crate::support::people::stream;
use crate::support::{Backend, Scene, Server};

#[tokio::test]
async fn a_socket_that_is_alive_but_deaf_finds_out() {
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__REALTIME__PING_INTERVAL_MS", "300")]).await;
    let scene = Scene::on(server).await;
    let room = stream(scene.room);
    let bearer = format!("Bearer {}", scene.bob.token());
    let mut socket = RawSocket::open(&scene.server, &[("Authorization", &bearer)]).await;
    let ready = socket.hear("ready").await;
    let heard = ready["data"]["streams"][&room]["seq"].as_u64().unwrap();
    // From here on the client loses every event, and still answers every ping.
    for n in 0..3 {
        scene.ann.say(scene.room, &n.to_string()).await;
    }
    scene.bob.read(scene.room, 3).await;
    let personal = ready["data"]["streams"]["u"]["seq"].as_u64().unwrap();
    loop {
        let ping = socket.hear("ping").await;
        socket.say(&json!({ "type": "pong", "data": { "tops": { &room: heard } } })).await;
        let tops = &ping["data"];
        if tops["tops"][&room] == heard + 3 && tops["u"].as_u64() > Some(personal) {
            break;
        }
    }
    // A ping says how far the streams reach, so it knows what to ask for.
    for (id, place, after) in [(1, room.as_str(), heard), (2, "u", personal)] {
        let ask = json!({ "type": "catchup", "id": id, "stream": place, "data": { "after": after } });
        socket.say(&ask).await;
        let mut seq = after;
        loop {
            let event = socket.hear("event").await;
            if event["replay"] == true && event["stream"] == place {
                seq += 1;
                assert_eq!(event["seq"], seq);
                if seq == if id == 1 { heard + 3 } else { personal + 1 } {
                    break;
                }
            }
        }
        let answer = socket.hear("ok").await;
        assert_eq!((&answer["id"], &answer["data"]["seq"]), (&json!(id), &json!(seq)));
        assert_eq!(answer["data"]["seq"], answer["data"]["top"]);
    }
}
