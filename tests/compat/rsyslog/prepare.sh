#!/bin/sh
# Debian's rsyslog with its output for Kafka.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.sh"

need kcat kcat
need rsyslogd rsyslog
[ -e /usr/lib/x86_64-linux-gnu/rsyslog/omkafka.so ] || missing="$missing rsyslog-kafka"
install_missing
mkdir -p "$cache/rsyslog"
