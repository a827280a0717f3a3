use mockall::predicate::always;

use super::*;
use crate::ports::MockAccountImport;
use crate::service::fixtures::{FakeNow, now};

const HASH: &str = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
const HOLDER: UserId = UserId::from_uuid(uuid::Uuid::from_u128(9));

fn there(id: &str, name: &str) -> AccountThere {
    AccountThere {
        id: id.into(),
        username: name.into(),
        email: Some(format!("mail-{id}@example.org")),
        password_hash: Some(HASH.into()),
        created_at: Some(now()),
        ..AccountThere::default()
    }
}

fn importer(imports: MockAccountImport, rules: ImportRules) -> AccountImporter {
    AccountImporter::new(Arc::new(imports), Arc::new(FakeNow), Origin::named("elsewhere"), rules)
}

/// Where nobody is in the way.
fn free() -> MockAccountImport {
    let mut imports = MockAccountImport::new();
    imports.expect_judge_newcomer().returning(|_| Ok(Newcomer::New));
    imports
}

/// The name and the remarks with which an account comes in.
async fn comes_in_as(account: AccountThere) -> (User, Option<PasswordHash>, Vec<Remark>) {
    let stored = Arc::new(std::sync::Mutex::new(None));
    let mut imports = free();
    let kept = stored.clone();
    imports.expect_import_account().once().returning(move |user, hash| {
        *kept.lock().unwrap() = Some((user, hash));
        Ok(Newcomer::New)
    });
    let here = importer(imports, ImportRules::default()).import(account).await.unwrap();
    assert_eq!(here.arrival, Arrival::New);
    let (user, hash) = stored.lock().unwrap().take().unwrap();
    assert_eq!(here.user_id, Some(user.id));
    (user, hash, here.remarks)
}

#[tokio::test]
async fn an_account_keeps_all_that_fits() {
    let account = AccountThere {
        display_name: Some("Ann Lee".into()),
        avatar_url: Some("https://pictures.example/ann.png".into()),
        ..there("1", "ann")
    };
    let (user, hash, remarks) = comes_in_as(account).await;
    assert_eq!((user.username.as_str(), user.display_name.as_str()), ("ann", "Ann Lee"));
    assert_eq!((user.email.unwrap().as_str(), user.created_at), ("mail-1@example.org", now()));
    assert_eq!(user.avatar_url.as_deref(), Some("https://pictures.example/ann.png"));
    assert_eq!((user.role, user.disabled_at), (Role::Member, None));
    assert_eq!((hash.unwrap().as_str(), remarks), (HASH, vec![]));
}

#[tokio::test]
async fn a_name_that_is_not_allowed_becomes_one_that_is() {
    for (name, becomes) in [
        ("ann lee", "ann_lee"),
        ("  bo ", "bo-1"),
        ("a@b!!c", "a_b_c"),
        ("", "user-1"),
        ("\u{1f600}", "user-1"),
        ("аdmin", "user-1"),
    ] {
        let (user, _, remarks) = comes_in_as(there("1", name)).await;
        assert_eq!(user.username.as_str(), becomes, "{name:?}");
        assert!(
            remarks.iter().any(|remark| remark.field == "username" && remark.text.contains(becomes)),
            "{remarks:?}"
        );
    }
    let (user, ..) = comes_in_as(there("1", &"x".repeat(80))).await;
    assert_eq!(user.username.as_str(), "x".repeat(50));
    let (user, ..) = comes_in_as(there("1", "Ann Lee")).await;
    assert_eq!(user.display_name.as_str(), "Ann Lee", "what people see stays");
}

#[tokio::test]
async fn what_cannot_be_is_left_out_and_said() {
    let account = AccountThere {
        email: Some("nowhere".into()),
        avatar_url: Some("javascript:alert(1)".into()),
        password_hash: Some("$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA".into()),
        display_name: Some("a\u{202e}b".into()),
        disabled: true,
        ..there("1", "ann")
    };
    let (user, hash, remarks) = comes_in_as(account).await;
    assert_eq!((user.email, user.avatar_url, hash), (None, None, None));
    assert_eq!((user.display_name.as_str(), user.disabled_at), ("ann", Some(now())));
    let fields: Vec<_> = remarks.iter().map(|remark| remark.field).collect();
    assert_eq!(fields, ["display_name", "email", "avatar_url", "password"]);
}

#[test]
fn only_hashes_that_can_be_verified_in_time_are_taken() {
    assert!(is_bcrypt(HASH) && is_bcrypt(&HASH.replace("2a", "2y")));
    for wrong in ["", "plain", &HASH[..59], &HASH.replace("$10$", "$31$"), &HASH.replace("2a", "2x"), "ééééééééé"]
    {
        assert!(!is_bcrypt(wrong), "{wrong:?}");
    }
}

#[tokio::test]
async fn names_that_differ_in_case_alone_are_told_apart() {
    let mut imports = free();
    imports.expect_import_account().times(2).returning(|_, _| Ok(Newcomer::New));
    let mut importer = importer(imports, ImportRules::default());
    assert_eq!(importer.import(there("1", "ann")).await.unwrap().remarks, []);
    let second = importer.import(there("2", "Ann")).await.unwrap();
    assert_eq!(second.arrival, Arrival::New);
    assert!(second.remarks[0].text.contains("Ann-2"), "{:?}", second.remarks);
}

#[tokio::test]
async fn who_is_here_is_left_alone() {
    let mut imports = MockAccountImport::new();
    imports.expect_judge_newcomer().with(always()).returning(|_| Ok(Newcomer::Known));
    let here = importer(imports, ImportRules::default()).import(there("1", "a b")).await.unwrap();
    assert_eq!((here.arrival, here.remarks), (Arrival::Known, vec![]));
}

#[tokio::test]
async fn a_name_that_another_has_is_a_conflict() {
    let mut imports = MockAccountImport::new();
    imports.expect_judge_newcomer().returning(|_| Ok(Newcomer::UsernameTaken));
    let here = importer(imports, ImportRules::default()).import(there("1", "ann")).await.unwrap();
    assert_eq!((here.user_id, here.arrival, here.remarks[0].field), (None, Arrival::Refused, "username"));
}

#[tokio::test]
async fn a_derived_name_that_another_has_is_derived_again() {
    let mut imports = MockAccountImport::new();
    imports.expect_judge_newcomer().returning(|_| Ok(Newcomer::UsernameTaken));
    imports.expect_import_account().times(2).returning(|user, _| {
        Ok(if user.username.as_str() == "ann_lee-1" { Newcomer::New } else { Newcomer::UsernameTaken })
    });
    let here = importer(imports, ImportRules::default()).import(there("1", "ann lee")).await.unwrap();
    assert_eq!(here.arrival, Arrival::New);
    assert!(here.remarks[0].text.contains("ann_lee-1"), "{:?}", here.remarks);
}

#[tokio::test]
async fn an_address_that_another_has_is_a_conflict_or_joins_the_two() {
    let taken = || {
        let mut imports = MockAccountImport::new();
        imports.expect_judge_newcomer().returning(|_| Ok(Newcomer::EmailTaken(HOLDER)));
        imports
    };
    let here = importer(taken(), ImportRules::default()).import(there("1", "ann")).await.unwrap();
    assert_eq!((here.user_id, here.arrival, here.remarks[0].field), (None, Arrival::Refused, "email"));
    let merging = ImportRules { merge_by_email: true, ..ImportRules::default() };
    let here = importer(taken(), merging).import(there("1", "ann")).await.unwrap();
    assert_eq!((here.user_id, here.arrival), (Some(HOLDER), Arrival::Known));
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_finds_what_a_run_would() {
    let dry = ImportRules { dry_run: true, ..ImportRules::default() };
    let mut importer = importer(free(), dry);
    assert_eq!(importer.import(there("1", "ann")).await.unwrap().arrival, Arrival::New);
    let twin = AccountThere { email: Some("MAIL-1@example.org".into()), ..there("2", "bob") };
    assert_eq!(importer.import(twin).await.unwrap().remarks[0].field, "email");
}
