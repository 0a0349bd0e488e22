//! Conversions between the widths of file positions and memory sizes, which are the same on every
//! machine that the broker runs on.

/// A length in memory as a position in a file.
pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A length in a file as a length in memory.
pub(crate) fn narrow(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// The first `N` bytes from `at`, or `None` where the slice ends before.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    let end = at.checked_add(N)?;
    bytes.get(at..end)?.try_into().ok()
}
