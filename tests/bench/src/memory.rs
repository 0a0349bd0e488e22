//! Memory that was never touched, or was handed back to the machine's host, costs five to ten times
//! as much at its first use as at any later one: whoever measured first would pay for all.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;

const CHUNK: usize = 1 << 20;

/// Touches as much page cache as the next measurement will fill: writes and deletes a big file.
pub(crate) fn touch_page_cache(folder: &Path, bytes: u64) -> Result<()> {
    let path = folder.join("touched");
    let mut file = File::create(&path)?;
    let chunk = vec![1_u8; CHUNK];
    for _ in 0..bytes / CHUNK as u64 {
        file.write_all(&chunk)?;
    }
    drop(file);
    fs::remove_file(&path)?;
    Ok(())
}
