//! By which names the tables and columns of each server may go, the likeliest first; in any letter case. What each of
//! them means is the same everywhere: [`Field`].

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Id,
    Username,
    Email,
    Password,
    DisplayName,
    AvatarUrl,
    CreatedAt,
    Active,
    /// Set on rows that are gone.
    GoneAt,
    Name,
    Topic,
    /// The word for direct, group, public, private.
    Kind,
    /// Whether it is a group.
    IsGroup,
    /// Whether it is private.
    IsPrivate,
    CreatedBy,
    /// Ids of users, as an array, JSON or with commas.
    Members,
    /// The conversation.
    Place,
    User,
    Role,
    Sender,
    /// To whom alone.
    Recipient,
    Content,
}

/// One column.
#[derive(Debug)]
pub struct Column {
    pub field: Field,
    /// For people: what it holds.
    pub what: &'static str,
    pub names: &'static [&'static str],
    pub is_required: bool,
}

/// One table.
#[derive(Debug)]
pub struct Table {
    /// For people: what it holds.
    pub what: &'static str,
    pub names: &'static [&'static str],
    pub columns: &'static [Column],
}

/// What the conversations of a server become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    Groups,
    /// As their kind says.
    DirectsAndGroups,
    Channels,
}

/// Where conversations are.
#[derive(Debug)]
pub struct Rooms {
    pub table: Table,
    /// Needed unless the table above names the members itself.
    pub members: Table,
    pub becomes: Becomes,
}

/// The database of one server.
#[derive(Debug)]
pub struct Mapping {
    pub users: Table,
    pub rooms: Option<Rooms>,
    pub messages: Option<Table>,
}

const fn needs(field: Field, what: &'static str, names: &'static [&'static str]) -> Column {
    Column { field, what, names, is_required: true }
}

const fn takes(field: Field, what: &'static str, names: &'static [&'static str]) -> Column {
    Column { field, what, names, is_required: false }
}

const ID: Column = needs(Field::Id, "the id", &["id", "uuid"]);
const USER_NAME: Column = needs(Field::Username, "the username", &["username", "user_name", "login", "name"]);
const EMAIL: Column = takes(Field::Email, "the e-mail address", &["email", "email_address", "mail"]);
const PASSWORDS: &[&str] = &["password_hash", "hashed_password", "password", "password_digest", "passwordhash"];
const DISPLAY_NAME: Column = takes(Field::DisplayName, "the name people see", &["display_name", "full_name", "name"]);
const AVATAR: Column = takes(Field::AvatarUrl, "the picture", &["avatar_url", "avatar", "picture", "image_url"]);
const ACTIVE: Column = takes(Field::Active, "whether the account is open", &["is_active", "active"]);
const GONE: Column = takes(Field::GoneAt, "since when a row is gone", &["deleted_at"]);
const MADE: Column = takes(Field::CreatedAt, "the time", &["created_at", "createdat", "registered_at"]);
const SAID_AT: Column = needs(Field::CreatedAt, "the time", &["created_at", "sent_at", "timestamp", "createdat"]);
const JOINED: Column = takes(Field::CreatedAt, "since when", &["joined_at", "created_at", "added_at"]);
const LEFT: Column = takes(Field::GoneAt, "since when a row is gone", &["left_at", "deleted_at", "removed_at"]);
const NAME: Column = takes(Field::Name, "the name", &["name", "title"]);
const TOPIC: Column = takes(Field::Topic, "the description", &["description", "topic"]);
const MAKER: Column = takes(Field::CreatedBy, "who made it", &["created_by", "creator_id", "owner_id", "user_id"]);
const ROLE: Column = takes(Field::Role, "the role", &["role", "member_role"]);
const MEMBER: Column =
    needs(Field::User, "the member", &["user_id", "member_id", "participant_id", "user", "username"]);
const CONTENT: Column = needs(Field::Content, "what is said", &["content", "body", "text", "message"]);

const USERS: Table = Table {
    what: "users",
    names: &["users", "user", "accounts"],
    columns: &[
        ID,
        USER_NAME,
        EMAIL,
        needs(Field::Password, "the password hash", PASSWORDS),
        DISPLAY_NAME,
        AVATAR,
        MADE,
        ACTIVE,
        GONE,
    ],
};

pub const PORTFOLIO_TRACKER: Mapping = Mapping { users: USERS, rooms: None, messages: None };

pub const CHAT_API: Mapping = Mapping {
    users: USERS,
    rooms: Some(Rooms {
        table: Table {
            what: "rooms",
            names: &["rooms", "room", "chat_rooms"],
            columns: &[
                ID,
                NAME,
                TOPIC,
                MADE,
                MAKER,
                takes(Field::Members, "the members", &["members", "member_ids", "users"]),
                GONE,
            ],
        },
        members: Table {
            what: "the members of rooms",
            names: &["room_members", "rooms_members", "room_users", "rooms_users", "user_rooms", "room_participants"],
            columns: &[needs(Field::Place, "the room", &["room_id", "room"]), MEMBER, ROLE, JOINED, LEFT],
        },
        becomes: Becomes::Groups,
    }),
    messages: Some(Table {
        what: "messages",
        names: &["messages", "message", "chat_messages"],
        columns: &[
            ID,
            needs(Field::Sender, "who says it", &["sender", "sender_id", "user_id", "from_user", "username"]),
            takes(
                Field::Recipient,
                "to whom it is said",
                &["recipient", "recipient_id", "receiver", "receiver_id", "to_user"],
            ),
            takes(Field::Place, "the room", &["room_id", "room"]),
            CONTENT,
            SAID_AT,
            GONE,
        ],
    }),
};

pub const GOCHAT: Mapping = Mapping {
    users: USERS,
    rooms: Some(Rooms {
        table: Table {
            what: "conversations",
            names: &["conversations", "conversation"],
            columns: &[
                ID,
                takes(Field::Kind, "direct or group", &["type", "kind", "conversation_type"]),
                takes(Field::IsGroup, "whether it is a group", &["is_group"]),
                NAME,
                TOPIC,
                MADE,
                MAKER,
                GONE,
            ],
        },
        members: Table {
            what: "the participants of conversations",
            names: &["participants", "conversation_participants", "conversation_members", "conversations_participants"],
            columns: &[needs(Field::Place, "the conversation", &["conversation_id"]), MEMBER, ROLE, JOINED, LEFT],
        },
        becomes: Becomes::DirectsAndGroups,
    }),
    messages: Some(Table {
        what: "messages",
        names: &["messages", "message"],
        columns: &[
            ID,
            needs(Field::Place, "the conversation", &["conversation_id"]),
            needs(Field::Sender, "who says it", &["sender_id", "user_id", "sender"]),
            CONTENT,
            needs(Field::CreatedAt, "the time", &["sent_at", "created_at", "timestamp"]),
            GONE,
        ],
    }),
};

pub const GROUP_SERVER: Mapping = Mapping {
    users: Table {
        what: "users",
        names: &["users", "user", "accounts"],
        columns: &[
            ID,
            USER_NAME,
            EMAIL,
            // Another server of that family signs people in: it may keep the passwords elsewhere.
            takes(Field::Password, "the password hash", PASSWORDS),
            takes(Field::DisplayName, "the name people see", &["name", "display_name", "full_name"]),
            AVATAR,
            MADE,
            ACTIVE,
            GONE,
        ],
    },
    rooms: Some(Rooms {
        table: Table {
            what: "channels",
            names: &["channels", "channel"],
            columns: &[
                ID,
                NAME,
                TOPIC,
                MADE,
                MAKER,
                takes(Field::IsPrivate, "whether it is private", &["is_private", "private"]),
                takes(Field::Kind, "public or private", &["visibility", "type", "kind"]),
                GONE,
            ],
        },
        members: Table {
            what: "the members of channels",
            names: &[
                "channel_members",
                "channels_members",
                "memberships",
                "members",
                "user_channels",
                "channel_users",
                "channel_memberships",
            ],
            columns: &[needs(Field::Place, "the channel", &["channel_id", "channel"]), MEMBER, ROLE, JOINED, LEFT],
        },
        becomes: Becomes::Channels,
    }),
    messages: Some(Table {
        what: "messages",
        names: &["messages", "message", "channel_messages"],
        columns: &[
            ID,
            needs(Field::Place, "the channel", &["channel_id", "channel"]),
            needs(Field::Sender, "who says it", &["user_id", "sender_id", "sender"]),
            needs(Field::Content, "what is said", &["body", "content", "text", "message"]),
            SAID_AT,
            GONE,
        ],
    }),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_about_moving_over_has_every_name() {
        let page = include_str!("../../../../docs/import.md");
        for mapping in [&PORTFOLIO_TRACKER, &CHAT_API, &GOCHAT, &GROUP_SERVER] {
            let rooms = mapping.rooms.iter().flat_map(|rooms| [&rooms.table, &rooms.members]);
            for table in rooms.chain([&mapping.users]).chain(&mapping.messages) {
                let columns = table.columns.iter().flat_map(|column| column.names);
                for name in table.names.iter().chain(columns) {
                    assert!(page.contains(&format!("`{name}`")), "{name} of {}", table.what);
                }
            }
        }
    }
}
