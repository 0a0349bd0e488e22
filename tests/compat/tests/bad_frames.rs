//! What no client should send: the connection may end, the broker goes on.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Result;
use kavka_test_compat::{kcat, run, run_with_input};
use kavka_test_harness::Broker;

/// Sends bytes and reads whatever comes back until the broker is done with them.
fn send(broker: &Broker, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(broker.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    // The broker may hang up before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => Ok(answer),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(answer)
        }
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(answer),
        Err(error) => Err(error.into()),
    }
}

fn frame(body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&size, body].concat()
}

#[test]
fn an_unknown_version_of_api_versions_is_answered_with_the_known_ones() -> Result<()> {
    let broker = Broker::start()?;
    let answer = send(&broker, &frame(b"\0\x12\0\x63\0\0\0\x2a\0\x01x\0\0\0\0"))?;
    // Size, correlation id 42, error 35 in version 0, then the versions of this very request.
    let known = b"\0\0\0\x2a\0\x23\0\0\0\x01\0\x12\0\0\0";
    assert_eq!(answer.get(4..19), Some(&known[..]), "{answer:?}");
    Ok(())
}

#[test]
fn a_broken_frame_harms_nobody_but_its_own_connection() -> Result<()> {
    let broker = Broker::start()?;
    let address = broker.address();
    run_with_input(kcat(&["-b", &address, "-P", "-t", "kept"]), "before\n")?
        .expect_success("kcat -P")?;
    let bad: [&[u8]; 8] = [
        // 2 GiB announced, and less than nothing.
        b"\x7f\xff\xff\xff\0\x03",
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        // A request key, and a version of Metadata, that nobody knows.
        &frame(b"\x7f\xff\0\0\0\0\0\x01\xff\xff"),
        &frame(b"\0\x03\x7f\xff\0\0\0\x01\xff\xff\0"),
        // Metadata for two billion topics in six bytes.
        &frame(b"\0\x03\0\x01\0\0\0\x01\xff\xff\x7f\xff\xff\xff\0\0"),
        // Produce cut off in its header, and another protocol altogether.
        &frame(b"\0\0\0\x09\0\0\0\x01"),
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ];
    for bytes in bad {
        let answer = send(&broker, bytes)?;
        assert!(
            answer.len() < 1_000,
            "{bytes:?} was answered with {answer:?}"
        );
    }
    let read = [
        "-b",
        &address,
        "-C",
        "-t",
        "kept",
        "-o",
        "beginning",
        "-e",
        "-q",
    ];
    assert_eq!(run(kcat(&read))?.expect_success("kcat -C")?, "before\n");
    Ok(())
}

#[test]
fn a_batch_with_a_wrong_checksum_is_refused_and_not_stored() -> Result<()> {
    let broker = Broker::start()?;
    let address = broker.address();
    run_with_input(kcat(&["-b", &address, "-P", "-t", "sums"]), "good\n")?
        .expect_success("kcat -P")?;
    let mut batch = Vec::from(*b"\0\0\0\0\0\0\0\0\0\0\0\x3c\xff\xff\xff\xff\x02\xde\xad\xbe\xef");
    batch.extend(b"\0\0\0\0\0\0\0\0\0\0\0\0\x03\xe8\0\0\0\0\0\0\x03\xe8");
    batch.extend(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x01");
    batch.extend(b"\x12\0\0\0\x01\x06bad\0");
    let length = u32::try_from(batch.len() - 12).unwrap_or_default();
    batch[8..12].copy_from_slice(&length.to_be_bytes());
    let mut body = Vec::from(*b"\0\0\0\x03\0\0\0\x07\xff\xff\xff\xff\xff\xff\0\0\x27\x10");
    body.extend(b"\0\0\0\x01\0\x04sums\0\0\0\x01\0\0\0\0");
    body.extend(u32::try_from(batch.len()).unwrap_or_default().to_be_bytes());
    body.extend(&batch);
    let answer = send(&broker, &frame(&body))?;
    // Correlation id, one topic, its name, one partition, its number, CORRUPT_MESSAGE.
    let expected = b"\0\0\0\x07\0\0\0\x01\0\x04sums\0\0\0\x01\0\0\0\0\0\x02";
    assert_eq!(
        answer.get(4..4 + expected.len()),
        Some(&expected[..]),
        "{answer:?}"
    );
    let read = [
        "-b",
        &address,
        "-C",
        "-t",
        "sums",
        "-o",
        "beginning",
        "-e",
        "-q",
    ];
    assert_eq!(run(kcat(&read))?.expect_success("kcat -C")?, "good\n");
    Ok(())
}

/// As librdkafka 2.x sends them after a Metadata request for all topics; Kafka ignores them.
#[test]
fn bytes_after_the_end_of_a_request_are_ignored() -> Result<()> {
    let broker = Broker::start()?;
    let request = b"\0\x12\0\0\0\0\0\x2a\0\x01xmore";
    let answer = send(&broker, &frame(request))?;
    assert_eq!(
        answer.get(4..10),
        Some(&b"\0\0\0\x2a\0\0"[..]),
        "{answer:?}"
    );
    Ok(())
}
