//! The address that clients connect to.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};

use socket2::{Domain, Protocol, Socket, Type};

use crate::start_error::StartError;

/// How many clients may wait to be let in; the system may allow fewer. When a server comes back, all come at once, and one for
/// whom there is no room tries again after a second.
const WAITING: i32 = 4_096;

/// Takes an address; a name that stands for several is the first of them that is free.
pub fn listen(host: &str, port: u16) -> Result<TcpListener, StartError> {
    let failed = |error: &io::Error| StartError::Listen { address: format!("{host}:{port}"), reason: reason_of(error) };
    let mut last = io::Error::new(io::ErrorKind::AddrNotAvailable, "the name stands for no address");
    let name = host.trim_matches(['[', ']']);
    for address in (name, port).to_socket_addrs().map_err(|error| failed(&error))? {
        match listen_at(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(failed(&last))
}

fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A server that starts anew takes the address although connections of the one before still end.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "the port is taken".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    /// As they do when a server that many were connected to comes back.
    #[test]
    fn many_may_come_at_once_before_anybody_is_let_in() {
        let listener = listen("127.0.0.1", 0).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_millis(900));
        let waiting: Result<Vec<_>, _> = (0..400).map(connect).collect();
        waiting.expect("somebody had to try again");
    }

    #[test]
    fn a_taken_port_is_said_to_be_taken() {
        let first = listen("127.0.0.1", 0).unwrap();
        let port = first.local_addr().unwrap().port();
        let refusal = listen("127.0.0.1", port).unwrap_err().to_string();
        assert!(refusal.contains("the port is taken") && refusal.contains(&port.to_string()), "{refusal}");
    }
}
