//! Kavka's own administrative client, which operator and command use.

use anyhow::{Context as _, Result};
use kavka_client::{
    Alteration, Client, ClientOptions, CommittedOffset, ConfigResource, ConfigSource, ErrorCode,
    Mode, NewTopic, OffsetAt,
};
use kavka_test_compat::{kcat, run, run_with_input};
use kavka_test_harness::Broker;

async fn connected(broker: &Broker) -> Result<Client> {
    Ok(Client::connect(&[broker.address()], ClientOptions::default()).await?)
}

fn topic(name: &str, partitions: i32) -> NewTopic {
    NewTopic {
        partitions,
        replication_factor: 1,
        ..NewTopic::new(name)
    }
}

/// The answer for the one thing that was asked for.
fn only<K, T>(results: Vec<(K, T)>) -> Result<T> {
    let (_, result) = results.into_iter().next().context("nothing was answered")?;
    Ok(result)
}

#[tokio::test]
async fn topics_are_made_described_widened_and_deleted() -> Result<()> {
    let broker = Broker::start()?;
    let client = connected(&broker).await?;
    let cluster = client.describe_cluster().await?;
    assert_eq!((cluster.brokers.len(), cluster.brokers[0].id), (1, 0));
    assert_eq!(
        format!("{}:{}", cluster.brokers[0].host, cluster.brokers[0].port),
        broker.address()
    );

    let mut orders = topic("orders", 3);
    orders
        .configs
        .push(("retention.ms".to_owned(), "60000".to_owned()));
    only(
        client
            .create_topics(&[orders.clone()], Mode::Validate)
            .await?,
    )??;
    assert_eq!(client.list_topics().await?, []);
    let created = only(client.create_topics(&[orders.clone()], Mode::Apply).await?)??;
    assert_eq!((created.partitions, created.replication_factor), (3, 1));
    let again = only(client.create_topics(&[orders], Mode::Apply).await?)?;
    assert_eq!(
        again.map_err(|error| error.code),
        Err(ErrorCode::TopicAlreadyExists)
    );

    let wider = [("orders".to_owned(), 5)];
    only(client.create_partitions(&wider).await?)??;
    let described = client.describe_topics(&["orders", "absent"]).await?;
    assert_eq!(
        (described[0].id, described[0].partitions.len()),
        (created.id, 5)
    );
    assert!(
        described[0]
            .partitions
            .iter()
            .all(|partition| partition.leader == Some(0))
    );
    assert_eq!(described[1].error, Some(ErrorCode::UnknownTopicOrPartition));

    only(client.delete_topics(&["orders"]).await?)??;
    assert_eq!(client.list_topics().await?, []);
    Ok(())
}

#[tokio::test]
async fn one_setting_is_changed_and_the_others_stay() -> Result<()> {
    let broker = Broker::start()?;
    let client = connected(&broker).await?;
    only(
        client
            .create_topics(&[topic("tuned", 1)], Mode::Apply)
            .await?,
    )??;
    let resource = ConfigResource::Topic("tuned".to_owned());
    let set = |name: &str, value: &str| (name.to_owned(), Alteration::Set(value.to_owned()));
    let changes = vec![
        set("retention.ms", "1000"),
        set("cleanup.policy", "compact"),
    ];
    let changes = [(resource.clone(), changes)];
    only(
        client
            .incremental_alter_configs(&changes, Mode::Apply)
            .await?,
    )??;
    let changes = vec![("retention.ms".to_owned(), Alteration::Delete)];
    let changes = [(resource.clone(), changes)];
    only(
        client
            .incremental_alter_configs(&changes, Mode::Apply)
            .await?,
    )??;
    let entries = only(
        client
            .describe_configs(std::slice::from_ref(&resource))
            .await?,
    )??;
    let entry = |name: &str| {
        entries
            .iter()
            .find(|entry| entry.name == name)
            .context("missing")
    };
    assert_eq!(entry("cleanup.policy")?.value.as_deref(), Some("compact"));
    assert_eq!(entry("cleanup.policy")?.source, ConfigSource::Topic);
    assert_ne!(entry("retention.ms")?.source, ConfigSource::Topic);
    let wrong = vec![set("retention.ms", "soon")];
    let wrong = [(resource, wrong)];
    let refused = only(
        client
            .incremental_alter_configs(&wrong, Mode::Apply)
            .await?,
    )?;
    let refused = refused.map_err(|error| error.code);
    assert_eq!(refused, Err(ErrorCode::InvalidConfig));
    Ok(())
}

#[tokio::test]
async fn a_group_s_offsets_are_listed_reset_and_deleted() -> Result<()> {
    let broker = Broker::start()?;
    let client = connected(&broker).await?;
    only(
        client
            .create_topics(&[topic("read", 1)], Mode::Apply)
            .await?,
    )??;
    let address = broker.address();
    run_with_input(kcat(&["-b", &address, "-P", "-t", "read"]), "1\n2\n3\n")?
        .expect_success("kcat -P")?;
    let group = [
        "-X",
        "auto.offset.reset=earliest",
        "-e",
        "-q",
        "-b",
        &address,
        "-G",
        "g",
        "read",
    ];
    assert_eq!(run(kcat(&group))?.expect_success("kcat -G")?, "1\n2\n3\n");

    let listed = client.list_groups().await?;
    assert_eq!((listed.len(), listed[0].group_id.as_str()), (1, "g"));
    let described = only(client.describe_groups(&["g"]).await?)??;
    assert_eq!(
        (described.state.as_str(), described.members.len()),
        ("Empty", 0)
    );
    let committed = client.fetch_offsets("g").await?;
    assert_eq!((committed.len(), committed[0].offset), (1, 3));

    let place = [("read".to_owned(), 0)];
    let at = async |at| only(client.list_offsets(&place, at).await?)?.map_err(anyhow::Error::from);
    assert_eq!(at(OffsetAt::Earliest).await?, 0);
    assert_eq!(at(OffsetAt::Latest).await?, 3);
    assert_eq!(at(OffsetAt::Timestamp(0)).await?, 0);
    assert_eq!(at(OffsetAt::Timestamp(i64::MAX / 2)).await?, -1);

    let metadata = Some("by hand".to_owned());
    let back = CommittedOffset {
        topic: "read".to_owned(),
        partition: 0,
        offset: 1,
        metadata,
    };
    only(
        client
            .commit_offsets("g", std::slice::from_ref(&back))
            .await?,
    )??;
    assert_eq!(client.fetch_offsets("g").await?, [back]);
    assert_eq!(run(kcat(&group))?.expect_success("kcat -G")?, "2\n3\n");
    only(client.delete_groups(&["g"]).await?)??;
    assert_eq!(client.list_groups().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_restarted_broker_is_found_again() -> Result<()> {
    let mut broker = Broker::start()?;
    let client = connected(&broker).await?;
    only(
        client
            .create_topics(&[topic("kept", 2)], Mode::Apply)
            .await?,
    )??;
    let id = client.describe_topics(&["kept"]).await?[0].id;
    let cluster = client.describe_cluster().await?.cluster_id;
    broker.kill()?;
    assert!(
        client
            .list_topics()
            .await
            .is_err_and(|error| error.is_retriable())
    );
    broker.launch()?;
    assert_eq!(client.describe_topics(&["kept"]).await?[0].id, id);
    assert_eq!(client.describe_cluster().await?.cluster_id, cluster);
    Ok(())
}
