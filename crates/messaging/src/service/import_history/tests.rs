use chrono::TimeDelta;

use super::*;
use crate::model::Visibility;
use crate::ports::{BroughtIn, MockHistoryImport, MockMessagingStore};
use crate::service::fixtures::{FakeIds, FakeNow, ann, bob, conversation, now};

fn importer(store: MockMessagingStore, imports: MockHistoryImport, dry_run: bool) -> HistoryImporter {
    let deps = HistoryDeps {
        store: Arc::new(store),
        imports: Arc::new(imports),
        clock: Arc::new(FakeNow),
        ids: Arc::new(FakeIds),
    };
    HistoryImporter::new(deps, Origin::named("elsewhere"), dry_run)
}

/// Ann and Bob, who came a second after her.
fn there(kind: KindThere, roles: [MemberRole; 2]) -> ConversationThere {
    let member =
        |user_id, role, seconds| MemberThere { user_id, role, joined_at: Some(now() + TimeDelta::seconds(seconds)) };
    ConversationThere {
        id: "7".into(),
        kind,
        name: Some("friends".into()),
        topic: None,
        created_at: Some(now()),
        members: vec![member(bob().id, roles[0], 1), member(ann().id, roles[1], 0)],
    }
}

fn roles(there: &ConversationThere) -> Vec<MemberRole> {
    settle(there).into_iter().map(|member| member.role).collect()
}

#[test]
fn a_conversation_has_one_owner() {
    use MemberRole::{Admin, Member, Owner, Reader};
    for (given, settled) in [
        ([Owner, Owner], [Owner, Admin]),
        ([Member, Owner], [Member, Owner]),
        ([Reader, Admin], [Reader, Owner]),
        // Nobody stands out: who came first.
        ([Member, Member], [Member, Owner]),
    ] {
        assert_eq!(roles(&there(KindThere::Group, given)), settled, "{given:?}");
    }
    assert_eq!(roles(&there(KindThere::Direct, [Owner, Admin])), [Member, Member]);
}

#[tokio::test]
async fn a_group_is_made_by_its_owner_and_the_others_come_in() {
    let (mut store, mut imports) = (MockMessagingStore::new(), MockHistoryImport::new());
    store.expect_find_conversation().returning(|_| Ok(None));
    let owner_alone = |new: &NewConversation| new.members == [(ann().id, MemberRole::Owner)] && new.at == now();
    store
        .expect_create_conversation()
        .withf(owner_alone)
        .once()
        .returning(|new| Ok(Created::New(Conversation { id: new.id, ..conversation() }, vec![])));
    imports.expect_bring_in().withf(|new| new.role < MemberRole::Owner).times(2).returning(|_| Ok(BroughtIn::New));
    let importer = importer(store, imports, false);
    let here = importer.import_conversation(there(KindThere::Group, [MemberRole::Member; 2])).await.unwrap();
    assert_eq!((here.arrival, here.remarks), (Arrival::New, vec![]));
}

#[tokio::test]
async fn a_channel_whose_name_is_taken_gets_another() {
    let (mut store, mut imports) = (MockMessagingStore::new(), MockHistoryImport::new());
    store.expect_find_conversation().returning(|_| Ok(None));
    store.expect_create_conversation().times(2).returning(|new| match new.kind.name().unwrap().as_str() {
        "friends 7" => Ok(Created::New(Conversation { id: new.id, ..conversation() }, vec![])),
        _ => Err(CreateConversationRefusal::NameTaken),
    });
    imports.expect_bring_in().returning(|_| Ok(BroughtIn::New));
    let channel = there(KindThere::Channel(Visibility::Private), [MemberRole::Member; 2]);
    let here = importer(store, imports, false).import_conversation(channel).await.unwrap();
    assert_eq!(here.arrival, Arrival::New);
    assert!(here.remarks[0].text.contains("friends 7"), "{:?}", here.remarks);
}

#[tokio::test]
async fn what_cannot_be_here_is_refused_with_the_reason() {
    let mut store = MockMessagingStore::new();
    store.expect_find_conversation().returning(|_| Ok(None));
    let importer = importer(store, MockHistoryImport::new(), false);
    let mut alone = there(KindThere::Direct, [MemberRole::Member; 2]);
    alone.members.pop();
    let empty = ConversationThere { members: vec![], ..there(KindThere::Group, [MemberRole::Member; 2]) };
    for refused in [alone, empty] {
        let here = importer.import_conversation(refused).await.unwrap();
        assert_eq!((here.id, here.arrival, here.remarks[0].field), (None, Arrival::Refused, "members"));
    }
}

#[tokio::test]
async fn an_id_that_another_kind_of_conversation_has_is_a_conflict() {
    let mut store = MockMessagingStore::new();
    store.expect_find_conversation().returning(|_| Ok(Some(conversation())));
    let importer = importer(store, MockHistoryImport::new(), false);
    let here = importer.import_conversation(there(KindThere::Direct, [MemberRole::Member; 2])).await.unwrap();
    assert_eq!((here.arrival, here.remarks[0].field), (Arrival::Refused, "id"));
}

#[tokio::test]
async fn each_message_is_answered_for_in_its_place() {
    let mut imports = MockHistoryImport::new();
    imports.expect_append_past().once().returning(|_, past| {
        assert_eq!(past.len(), 3);
        Ok(vec![PastAppended::New, PastAppended::Known, PastAppended::UnknownSender])
    });
    let said =
        |id: &str, content: &str| MessageThere { id: id.into(), sender: ann().id, content: content.into(), at: now() };
    let messages = vec![said("1", "a"), said("2", " "), said("3", "b"), said("4", &"x".repeat(8_001)), said("5", "c")];
    let importer = importer(MockMessagingStore::new(), imports, false);
    let outcomes = importer.import_messages(conversation().id, messages).await.unwrap();
    let fields: Vec<_> = outcomes.iter().map(|outcome| outcome.as_ref().map_err(|remark| remark.field)).collect();
    assert_eq!(fields, [Ok(&Arrival::New), Err("content"), Ok(&Arrival::Known), Err("content"), Err("sender")]);
}

#[tokio::test]
async fn a_dry_run_asks_what_is_known_and_stores_nothing() {
    let (mut store, mut imports) = (MockMessagingStore::new(), MockHistoryImport::new());
    store.expect_find_conversation().returning(|_| Ok(None));
    imports.expect_known_messages().once().returning(|ids| Ok(vec![ids[1]]));
    let importer = importer(store, imports, true);
    let here = importer.import_conversation(there(KindThere::Group, [MemberRole::Member; 2])).await.unwrap();
    assert_eq!(here.arrival, Arrival::New);
    let said = |id: &str| MessageThere { id: id.into(), sender: ann().id, content: "a".into(), at: now() };
    let outcomes = importer.import_messages(here.id.unwrap(), vec![said("1"), said("2")]).await.unwrap();
    assert_eq!(outcomes, [Ok(Arrival::New), Ok(Arrival::Known)]);
}
