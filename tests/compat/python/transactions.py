"""Transactions as confluent-kafka makes them: what was read is written on, each record once.

usage: transactions.py copy BROKERS COUNT     reads, writes on and commits offsets in transactions
       transactions.py fence BROKERS          two producers with one transactional id
       transactions.py hold BROKERS TOPIC     leaves a transaction open until it is killed

The first two print a JSON object with what came of it.
"""

import collections
import json
import sys
import time

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)

PATIENCE = 120
BATCH = 100


def producer(brokers, identity):
    made = Producer(
        {"bootstrap.servers": brokers, "transactional.id": identity, "linger.ms": 5}
    )
    made.init_transactions(PATIENCE)
    return made


def consumer(brokers, group, isolation):
    return Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "isolation.level": isolation,
            "enable.partition.eof": True,
        }
    )


def read_all(brokers, topic, isolation):
    """How often each value of a topic is read up to its end."""
    reader = consumer(brokers, f"reader-{isolation}", isolation)
    partitions = reader.list_topics(topic, PATIENCE).topics[topic].partitions
    reader.assign([TopicPartition(topic, index, 0) for index in partitions])
    tally, ended = collections.Counter(), set()
    while len(ended) < len(partitions):
        record = reader.poll(PATIENCE)
        if record is None:
            raise RuntimeError("no end is reached")
        if not record.error():
            tally[record.value().decode()] += 1
        elif record.error().code() == KafkaError._PARTITION_EOF:
            ended.add(record.partition())
        else:
            raise RuntimeError(record.error())
    reader.close()
    return tally


def copy(brokers, count):
    """Every third transaction is aborted first, and a new producer of the same id takes over on the
    way: what it reads again is what was not committed."""
    source = Producer({"bootstrap.servers": brokers, "enable.idempotence": True})
    for number in range(count):
        source.produce("in", key=str(number), value=str(number))
        source.poll(0)
    assert source.flush(PATIENCE) == 0
    reader = consumer(brokers, "copiers", "read_committed")
    reader.subscribe(["in"])
    writer, done, aborted, rounds = producer(brokers, "copier"), 0, 0, 0
    end = time.monotonic() + PATIENCE
    while done < count and time.monotonic() < end:
        records = [one for one in reader.consume(BATCH, 0.5) if not one.error()]
        if not records:
            continue
        rounds += 1
        if rounds == 5:
            writer = producer(brokers, "copier")
        aborts = [True, False] if rounds % 3 == 0 else [False]
        for abort in aborts:
            writer.begin_transaction()
            for record in records:
                mark = "aborted-" if abort else ""
                writer.produce("out", key=record.key(), value=mark + record.value().decode())
            positions = reader.position(reader.assignment())
            offsets = [one for one in positions if one.offset >= 0]
            writer.send_offsets_to_transaction(offsets, reader.consumer_group_metadata(), PATIENCE)
            if abort:
                # Before the abort everything is sent, so that there is something to pass over.
                writer.flush(PATIENCE)
                writer.abort_transaction(PATIENCE)
                aborted += len(records)
            else:
                writer.commit_transaction(PATIENCE)
                done += len(records)
    committed = reader.committed(reader.assignment(), PATIENCE)
    reader.close()
    seen = read_all(brokers, "out", "read_committed")
    everything = read_all(brokers, "out", "read_uncommitted")
    wanted = {str(number) for number in range(count)}
    return {
        "copied": len(wanted & set(seen)),
        "strange": len(set(seen) - wanted),
        "repeated": sum(seen.values()) - len(seen),
        "aborted": aborted,
        "uncommitted": sum(everything.values()) - sum(seen.values()),
        "offsets": sum(one.offset for one in committed),
    }


def fence(brokers):
    first = producer(brokers, "contested")
    first.begin_transaction()
    first.produce("contested", value="first")
    first.flush(PATIENCE)
    second = producer(brokers, "contested")
    second.begin_transaction()
    second.produce("contested", value="second")
    second.commit_transaction(PATIENCE)
    fenced = False
    try:
        first.commit_transaction(PATIENCE)
    except KafkaException as failure:
        fenced = failure.args[0].fatal()
    return {"fenced": fenced, "seen": sorted(read_all(brokers, "contested", "read_committed"))}


def hold(brokers, topic):
    holder = producer(brokers, "holder")
    holder.begin_transaction()
    holder.produce(topic, value="open")
    assert holder.flush(PATIENCE) == 0
    print("open", flush=True)
    time.sleep(3600)


def main():
    what, brokers = sys.argv[1], sys.argv[2]
    if what == "copy":
        print(json.dumps(copy(brokers, int(sys.argv[3]))))
    elif what == "fence":
        print(json.dumps(fence(brokers)))
    else:
        hold(brokers, sys.argv[3])


main()
