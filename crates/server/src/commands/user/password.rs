use std::io::{BufRead, IsTerminal};

use rialto_identity::Password;

use crate::start_error::StartError;

/// A password as it was typed, not looked at yet.
pub struct Typed(String);

impl Typed {
    /// Asks for it twice at the terminal without showing it, or takes the first line of standard input.
    pub fn read(name: &str, from_stdin: bool) -> Result<Self, StartError> {
        let text = if from_stdin { first_line()? } else { asked_twice(name)? };
        Ok(Self(text))
    }

    /// The password, if it can be one.
    pub fn parse(self) -> Result<Password, StartError> {
        Password::parse(&self.0).map_err(|error| StartError::Config(format!("the password {error}")))
    }
}

fn first_line() -> Result<String, StartError> {
    let mut line = String::new();
    let failed = |error| StartError::Failed(format!("cannot read the password from standard input: {error}"));
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn asked_twice(name: &str) -> Result<String, StartError> {
    if !std::io::stdin().is_terminal() {
        let message = "there is no terminal to ask for the password at; give it with --password-stdin";
        return Err(StartError::Config(message.to_owned()));
    }
    let ask = |words: String| {
        rpassword::prompt_password(words).map_err(|error| {
            StartError::Failed(format!("cannot ask for the password: {error}; give it with --password-stdin"))
        })
    };
    let first = ask(format!("New password of {name}: "))?;
    if ask("The same again: ".to_owned())? == first {
        Ok(first)
    } else {
        Err(StartError::Config("the two passwords are not the same".to_owned()))
    }
}
