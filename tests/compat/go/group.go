package main

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// group lets three members of one group read a topic while it is written: the second and third
// join, the second leaves, a fourth takes its place. Members commit what they have read before
// they let go of a partition, so that nothing may be lost or repeated.
func group(ctx context.Context, brokers, topic string, count int) error {
	written := make(chan error, 1)
	go func() { written <- produce(ctx, brokers, topic, count, time.Millisecond, false) }()

	read := &shared{tally: newTally(), count: count, done: make(chan struct{})}
	join := func() (leave func(), err error) {
		client, err := kgo.NewClient(
			kgo.SeedBrokers(brokers),
			kgo.ConsumeTopics(topic),
			kgo.ConsumerGroup("three-members"),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
			kgo.BlockRebalanceOnPoll(),
			kgo.DisableAutoCommit(),
			kgo.HeartbeatInterval(300*time.Millisecond),
			kgo.SessionTimeout(10*time.Second),
		)
		if err != nil {
			return nil, err
		}
		own, cancel := context.WithCancel(ctx)
		go func() {
			read.member(own, client)
			client.CloseAllowingRebalance()
		}()
		return cancel, nil
	}

	var leaves []func()
	for range 3 {
		leave, err := join()
		if err != nil {
			return err
		}
		leaves = append(leaves, leave)
		pause(ctx, time.Second)
	}
	leaves[1]()
	pause(ctx, time.Second)
	if _, err := join(); err != nil {
		return err
	}
	if err := <-written; err != nil {
		return err
	}
	select {
	case <-read.done:
	case <-time.After(30 * time.Second):
	}
	// Whoever is wrongly given old records again shows it now.
	pause(ctx, 2*time.Second)
	for _, leave := range leaves {
		leave()
	}
	read.Lock()
	defer read.Unlock()
	return read.tally.report(count)
}

func pause(ctx context.Context, length time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
}

// shared is the tally of all members.
type shared struct {
	sync.Mutex
	tally *tally
	count int
	done  chan struct{}
}

func (s *shared) member(ctx context.Context, client *kgo.Client) {
	for ctx.Err() == nil {
		fetches := client.PollFetches(ctx)
		s.Lock()
		fetches.EachRecord(s.tally.add)
		if s.tally.Distinct == s.count {
			select {
			case <-s.done:
			default:
				close(s.done)
			}
		}
		s.Unlock()
		// The commit must go through even when the member was told to leave meanwhile.
		commit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		_ = client.CommitUncommittedOffsets(commit)
		cancel()
		client.AllowRebalance()
	}
}
