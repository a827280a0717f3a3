//! A way to a server on which answers get lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rialto_client::Rest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Hands requests for a path on, and loses the answers to the first few of them: the connection ends when the answer
/// comes. Everything else goes through.
pub struct Lossy {
    address: String,
    lost: Arc<AtomicUsize>,
}

impl Lossy {
    /// In front of a server; loses the first `losses` answers to requests whose head names `path`.
    pub async fn before(server: &Rest, path: &'static str, losses: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let upstream = server.base_url().trim_start_matches("http://").to_owned();
        let lost = Arc::new(AtomicUsize::new(0));
        let counted = lost.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, upstream.clone(), path, losses, counted.clone()));
            }
        });
        Self { address, lost }
    }

    /// A client that goes this way.
    pub fn rest(&self) -> Rest {
        Rest::new(&self.address).unwrap()
    }

    /// How many answers were lost so far.
    pub fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }
}

async fn carry(mut client: TcpStream, upstream: String, path: &str, losses: usize, lost: Arc<AtomicUsize>) {
    let Ok(mut server) = TcpStream::connect(upstream).await else { return };
    let (mut up, mut down) = ([0; 16 * 1024], [0; 16 * 1024]);
    let mut loses = false;
    loop {
        tokio::select! {
            read = client.read(&mut up) => match read {
                Ok(0) | Err(_) => return,
                Ok(n) => {
                    let is_asked = String::from_utf8_lossy(&up[..n]).contains(path);
                    loses = loses || (is_asked && lost.load(Ordering::SeqCst) < losses);
                    if server.write_all(&up[..n]).await.is_err() {
                        return;
                    }
                }
            },
            read = server.read(&mut down) => match read {
                Ok(0) | Err(_) => return,
                // The server has answered, so it has done what was asked.
                Ok(_) if loses => {
                    lost.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                Ok(n) => if client.write_all(&down[..n]).await.is_err() { return },
            },
            () = tokio::time::sleep(Duration::from_secs(60)) => return,
        }
    }
}
