//! `rialto healthcheck`: asks the server of this configuration whether it is ready; for containers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::Config;
use crate::start_error::StartError;

const PATIENCE: Duration = Duration::from_secs(3);

/// Succeeds if `/health/ready` answers 200.
pub async fn run(config: &Config) -> Result<(), StartError> {
    // A server that listens on every address is asked on this machine's own.
    let host = match config.server.host.parse::<IpAddr>() {
        Ok(address) if !address.is_unspecified() => address,
        _ => IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let address = SocketAddr::new(host, config.server.port);
    match tokio::time::timeout(PATIENCE, ask(address)).await {
        Ok(Ok(status)) if status.starts_with("HTTP/1.1 200") => Ok(()),
        Ok(Ok(status)) => Err(StartError::Failed(format!("{address} is not ready: {}", status.trim()))),
        Ok(Err(error)) => Err(StartError::Failed(format!("{address} does not answer: {error}"))),
        Err(_) => Err(StartError::Failed(format!("{address} did not answer in time"))),
    }
}

/// The status line of `GET /health/ready`. Twelve bytes of HTTP need no HTTP client in the binary.
async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
