//! Incremental fetch sessions (KIP-227): what a consumer asks for is remembered, so that its
//! requests and replies name only what has changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use kavka_protocol::messages::FetchRequest;
use kavka_protocol::messages::fetch_request::FetchPartition;
use kavka_protocol::{ErrorCode, Uuid};
use tokio::sync::Notify;

use crate::entropy;
use crate::partition::Isolation;

/// Partitions that all sessions of one shard may remember.
const PARTITIONS: usize = 100_000;

/// An unused session may make room for another one after this time.
const EVICTABLE_AFTER: Duration = Duration::from_mins(2);

/// `session_epoch` of a request that wants a session.
const WANTS_SESSION: i32 = 0;

/// `session_epoch` of a request that ends its session, or wants none.
const ENDS_SESSION: i32 = -1;

/// One partition as a consumer asks for it; the topic goes by name or by id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) topic: String,
    pub(crate) topic_id: Uuid,
    pub(crate) partition: FetchPartition,
}

/// What came of one partition; decides whether an incremental reply names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// An error, which is always told.
    Error,
    /// A successful read.
    Read {
        /// Whether there were records.
        records: bool,
        /// The high watermark that the reply tells.
        high_watermark: i64,
        /// The start of the log that the reply tells.
        log_start: i64,
    },
}

/// How a request and its reply relate to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// No session: everything is asked for and told.
    Sessionless,
    /// A session's first request: everything is asked for and told.
    First(i32),
    /// A later request: only changes are asked for and told.
    Incremental(i32),
}

impl Mode {
    /// The session id that the reply names.
    pub(crate) fn session_id(self) -> i32 {
        match self {
            Self::Sessionless => 0,
            Self::First(id) | Self::Incremental(id) => id,
        }
    }
}

type Key = (String, Uuid, i32);

#[derive(Debug)]
struct Entry {
    asked: Asked,
    /// What the consumer was told last.
    told: Option<(i64, i64)>,
}

/// All partitions of a session were looked at, and none had anything.
#[derive(Debug)]
pub(crate) struct Quiet {
    /// Told by all of them when there is more.
    pub(crate) waiter: Arc<Notify>,
    /// Whose records were looked for.
    pub(crate) isolation: Isolation,
}

#[derive(Debug)]
struct Session {
    /// The epoch that the next request must bear.
    next_epoch: i32,
    by_id: bool,
    used: Instant,
    quiet: Option<Quiet>,
    /// In the order in which partitions are read: those that had records go to the end, so that
    /// none starves when replies are full.
    entries: BTreeMap<u64, Entry>,
    places: HashMap<Key, u64>,
    next_place: u64,
}

/// All sessions of one shard. A client that comes back on another shard starts a new one.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// `max.incremental.fetch.session.cache.slots`
    slots: usize,
    by_id: RefCell<HashMap<i32, Session>>,
}

impl Sessions {
    /// Room for so many sessions.
    pub(crate) fn new(slots: i32) -> Self {
        Self {
            slots: usize::try_from(slots).unwrap_or(0),
            by_id: RefCell::default(),
        }
    }

    /// Takes a request into its session, if it has one or wants one.
    pub(crate) fn begin(&self, request: &FetchRequest, by_id: bool) -> Result<Mode, ErrorCode> {
        match (request.session_id, request.session_epoch) {
            (id, ENDS_SESSION) => {
                self.by_id.borrow_mut().remove(&id);
                Ok(Mode::Sessionless)
            }
            (id, WANTS_SESSION) => {
                // A client that lost count begins anew.
                self.by_id.borrow_mut().remove(&id);
                let created = self.create(&asked_in(request), by_id);
                Ok(created.map_or(Mode::Sessionless, Mode::First))
            }
            (id, epoch) => self.resume(id, epoch, request, by_id),
        }
    }

    /// All that a request asks for, in the order in which it is read.
    pub(crate) fn asked(&self, mode: Mode, request: &FetchRequest) -> Vec<Asked> {
        match (mode, self.by_id.borrow().get(&mode.session_id())) {
            (Mode::Incremental(_), Some(session)) => session
                .entries
                .values()
                .map(|entry| entry.asked.clone())
                .collect(),
            _ => asked_in(request),
        }
    }

    /// What is told when one of the session's partitions has something, if none has had since the
    /// last reply, so that none has to be looked at.
    pub(crate) fn quiet(&self, mode: Mode, isolation: Isolation) -> Option<Quiet> {
        let Mode::Incremental(id) = mode else {
            return None;
        };
        let quiet = self.by_id.borrow_mut().get_mut(&id)?.quiet.take()?;
        let has_news = quiet.waiter.notified().now_or_never().is_some();
        (quiet.isolation == isolation && !has_news).then_some(quiet)
    }

    /// Notes that no partition of the session has anything that was not told.
    pub(crate) fn rest(&self, mode: Mode, quiet: Quiet) {
        if let Some(session) = self.by_id.borrow_mut().get_mut(&mode.session_id()) {
            session.quiet = Some(quiet);
        }
    }

    fn create(&self, asked: &[Asked], by_id: bool) -> Option<i32> {
        let mut sessions = self.by_id.borrow_mut();
        if sessions.len() >= self.slots {
            sessions.retain(|_, session| session.used.elapsed() < EVICTABLE_AFTER);
        }
        let remembered: usize = sessions.values().map(|session| session.entries.len()).sum();
        if asked.is_empty() || sessions.len() >= self.slots || remembered + asked.len() > PARTITIONS
        {
            return None;
        }
        let id = free_id(&sessions);
        let mut session = Session {
            next_epoch: 1,
            by_id,
            used: Instant::now(),
            quiet: None,
            entries: BTreeMap::new(),
            places: HashMap::new(),
            next_place: 0,
        };
        for asked in asked {
            session.put(asked.clone());
        }
        sessions.insert(id, session);
        Some(id)
    }

    fn resume(
        &self,
        id: i32,
        epoch: i32,
        request: &FetchRequest,
        by_id: bool,
    ) -> Result<Mode, ErrorCode> {
        let mut sessions = self.by_id.borrow_mut();
        let session = sessions
            .get_mut(&id)
            .ok_or(ErrorCode::FetchSessionIdNotFound)?;
        if session.next_epoch != epoch {
            return Err(ErrorCode::InvalidFetchSessionEpoch);
        }
        if session.by_id != by_id {
            return Err(ErrorCode::FetchSessionTopicIdError);
        }
        for topic in &request.forgotten_topics_data {
            for partition in &topic.partitions {
                session.forget(&(topic.topic.clone(), topic.topic_id, *partition));
            }
        }
        for asked in asked_in(request) {
            session.put(asked);
        }
        session.used = Instant::now();
        session.next_epoch = if epoch == i32::MAX { 1 } else { epoch + 1 };
        Ok(Mode::Incremental(id))
    }

    /// Notes what a reply tells; the result says which partitions it has to name.
    pub(crate) fn finish(&self, mode: Mode, told: &[(&Asked, Found)]) -> Vec<bool> {
        let mut sessions = self.by_id.borrow_mut();
        let Some(session) = sessions.get_mut(&mode.session_id()) else {
            return vec![true; told.len()];
        };
        told.iter()
            .map(|(asked, found)| {
                session.note(asked, *found) || !matches!(mode, Mode::Incremental(_))
            })
            .collect()
    }
}

impl Session {
    fn put(&mut self, asked: Asked) {
        self.quiet = None;
        if let Some(entry) = self
            .places
            .get(&key(&asked))
            .and_then(|place| self.entries.get_mut(place))
        {
            entry.asked = asked;
            return;
        }
        self.places.insert(key(&asked), self.next_place);
        self.entries
            .insert(self.next_place, Entry { asked, told: None });
        self.next_place += 1;
    }

    fn forget(&mut self, key: &Key) {
        if let Some(place) = self.places.remove(key) {
            self.entries.remove(&place);
        }
    }

    /// Remembers what the consumer is told of a partition; whether there is anything new to tell.
    fn note(&mut self, asked: &Asked, found: Found) -> bool {
        let key = key(asked);
        let Some(place) = self.places.get(&key).copied() else {
            return true;
        };
        let Some(entry) = self.entries.get_mut(&place) else {
            return true;
        };
        match found {
            Found::Error => {
                entry.told = None;
                true
            }
            Found::Read {
                records,
                high_watermark,
                log_start,
            } => {
                let telling = Some((high_watermark, log_start));
                let changed = entry.told != telling;
                entry.told = telling;
                if records {
                    self.move_to_end(place, key);
                }
                records || changed
            }
        }
    }

    fn move_to_end(&mut self, place: u64, key: Key) {
        if let Some(entry) = self.entries.remove(&place) {
            self.entries.insert(self.next_place, entry);
            self.places.insert(key, self.next_place);
            self.next_place += 1;
        }
    }
}

fn key(asked: &Asked) -> Key {
    (
        asked.topic.clone(),
        asked.topic_id,
        asked.partition.partition,
    )
}

fn asked_in(request: &FetchRequest) -> Vec<Asked> {
    request
        .topics
        .iter()
        .flat_map(|topic| {
            topic.partitions.iter().map(|partition| Asked {
                topic: topic.topic.clone(),
                topic_id: topic.topic_id,
                partition: partition.clone(),
            })
        })
        .collect()
}

fn free_id(sessions: &HashMap<i32, Session>) -> i32 {
    loop {
        let id = i32::try_from(entropy::seed() >> 33).unwrap_or(0);
        if id > 0 && !sessions.contains_key(&id) {
            return id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kavka_protocol::messages::fetch_request::{FetchTopic, ForgottenTopic};

    fn request(session_id: i32, session_epoch: i32, partitions: &[i32]) -> FetchRequest {
        let partitions = partitions
            .iter()
            .map(|partition| FetchPartition {
                partition: *partition,
                ..FetchPartition::default()
            })
            .collect();
        FetchRequest {
            session_id,
            session_epoch,
            topics: vec![FetchTopic {
                topic: "t".into(),
                partitions,
                ..FetchTopic::default()
            }],
            ..FetchRequest::default()
        }
    }

    fn indexes(asked: &[Asked]) -> Vec<i32> {
        asked
            .iter()
            .map(|asked| asked.partition.partition)
            .collect()
    }

    fn read(records: bool, high_watermark: i64) -> Found {
        Found::Read {
            records,
            high_watermark,
            log_start: 0,
        }
    }

    /// What a request gets: how it relates to its session, and all it asks for.
    fn begin(sessions: &Sessions, request: &FetchRequest) -> (Mode, Vec<Asked>) {
        let mode = sessions.begin(request, false).unwrap();
        (mode, sessions.asked(mode, request))
    }

    #[test]
    fn a_session_remembers_what_was_asked_and_tells_only_what_changed() {
        let sessions = Sessions::new(10);
        let (mode, asked) = begin(&sessions, &request(0, 0, &[0, 1, 2]));
        let told: Vec<_> = asked.iter().map(|asked| (asked, read(false, 5))).collect();
        assert_eq!(sessions.finish(mode, &told), [true, true, true]);
        let id = mode.session_id();
        let (mode, asked) = begin(&sessions, &request(id, 1, &[]));
        assert_eq!(indexes(&asked), [0, 1, 2]);
        let found = [read(false, 5), read(true, 6), Found::Error];
        let told: Vec<_> = asked.iter().zip(found).collect();
        assert_eq!(sessions.finish(mode, &told), [false, true, true]);
        let (_, asked) = begin(&sessions, &request(id, 2, &[3]));
        assert_eq!(
            indexes(&asked),
            [0, 2, 1, 3],
            "what had records goes to the end"
        );
    }

    #[test]
    fn without_a_slot_there_is_no_session() {
        let sessions = Sessions::new(1);
        let (first, _) = begin(&sessions, &request(0, 0, &[0]));
        assert!(matches!(first, Mode::First(_)));
        let (second, asked) = begin(&sessions, &request(0, 0, &[0]));
        assert_eq!((second, asked.len()), (Mode::Sessionless, 1));
    }

    #[test]
    fn forgotten_partitions_are_read_no_more() {
        let sessions = Sessions::new(10);
        let (mode, _) = begin(&sessions, &request(0, 0, &[0, 1]));
        let mut next = request(mode.session_id(), 1, &[]);
        next.forgotten_topics_data.push(ForgottenTopic {
            topic: "t".to_owned(),
            partitions: vec![0],
            ..ForgottenTopic::default()
        });
        let (_, asked) = begin(&sessions, &next);
        assert_eq!(indexes(&asked), [1]);
    }

    #[test]
    fn a_session_is_quiet_until_there_is_news_or_something_else_is_asked_for() {
        let all = Isolation::ReadUncommitted;
        let sessions = Sessions::new(10);
        let (first, _) = begin(&sessions, &request(0, 0, &[0]));
        let waiter = Arc::new(Notify::new());
        let quiet = |isolation| Quiet {
            waiter: Arc::clone(&waiter),
            isolation,
        };
        assert!(sessions.quiet(first, all).is_none(), "nobody has looked");
        sessions.rest(first, quiet(all));
        let id = first.session_id();
        let mut epoch = 0;
        let mut next = |partitions: &[i32]| {
            epoch += 1;
            begin(&sessions, &request(id, epoch, partitions)).0
        };

        let mode = next(&[]);
        let still = sessions.quiet(mode, all).unwrap();
        assert!(sessions.quiet(mode, all).is_none(), "it is taken");
        sessions.rest(mode, still);
        assert!(sessions.quiet(next(&[]), all).is_some());

        sessions.rest(mode, quiet(all));
        waiter.notify_one();
        assert!(sessions.quiet(next(&[]), all).is_none(), "there is news");

        sessions.rest(mode, quiet(all));
        let other_offset = next(&[0]);
        assert!(sessions.quiet(other_offset, all).is_none());

        sessions.rest(mode, quiet(Isolation::ReadCommitted));
        assert!(sessions.quiet(next(&[]), all).is_none(), "others' records");
    }

    #[test]
    fn unknown_sessions_and_wrong_epochs_are_refused() {
        let sessions = Sessions::new(10);
        let unknown = sessions.begin(&request(77, 1, &[]), false);
        assert_eq!(unknown.unwrap_err(), ErrorCode::FetchSessionIdNotFound);
        let (mode, _) = begin(&sessions, &request(0, 0, &[0]));
        let wrong = sessions.begin(&request(mode.session_id(), 5, &[]), false);
        assert_eq!(wrong.unwrap_err(), ErrorCode::InvalidFetchSessionEpoch);
        let ended = begin(&sessions, &request(mode.session_id(), -1, &[0]));
        assert_eq!(ended.0, Mode::Sessionless);
        let gone = sessions.begin(&request(mode.session_id(), 1, &[]), false);
        assert_eq!(gone.unwrap_err(), ErrorCode::FetchSessionIdNotFound);
    }
}
