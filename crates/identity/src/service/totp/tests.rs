use super::*;
use crate::model::{AttemptOutcome, Login, PasswordHash, TotpStep};
use crate::service::fixtures::{Mocks, now, password, session, user};
use crate::service::{LogIn, LogInError};

/// The step of the time in these tests; its code in the mocks is its last six digits.
const STEP: i64 = 1_700_000_000 / 30;

fn code(step: i64) -> Option<SecondFactor> {
    Some(SecondFactor::Code((step % 1_000_000) as u32))
}

fn totp(enabled: bool) -> Totp {
    Totp { secret: TotpSecret::new([1; 20]), enabled_at: enabled.then(now), recovery_codes_left: 10 }
}

fn input(code: Option<SecondFactor>) -> ProveTotp {
    ProveTotp { user: user(), session_id: session().id, password: password(), code, device: Device::default() }
}

fn log_in(code: Option<SecondFactor>) -> LogIn {
    LogIn { login: Login::parse("ann"), password: password(), code, device: Device::default() }
}

/// Somebody with this second factor, whose password is judged so.
fn having(factor: Option<Totp>, password_is_right: bool) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.totp.expect_find_totp().returning(move |_| Ok(factor.clone()));
    mocks.passwords.expect_find_password_hash().returning(|_| Ok(Some(PasswordHash::new("hash".into()))));
    mocks.store.expect_find_credentials().returning(|_| Ok(Some((user(), PasswordHash::new("hash".into())))));
    mocks.hasher.expect_verify().returning(move |_, _| Ok(password_is_right));
    mocks.hasher.expect_is_outdated().return_const(false);
    mocks.listener.expect_signed_in().returning(|_| Ok(()));
    mocks
}

fn expect_outcome(mocks: &mut Mocks, expected: AttemptOutcome) {
    mocks
        .attempts
        .expect_settle()
        .withf(move |_, outcome, _| *outcome == expected)
        .once()
        .returning(|_, _, _| Ok(None));
}

fn expect_entry(mocks: &mut Mocks, act: SecurityAct) {
    mocks.log.expect_record().withf(move |entry| entry.act == act).once().return_const(());
}

#[tokio::test]
async fn a_secret_is_offered_to_who_knows_the_password() {
    let mut mocks = having(None, true);
    mocks.totp.expect_offer_totp().once().returning(|_, _, _| Ok(true));
    let offer = mocks.service().offer_totp(input(None)).await.unwrap();
    assert!(offer.uri.starts_with("otpauth://totp/Rialto:ann?secret=AEAQCAIB"), "{}", offer.uri);
    assert!(!format!("{:?}", offer.secret).contains('1'));

    let mut mocks = having(None, false);
    mocks.totp.expect_offer_totp().never();
    expect_entry(&mut mocks, SecurityAct::LogInFailed);
    assert!(matches!(mocks.service().offer_totp(input(None)).await, Err(TotpError::WrongPassword)));

    let mocks = having(Some(totp(true)), true);
    assert!(matches!(mocks.service().offer_totp(input(None)).await, Err(TotpError::AlreadyOn)));
}

#[tokio::test]
async fn a_code_of_now_switches_it_on_and_is_used_by_that() {
    for (shown, expected) in [(STEP - 2, false), (STEP - 1, true), (STEP, true), (STEP + 1, true), (STEP + 2, false)] {
        let mut mocks = having(Some(totp(false)), true);
        mocks.totp.expect_enable_totp().returning(move |start| {
            assert_eq!((start.step, start.recovery_codes.len()), (TotpStep(shown), RECOVERY_CODES));
            Ok(true)
        });
        let (act, outcome) = match expected {
            true => (SecurityAct::TotpEnabled, AttemptOutcome::Right),
            false => (SecurityAct::LogInFailed, AttemptOutcome::Wrong),
        };
        expect_outcome(&mut mocks, outcome);
        expect_entry(&mut mocks, act);
        let codes = mocks.service().confirm_totp(input(code(shown))).await;
        assert_eq!(codes.is_ok_and(|codes| codes.len() == RECOVERY_CODES), expected, "{shown}");
    }
    let refusal = having(None, true).service().confirm_totp(input(code(STEP))).await;
    assert!(matches!(refusal, Err(TotpError::NotOffered)));
}

#[tokio::test]
async fn what_is_only_offered_is_not_asked_for_at_a_sign_in() {
    let mut mocks = having(Some(totp(false)), true);
    mocks.store.expect_insert_session().once().returning(|_, _| Ok(()));
    mocks.service().log_in(log_in(None)).await.unwrap();
}

#[tokio::test]
async fn a_missing_code_is_neither_right_nor_wrong() {
    let mut mocks = having(Some(totp(true)), true);
    expect_outcome(&mut mocks, AttemptOutcome::Unjudged);
    assert!(matches!(mocks.service().log_in(log_in(None)).await, Err(LogInError::CodeRequired)));
}

#[tokio::test]
async fn nobody_looks_at_the_code_of_a_wrong_password() {
    let mut mocks = having(Some(totp(true)), false);
    mocks.totp.expect_use_totp_step().never();
    expect_outcome(&mut mocks, AttemptOutcome::Wrong);
    assert!(matches!(mocks.service().log_in(log_in(code(STEP))).await, Err(LogInError::WrongCredentials)));
}

#[tokio::test]
async fn a_code_works_once_and_a_wrong_one_counts_as_a_wrong_password() {
    for (shown, unused, expected) in [(STEP, true, true), (STEP, false, false), (STEP + 2, true, false)] {
        let mut mocks = having(Some(totp(true)), true);
        mocks.totp.expect_use_totp_step().returning(move |_, _, _| Ok(unused));
        mocks.store.expect_insert_session().times(usize::from(expected)).returning(|_, _| Ok(()));
        expect_outcome(&mut mocks, if expected { AttemptOutcome::Right } else { AttemptOutcome::Wrong });
        expect_entry(&mut mocks, if expected { SecurityAct::LoggedIn } else { SecurityAct::LogInFailed });
        match mocks.service().log_in(log_in(code(shown))).await {
            Ok(_) => assert!(expected),
            Err(refusal) => assert!(!expected && matches!(refusal, LogInError::WrongCode)),
        }
    }
}

#[tokio::test]
async fn a_recovery_code_takes_the_place_of_a_code_and_is_written_down() {
    let mut mocks = having(Some(totp(true)), true);
    mocks.totp.expect_use_recovery_code().once().returning(|_, _| Ok(true));
    mocks.store.expect_insert_session().returning(|_, _| Ok(()));
    expect_entry(&mut mocks, SecurityAct::RecoveryCodeUsed);
    mocks.service().log_in(log_in(SecondFactor::claimed("abcd-efgh-ijkl-mnop"))).await.unwrap();
}

#[tokio::test]
async fn it_is_switched_off_with_password_and_code() {
    let mut mocks = having(Some(totp(true)), true);
    mocks.totp.expect_use_totp_step().returning(|_, _, _| Ok(true));
    mocks.totp.expect_remove_totp().once().returning(|_| Ok(true));
    expect_entry(&mut mocks, SecurityAct::TotpDisabled);
    mocks.service().disable_totp(input(code(STEP))).await.unwrap();

    for (password_is_right, shown) in [(true, None), (true, code(STEP + 9)), (false, code(STEP))] {
        let mut mocks = having(Some(totp(true)), password_is_right);
        mocks.totp.expect_use_totp_step().never();
        mocks.totp.expect_remove_totp().never();
        match mocks.service().disable_totp(input(shown)).await {
            Err(TotpError::WrongCode) => assert!(password_is_right),
            Err(TotpError::WrongPassword) => assert!(!password_is_right),
            outcome => panic!("{outcome:?}"),
        }
    }
    assert!(matches!(having(None, true).service().disable_totp(input(code(STEP))).await, Err(TotpError::NotOn)));
}

#[tokio::test]
async fn new_recovery_codes_want_password_and_code() {
    let mut mocks = having(Some(totp(true)), true);
    mocks.totp.expect_use_totp_step().returning(|_, _, _| Ok(true));
    mocks.totp.expect_replace_recovery_codes().withf(|_, codes| codes.len() == 10).once().returning(|_, _| Ok(true));
    assert_eq!(mocks.service().renew_recovery_codes(input(code(STEP))).await.unwrap().len(), 10);
}
