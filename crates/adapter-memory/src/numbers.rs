use std::collections::HashMap;

use async_trait::async_trait;
use rialto_kernel::{NumberBook, Numbered, StoreError};
use uuid::Uuid;

use crate::MemoryStore;

/// What is numbered, in the order of the numbers.
#[derive(Debug, Default)]
pub(crate) struct NumberTables {
    ids: HashMap<Numbered, Vec<Uuid>>,
}

#[async_trait]
impl NumberBook for MemoryStore {
    async fn numbers_of(&self, kind: Numbered, ids: &[Uuid]) -> Result<Vec<u64>, StoreError> {
        let state = &mut self.state()?.numbers;
        let numbered = state.ids.entry(kind).or_default();
        let mut numbers = Vec::with_capacity(ids.len());
        for id in ids {
            let position = numbered.iter().position(|known| known == id).unwrap_or_else(|| {
                numbered.push(*id);
                numbered.len() - 1
            });
            numbers.push(position as u64 + 1);
        }
        Ok(numbers)
    }

    async fn id_of(&self, kind: Numbered, number: u64) -> Result<Option<Uuid>, StoreError> {
        let state = self.state()?;
        let position = number.checked_sub(1).and_then(|position| usize::try_from(position).ok());
        let numbered = state.numbers.ids.get(&kind);
        Ok(position.and_then(|position| numbered?.get(position).copied()))
    }
}
