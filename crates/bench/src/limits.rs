//! What the kernel lets one process have.

use std::io;

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::error::{Result, broken};

/// Lets this process and its children open `files` files, as far as it may.
pub fn allow_files(files: u64) -> Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= files) {
        return Ok(());
    }
    limit.current = Some(files);
    if limit.maximum.is_some_and(|maximum| maximum < files) {
        // Only root may; whoever may not is told what to do.
        limit.maximum = Some(files);
    }
    match setrlimit(Resource::Nofile, limit).map_err(io::Error::from) {
        Ok(()) => Ok(()),
        Err(error) => broken(format!("{files} open files are needed ({error}); raise the limit with `ulimit -n`")),
    }
}
