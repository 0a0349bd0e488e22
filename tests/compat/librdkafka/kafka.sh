#!/bin/sh
# Stands in for the scripts of Kafka's distribution, which the tests call by these names.
set -eu

libs=$(cd "$(dirname "$0")/../libs" && pwd)
case $(basename "$0") in
    kafka-topics.sh) set -- org.apache.kafka.tools.TopicCommand "$@" ;;
    kafka-acls.sh) set -- org.apache.kafka.tools.AclCommand "$@" ;;
    kafka-run-class.sh) ;;
    *)
        echo "$0: no such tool" >&2
        exit 2
        ;;
esac
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "${CLASSPATH:+$CLASSPATH:}$libs/*" "$@"
