//! The people of the table, and the private conversation that they ask about.

use rialto_client::Rest;
use rialto_client::wire::alerts::CreateAlertRequest;
use rialto_client::wire::identity::CreateApiTokenRequest;
use rialto_client::wire::messaging::MemberRoleWord;
use uuid::Uuid;

use super::Role;
use super::table::{Fresh, Row};
use crate::support::{Person, Server};

/// What is said, and what the conversation is called: no stranger may ever see it.
pub const CANARY: &str = "canary7f3a9c";

pub struct Stage<'a> {
    server: &'a Server,
    owner: Person,
    admin: Person,
    member: Person,
    reader: Person,
    stranger: Person,
    guest: Person,
    server_admin: Person,
    /// Somebody in the conversation whom the acts are about.
    author: Person,
    /// Somebody who is nowhere.
    newcomer: Person,
    scene: Scene,
    asked: usize,
}

/// What is new for each row, or for each cell.
#[derive(Default)]
struct Scene {
    room: Uuid,
    message: Uuid,
    report: Uuid,
    /// Of the owner.
    alert: Uuid,
}

impl<'a> Stage<'a> {
    pub async fn set_up(server: &'a Server) -> Self {
        let mut stage = Self {
            server,
            owner: Person::register(server, "owner").await,
            admin: Person::register(server, "admin").await,
            member: Person::register(server, "member").await,
            reader: Person::register(server, "reader").await,
            stranger: Person::register(server, "stranger").await,
            guest: Person::guest(server, "Guest").await,
            server_admin: Person::admin(server, "root").await,
            author: Person::register(server, "author").await,
            newcomer: Person::register(server, "newcomer").await,
            scene: Scene::default(),
            asked: 0,
        };
        stage.change_scene().await;
        stage
    }

    /// A conversation in which nothing was done yet.
    pub async fn change_scene(&mut self) {
        let everyone = [&self.admin, &self.member, &self.reader, &self.author];
        let room = self.owner.start_group(CANARY, &everyone).await.id;
        for (who, role) in [(&self.admin, MemberRoleWord::Admin), (&self.reader, MemberRoleWord::Reader)] {
            self.owner.rest.change_role(room, who.id(), role).await.unwrap();
        }
        let message = self.author.say(room, CANARY).await.id;
        let report = self.author.rest.report(message, CANARY).await.unwrap().id;
        // Nobody may have more than a hundred alerts; the one before may be gone already.
        let _ = self.owner.rest.delete_alert(self.scene.alert).await;
        let wish = CreateAlertRequest {
            kind: "above".to_owned(),
            asset_id: "bitcoin".to_owned(),
            threshold: "1000000000".to_owned(),
            note: Some(CANARY.to_owned()),
            ..CreateAlertRequest::default()
        };
        let alert = self.owner.rest.create_alert(&wish).await.unwrap().id;
        self.scene = Scene { room, message, report, alert };
    }

    /// What somebody is answered.
    pub async fn ask(&mut self, row: &Row, role: Role) -> (u16, String) {
        self.asked += 1;
        let rest = self.client(role, row.fresh == Fresh::Session).await;
        let mut request = self.request(&reqwest::Client::new(), row);
        if let Some(token) = rest.access_token() {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// The request of a row, from nobody.
    pub fn request(&self, client: &reqwest::Client, row: &Row) -> reqwest::RequestBuilder {
        let request = client.request(row.method.clone(), self.server.url(&self.path_of(row)));
        match &row.body {
            Some(body) => request.header("content-type", "application/json").body(self.filled(&body.to_string())),
            None => request,
        }
    }

    /// A token of a program of somebody's.
    pub async fn api_token(&self, role: Role, scopes: &[&str]) -> String {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let wish = CreateApiTokenRequest { name: "bot".to_owned(), scopes, expires_in_days: None };
        self.client(role, false).await.create_api_token(&wish).await.unwrap().token
    }

    async fn client(&self, role: Role, anew: bool) -> Rest {
        let person = match role {
            Role::Anonymous => return self.server.rest(),
            Role::Guest if anew => return Person::guest(self.server, "Guest").await.rest,
            Role::Guest => &self.guest,
            Role::Stranger => &self.stranger,
            Role::Reader => &self.reader,
            Role::Member => &self.member,
            Role::Admin => &self.admin,
            Role::Owner => &self.owner,
            Role::ServerAdmin => &self.server_admin,
        };
        if !anew {
            return person.rest.clone();
        }
        let again = self.server.rest().log_in(&person.signed_in.user.username, "correct horse").await.unwrap();
        self.server.rest().with_token(&again.tokens.access_token)
    }

    fn path_of(&self, row: &Row) -> String {
        let id = if row.path.contains("/alerts/{id}") {
            self.scene.alert
        } else if row.path.contains("/messages/{id}") {
            self.scene.message
        } else if row.path.contains("/reports/{id}") {
            self.scene.report
        } else if row.path.contains("/admin/users/{id}") {
            // Nobody's session but theirs may end.
            self.newcomer.id()
        } else if row.path.contains("/users/{id}") || row.path.contains("/blocks/{id}") {
            self.author.id()
        } else {
            self.scene.room
        };
        let path = row.path.replace("{id}", &id.to_string());
        let path = path.replace("{user_id}", &self.author.id().to_string());
        let path = path.replace("{emoji}", "%F0%9F%91%8D").replace("{coin}", "bitcoin");
        match row.query {
            "" => path,
            query => format!("{path}?{}", self.filled(query)),
        }
    }

    fn filled(&self, text: &str) -> String {
        text.replace("<newcomer>", &self.newcomer.id().to_string())
            .replace("<author>", &self.author.id().to_string())
            .replace("<canary>", CANARY)
            .replace("<n>", &self.asked.to_string())
    }
}
