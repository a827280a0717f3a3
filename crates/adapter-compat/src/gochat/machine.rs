//! How the process and its machine are, as Linux tells in `/proc`.

use std::collections::HashSet;
use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

/// How long what was measured is good for.
const FRESH: Duration = Duration::from_secs(1);

/// What is measured.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Figures {
    pid: OfProcess,
    os: OfMachine,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct OfProcess {
    /// Percent of one core.
    cpu: f64,
    /// Bytes.
    ram: u64,
    conns: usize,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct OfMachine {
    /// Percent of all cores.
    cpu: f64,
    /// Bytes in use.
    ram: u64,
    total_ram: u64,
    load_avg: f64,
    conns: usize,
}

/// Measures now and then; how busy somebody is is known from two looks alone.
pub(super) struct Machine {
    last: Mutex<Last>,
}

struct Last {
    ticks: Ticks,
    measured: Option<(Instant, Figures)>,
}

impl Default for Machine {
    fn default() -> Self {
        Self { last: Mutex::new(Last { ticks: Ticks::read(), measured: None }) }
    }
}

impl Machine {
    /// The figures of this moment. It reads files, so it is no work for a thread that serves sockets.
    pub fn measure(&self) -> Figures {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, figures)) = last.measured
            && at.elapsed() < FRESH
        {
            return figures;
        }
        let ticks = Ticks::read();
        let (memory, own_memory) = (read("/proc/meminfo"), read("/proc/self/status"));
        let total_ram = kib(&memory, "MemTotal:");
        let sockets = [read("/proc/net/tcp"), read("/proc/net/tcp6")];
        let inodes: Vec<&str> = sockets.iter().flat_map(|table| inodes_of(table)).collect();
        let own = own_sockets();
        let figures = Figures {
            pid: OfProcess {
                cpu: ticks.process_share(&last.ticks),
                ram: kib(&own_memory, "VmRSS:"),
                conns: inodes.iter().filter(|inode| own.contains(**inode)).count(),
            },
            os: OfMachine {
                cpu: ticks.machine_share(&last.ticks),
                ram: total_ram.saturating_sub(kib(&memory, "MemAvailable:")),
                total_ram,
                load_avg: read("/proc/loadavg")
                    .split(' ')
                    .next()
                    .and_then(|load| load.parse().ok())
                    .unwrap_or_default(),
                conns: inodes.len(),
            },
        };
        *last = Last { ticks, measured: Some((Instant::now(), figures)) };
        figures
    }
}

/// Time that was spent, in the kernel's ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ticks {
    process: u64,
    /// Of all cores together.
    all: u64,
    idle: u64,
    cores: usize,
}

impl Ticks {
    fn read() -> Self {
        Self::of(&read("/proc/stat"), &read("/proc/self/stat"))
    }

    fn of(machine: &str, process: &str) -> Self {
        let numbers: Vec<u64> =
            machine.lines().next().unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
        let cores = machine.lines().skip(1).take_while(|line| line.starts_with("cpu")).count();
        // Behind the name of the program, which may hold anything: the 12th and 13th are user and system time.
        let behind = process.rsplit_once(')').map_or("", |(_, behind)| behind);
        let spent = behind.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum();
        Self {
            process: spent,
            // The first eight: what guests take is in them already.
            all: numbers.iter().take(8).sum(),
            idle: numbers.iter().skip(3).take(2).sum(),
            cores,
        }
    }

    fn process_share(&self, before: &Self) -> f64 {
        percent(self.process.saturating_sub(before.process), self.passed(before)) * self.cores as f64
    }

    fn machine_share(&self, before: &Self) -> f64 {
        let passed = self.passed(before);
        percent(passed.saturating_sub(self.idle.saturating_sub(before.idle)), passed)
    }

    fn passed(&self, before: &Self) -> u64 {
        self.all.saturating_sub(before.all)
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// Empty where there is no such file: the figures of another system are zero.
fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The bytes that a line of this name tells in KiB.
fn kib(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or_default() * 1_024
}

/// The sockets of a table.
fn inodes_of(table: &str) -> impl Iterator<Item = &str> {
    table.lines().skip(1).filter_map(|line| line.split_whitespace().nth(9))
}

/// The sockets of this process.
fn own_sockets() -> HashSet<String> {
    let Ok(files) = fs::read_dir("/proc/self/fd") else { return HashSet::new() };
    let links = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
    links.filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read_behind_whatever_the_program_is_called() {
        let machine = "cpu  10 0 20 60 10 0 0 0 5 0\ncpu0 5 0 10 30 5 0 0 0 0 0\ncpu1 5 0 10 30 5 0 0 0 0 0\nintr 1\n";
        let process = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 30 12 13 14 15";
        let ticks = Ticks::of(machine, process);
        assert_eq!(ticks, Ticks { process: 42, all: 100, idle: 70, cores: 2 });
        let before = Ticks { process: 2, all: 0, idle: 20, cores: 2 };
        assert!((ticks.process_share(&before) - 80.0).abs() < 1e-9);
        assert!((ticks.machine_share(&before) - 50.0).abs() < 1e-9);
        assert!(ticks.machine_share(&ticks).abs() < 1e-9);
    }

    #[test]
    fn memory_is_told_in_bytes_and_sockets_by_their_inodes() {
        assert_eq!(kib("MemTotal:       16 kB\nMemFree: 2 kB\n", "MemFree:"), 2_048);
        let table = "  sl  local rem st q tr retr uid timeout inode\n   0: a b 0A c d 00 e f 4711 1 x\n";
        assert_eq!(inodes_of(table).collect::<Vec<_>>(), ["4711"]);
    }

    #[test]
    fn this_process_is_there() {
        let figures = Machine::default().measure();
        assert!(figures.pid.ram > 0 && figures.os.total_ram >= figures.os.ram);
    }
}
