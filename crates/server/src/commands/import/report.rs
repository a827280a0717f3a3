use std::io::{IsTerminal, Write};

use rialto_adapter_postgres::LeftOut;
use rialto_kernel::{Arrival, Remark};

use super::super::print::print_line;
use crate::start_error::StartError;

/// What is brought over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    User,
    Conversation,
    Message,
}

impl Thing {
    const fn plural(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Conversation => "conversations",
            Self::Message => "messages",
        }
    }
}

/// What became of everything. It holds sums alone: whatever is to be said is printed at once.
#[derive(Default)]
pub struct Report {
    users: Sums,
    conversations: Sums,
    messages: Sums,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    new: u64,
    known: u64,
    refused: u64,
}

impl Report {
    /// Counts a thing, and prints a line for each remark about it.
    pub fn tell(&mut self, thing: Thing, id: &str, arrival: Arrival, remarks: &[Remark]) -> Result<(), StartError> {
        let sums = self.sums_mut(thing);
        let word = match arrival {
            Arrival::New => {
                sums.new += 1;
                "note"
            }
            Arrival::Known => {
                sums.known += 1;
                "note"
            }
            Arrival::Refused => {
                sums.refused += 1;
                "refused"
            }
        };
        // Another server let people choose ids, maybe: none of them plays with the terminal.
        let id = id.escape_debug();
        for remark in remarks {
            print_line(&format!("{word:<8} {} {id}  {}: {}", thing.plural(), remark.field, remark.text))?;
        }
        Ok(())
    }

    pub fn refuse(&mut self, thing: Thing, id: &str, remark: Remark) -> Result<(), StartError> {
        self.tell(thing, id, Arrival::Refused, &[remark])
    }

    /// Rows that are gone there stay there.
    pub fn left_out(&self, left_out: &[LeftOut]) -> Result<(), StartError> {
        for LeftOut { table, rows } in left_out {
            print_line(&format!("note     {table}  {rows} deleted there: they are not brought over"))?;
        }
        Ok(())
    }

    /// One line that goes on, for whoever waits at a terminal.
    pub fn show_progress(&self) {
        let mut terminal = std::io::stderr();
        if !terminal.is_terminal() {
            return;
        }
        let done = |sums: Sums| sums.new + sums.known + sums.refused;
        let (users, conversations, messages) = (done(self.users), done(self.conversations), done(self.messages));
        // Whoever has gone does not see it.
        let _ = write!(terminal, "\r{users} users, {conversations} conversations, {messages} messages\r");
        let _ = terminal.flush();
    }

    pub fn print_sums(&self) -> Result<(), StartError> {
        for (thing, sums) in
            [(Thing::User, self.users), (Thing::Conversation, self.conversations), (Thing::Message, self.messages)]
        {
            let Sums { new, known, refused } = sums;
            print_line(&format!("{:<14} {new} new, {known} here before, {refused} refused", thing.plural()))?;
        }
        Ok(())
    }

    const fn sums_mut(&mut self, thing: Thing) -> &mut Sums {
        match thing {
            Thing::User => &mut self.users,
            Thing::Conversation => &mut self.conversations,
            Thing::Message => &mut self.messages,
        }
    }
}
