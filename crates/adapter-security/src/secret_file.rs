//! A signing secret in a file: made at the first start, the same ever after.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

/// The file that keeps a generated secret.
pub struct SecretFile;

/// Why there is no secret; each says which file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// The file cannot be read or made.
    #[error("the secret file {} cannot be used", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others on this machine may read or change the secret.
    #[error("the secret file {p} is open to other users of this machine: run `chmod 600 {p}`", p = path.display())]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
    },
    /// What the file holds is too short to be a secret.
    #[error("the secret file {} holds fewer than 32 bytes: remove it, and a new one is made", path.display())]
    TooShort {
        /// Which file.
        path: PathBuf,
    },
    /// The system gives no random numbers.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(String),
}

impl SecretFile {
    /// The secret in the file; if there is none, 64 random bytes in hexadecimal, stored readable for the
    /// owner alone before this returns. Of several processes at once all get the same secret. The folder
    /// must exist.
    ///
    /// # Errors
    /// See [`SecretFileError`].
    pub fn load_or_create(path: &Path) -> Result<SecretString, SecretFileError> {
        match load(path) {
            Err(SecretFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                create(path)?;
                load(path)
            }
            outcome => outcome,
        }
    }
}

fn load(path: &Path) -> Result<SecretString, SecretFileError> {
    let io_error = |source| SecretFileError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(io_error)?;
    if open_to_others(&file.metadata().map_err(io_error)?) {
        return Err(SecretFileError::OpenToOthers { path: path.to_owned() });
    }
    let text = io::read_to_string(file).map_err(io_error)?;
    let secret = text.trim();
    if secret.len() < 32 {
        return Err(SecretFileError::TooShort { path: path.to_owned() });
    }
    Ok(secret.into())
}

/// Writes the secret beside the file and links it into place: whoever sees the file sees it whole, and
/// of several who link at once one wins.
fn create(path: &Path) -> Result<(), SecretFileError> {
    let mut bytes = [0; 64 + 8];
    getrandom::fill(&mut bytes).map_err(|error| SecretFileError::NoRandomness(error.to_string()))?;
    let (secret, draft_name) = bytes.split_at(64);
    let draft = path.with_extension(format!("draft-{}", hex(draft_name)));

    let outcome = write_new(&draft, &hex(secret)).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    });
    // Best effort: a draft that stays is of no use to anybody.
    let _ = fs::remove_file(&draft);
    outcome.map_err(|source| SecretFileError::Io { path: path.to_owned(), source })
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(unix)]
fn open_to_others(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
}

#[cfg(not(unix))]
fn open_to_others(_: &fs::Metadata) -> bool {
    false
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
