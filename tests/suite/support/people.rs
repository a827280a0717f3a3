//! People who use a server.

use std::process::Stdio;
use std::time::Duration;

use rialto_client::wire::frame::{EventFrame, ReadyData, ServerFrame};
use rialto_client::wire::identity::{SignedInView, UpgradeRequest};
use rialto_client::wire::messaging::{
    ConversationKindWord, ConversationView, CreateConversationRequest, EventBodyView, MarkReadRequest, MessageView,
    ReadStateView, SendMessageRequest, VisibilityWord,
};
use rialto_client::{ClientError, Rest, Socket};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::Server;

/// The channel that everyone is in.
pub fn lobby() -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001)
}

/// Somebody who is signed in.
pub struct Person {
    pub rest: Rest,
    pub signed_in: SignedInView,
}

impl Person {
    /// Makes an account.
    pub async fn register(server: &Server, name: &str) -> Self {
        let rest = server.rest();
        let signed_in = rest.register(name, &format!("{name}@example.org"), "correct horse").await.unwrap();
        Self { rest: rest.with_token(&signed_in.tokens.access_token), signed_in }
    }

    /// Makes an account that runs the server, on the command line.
    pub async fn admin(server: &Server, name: &str) -> Self {
        let address = format!("{name}@example.org");
        let arguments = ["user", "create", name, "--email", &address, "--admin", "--password-stdin"];
        let (code, _, stderr) = run(server, &arguments, "correct horse\n").await;
        assert_eq!(code, Some(0), "{stderr}");
        Self::sign_in(server, name).await
    }

    /// Signs in with the password that everybody has.
    pub async fn sign_in(server: &Server, name: &str) -> Self {
        let rest = server.rest();
        let signed_in = rest.log_in(name, "correct horse").await.unwrap();
        Self { rest: rest.with_token(&signed_in.tokens.access_token), signed_in }
    }

    /// Comes in without an account.
    pub async fn guest(server: &Server, name: &str) -> Self {
        let rest = server.rest();
        let signed_in = rest.enter_as_guest(name).await.unwrap();
        Self { rest: rest.with_token(&signed_in.tokens.access_token), signed_in }
    }

    /// Becomes a member of this name: the same person with the next tokens.
    pub async fn upgrade(&self, name: &str) -> Result<Self, ClientError> {
        let signed_in = self.rest.upgrade(&upgrade(name)).await?;
        Ok(Self { rest: self.rest.with_token(&signed_in.tokens.access_token), signed_in })
    }

    pub fn id(&self) -> Uuid {
        self.signed_in.user.id
    }

    pub fn token(&self) -> &str {
        &self.signed_in.tokens.access_token
    }

    /// A socket that is ready.
    pub async fn connect(&self) -> (Socket, ReadyData) {
        let mut socket = Socket::connect(&self.rest.socket_url()).await.unwrap();
        let ready = socket.auth(self.token(), None).await.unwrap();
        (socket, ready)
    }

    /// A client for the same person at a server that was restarted.
    pub fn rest_on(&self, server: &Server) -> Rest {
        server.rest().with_token(self.token())
    }

    /// Says something over HTTP.
    pub async fn say(&self, conversation: Uuid, text: &str) -> MessageView {
        self.rest.send(conversation, &message(text)).await.unwrap()
    }

    /// Starts a group with others.
    pub async fn start_group(&self, name: &str, others: &[&Self]) -> ConversationView {
        let participants = others.iter().map(|person| person.id()).collect();
        self.rest.create_conversation(&group(name, participants)).await.unwrap()
    }

    /// Says something in a thread.
    pub async fn reply(&self, conversation: Uuid, root: Uuid, text: &str) -> MessageView {
        self.rest.send(conversation, &reply_in(root, text)).await.unwrap()
    }

    /// Says that everything up to a message was read.
    pub async fn read(&self, conversation: Uuid, ordinal: u64) -> ReadStateView {
        self.rest.mark_read(conversation, &MarkReadRequest { ordinal, thread_root: None }).await.unwrap()
    }

    /// Starts a channel.
    pub async fn start_channel(&self, name: &str, visibility: VisibilityWord) -> ConversationView {
        let request = CreateConversationRequest {
            kind: ConversationKindWord::Channel,
            visibility: Some(visibility),
            ..group(name, vec![])
        };
        self.rest.create_conversation(&request).await.unwrap()
    }
}

/// Runs a command over the data of a server: exit code, standard output, standard error.
pub async fn run(server: &Server, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = server.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads nothing may be over already.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let ended = tokio::time::timeout(Duration::from_secs(30), child.wait_with_output()).await;
    let output = ended.expect("it ends").unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

pub fn upgrade(name: &str) -> UpgradeRequest {
    UpgradeRequest {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        password: "correct horse".to_owned(),
        display_name: None,
        invitation: None,
    }
}

pub fn group(name: &str, participants: Vec<Uuid>) -> CreateConversationRequest {
    CreateConversationRequest {
        kind: ConversationKindWord::Group,
        participant_id: None,
        name: Some(name.to_owned()),
        participant_ids: Some(participants),
        visibility: None,
        topic: None,
    }
}

pub fn direct(with: Uuid) -> CreateConversationRequest {
    CreateConversationRequest {
        kind: ConversationKindWord::Direct,
        participant_id: Some(with),
        name: None,
        participant_ids: None,
        visibility: None,
        topic: None,
    }
}

pub fn message(text: &str) -> SendMessageRequest {
    SendMessageRequest { content: text.to_owned(), ..SendMessageRequest::default() }
}

/// A reply in the thread that `root` starts.
pub fn reply_in(root: Uuid, text: &str) -> SendMessageRequest {
    SendMessageRequest { thread_root: Some(root), ..message(text) }
}

/// What a message says; nothing once it is deleted.
pub fn text(message: &MessageView) -> &str {
    message.content.as_deref().unwrap_or_default()
}

pub fn message_with_nonce(text: &str, nonce: &str) -> SendMessageRequest {
    SendMessageRequest { nonce: Some(nonce.to_owned()), ..message(text) }
}

pub fn stream(conversation: Uuid) -> String {
    format!("c:{conversation}")
}

/// The next logged event of a conversation; other frames are passed over.
pub async fn next_event(socket: &mut Socket, conversation: Uuid) -> EventFrame {
    loop {
        let frame = socket.next_within(std::time::Duration::from_secs(10)).await.expect("an event");
        match frame {
            ServerFrame::Event(event) if event.stream == stream(conversation) => return event,
            _ => {}
        }
    }
}

/// The next event of the personal stream; other frames are passed over.
pub async fn next_personal(socket: &mut Socket) -> EventFrame {
    loop {
        let frame = socket.next_within(std::time::Duration::from_secs(10)).await.expect("an event");
        match frame {
            ServerFrame::Event(event) if event.stream == "u" => return event,
            _ => {}
        }
    }
}

/// The next message of a conversation; other frames are passed over.
pub async fn next_message(socket: &mut Socket, conversation: Uuid) -> MessageView {
    loop {
        if let EventBodyView::MessageCreated(message) = next_event(socket, conversation).await.body {
            return message;
        }
    }
}
