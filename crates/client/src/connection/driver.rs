//! The task behind a connection: dials, reads and writes, waits and dials again.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::after::{Next, after, last_word};
use super::backoff::{Backoff, jitter};
use super::core::{Command, Core};
use super::item::{End, Item, State};
use super::line::{Cut, Line, Writer, connect};
use super::settings::Settings;
use super::tokens::{Held, Tokens};

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);
/// Between two renewals of the tokens at an open socket.
const RENEWAL_PAUSE: Duration = Duration::from_secs(1);
/// A server that would ping less often than this is still expected to.
const LONGEST_PING: Duration = Duration::from_secs(300);

pub struct Driver {
    pub settings: Settings,
    pub url: String,
    pub core: Core,
    pub tokens: Tokens,
    pub renewed: watch::Receiver<Held>,
    pub commands: mpsc::Receiver<Command>,
    pub items: mpsc::Sender<Item>,
    pub closing: Arc<Notify>,
}

/// A socket that is gone, or never came to be.
struct Gone {
    cut: Cut,
    /// How long it was ready; `None` if it never was.
    lasted: Option<Duration>,
    /// With which token it was made.
    token: Option<String>,
}

impl Driver {
    pub async fn run(mut self) {
        let Err(end) = self.keep_connected().await;
        drop(self.commands);
        for item in self.core.finish(end) {
            // A caller that is gone needs no farewell.
            if self.items.send(item).await.is_err() {
                return;
            }
        }
    }

    async fn keep_connected(&mut self) -> Result<Infallible, End> {
        let mut backoff = Backoff::new(self.settings.first_wait, self.settings.longest_wait);
        let mut refused_token = None;
        loop {
            self.core.tell(Item::State(State::Connecting));
            let renewed = refused_token.is_some();
            let gone = self.one_socket(refused_token.take()).await?;
            if gone.lasted.is_some_and(|lasted| lasted >= self.settings.stable_after) {
                backoff.reset();
            }
            let asked = match after(&gone.cut, renewed && gone.lasted.is_none()) {
                Next::Renew => {
                    refused_token = gone.token;
                    continue;
                }
                Next::Wait(asked) => asked,
                Next::Give(end) => return Err(end),
            };
            let retry_in = backoff.next(asked, jitter());
            self.core.tell(Item::State(State::Offline { retry_in, reason: gone.cut.reason }));
            self.serving(sleep(retry_in)).await?;
        }
    }

    /// Makes a socket and uses it until it is gone.
    async fn one_socket(&mut self, refused_token: Option<String>) -> Result<Gone, End> {
        let tokens = self.tokens.clone();
        let token = self.serving(async move {
            match refused_token {
                Some(refused) => tokens.renew(refused).await,
                None => tokens.fresh().await,
            }
        });
        let token = match token.await? {
            Ok(token) => token,
            Err(error) => {
                return match last_word(error) {
                    Ok(end) => Err(end),
                    Err(error) => Ok(Gone { cut: Cut::because(error.to_string()), lasted: None, token: None }),
                };
            }
        };
        let connecting = connect(self.url.clone(), token.clone(), self.core.resume());
        let connecting = timeout(self.settings.connect_patience, connecting);
        let line = self.serving(connecting).await?.unwrap_or_else(|_| Err(Cut::because("the server does not answer")));
        let (cut, lasted) = match line {
            Err(cut) => (cut, None),
            Ok(line) => {
                let since = Instant::now();
                let cut = self.use_line(line).await;
                self.core.cut();
                (cut?, Some(since.elapsed()))
            }
        };
        Ok(Gone { cut, lasted, token: Some(token) })
    }

    async fn use_line(&mut self, line: Line) -> Result<Cut, End> {
        let Line { hello, ready, mut reader, writer } = line;
        let (frames, queue) = Writer::queue();
        let mut writing = pin!(writer.run(queue));
        let mut renewing = pin!(keep_fresh(self.tokens.clone()));
        // A socket can be dead without anyone saying so: the server pings, so silence means it is.
        let silence = Duration::from_millis(hello.ping_ms).clamp(RENEWAL_PAUSE, LONGEST_PING) * 2;
        let mut silent_at = Instant::now() + silence;
        self.core.connected(ready, hello.max_frame, Instant::now());
        let over = loop {
            // What the caller has not taken holds up the reading, so that the server's own limits take hold.
            let reading = !self.core.has_items();
            let has_frame = self.core.has_frame();
            let wake = self.core.next_wake();
            tokio::select! {
                cut = &mut writing => return Ok(cut),
                end = &mut renewing => break Err(end),
                permit = frames.reserve(), if has_frame => {
                    if let (Ok(permit), Some(frame)) = (permit, self.core.next_frame()) {
                        permit.send(frame);
                    }
                }
                frame = reader.next(), if reading => match frame {
                    Err(cut) => break Ok(cut),
                    Ok(frame) => {
                        silent_at = Instant::now() + silence;
                        let bye = frame.and_then(|frame| self.core.read(frame, Instant::now()));
                        if let Some(bye) = bye {
                            break Ok(Cut::bye(bye));
                        }
                    }
                },
                () = until(wake) => {
                    if !self.core.wake(Instant::now()) {
                        break Ok(Cut::because("the server does not answer"));
                    }
                }
                () = sleep_until(silent_at), if reading => break Ok(Cut::because("nothing is heard of the server")),
                served = self.serve() => match served {
                    Ok(()) if reading => {}
                    Ok(()) => silent_at = Instant::now() + silence,
                    Err(end) => break Err(end),
                },
            }
        };
        drop(frames);
        let _in_time = timeout(GOODBYE, writing).await;
        over
    }

    /// Does work for the caller while something else is waited for.
    async fn serving<T>(&mut self, work: impl Future<Output = T>) -> Result<T, End> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                served = self.serve() => served?,
            }
        }
    }

    /// One step of the work for the caller. May be dropped while it waits.
    async fn serve(&mut self) -> Result<(), End> {
        let (has_items, has_room) = (self.core.has_items(), self.core.has_room());
        let expiry = self.core.next_expiry();
        tokio::select! {
            () = self.closing.notified() => return Err(End::Closed),
            () = self.items.closed() => return Err(End::Closed),
            permit = self.items.reserve(), if has_items => {
                if let (Ok(permit), Some(item)) = (permit, self.core.next_item()) {
                    permit.send(item);
                }
            }
            command = self.commands.recv(), if has_room => match command {
                Some(command) => self.core.command(command, Instant::now()),
                None => return Err(End::Closed),
            },
            Ok(()) = self.renewed.changed() => {
                let pair = self.renewed.borrow_and_update().pair.clone();
                self.core.renewed(pair);
            }
            () = until(expiry) => self.core.expire(Instant::now()),
        }
        Ok(())
    }
}

/// Renews the tokens before they expire, so that the socket can stay open. Ends when they are refused.
async fn keep_fresh(tokens: Tokens) -> End {
    loop {
        sleep_until(tokens.renew_at().max(Instant::now() + RENEWAL_PAUSE)).await;
        if let Err(error) = tokens.fresh().await
            && let Ok(end) = last_word(error)
        {
            return end;
        }
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
