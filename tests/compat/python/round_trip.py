"""kafka-python as the compatibility tests use it: writes numbered records, reads them back in a group.

usage: round_trip.py BROKERS TOPIC COUNT
Prints a JSON object with what was read.
"""

import json
import sys
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition


def main():
    brokers, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    producer = KafkaProducer(bootstrap_servers=brokers, compression_type="gzip", linger_ms=5)
    sent = [
        producer.send(topic, key=b"%d" % number, value=b"%d" % number, headers=[("n", b"%d" % number)])
        for number in range(count)
    ]
    producer.flush(timeout=60)
    acknowledged = sum(1 for future in sent if future.get(timeout=60).offset >= 0)
    producer.close()

    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=brokers,
        group_id="python",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    values, headers = [], 0
    end = time.monotonic() + 60
    while len(values) < count and time.monotonic() < end:
        for records in consumer.poll(timeout_ms=500).values():
            values.extend(int(record.value) for record in records)
            headers += sum(1 for record in records if record.headers == [("n", record.value)])
    consumer.commit()
    places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    committed = sum(consumer.committed(place) or 0 for place in places)
    consumer.close()
    print(
        json.dumps(
            {
                "acknowledged": acknowledged,
                "read": len(values),
                "distinct": len(set(values)),
                "headers": headers,
                "committed": committed,
            }
        )
    )


main()
