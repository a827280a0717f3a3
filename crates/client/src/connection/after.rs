//! What to do after a socket is gone.

use std::time::Duration;

use super::item::End;
use super::line::Cut;
use crate::error::ClientError;

const TOKEN_EXPIRED: u16 = 4004;
const BAD_CREDENTIALS: u16 = 4401;

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Renew the tokens and come back at once.
    Renew,
    /// Come back after a while, not before what the server asked for.
    Wait(Option<Duration>),
    /// Do not come back.
    Give(End),
}

/// Decides by what the server said at last. `just_renewed`: the socket was made with tokens that were
/// renewed for it, and was never ready.
pub fn after(cut: &Cut, just_renewed: bool) -> Next {
    let Some(bye) = &cut.bye else { return Next::Wait(cut.retry_after) };
    // A token may be refused before its time, when the server's keys have changed: a new one is tried, once.
    if matches!(bye.code, TOKEN_EXPIRED | BAD_CREDENTIALS) && !just_renewed {
        return Next::Renew;
    }
    if bye.resume { Next::Wait(cut.retry_after) } else { Next::Give(End::Bye(bye.clone())) }
}

/// The end, when an error is the last word on the tokens. Else the error: the server may answer later.
pub fn last_word(error: ClientError) -> Result<End, ClientError> {
    match error {
        ClientError::Problem(problem)
            if (400..500).contains(&problem.status) && !matches!(problem.status, 408 | 425 | 429) =>
        {
            Ok(End::Refused(problem))
        }
        error => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use rialto_wire::frame::ByeData;
    use rialto_wire::problem::Problem;

    use super::*;

    fn bye(code: u16, resume: bool, retry_after_ms: Option<u64>) -> Cut {
        Cut::bye(ByeData { code, reason: "why".to_owned(), resume, retry_after_ms })
    }

    #[test]
    fn the_server_says_whether_and_when_to_come_back() {
        assert_eq!(after(&Cut::because("reset"), false), Next::Wait(None));
        let asked = Some(Duration::from_millis(1830));
        assert_eq!(after(&bye(4001, true, Some(1830)), false), Next::Wait(asked));
        for code in [4403, 4409, 4422] {
            assert!(matches!(after(&bye(code, false, None), false), Next::Give(End::Bye(bye)) if bye.code == code));
        }
    }

    #[test]
    fn a_refused_token_is_renewed_once() {
        for cut in [bye(4004, true, None), bye(4401, false, None)] {
            assert_eq!(after(&cut, false), Next::Renew);
        }
        assert_eq!(after(&bye(4004, true, None), true), Next::Wait(None));
        assert!(matches!(after(&bye(4401, false, None), true), Next::Give(_)));
    }

    #[test]
    fn only_a_refusal_of_the_tokens_themselves_is_final() {
        let problem = |status| {
            let text = String::new;
            let (type_uri, title, detail, code, request_id) = (text(), text(), text(), text(), text());
            ClientError::Problem(Box::new(Problem {
                type_uri,
                title,
                status,
                detail,
                code,
                errors: vec![],
                candidates: vec![],
                request_id,
            }))
        };
        assert!(matches!(last_word(problem(401)), Ok(End::Refused(_))));
        for error in [problem(429), problem(503), ClientError::TimedOut] {
            assert!(last_word(error).is_err());
        }
    }
}
