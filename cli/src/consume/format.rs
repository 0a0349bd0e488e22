//! How a record is printed: the order and the names of Kafka's console consumer.

use std::io::{self, Write};

use rdkafka::message::{Headers, Message, Timestamp};

use crate::failure::Failure;
use crate::produce::unescape;

/// Which parts of a record are printed.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a part to print")]
pub(crate) struct RecordPrinter {
    pub(crate) timestamp: bool,
    pub(crate) partition: bool,
    pub(crate) offset: bool,
    pub(crate) headers: bool,
    pub(crate) key: bool,
    pub(crate) value: bool,
    pub(crate) separator: String,
}

impl RecordPrinter {
    /// Takes a property of Kafka's formatter.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let on = value == "true";
        match name {
            "print.timestamp" => self.timestamp = on,
            "print.partition" => self.partition = on,
            "print.offset" => self.offset = on,
            "print.headers" => self.headers = on,
            "print.key" => self.key = on,
            "print.value" => self.value = on,
            "key.separator" => self.separator = unescape(value),
            _ => {
                return Err(
                    Failure::usage(format!("--property {name} is not known")).remedy(
                        "known are print.timestamp, print.partition, print.offset, print.headers, \
                     print.key, print.value and key.separator",
                    ),
                );
            }
        }
        Ok(())
    }

    /// Prints one record and a newline; null is printed as `null`.
    pub(crate) fn print(&self, output: &mut impl Write, record: &impl Message) -> io::Result<()> {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        if self.timestamp {
            parts.push(timestamp(record.timestamp()).into_bytes());
        }
        if self.partition {
            parts.push(format!("Partition:{}", record.partition()).into_bytes());
        }
        if self.offset {
            parts.push(format!("Offset:{}", record.offset()).into_bytes());
        }
        if self.headers {
            parts.push(headers(record.headers()));
        }
        if self.key {
            parts.push(record.key().unwrap_or(b"null").to_vec());
        }
        if self.value {
            parts.push(record.payload().unwrap_or(b"null").to_vec());
        }
        let mut line = parts.join(self.separator.as_bytes());
        line.push(b'\n');
        output.write_all(&line)
    }
}

fn timestamp(timestamp: Timestamp) -> String {
    match timestamp {
        Timestamp::NotAvailable => "NoTimestamp".to_owned(),
        Timestamp::CreateTime(milliseconds) => format!("CreateTime:{milliseconds}"),
        Timestamp::LogAppendTime(milliseconds) => format!("LogAppendTime:{milliseconds}"),
    }
}

fn headers(headers: Option<&impl Headers>) -> Vec<u8> {
    let all = headers.into_iter().flat_map(Headers::iter);
    let shown: Vec<Vec<u8>> = all
        .map(|header| [header.key.as_bytes(), b":", header.value.unwrap_or(b"null")].concat())
        .collect();
    if shown.is_empty() {
        b"NO_HEADERS".to_vec()
    } else {
        shown.join(&b","[..])
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::message::{Header, OwnedHeaders, OwnedMessage, Timestamp};

    use super::RecordPrinter;

    fn print(
        printer: &RecordPrinter,
        value: Option<&[u8]>,
        headers: Option<OwnedHeaders>,
    ) -> String {
        let record = OwnedMessage::new(
            value.map(<[u8]>::to_vec),
            Some(b"k".to_vec()),
            "t".into(),
            Timestamp::CreateTime(9),
            2,
            7,
            headers,
        );
        let mut output = Vec::new();
        printer.print(&mut output, &record).unwrap();
        String::from_utf8(output).unwrap()
    }

    fn values_only() -> RecordPrinter {
        RecordPrinter {
            timestamp: false,
            partition: false,
            offset: false,
            headers: false,
            key: false,
            value: true,
            separator: "\t".into(),
        }
    }

    #[test]
    fn a_record_is_its_value_and_a_tombstone_is_null() {
        assert_eq!(print(&values_only(), Some(b"v"), None), "v\n");
        assert_eq!(print(&values_only(), None, None), "null\n");
    }

    #[test]
    fn the_parts_come_in_the_order_of_kafkas_console_consumer() {
        let mut printer = values_only();
        for part in ["timestamp", "partition", "offset", "headers", "key"] {
            printer.set(&format!("print.{part}"), "true").unwrap();
        }
        printer.set("key.separator", "|").unwrap();
        let one = OwnedHeaders::new().insert(Header {
            key: "h",
            value: Some("1"),
        });
        let two = one.insert(Header {
            key: "n",
            value: None::<&str>,
        });
        assert_eq!(
            print(&printer, Some(b"v"), Some(two)),
            "CreateTime:9|Partition:2|Offset:7|h:1,n:null|k|v\n"
        );
        assert_eq!(
            print(&printer, Some(b"v"), None),
            "CreateTime:9|Partition:2|Offset:7|NO_HEADERS|k|v\n"
        );
    }

    #[test]
    fn an_unknown_property_is_named() {
        let failure = values_only().set("print.kye", "true").unwrap_err();
        assert!(failure.to_string().contains("print.kye"));
    }
}
