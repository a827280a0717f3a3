use rialto_messaging::Visibility;
use rialto_testkit::postgres::TestDatabase;

use super::*;

async fn database(sql: &str) -> TestDatabase {
    let database = TestDatabase::create().await;
    database.client().await.batch_execute(sql).await.unwrap();
    database
}

async fn open(database: &TestDatabase, server: KnownServer) -> Elsewhere {
    Elsewhere::open(database.url(), server).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_meanwhile_is_for_the_next_time() {
    let there = database(
        "CREATE TABLE users (id serial PRIMARY KEY, username text, email text, password text, deleted_at timestamptz);
         INSERT INTO users (username, email, password) SELECT 'user-' || n, n || '@example.org', 'x' FROM generate_series(1, 1200) n;
         INSERT INTO users (username, deleted_at) VALUES ('gone', now())",
    )
    .await;
    let mut elsewhere = open(&there, KnownServer::PortfolioTracker).await;
    let later = "INSERT INTO users (username) VALUES ('later')";
    there.client().await.batch_execute(later).await.unwrap();
    let mut sizes = Vec::new();
    loop {
        let users = elsewhere.next_users().await.unwrap();
        assert!(users.iter().all(|user| user.username.starts_with("user-")));
        sizes.push(users.len());
        if users.is_empty() {
            break;
        }
    }
    assert_eq!(sizes, [500, 500, 200, 0]);
    let gone = LeftOut { table: "users".into(), rows: 1 };
    assert_eq!(elsewhere.left_out().await.unwrap(), [gone]);
    assert!(elsewhere.next_conversations().await.unwrap().0.is_empty());
    assert!(elsewhere.next_messages().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn members_find_their_conversations_and_strays_are_named() {
    let there = database(
        "CREATE TABLE users (id int, username text, password text);
         CREATE TABLE channels (id int, name text, is_private bool, created_by int);
         CREATE TABLE channel_members (channel_id int, user_id int, role text);
         CREATE TABLE messages (id int, channel_id int, user_id int, body jsonb, created_at timestamp);
         INSERT INTO channels SELECT n, 'c' || n, n % 2 = 0, 7 FROM generate_series(1, 700) n;
         INSERT INTO channel_members SELECT c, u, 'admin' FROM generate_series(1, 700) c, generate_series(6, 7) u;
         INSERT INTO channel_members VALUES (0, 1, ''), (350, 8, 'viewer'), (9999, 1, ''), (9999, 2, '');
         INSERT INTO messages VALUES (1, 5, 7, '{\"type\":\"text\",\"content\":\"hi\"}', '2024-01-01 10:00:00.5')",
    )
    .await;
    let mut elsewhere = open(&there, KnownServer::GroupServer).await;
    let (mut read, mut strays) = (Vec::new(), Vec::new());
    loop {
        let (conversations, orphans) = elsewhere.next_conversations().await.unwrap();
        strays.extend(orphans);
        if conversations.is_empty() {
            break;
        }
        read.extend(conversations);
    }
    assert_eq!(strays, ["0", "9999"]);
    assert_eq!(read.len(), 700);
    for channel in &read {
        let users: Vec<_> = channel.members.iter().map(|member| (member.user.as_str(), member.role)).collect();
        let own = [("7", MemberRole::Owner), ("6", MemberRole::Admin)];
        assert_eq!(users[..2], own, "channel {}", channel.id);
        assert_eq!(users.len(), if channel.id == "350" { 3 } else { 2 });
    }
    let two = read.iter().find(|channel| channel.id == "2").unwrap();
    assert_eq!(two.kind, KindThere::Channel(Visibility::Private));
    let message = elsewhere.next_messages().await.unwrap().pop().unwrap();
    assert_eq!((message.content.as_str(), message.place), ("hi", Place::Conversation("5".into())));
    assert_eq!(message.at, values::instant("2024-01-01T10:00:00.5Z"));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_place_come_together_in_order() {
    let there = database(
        "CREATE TABLE users (id text, username text, password text);
         CREATE TABLE rooms (id text, name text, members text[]);
         CREATE TABLE messages (id int, sender text, recipient text, room_id text, content text, \"timestamp\" timestamptz);
         INSERT INTO rooms VALUES ('r', 'room', '{a,b}');
         INSERT INTO messages SELECT n, CASE WHEN n % 2 = 0 THEN 'ann' ELSE 'bob' END,
             CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN CASE WHEN n % 2 = 0 THEN 'bob' ELSE 'ann' END END,
             CASE WHEN n % 3 = 2 THEN 'r' END, 'm' || n, '2024-01-01'::timestamptz + n * interval '1 minute'
         FROM generate_series(1, 60) n",
    )
    .await;
    let mut elsewhere = open(&there, KnownServer::ChatApi).await;
    let rooms = elsewhere.next_conversations().await.unwrap().0;
    let members: Vec<_> = rooms[0].members.iter().map(|member| member.user.as_str()).collect();
    assert_eq!((rooms[0].kind, members), (KindThere::Group, vec!["a", "b"]));
    let messages = elsewhere.next_messages().await.unwrap();
    assert_eq!(messages.len(), 60);
    for part in messages.chunks(20) {
        let word = |place: &Place| std::mem::discriminant(place);
        assert!(part.iter().all(|message| word(&message.place) == word(&part[0].place)));
        assert!(part.is_sorted_by_key(|message| message.at));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_something_else_is_told_by_what_is_missing() {
    let there = database("CREATE TABLE things (id int)").await;
    let error = Elsewhere::open(there.url(), KnownServer::Gochat).await.err().unwrap().to_string();
    assert!(error.contains("no table of users") && error.ends_with("it has things"), "{error}");
}
