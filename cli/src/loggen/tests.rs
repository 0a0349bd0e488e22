use super::line::{Labels, LineWriter};
use super::{Format, LoggenOptions};
use clap::Parser;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    options: LoggenOptions,
}

fn options(arguments: &[&str]) -> LoggenOptions {
    let line = std::iter::once("loggen").chain(arguments.iter().copied());
    Line::try_parse_from(line).unwrap().options
}

fn lines(format: Format, labels: Labels<'_>, length: usize, count: usize) -> Vec<String> {
    let mut writer = LineWriter::new(format, Some(7));
    let make = |_| {
        let mut line = Vec::new();
        writer.write(&mut line, labels, length);
        String::from_utf8(line).unwrap()
    };
    (0..count).map(make).collect()
}

const NO_LABELS: Labels<'_> = Labels {
    sequence: None,
    id: None,
};
const BOTH_LABELS: Labels<'_> = Labels {
    sequence: Some(41),
    id: Some("web-1"),
};

#[test]
fn the_command_line_of_apache_loggen_is_understood() {
    let options = options(&["--rate=10", "--limit=10000", "--progress", "apache.log"]);
    assert_eq!((options.rate, options.limit), (10, 10_000));
    assert!(options.progress);
    assert_eq!(
        options.file.as_deref(),
        Some(std::path::Path::new("apache.log"))
    );
    assert_eq!(options.format(), Format::Apache);
}

#[test]
fn json_is_also_a_flag() {
    assert_eq!(options(&["--json"]).format(), Format::Json);
}

#[test]
fn apache_lines_keep_the_combined_format_with_labels_and_padding() {
    for (labels, length) in [(NO_LABELS, 0), (NO_LABELS, 900), (BOTH_LABELS, 900)] {
        for line in lines(Format::Apache, labels, length, 200) {
            let quoted: Vec<&str> = line.split('"').collect();
            assert_eq!(quoted.len(), 7, "{line}");
            assert_eq!(quoted[0].split(' ').count(), 6, "{line}");
            assert!(quoted[1].ends_with(" HTTP/1.1"), "{line}");
            assert_eq!(quoted[1].split(' ').count(), 3, "{line}");
            assert_eq!(quoted[2].trim().split(' ').count(), 2, "{line}");
            assert!(length == 0 || line.len() == length, "{line}");
        }
    }
    let line = &lines(Format::Apache, BOTH_LABELS, 0, 1)[0];
    assert!(line.contains("?seq=41&id=web-1 HTTP/1.1\""), "{line}");
}

#[test]
fn ltsv_lines_begin_with_their_number_and_split_into_fields() {
    for line in lines(Format::Ltsv, BOTH_LABELS, 20_480, 50) {
        assert!(line.starts_with("seq:41\tid:web-1\ttime:"), "{line}");
        assert_eq!(line.len(), 20_480);
        assert_eq!(line.split('\t').count(), 12);
        assert!(line.split('\t').all(|field| field.contains(':')));
    }
}

#[test]
fn json_lines_parse() {
    for length in [0, 800] {
        for line in lines(Format::Json, BOTH_LABELS, length, 50) {
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!(value["seq"], 41);
            assert_eq!(value["id"], "web-1");
            assert!(value["code"].is_number());
            assert!(length == 0 || line.len() == length);
        }
    }
}

#[test]
fn only_each_nth_line_is_long() {
    let options = options(&["--line-bytes", "300", "--every", "3", "--bytes", "20480"]);
    let lengths: Vec<usize> = (0..6).map(|index| options.length_wanted(index)).collect();
    assert_eq!(lengths, [300, 300, 20_480, 300, 300, 20_480]);
}

#[test]
fn every_needs_bytes() {
    assert!(Line::try_parse_from(["loggen", "--every", "3"]).is_err());
}
