//! `rialto chat --surface … --scenario …`: tries a surface as a client of it would, and says what works. It makes accounts of
//! its own, whose names begin with `scenario-`.

use std::io::Write;

use clap::ValueEnum;
use rialto_client::ClientError;
use rialto_client::chat_api::{ChatApi, ChatApiSocket, expect};
use serde_json::{Value, json};

use crate::start_error::StartError;

/// A surface that scenarios are known for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TriedSurface {
    ChatApi,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Register, log in, read the profile
    Login,
    /// A message to all, by socket and over HTTP
    Global,
    /// A message to one user
    Direct,
    /// A message in a room
    Room,
    /// What was said is read back
    History,
    /// All of them
    All,
}

impl Scenario {
    const EACH: [Self; 5] = [Self::Login, Self::Global, Self::Direct, Self::Room, Self::History];
}

/// Tries what is asked for at `url`.
pub async fn run(url: &str, scenario: Scenario) -> Result<(), StartError> {
    let broken = |error: ClientError| StartError::Failed(format!("at {url}: {error}"));
    let two = Two::sign_up(url).await.map_err(broken)?;
    for one in Scenario::EACH.into_iter().filter(|one| scenario == Scenario::All || scenario == *one) {
        let name = one.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        match two.act(one).await {
            Ok(seen) => say(&format!("ok      {name}: {seen}"))?,
            Err(error) => {
                say(&format!("failed  {name}: {error}"))?;
                return Err(StartError::Failed(format!("the scenario {name} failed at {url}")));
            }
        }
    }
    Ok(())
}

/// Two people who talk.
struct Two {
    ann: ChatApi,
    bob: ChatApi,
    ann_name: String,
    bob_name: String,
}

impl Two {
    async fn sign_up(url: &str) -> Result<Self, ClientError> {
        let (mut ann, mut bob) = (ChatApi::new(url)?, ChatApi::new(url)?);
        let (ann_name, bob_name) =
            (ann.sign_up_somebody("scenario-ann").await?, bob.sign_up_somebody("scenario-bob").await?);
        Ok(Self { ann, bob, ann_name, bob_name })
    }

    async fn act(&self, scenario: Scenario) -> Result<String, ClientError> {
        match scenario {
            Scenario::Login | Scenario::All => self.log_in().await,
            Scenario::Global => self.talk_to_all().await,
            Scenario::Direct => self.talk_to_one().await,
            Scenario::Room => self.talk_in_a_room().await,
            Scenario::History => self.read_back().await,
        }
    }

    async fn log_in(&self) -> Result<String, ClientError> {
        let profile = expect(200, self.ann.get("/api/auth/profile").await?)?;
        check(profile["username"] == self.ann_name, &profile)?;
        Ok(format!("signed in as {}", self.ann_name))
    }

    async fn talk_to_all(&self) -> Result<String, ClientError> {
        let (mut hers, mut his) = (self.ann.connect().await?, self.bob.connect().await?);
        greeted(&mut hers).await?;
        greeted(&mut his).await?;
        for way in ["socket", "HTTP"] {
            let words = format!("hello to all by {way}, says {}", self.ann_name);
            if way == "socket" {
                hers.say(&json!({ "type": "message", "content": words })).await?;
            } else {
                let body = json!({ "sender": self.ann_name, "content": words });
                expect(200, self.ann.post("/api/messages", &body).await?)?;
            }
            let heard = his.next_where(|frame| frame["message"]["content"] == *words).await?;
            check(heard["type"] == "message" && heard["message"]["sender"] == self.ann_name, &heard)?;
        }
        Ok("two messages to all, one by socket and one over HTTP, were heard".to_owned())
    }

    async fn talk_to_one(&self) -> Result<String, ClientError> {
        let mut his = self.bob.connect().await?;
        greeted(&mut his).await?;
        let body = json!({ "sender": self.ann_name, "content": "psst", "recipient": self.bob_name });
        expect(200, self.ann.post("/api/messages", &body).await?)?;
        let heard = his.next_where(|frame| frame["type"] == "direct_message").await?;
        check(heard["message"]["recipient"] == self.bob_name, &heard)?;
        Ok(format!("{} heard what was for them alone", self.bob_name))
    }

    async fn talk_in_a_room(&self) -> Result<String, ClientError> {
        let bob = expect(200, self.bob.get("/api/auth/profile").await?)?;
        let room = json!({ "name": "scenario", "members": [bob["id"]] });
        let room = expect(200, self.ann.post("/api/rooms", &room).await?)?;
        let mut his = self.bob.connect().await?;
        greeted(&mut his).await?;
        let body = json!({ "content": "hello room", "room_id": room["id"] });
        expect(200, self.ann.post("/api/messages", &body).await?)?;
        his.next_where(|frame| frame["message"]["room_id"] == room["id"]).await?;
        let messages = room["id"].as_str().map(|id| format!("/api/rooms/{id}/messages")).unwrap_or_default();
        let listed = expect(200, self.bob.get(&messages).await?)?;
        check(listed[0]["content"] == "hello room", &listed)?;
        Ok("a message in a room was heard, and is kept".to_owned())
    }

    async fn read_back(&self) -> Result<String, ClientError> {
        let words = format!("to be read back by {}", self.bob_name);
        let body = json!({ "content": words, "recipient": self.bob_name });
        expect(200, self.ann.post("/api/messages", &body).await?)?;
        let between = format!("/api/messages/between/{}/{}", self.ann_name, self.bob_name);
        for path in ["/api/messages", &between] {
            let listed = expect(200, self.bob.get(path).await?)?;
            let has = listed.as_array().is_some_and(|all| all.iter().any(|message| message["content"] == *words));
            check(has, &listed)?;
        }
        Ok("what was said is in both lists".to_owned())
    }
}

async fn greeted(socket: &mut ChatApiSocket) -> Result<(), ClientError> {
    socket.next_where(|frame| frame["type"] == "connection").await.map(drop)
}

fn check(holds: bool, seen: &Value) -> Result<(), ClientError> {
    if holds { Ok(()) } else { Err(ClientError::Unexpected(seen.to_string())) }
}

fn say(line: &str) -> Result<(), StartError> {
    writeln!(std::io::stdout(), "{line}").map_err(|error| StartError::Failed(error.to_string()))
}
