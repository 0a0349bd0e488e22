"""librdkafka as confluent-kafka brings it: lists topics, writes, and reads in a group of three that changes.

usage: librdkafka_group.py BROKERS TOPIC COUNT
Members commit what they have read before they let go of a partition, so that nothing may be lost or
repeated. Prints a JSON object with the counts.
"""

import collections
import json
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

PATIENCE = 90


class Member(threading.Thread):
    """One consumer of the group, until it is told to leave."""

    def __init__(self, brokers, topic, tally):
        super().__init__()
        self.leaving = threading.Event()
        self.tally = tally
        self.consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": "three-members",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "heartbeat.interval.ms": 300,
                "session.timeout.ms": 10000,
                "partition.assignment.strategy": "cooperative-sticky",
            }
        )
        self.consumer.subscribe([topic], on_revoke=lambda *_: self.commit())

    def commit(self):
        """Commits what was read. A commit that crosses a rebalance is refused; the next one, at the
        latest the one before a partition is given up, carries the same offsets."""
        try:
            self.consumer.commit(asynchronous=False)
            return True
        except KafkaException as failure:
            crossed = (
                KafkaError.ILLEGAL_GENERATION,
                KafkaError.REBALANCE_IN_PROGRESS,
                KafkaError._NO_OFFSET,
            )
            if failure.args[0].code() not in crossed:
                raise
            return failure.args[0].code() == KafkaError._NO_OFFSET

    def run(self):
        is_committed = True
        while not (self.leaving.is_set() and is_committed):
            # Partitions are taken away inside of this call, never between a record and its commit.
            for record in self.consumer.consume(num_messages=50, timeout=0.2):
                if record.error():
                    raise RuntimeError(record.error())
                self.tally[int(record.value())] += 1
                self.consumer.store_offsets(message=record)
            is_committed = self.commit()
        self.consumer.close()


def write(brokers, topic, count, lost):
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5})
    for number in range(count):
        producer.produce(
            topic,
            key=str(number),
            value=str(number),
            on_delivery=lambda error, _: lost.append(str(error)) if error else None,
        )
        producer.poll(0)
        time.sleep(0.001)
    if producer.flush(PATIENCE):
        lost.append("not flushed")


def main():
    brokers, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    tally, lost = collections.Counter(), []
    writer = threading.Thread(target=write, args=(brokers, topic, count, lost))
    writer.start()
    members = []

    def join():
        members.append(Member(brokers, topic, tally))
        members[-1].start()

    for _ in range(3):
        join()
        time.sleep(1)
    members[1].leaving.set()
    time.sleep(1)
    join()
    writer.join()
    end = time.monotonic() + PATIENCE
    while len(tally) < count and time.monotonic() < end:
        time.sleep(0.1)
    # Whoever is wrongly given old records again shows it now.
    time.sleep(2)
    for member in members:
        member.leaving.set()
    for member in members:
        member.join()
    listed = AdminClient({"bootstrap.servers": brokers}).list_topics(timeout=10).topics
    print(
        json.dumps(
            {
                "lost": len(lost),
                "read": len(tally),
                "repeated": sum(tally.values()) - len(tally),
                "partitions": len(listed[topic].partitions),
            }
        )
    )


main()
