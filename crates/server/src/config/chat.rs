use std::ffi::OsString;

/// What `rialto chat` takes from the environment. It reads no other setting: it is a client.
pub struct ChatEnvironment {
    /// `RIALTO_PASSWORD`, so that scripts need no terminal to type it in.
    pub password: Option<String>,
    /// Whether escape sequences are welcome: `NO_COLOR` is not set and the terminal knows them.
    pub escapes: bool,
}

impl ChatEnvironment {
    /// Reads it.
    pub fn read() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let dumb = variable("TERM").is_none_or(|terminal| terminal == "dumb");
        Self {
            password: variable("RIALTO_PASSWORD").map(OsString::into_string).and_then(Result::ok),
            escapes: variable("NO_COLOR").is_none() && !dumb,
        }
    }
}
