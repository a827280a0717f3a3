//! `rialto import`, from databases made as those of the other servers are.

use std::time::Duration;

use rialto_client::wire::messaging::{ConversationKindWord, ConversationView};
use rialto_testkit::postgres::TestDatabase;
use uuid::Uuid;

use crate::support::people::{next_message, text};
use crate::support::{Person, Server, code, lobby, on_every_database, run};

const PASSWORD: &str = "abcdefghijklmnopqrstuvwxyz";
/// Of that password, as those servers make it.
const HASH: &str = "$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq";

/// The database of another server; `HASH` in it is a hash.
async fn elsewhere(sql: &str) -> TestDatabase {
    let database = TestDatabase::create().await;
    more(&database, sql).await;
    database
}

async fn more(database: &TestDatabase, sql: &str) {
    database.client().await.batch_execute(&sql.replace("HASH", HASH)).await.unwrap();
}

/// What an import that succeeds prints.
async fn import(server: &Server, from: &str, there: &TestDatabase, options: &[&str]) -> String {
    let arguments = [&["import", "--from", from, "--url", there.url()], options].concat();
    let (code, stdout, stderr) = run(server, &arguments, "").await;
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(stderr, "");
    stdout
}

async fn signed_in(server: &Server, login: &str) -> Person {
    let rest = server.rest();
    let signed_in = rest.log_in(login, PASSWORD).await.unwrap();
    Person { rest: rest.with_token(&signed_in.tokens.access_token), signed_in }
}

/// Sender and text of all messages, oldest first.
async fn said(reader: &Person, conversation: Uuid) -> Vec<(String, String)> {
    let page = reader.rest.messages(conversation, "after=0&limit=100").await.unwrap();
    page.items.iter().map(|message| (message.sender.username.clone(), text(message).to_owned())).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(sender, text)| ((*sender).to_owned(), (*text).to_owned())).collect()
}

async fn conversations(of: &Person, kind: ConversationKindWord) -> Vec<ConversationView> {
    let mut all = of.rest.conversations().await.unwrap().items;
    all.retain(|conversation| conversation.kind == kind && conversation.id != lobby());
    all
}

#[track_caller]
fn assert_says(output: &str, lines: &[&str]) {
    for line in lines {
        assert!(output.lines().any(|printed| printed.contains(line)), "{line:?} in:\n{output}");
    }
}

on_every_database!(people_of_portfolio_tracker_sign_in_with_the_password_they_have, async |backend| {
    let there = elsewhere(
        "CREATE TABLE users (id serial PRIMARY KEY, username varchar(50), email varchar(255), password text,
             created_at timestamptz);
         INSERT INTO users (username, email, password, created_at) VALUES
             ('ann', 'ann@example.org', 'HASH', '2023-05-06 07:08:09.123456+00'),
             ('bob lee', 'bob@example.org', 'HASH', now()),
             ('carol', 'carol@example.org', 'plain', now())",
    )
    .await;
    let server = Server::start(backend).await;
    let output = import(&server, "portfolio-tracker", &there, &[]).await;
    assert_says(
        &output,
        &[
            "note     users 2  username: \"bob lee\" cannot be a name here",
            "note     users 3  password: is no bcrypt hash",
            "users          3 new, 0 here before, 0 refused",
        ],
    );
    let ann = signed_in(&server, "ann").await;
    assert_eq!(ann.signed_in.user.created_at.0.to_rfc3339(), "2023-05-06T07:08:09.123+00:00");
    assert_eq!(ann.signed_in.user.email.as_deref(), Some("ann@example.org"));
    let bob = signed_in(&server, "bob@example.org").await;
    assert_eq!(
        (bob.signed_in.user.username.as_str(), bob.signed_in.user.display_name.as_str()),
        ("bob_lee", "bob lee")
    );
    assert_eq!(code(server.rest().log_in("carol", "plain").await), "wrong_credentials");
    // Signing in has hashed the password anew, and that is no reason to bring anybody over again.
    let again = import(&server, "portfolio-tracker", &there, &[]).await;
    assert_eq!(again.lines().next(), Some("users          0 new, 3 here before, 0 refused"));
    assert_eq!(signed_in(&server, "ann").await.id(), ann.id());
});

const CHAT_API: &str = "
    CREATE TABLE users (id text PRIMARY KEY, username text, email text, password_hash text, created_at timestamp);
    CREATE TABLE rooms (id text PRIMARY KEY, name text, description text, members jsonb, created_at timestamp);
    CREATE TABLE messages (id text PRIMARY KEY, sender text, recipient text, room_id text, content text,
        \"timestamp\" timestamp);
    INSERT INTO users VALUES
        ('0123456789abcdef0123456789abcde1', 'ann', 'ann@example.org', 'HASH', '2024-01-01 10:00:00'),
        ('0123456789abcdef0123456789abcde2', 'bob', 'bob@example.org', 'HASH', '2024-01-01 10:00:01'),
        ('0123456789abcdef0123456789abcde3', 'carol', 'carol@example.org', 'HASH', '2024-01-01 10:00:02');
    INSERT INTO rooms VALUES ('0123456789abcdef0123456789abcdf1', 'the room', 'what it is about',
        '[\"0123456789abcdef0123456789abcde1\", \"0123456789abcdef0123456789abcde2\", \"nobody\"]', '2024-01-02 10:00:00');
    INSERT INTO messages VALUES
        ('00000000000000000000000000000011', 'ann', '', NULL, 'to all', '2024-01-03 10:00:00'),
        ('00000000000000000000000000000012', 'bob', NULL, NULL, 'to all again', '2024-01-03 10:00:01'),
        ('00000000000000000000000000000013', 'ann', 'bob', NULL, 'to bob', '2024-01-03 10:00:02'),
        ('00000000000000000000000000000014', 'bob', 'ann', NULL, 'to ann', '2024-01-03 10:00:03'),
        ('00000000000000000000000000000010', 'ann', 'bob', NULL, 'to bob again', '2024-01-03 10:00:04'),
        ('00000000000000000000000000000015', 'bob', '', '0123456789abcdef0123456789abcdf1', 'in the room', '2024-01-03 10:00:05'),
        ('00000000000000000000000000000016', 'nobody', '', NULL, 'lost', '2024-01-03 10:00:06'),
        ('00000000000000000000000000000017', 'ann', '', NULL, repeat('x', 8001), '2024-01-03 10:00:07')";

on_every_database!(what_was_said_on_chat_api_is_where_it_belongs_once, async |backend| {
    let there = elsewhere(CHAT_API).await;
    let server = Server::start(backend).await;
    let dry = import(&server, "chat-api", &there, &["--dry-run"]).await;
    assert_says(&dry, &["a dry run", "users          3 new", "messages       6 new, 0 here before, 2 refused"]);
    assert_eq!(code(server.rest().log_in("ann", PASSWORD).await), "wrong_credentials", "nothing came over");

    let output = import(&server, "chat-api", &there, &[]).await;
    assert_says(
        &output,
        &[
            "refused  messages 00000000000000000000000000000016  sender: \"nobody\" was not brought over",
            "refused  messages 00000000000000000000000000000017  content: must have at most 8000 characters",
            "note     conversations 0123456789abcdef0123456789abcdf1  members: the user \"nobody\" was not brought over",
            "users          3 new, 0 here before, 0 refused",
            "conversations  2 new, 0 here before, 0 refused",
            "messages       6 new, 0 here before, 2 refused",
        ],
    );
    let (ann, bob, carol) =
        (signed_in(&server, "ann").await, signed_in(&server, "bob").await, signed_in(&server, "carol").await);
    assert_eq!(ann.id().simple().to_string(), "0123456789abcdef0123456789abcde1", "ids are kept");
    assert_eq!(said(&carol, lobby()).await, pairs(&[("ann", "to all"), ("bob", "to all again")]));
    let direct = conversations(&bob, ConversationKindWord::Direct).await.pop().unwrap();
    let between = pairs(&[("ann", "to bob"), ("bob", "to ann"), ("ann", "to bob again")]);
    assert_eq!(said(&bob, direct.id).await, between);
    let room = conversations(&ann, ConversationKindWord::Group).await.pop().unwrap();
    assert_eq!((room.name.as_deref(), room.topic.as_str()), (Some("the room"), "what it is about"));
    assert_eq!(said(&ann, room.id).await, pairs(&[("bob", "in the room")]));
    assert_eq!((room.unread, direct.unread, room.role.as_deref()), (0, 0, Some("owner")));
    assert!(conversations(&carol, ConversationKindWord::Group).await.is_empty());
    let page = ann.rest.messages(room.id, "").await.unwrap();
    assert_eq!(page.items[0].created_at.0.to_rfc3339(), "2024-01-03T10:00:05+00:00");
    assert_eq!(code(carol.rest.messages(room.id, "").await), "conversation_not_found");

    // People go on here, and there; what is new there comes too, and nothing twice.
    bob.say(room.id, "said here").await;
    let (mut socket, _) = ann.connect().await;
    more(
        &there,
        "INSERT INTO messages VALUES ('00000000000000000000000000000018', 'ann', '',
        '0123456789abcdef0123456789abcdf1', 'later', '2024-01-04 10:00:00')",
    )
    .await;
    let again = import(&server, "chat-api", &there, &[]).await;
    assert_says(
        &again,
        &[
            "users          0 new, 3 here before, 0 refused",
            "conversations  0 new, 2 here before, 0 refused",
            "messages       1 new, 6 here before, 2 refused",
        ],
    );
    // Whoever is connected is told with what comes next.
    bob.say(room.id, "and on").await;
    for told in ["later", "and on"] {
        assert_eq!(text(&next_message(&mut socket, room.id).await), told);
    }
    assert_eq!(
        said(&ann, room.id).await,
        pairs(&[("bob", "in the room"), ("bob", "said here"), ("ann", "later"), ("bob", "and on")])
    );
    assert_eq!(said(&bob, direct.id).await, between);
    assert_eq!(said(&carol, lobby()).await.len(), 2);
});

on_every_database!(conversations_of_gochat_keep_ids_members_and_order, async |backend| {
    let there = elsewhere(
        "CREATE TABLE users (id uuid PRIMARY KEY, email text, username text, password text, is_active bool, created_at timestamptz);
         CREATE TABLE conversations (id uuid PRIMARY KEY, type text, name text, created_by uuid, created_at timestamptz);
         CREATE TABLE participants (conversation_id uuid, user_id uuid, role text, joined_at timestamptz);
         CREATE TABLE messages (id uuid PRIMARY KEY, conversation_id uuid, sender_id uuid, content text, type text, sent_at timestamptz);
         INSERT INTO users SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'u' || n || '@example.org', 'user' || n,
             'HASH', n < 4, '2024-01-01'::timestamptz + n * interval '1 hour' FROM generate_series(1, 4) n;
         INSERT INTO conversations VALUES
             ('00000000-0000-4000-8000-0000000000c1', 'group', 'crew', '00000000-0000-4000-8000-000000000002', '2024-01-02'),
             ('00000000-0000-4000-8000-0000000000c2', 'direct', NULL, NULL, '2024-01-02'),
             ('00000000-0000-4000-8000-0000000000c3', 'direct', NULL, NULL, '2024-01-02');
         INSERT INTO participants SELECT '00000000-0000-4000-8000-0000000000c1', id,
             CASE WHEN username = 'user2' THEN 'admin' ELSE 'member' END, '2024-01-02' FROM users;
         INSERT INTO participants SELECT '00000000-0000-4000-8000-0000000000c2', id, NULL, '2024-01-02' FROM users
             WHERE username IN ('user1', 'user3');
         INSERT INTO participants VALUES ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-000000000001', NULL, NULL);
         INSERT INTO messages SELECT gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1',
             ('00000000-0000-4000-8000-00000000000' || n % 3 + 1)::uuid, 'm' || n, 'text', '2024-02-01'::timestamptz + n * interval '1 ms'
             FROM generate_series(1, 1700) n;
         INSERT INTO messages VALUES (gen_random_uuid(), '00000000-0000-4000-8000-0000000000c2',
             '00000000-0000-4000-8000-000000000003', 'psst', 'text', '2024-02-01')",
    )
    .await;
    let server = Server::start(backend).await;
    let output = import(&server, "gochat", &there, &[]).await;
    assert_says(
        &output,
        &[
            "refused  conversations 00000000-0000-4000-8000-0000000000c3  members: 1 of them came over",
            "conversations  2 new, 0 here before, 1 refused",
            "messages       1701 new, 0 here before, 0 refused",
        ],
    );
    let user = signed_in(&server, "user1").await;
    assert_eq!(user.id().to_string(), "00000000-0000-4000-8000-000000000001");
    let crew: Uuid = "00000000-0000-4000-8000-0000000000c1".parse().unwrap();
    let view = user.rest.conversation(crew).await.unwrap();
    assert_eq!((view.name.as_deref(), view.members_count, view.unread), (Some("crew"), 4, 0));
    let members = user.rest.members(crew).await.unwrap().items;
    let owners: Vec<_> = members.iter().filter(|member| member.role == "owner").collect();
    assert_eq!(owners.iter().map(|member| member.user.username.as_str()).collect::<Vec<_>>(), ["user2"]);
    let mut after = 0;
    let mut read = Vec::new();
    loop {
        let page = user.rest.messages(crew, &format!("after={after}&limit=100")).await.unwrap();
        let Some(last) = page.items.last() else { break };
        after = last.seq;
        read.extend(page.items.iter().map(|message| (message.ordinal, text(message).to_owned())));
    }
    assert_eq!(read, (1..=1700).map(|number| (number, format!("m{number}"))).collect::<Vec<_>>());
    assert!(server.rest().log_in("user4", PASSWORD).await.is_err(), "the account was closed there");
    let again = import(&server, "gochat", &there, &[]).await;
    assert_says(&again, &["messages       0 new, 1701 here before, 0 refused"]);
});

on_every_database!(an_import_that_was_cut_off_goes_on_where_it_was, async |backend| {
    let there = elsewhere(
        "CREATE TABLE users (id serial PRIMARY KEY, username text, email text, password text, created_at timestamptz);
         CREATE TABLE rooms (id serial PRIMARY KEY, name text, members int[], created_at timestamptz);
         CREATE TABLE messages (id serial PRIMARY KEY, sender_id int, room_id int, content text, created_at timestamptz);
         INSERT INTO users (username, email, password, created_at)
             SELECT 'user' || n, 'u' || n || '@example.org', 'HASH', '2024-01-01' FROM generate_series(1, 300) n;
         INSERT INTO rooms (name, members, created_at)
             SELECT 'room ' || n, array_agg(u), '2024-01-01' FROM generate_series(1, 3) n, generate_series(1, 300) u GROUP BY n;
         INSERT INTO messages (sender_id, room_id, content, created_at)
             SELECT n % 300 + 1, n % 3 + 1, 'm' || n, '2024-01-02'::timestamptz + n * interval '1 s' FROM generate_series(1, 6000) n",
    )
    .await;
    let server = Server::start(backend).await;
    for patience_ms in [150, 400, 900, 1_600] {
        let mut cut_off = server.command(&["import", "--from", "chat-api", "--url", there.url()]).spawn().unwrap();
        let ended = tokio::time::timeout(Duration::from_millis(patience_ms), cut_off.wait()).await;
        if ended.is_err() {
            cut_off.kill().await.unwrap();
        }
    }
    let output = import(&server, "chat-api", &there, &[]).await;
    let total = |word: &str| -> u64 {
        let line = output.lines().find(|line| line.starts_with(word)).unwrap();
        line.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u64>().ok()).sum()
    };
    assert_eq!((total("users"), total("conversations"), total("messages")), (300, 3, 6_000), "{output}");
    let user = signed_in(&server, "user7").await;
    for room in conversations(&user, ConversationKindWord::Group).await {
        let newest = user.rest.messages(room.id, "limit=1").await.unwrap().items.pop().unwrap();
        assert_eq!((newest.ordinal, room.members_count, room.unread), (2_000, 300, 0));
        let last = text(&newest).trim_start_matches('m').parse::<u32>().unwrap();
        assert!(last > 5_997, "m{last} is the last of {:?}", room.name);
    }
});

on_every_database!(channels_of_group_server_come_with_roles, async |backend| {
    let there = elsewhere(
        "CREATE TABLE users (id bigserial PRIMARY KEY, name text, username text, email text, avatar_url text, created_at timestamptz, password text);
         CREATE TABLE channels (id bigserial PRIMARY KEY, name text, description text, is_private bool, created_at timestamptz);
         CREATE TABLE channel_members (channel_id bigint, user_id bigint, role text, joined_at timestamptz);
         CREATE TABLE messages (id bigserial PRIMARY KEY, channel_id bigint, user_id bigint, body jsonb, created_at timestamptz);
         INSERT INTO users (name, username, email, avatar_url, created_at, password) VALUES
             ('Ann Lee', 'annlee', 'ann@example.org', 'https://pictures.example/ann.png', '2024-01-01', 'HASH'),
             ('Bob Ray', 'bobray', 'bob@example.org', 'file:///etc/passwd', '2024-01-01', 'HASH');
         INSERT INTO channels (name, is_private, created_at) VALUES ('general', false, '2024-01-01'), ('lobby', true, '2024-01-01');
         INSERT INTO channel_members VALUES (1, 1, 'moderator', '2024-01-02'), (1, 2, 'member', '2024-01-01'), (2, 2, 'owner', NULL);
         INSERT INTO messages (channel_id, user_id, body, created_at) VALUES
             (1, 1, '{\"type\":\"text\",\"content\":\"hello\"}', '2024-01-03 10:00:00'),
             (1, 2, '{\"type\":\"file\",\"filename\":\"a.pdf\",\"url\":\"https://files.example/a.pdf\"}', '2024-01-03 10:00:00'),
             (9, 1, '{\"type\":\"text\",\"content\":\"nowhere\"}', '2024-01-03 10:00:01')",
    )
    .await;
    let server = Server::start(backend).await;
    let output = import(&server, "group-server", &there, &[]).await;
    assert_says(
        &output,
        &[
            "note     users 2  avatar_url: is no web address",
            "note     conversations 2  name: another channel has the name: it is \"lobby 2\" now",
            "refused  messages 3  conversation: \"9\" was not brought over",
            "messages       2 new, 0 here before, 1 refused",
        ],
    );
    let (ann, bob) = (signed_in(&server, "annlee").await, signed_in(&server, "bob@example.org").await);
    assert_eq!(ann.signed_in.user.display_name, "Ann Lee");
    assert_eq!(ann.signed_in.user.avatar_url.as_deref(), Some("https://pictures.example/ann.png"));
    let general = conversations(&ann, ConversationKindWord::Channel).await.pop().unwrap();
    assert_eq!((general.name.as_deref(), general.role.as_deref()), (Some("general"), Some("owner")));
    let file = "a.pdf\nhttps://files.example/a.pdf";
    assert_eq!(said(&bob, general.id).await, pairs(&[("annlee", "hello"), ("bobray", file)]));
    let public: Vec<_> =
        ann.rest.channels().await.unwrap().items.into_iter().filter_map(|channel| channel.name).collect();
    assert_eq!(public, ["general", "lobby"], "the private one stays private");
    assert_eq!(conversations(&bob, ConversationKindWord::Channel).await.len(), 2);
    // Whoever leaves here is not brought back.
    bob.rest.leave(general.id).await.unwrap();
    import(&server, "group-server", &there, &[]).await;
    assert_eq!(conversations(&bob, ConversationKindWord::Channel).await.len(), 1);
});

on_every_database!(whoever_is_here_already_is_a_conflict_or_the_same, async |backend| {
    let there = elsewhere(CHAT_API).await;
    let server = Server::start(backend).await;
    let here = server.rest().register("ann2", "ANN@example.org", "correct horse").await.unwrap();
    server.rest().register("bob", "another-bob@example.org", "correct horse").await.unwrap();
    let output = import(&server, "chat-api", &there, &[]).await;
    assert_says(
        &output,
        &[
            "refused  users 0123456789abcdef0123456789abcde1  email: somebody has it here; --merge-by-email",
            "refused  users 0123456789abcdef0123456789abcde2  username: somebody has it here",
            "refused  messages 00000000000000000000000000000011  sender: \"ann\" was not brought over",
            "users          1 new, 0 here before, 2 refused",
            "messages       0 new, 0 here before, 8 refused",
        ],
    );
    let merged = import(&server, "chat-api", &there, &["--merge-by-email"]).await;
    assert_says(&merged, &["users          0 new, 2 here before, 1 refused"]);
    let ann = Person::sign_in(&server, "ann2").await;
    assert_eq!(ann.id(), here.user.id);
    assert_eq!(said(&ann, lobby()).await, pairs(&[("ann2", "to all")]));
    assert_eq!(code(server.rest().log_in("ann2", PASSWORD).await), "wrong_credentials", "the password here counts");
});

on_every_database!(a_database_that_is_none_of_theirs_is_told_apart, async |backend| {
    let server = Server::start(backend).await;
    let refused = async |from: &str, url: &str, input: &str, words: &str| {
        let (code, stdout, stderr) = run(&server, &["import", "--from", from, "--url", url], input).await;
        assert!(code != Some(0) && stdout.is_empty(), "{stdout}");
        assert!(stderr.starts_with("rialto: ") && stderr.contains(words), "{words:?} in {stderr}");
        assert_eq!(stderr.trim().lines().count(), 1, "{stderr}");
    };
    let empty = elsewhere("").await;
    refused("gochat", empty.url(), "", "no table of users (looked for users, user, accounts); it has no tables").await;
    let broken = elsewhere("CREATE TABLE users (id int, username text, email text, secret text)").await;
    let words =
        "the table users has no column for the password hash (looked for password_hash, hashed_password, password";
    refused("portfolio-tracker", broken.url(), "", words).await;
    refused("portfolio-tracker", broken.url(), "", "it has id, username, email, secret").await;
    more(&broken, "ALTER TABLE users ADD password text").await;
    refused("chat-api", "-", &format!("{}\n", broken.url()), "no table of rooms (looked for rooms").await;
    refused("chat-api", "postgres://nobody@127.0.0.1:1/none", "", "cannot be reached").await;
    refused("chat-api", "mysql://x", "", "postgres://user:password@host:5432/name").await;
    let (code, stdout, _) = run(&server, &["import", "--from", "realtime-chat"], "").await;
    assert_eq!((code, stdout.trim()), (Some(0), "realtime-chat keeps nothing: there is nothing to bring over"));
    let (code, _, stderr) = run(&server, &["import", "--from", "elsewhere", "--url", "x"], "").await;
    assert!(code == Some(2) && stderr.contains("portfolio-tracker"), "{stderr}");
});
