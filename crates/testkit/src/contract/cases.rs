/// How many random courses a rule tries: as many as `RIALTO_PROPERTY_CASES` says, else the usual number.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how long they may take")]
pub(super) fn cases(usual: u64) -> u64 {
    std::env::var("RIALTO_PROPERTY_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
