//! A folder is used by the broker that it belongs to and by no other.

use super::*;
use crate::SimDisk;
use crate::disk::sim::{Crash, Fault, Operation};

const PATH: &str = "/data";

fn fresh() -> Fresh {
    Fresh {
        cluster_id: "made-here".to_owned(),
        directory_id: kavka_protocol::Uuid([3; 16]),
    }
}

fn open(
    disk: &SimDisk,
    node: i32,
    cluster: Option<&str>,
) -> Result<DataFolder<SimDisk>, DataFolderError> {
    DataFolder::open(disk.clone(), Path::new(PATH), NodeId(node), cluster, fresh)
}

#[test]
fn identities_survive_a_power_cut_right_after_they_were_made() {
    let disk = SimDisk::new();
    assert!(open(&disk, 1, Some("given")).unwrap().is_new());
    disk.crash(Crash::DropUnsynced);
    let again = open(&disk, 1, None).unwrap();
    assert!(!again.is_new());
    assert_eq!(again.cluster_id(), "given");
    assert_eq!(again.directory_id(), kavka_protocol::Uuid([3; 16]));
}

#[test]
fn meta_properties_are_kafka_s() {
    let disk = SimDisk::new();
    open(&disk, 7, None).unwrap();
    let text = disk.content(&Path::new(PATH).join(META)).unwrap();
    let expected = "#\ncluster.id=made-here\ndirectory.id=AwMDAwMDAwMDAwMDAwMDAw\nnode.id=7\n\
        version=1\n";
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

#[test]
fn another_cluster_s_folder_is_refused_with_both_names() {
    let disk = SimDisk::new();
    drop(open(&disk, 1, Some("first")).unwrap());
    let text = open(&disk, 1, Some("second")).unwrap_err().to_string();
    for part in ["/data", "\"first\"", "\"second\"", "log.dirs"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn another_node_s_folder_is_refused_with_both_numbers() {
    let disk = SimDisk::new();
    drop(open(&disk, 1, None).unwrap());
    let text = open(&disk, 2, None).unwrap_err().to_string();
    for part in ["/data", "node.id 1", "not to 2", "node.id=1"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_folder_in_use_is_refused_until_it_is_left() {
    let disk = SimDisk::new();
    let first = open(&disk, 1, None).unwrap();
    let text = open(&disk, 1, None).unwrap_err().to_string();
    assert!(text.contains("in use"), "{text}");
    drop(first);
    open(&disk, 1, None).unwrap();
}

#[test]
fn an_unwritable_folder_is_named_with_the_remedy() {
    let disk = SimDisk::new();
    disk.inject(Fault {
        operation: Some(Operation::Create),
        path_ending: String::new(),
        after: 0,
        times: 9,
        error: io::ErrorKind::PermissionDenied,
    });
    // The simulated lock needs no file; the first one made is the meta file's.
    let text = open(&disk, 1, None).unwrap_err().to_string();
    for part in ["/data", "cannot be written", "log.dirs"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn broken_meta_properties_name_what_is_missing() {
    let disk = SimDisk::new();
    drop(open(&disk, 1, None).unwrap());
    let file = Path::new(PATH).join(META);
    disk.damage(&file, |content| {
        *content = b"version=1\nnode.id=1\n".to_vec();
    })
    .unwrap();
    let text = open(&disk, 1, None).unwrap_err().to_string();
    assert!(
        text.contains("cluster.id") || text.contains("directory.id"),
        "{text}"
    );
    assert!(text.contains("/data/meta.properties"), "{text}");
}
