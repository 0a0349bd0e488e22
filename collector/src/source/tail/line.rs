//! From chunks of bytes to lines.

use memchr::memchr;

/// A complete line without its line feed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Where it begins in the file.
    pub(crate) start: u64,
    /// Its first bytes, at most the limit.
    pub(crate) text: &'a [u8],
    /// Bytes beyond the limit, which were left out.
    pub(crate) cut: u64,
}

/// Cuts a growing file into lines. Holds at most one unfinished line, of at most the limit.
#[derive(Debug)]
pub(crate) struct LineSplitter {
    limit: usize,
    /// Where the next chunk begins.
    position: u64,
    /// Where the unfinished line begins.
    line_start: u64,
    unfinished: Vec<u8>,
    cut: u64,
}

impl LineSplitter {
    /// Begins at `offset`, which is the beginning of a line.
    pub(crate) fn new(offset: u64, limit: usize) -> Self {
        Self {
            limit,
            position: offset,
            line_start: offset,
            unfinished: Vec::new(),
            cut: 0,
        }
    }

    /// The offset of the next byte to read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Where the unfinished line begins; everything before it was given out.
    pub(crate) fn line_start(&self) -> u64 {
        self.line_start
    }

    /// Takes the bytes at [`LineSplitter::position`] and gives out each line that they complete.
    pub(crate) fn push(&mut self, chunk: &[u8], mut each: impl FnMut(&Line<'_>)) {
        let mut rest = chunk;
        while let Some(end) = memchr(b'\n', rest) {
            let (head, tail) = rest.split_at(end);
            rest = tail.get(1..).unwrap_or_default();
            if self.unfinished.is_empty() && self.cut == 0 {
                let kept = head.get(..self.limit).unwrap_or(head);
                let cut = (head.len() - kept.len()) as u64;
                each(&Line {
                    start: self.line_start,
                    text: kept,
                    cut,
                });
            } else {
                self.keep(head);
                each(&Line {
                    start: self.line_start,
                    text: &self.unfinished,
                    cut: self.cut,
                });
                self.unfinished.clear();
                self.cut = 0;
            }
            self.position += end as u64 + 1;
            self.line_start = self.position;
        }
        self.keep(rest);
        self.position += rest.len() as u64;
    }

    /// Gives out the last line although no line feed ended it: nothing more will come.
    pub(crate) fn finish(&mut self, each: impl FnOnce(&Line<'_>)) {
        if self.position > self.line_start {
            each(&Line {
                start: self.line_start,
                text: &self.unfinished,
                cut: self.cut,
            });
        }
        self.unfinished.clear();
        self.cut = 0;
        self.line_start = self.position;
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self.limit.saturating_sub(self.unfinished.len());
        let kept = bytes.get(..room).unwrap_or(bytes);
        self.unfinished.extend_from_slice(kept);
        self.cut += (bytes.len() - kept.len()) as u64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(chunks: &[&[u8]], limit: usize) -> (Vec<(u64, Vec<u8>, u64)>, LineSplitter) {
        let mut splitter = LineSplitter::new(0, limit);
        let mut lines = Vec::new();
        for chunk in chunks {
            splitter.push(chunk, |line| {
                lines.push((line.start, line.text.to_vec(), line.cut));
            });
        }
        (lines, splitter)
    }

    #[test]
    fn a_last_line_without_line_feed_is_kept_until_it_is_complete() {
        let (lines, mut splitter) = split(&[b"one\ntw"], 100);
        assert_eq!(lines, [(0, b"one".to_vec(), 0)]);
        assert_eq!((splitter.line_start(), splitter.position()), (4, 6));
        let mut rest = Vec::new();
        splitter.push(b"o\n", |line| rest.push((line.start, line.text.to_vec())));
        assert_eq!(rest, [(4, b"two".to_vec())]);
        splitter.finish(|_| unreachable!("there is no unfinished line"));
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(
            text in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'a'), Just(b'b')], 0..200),
            cuts in proptest::collection::vec(0_usize..200, 0..10),
            limit in 1_usize..20,
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            let (lines, splitter) = split(&chunks, limit);
            let (whole, _) = split(&[&text], limit);
            prop_assert_eq!(&lines, &whole);
            let mut expected: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
            let last = expected.pop().unwrap();
            prop_assert_eq!(lines.len(), expected.len());
            let mut offset = 0_u64;
            for ((start, kept, cut), line) in lines.iter().zip(expected) {
                prop_assert_eq!(*start, offset);
                prop_assert_eq!(kept.as_slice(), &line[..line.len().min(limit)]);
                prop_assert_eq!(kept.len() as u64 + cut, line.len() as u64);
                offset += line.len() as u64 + 1;
            }
            prop_assert_eq!(splitter.line_start(), offset);
            prop_assert_eq!(splitter.position(), offset + last.len() as u64);
            prop_assert!(splitter.unfinished.len() <= limit);
        }
    }
}
