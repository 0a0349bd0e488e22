//! Producer ids that this coordinator may give to transactional ids.

use kavka_protocol::ErrorCode;

use super::messages::TransactionOutput;
use crate::metadata::ProducerIdBlock;
use crate::types::ProducerId;

/// What is left of a block.
#[derive(Debug, Default)]
pub(super) struct IdPool {
    next: i64,
    left: i64,
    asked: bool,
}

impl IdPool {
    pub(super) fn is_empty(&self) -> bool {
        self.left <= 0
    }

    pub(super) fn take(&mut self) -> Option<ProducerId> {
        if self.is_empty() {
            return None;
        }
        let id = ProducerId(self.next);
        self.next += 1;
        self.left -= 1;
        Some(id)
    }

    /// Has a block allocated, once.
    pub(super) fn ask(&mut self, out: &mut Vec<TransactionOutput>) {
        if !std::mem::replace(&mut self.asked, true) {
            out.push(TransactionOutput::AllocateProducerIds);
        }
    }

    /// A block has come, or will not.
    pub(super) fn got(
        &mut self,
        block: Result<ProducerIdBlock, ErrorCode>,
    ) -> Result<(), ErrorCode> {
        self.asked = false;
        let block = block?;
        self.next = block.first.0;
        self.left = block.count;
        Ok(())
    }
}
