//! A child process and what the kernel says about it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Result, broken};

/// How long a process may take to stop when it is asked to.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// A child that listens on a port; killed when dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
    /// A closed pipe must not trouble the child.
    _output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a process and reads its address from the first line of its output that has `marker` before an
    /// address.
    pub fn start(command: &mut Command, marker: &str) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let Some(output) = child.stdout.take() else { return broken("a child without output") };
        let mut output = BufReader::new(output);
        let mut line = String::new();
        while output.read_line(&mut line)? > 0 {
            if let Some((_, rest)) = line.split_once(marker)
                && let Ok(address) = rest.trim().trim_end_matches('/').parse()
            {
                return Ok(Self { child, address, _output: output });
            }
            line.clear();
        }
        let _ = child.wait();
        broken(format!("{:?} ended before it listened", command.get_program()))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Processor time it has used so far, in all its threads.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in parentheses may hold spaces; user and system time are fields 14 and 15 of the whole.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 1_000 / rustix::param::clock_ticks_per_second()))
    }

    /// Resident memory in bytes.
    pub fn resident(&self) -> Result<u64> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.map_or_else(|| broken("the kernel does not say how much memory is resident"), |kib| Ok(kib * 1_024))
    }

    /// Returns once it does next to nothing, so that the tail of one measurement is not part of the next.
    pub fn settle(&self) -> Result<()> {
        const LOOK: Duration = Duration::from_millis(300);
        let deadline = Instant::now() + STOP_PATIENCE;
        let mut before = self.cpu()?;
        while Instant::now() < deadline {
            sleep(LOOK);
            let after = self.cpu()?;
            if after.saturating_sub(before) * 20 <= LOOK {
                return Ok(());
            }
            before = after;
        }
        broken("a server does not come to rest")
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let Some(pid) = pid else { return broken("a process without an id") };
        kill_process(pid, Signal::TERM).map_err(std::io::Error::from)?;
        let deadline = Instant::now() + STOP_PATIENCE;
        while Instant::now() < deadline {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        broken("a server does not stop")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
