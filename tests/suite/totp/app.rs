use std::time::Duration;

use chrono::Utc;
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

/// An authenticator app that shows no code twice.
pub struct App {
    key: Key,
    shown: i64,
}

impl App {
    /// Reads a secret as it is typed.
    pub fn new(base32: &str) -> Self {
        let (mut bits, mut held, mut secret) = (0_u32, 0, Vec::new());
        for letter in base32.bytes() {
            let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
            (bits, held) = (bits << 5 | u32::from(value), held + 5);
            if held >= 8 {
                held -= 8;
                secret.push((bits >> held) as u8);
            }
        }
        assert_eq!(secret.len(), 20);
        Self { key: Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret), shown: 0 }
    }

    /// The code of now, or of the next half minute if that of now was shown; waits when that was shown too.
    pub async fn code(&mut self) -> String {
        #[expect(clippy::disallowed_methods, reason = "a test has no clock but this one")]
        let now = || Utc::now().timestamp() / 30;
        self.shown = now().max(self.shown + 1);
        while self.shown > now() + 1 {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let tag = sign(&self.key, &self.shown.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[19] & 15);
        let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}
