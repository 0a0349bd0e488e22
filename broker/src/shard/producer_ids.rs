//! Producer ids, handed out of blocks that the metadata quorum allocates.

use std::cell::Cell;

use kavka_core::metadata::ProducerIdBlock;
use kavka_core::types::ProducerId;

use super::Shard;
use crate::failure::Failure;

/// What is left of a block.
#[derive(Debug, Default)]
pub(super) struct ProducerIdPool {
    next: Cell<i64>,
    left: Cell<i64>,
}

impl ProducerIdPool {
    fn take(&self) -> Option<ProducerId> {
        let left = self.left.get();
        if left <= 0 {
            return None;
        }
        let next = self.next.get();
        self.left.set(left - 1);
        self.next.set(next + 1);
        Some(ProducerId(next))
    }
}

impl Shard {
    /// Producer ids that nobody else gets.
    pub(super) async fn producer_id_block(&self) -> Result<ProducerIdBlock, Failure> {
        let node = self.shared().node();
        self.shared()
            .control
            .decide(move |controller| controller.allocate_producer_ids(node))
            .await
    }

    /// A producer id that nobody has had.
    pub(crate) async fn next_producer_id(&self) -> Result<ProducerId, Failure> {
        loop {
            if let Some(id) = self.producer_ids.take() {
                return Ok(id);
            }
            let block = self.producer_id_block().await?;
            // Another request may have brought a block meanwhile; the rest of that one is lost,
            // which costs nothing: ids are plenty.
            self.producer_ids.next.set(block.first.0);
            self.producer_ids.left.set(block.count);
        }
    }
}
