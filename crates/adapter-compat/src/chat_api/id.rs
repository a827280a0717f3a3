//! Ids: the 32 hex digits of a UUID.

use uuid::Uuid;

pub(super) fn hex(id: Uuid) -> String {
    id.as_simple().to_string()
}

/// Reads an id. With hyphens it is the same id.
pub(super) fn parse(text: &str) -> Option<Uuid> {
    if matches!(text.len(), 32 | 36) { Uuid::try_parse(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = Uuid::from_u128(0x0190_a0e0_0000_7000_8000_0000_0000_0001);
        assert_eq!(hex(id), "0190a0e0000070008000000000000001");
        assert_eq!(parse(&hex(id)), Some(id));
        assert_eq!(parse(&id.to_string()), Some(id));
        for odd in ["", "1", "0190a0e000007000800000000000000g", "{0190a0e0000070008000000000000001}"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
