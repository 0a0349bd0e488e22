// Command franz is the franz-go client as the compatibility tests use it.
//
//	franz produce BROKERS TOPIC COUNT       numbered records, one line per acknowledged number
//	franz group   BROKERS TOPIC COUNT       three members come and go while COUNT records are written
//	franz count   BROKERS TOPIC COUNT       reads COUNT distinct numbers or fails after a while
//
// The last line is a JSON object with what was counted.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// limit is the time after which a command gives up.
const limit = 90 * time.Second

func main() {
	log.SetFlags(0)
	if len(os.Args) != 5 {
		log.Fatal("usage: franz produce|group|count BROKERS TOPIC COUNT")
	}
	brokers, topic := os.Args[2], os.Args[3]
	count, err := strconv.Atoi(os.Args[4])
	if err != nil {
		log.Fatalf("COUNT: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	switch os.Args[1] {
	case "produce":
		err = produce(ctx, brokers, topic, count, 500*time.Microsecond, true)
	case "group":
		err = group(ctx, brokers, topic, count)
	case "count":
		err = countAll(ctx, brokers, topic, count)
	default:
		err = fmt.Errorf("unknown command %q", os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
}

// produce writes numbers, idempotently as franz-go does by default, and waits for every
// acknowledgement.
func produce(ctx context.Context, brokers, topic string, count int, pause time.Duration, print bool) error {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(brokers),
		kgo.DefaultProduceTopic(topic),
		kgo.ProducerLinger(2*time.Millisecond),
		kgo.RecordDeliveryTimeout(limit),
		kgo.AllowAutoTopicCreation(),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
	)
	if err != nil {
		return err
	}
	defer client.Close()
	// A record has some weight, so that segments fill.
	padding := []kgo.RecordHeader{{Key: "padding", Value: make([]byte, 800)}}
	failed := make(chan error, count)
	for number := range count {
		text := strconv.Itoa(number)
		record := &kgo.Record{Key: []byte(text), Value: []byte(text), Headers: padding}
		client.Produce(ctx, record, func(record *kgo.Record, err error) {
			if err != nil {
				failed <- fmt.Errorf("record %s: %w", record.Value, err)
			} else if print {
				fmt.Println(string(record.Value))
			}
		})
		time.Sleep(pause)
	}
	if err := client.Flush(ctx); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// tally is what was read: how often each number, and whether partitions kept their order.
type tally struct {
	Distinct   int `json:"distinct"`
	Missing    int `json:"missing"`
	Repeated   int `json:"repeated"`
	Disordered int `json:"disordered"`
	seen       map[string]int
	last       map[int32]int64
}

func newTally() *tally {
	return &tally{seen: map[string]int{}, last: map[int32]int64{}}
}

func (t *tally) add(record *kgo.Record) {
	t.seen[string(record.Value)]++
	if t.seen[string(record.Value)] > 1 {
		t.Repeated++
	} else {
		t.Distinct++
	}
	if last, known := t.last[record.Partition]; known && record.Offset <= last {
		t.Disordered++
	}
	t.last[record.Partition] = record.Offset
}

func (t *tally) report(count int) error {
	for number := range count {
		if t.seen[strconv.Itoa(number)] == 0 {
			t.Missing++
		}
	}
	return json.NewEncoder(os.Stdout).Encode(t)
}

// countAll reads the topic from its start until COUNT distinct numbers were seen.
func countAll(ctx context.Context, brokers, topic string, count int) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(brokers),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)
	if err != nil {
		return err
	}
	defer client.Close()
	read := newTally()
	for read.Distinct < count && ctx.Err() == nil {
		fetches := client.PollFetches(ctx)
		fetches.EachError(func(_ string, partition int32, err error) {
			if ctx.Err() == nil {
				log.Printf("partition %d: %v", partition, err)
			}
		})
		fetches.EachRecord(read.add)
	}
	return read.report(count)
}
