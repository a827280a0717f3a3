use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::fault::{Fault, Oddity};
use super::http::{Reply, Request};
use super::limits::Excess;
use super::market::FakeMarket;
use super::script::{Script, Verdict};

/// What one provider answers and how it refuses.
pub(super) trait Api: Send + Sync + 'static {
    /// The right answer, or the right form with something wrong in it.
    fn answer(&self, request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply;

    /// An error in the provider's words.
    fn error(&self, status: u16) -> Reply;

    /// What it says to a wrong key.
    fn wrong_key(&self) -> Reply;

    /// What it says when a month's calls are used up.
    fn month_is_over(&self) -> Reply;

    /// Takes over a connection that becomes a socket.
    fn upgrade(&self, _request: Request, _socket: TcpStream) {}
}

/// A running fake; it stops when it is dropped.
pub(super) struct Server {
    pub(super) authority: String,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(api: Arc<dyn Api>, market: Arc<FakeMarket>, script: Arc<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&api), Arc::clone(&market), Arc::clone(&script)));
            }
        });
        Self { authority, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut socket: TcpStream, api: Arc<dyn Api>, market: Arc<FakeMarket>, script: Arc<Script>) {
    let Some(request) = Request::read(&mut socket, market.now()).await else { return };
    let (verdict, delay) = script.begin(&request);
    if request.header("upgrade").is_some() && matches!(verdict, Verdict::Answer) {
        script.end();
        api.upgrade(request, socket);
        return;
    }
    let reply = reply(&*api, &request, &market, verdict);
    tokio::time::sleep(delay + reply.after).await;
    script.end();
    reply.send(socket).await;
}

fn reply(api: &dyn Api, request: &Request, market: &FakeMarket, verdict: Verdict) -> Reply {
    let honest = || api.answer(request, market, &Oddity::default());
    let fault = match verdict {
        Verdict::Answer => return honest(),
        Verdict::WrongKey => return api.wrong_key(),
        Verdict::Excess(Excess::Month) => return api.month_is_over(),
        Verdict::Excess(Excess::Rate { retry_after_s }) => {
            Fault::TooMany { retry_after: Some(retry_after_s), html: false }
        }
        Verdict::Fail(fault) => fault,
    };
    match fault {
        Fault::TooMany { retry_after, html: false } => api.error(429).retry_after(retry_after),
        Fault::TooMany { retry_after, html: true } => {
            Reply::html(429, "<html>error code: 1015</html>").retry_after(retry_after)
        }
        Fault::Forbidden => Reply::html(403, "<html>error code: 1020</html>"),
        Fault::Banned { retry_after } => api.error(418).retry_after(retry_after),
        Fault::PaymentRequired => api.error(402),
        Fault::Failed(status) => api.error(status),
        Fault::Reply(reply) => reply,
        Fault::Slow(after) => Reply { after, ..honest() },
        Fault::Reset => Reply { reset: true, ..honest() },
        Fault::Truncated => {
            let mut reply = honest();
            reply.body.truncate(reply.body.len() / 2);
            reply
        }
        Fault::Odd(oddity) => api.answer(request, market, &oddity),
    }
}
