//! The stream of all markets: `!miniTicker@arr`.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use futures_util::future::{Either, select};
use futures_util::{StreamExt, stream};
use reqwest::Url;
use rialto_kernel::{Clock, Timer};
use rialto_portfolio::Quote;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::settings::BinanceSettings;
use super::ticker::MiniTicker;
use crate::http::ProviderSetupError;

/// Once a second something is told; whoever hears nothing for this long is deaf.
const SILENCE: Duration = Duration::from_secs(60);
/// The longest time between two attempts to connect.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Quotes in USDT, of the assets of the [catalogue](crate::catalogue), as Binance tells them: each second those that have
/// changed.
#[derive(Clone)]
pub struct BinanceTicks {
    url: String,
    timeout: Duration,
    max_bytes: usize,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
}

impl BinanceTicks {
    /// Ticks that connect to nobody until their stream is polled. Installs ring as the process's TLS cryptography if
    /// there is none yet.
    ///
    /// # Errors
    /// `InvalidAddress` if the address of the stream is none.
    pub fn new(
        settings: BinanceSettings,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
    ) -> Result<Self, ProviderSetupError> {
        // The error only says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let BinanceSettings { stream_url: address, timeout, max_body_bytes: max_bytes, .. } = settings;
        let url = format!("{}/ws/!miniTicker@arr", address.trim_end_matches('/'));
        let is_one = Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "ws" | "wss") && url.has_host());
        if !is_one {
            return Err(ProviderSetupError::InvalidAddress { provider: "Binance", address, schemes: "ws or wss" });
        }
        Ok(Self { url, timeout, max_bytes, clock, timer })
    }

    /// The ticks. The stream never ends: it connects when it is first polled, connects again when the connection ends,
    /// is refused or falls silent, each time after a longer wait, and leaves when it is dropped. Whoever polls it too
    /// slowly gets old ticks.
    #[must_use]
    pub fn stream(&self) -> Pin<Box<dyn Stream<Item = Quote> + Send>> {
        let line = Line { ticks: self.clone(), socket: None, waiting: VecDeque::new(), attempts: None };
        Box::pin(stream::unfold(line, |mut line| async move { Some((line.next().await, line)) }))
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One stream's connection.
struct Line {
    ticks: BinanceTicks,
    socket: Option<Socket>,
    /// Quotes that were told and not given yet.
    waiting: VecDeque<Quote>,
    /// How often was connected since anything was last heard; `None` before the first time.
    attempts: Option<u32>,
}

/// What came of listening.
enum Heard {
    Quotes(VecDeque<Quote>),
    /// The connection is of no more use.
    End(&'static str),
}

impl Line {
    async fn next(&mut self) -> Quote {
        loop {
            if let Some(quote) = self.waiting.pop_front() {
                return quote;
            }
            let Some(socket) = &mut self.socket else {
                self.connect().await;
                continue;
            };
            match self.ticks.hear(socket).await {
                Heard::Quotes(quotes) => {
                    self.attempts = Some(0);
                    self.waiting = quotes;
                }
                Heard::End(why) => {
                    tracing::info!(why, "the stream of prices from Binance ended; it is connected again");
                    self.socket = None;
                }
            }
        }
    }

    async fn connect(&mut self) {
        if let Some(attempts) = self.attempts {
            let wait = wait_before(attempts, getrandom::u32().unwrap_or(u32::MAX));
            self.ticks.timer.sleep(wait).await;
        }
        self.attempts = Some(self.attempts.map_or(0, |attempts| attempts.saturating_add(1)));
        let config = WebSocketConfig::default()
            .max_message_size(Some(self.ticks.max_bytes))
            .max_frame_size(Some(self.ticks.max_bytes));
        let connecting = connect_async_with_config(&self.ticks.url, Some(config), true);
        match self.ticks.within(self.ticks.timeout, connecting).await {
            Some(Ok((socket, _))) => self.socket = Some(socket),
            Some(Err(error)) => tracing::warn!(%error, "no stream of prices from Binance"),
            None => tracing::warn!("no stream of prices from Binance: connecting takes too long"),
        }
    }
}

impl BinanceTicks {
    /// Listens until there are quotes. The protocol's pings are answered by the library while it listens.
    async fn hear(&self, socket: &mut Socket) -> Heard {
        let mut silence = self.timer.sleep(SILENCE);
        loop {
            let message = match select(socket.next(), silence).await {
                Either::Left((message, rest)) => {
                    silence = rest;
                    message
                }
                Either::Right(_) => return Heard::End("nothing was heard for a minute"),
            };
            let text = match message {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_))) => return Heard::End("Binance closed it"),
                // Pings do not count as news: a stream that says nothing else is deaf.
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return Heard::End("it broke"),
            };
            if text.trim_start().starts_with('[') {
                let quotes = self.read(&text);
                if !quotes.is_empty() {
                    return Heard::Quotes(quotes);
                }
                silence = self.timer.sleep(SILENCE);
            } else if text.contains("\"serverShutdown\"") {
                return Heard::End("Binance is about to stop this server");
            }
        }
    }

    fn read(&self, text: &str) -> VecDeque<Quote> {
        let now = self.clock.now();
        match serde_json::from_str::<Vec<MiniTicker<'_>>>(text) {
            // One ticker that cannot be read keeps no other from being told.
            Ok(tickers) => tickers.into_iter().filter_map(|ticker| ticker.quote(now).ok().flatten()).collect(),
            Err(error) => {
                tracing::warn!(%error, "ticks from Binance that cannot be read");
                VecDeque::new()
            }
        }
    }

    async fn within<F: Future>(&self, time: Duration, what: F) -> Option<F::Output> {
        match select(Box::pin(what), self.timer.sleep(time)).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(_) => None,
        }
    }
}

/// Between half and the whole of 1, 2, 4, … s, so that nodes which lost it together do not return together.
fn wait_before(attempts: u32, random: u32) -> Duration {
    let whole = Duration::from_secs(1).saturating_mul(1 << attempts.min(10)).min(LONGEST_WAIT);
    let half = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX) / 2;
    Duration::from_millis(half + half * u64::from(random) / u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_none_is_shorter_than_half_a_second() {
        let waits: Vec<u64> = (0..8).map(|attempts| wait_before(attempts, u32::MAX).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait_before(0, 0), Duration::from_millis(500));
        assert_eq!(wait_before(u32::MAX, 0), Duration::from_secs(30));
    }
}
