// The yardstick: what a team that writes Go would write in a day. It reads with franz-go, parses with
// encoding/json, counts with client_golang and commits once a second. It does not classify: the type is
// the word that the body has, else the status.
//
// yardstick BOOTSTRAP TOPIC GROUP ADDRESS
package main

import (
	"context"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/twmb/franz-go/pkg/kgo"
)

type response struct {
	Provider string          `json:"provider"`
	Method   string          `json:"method"`
	Path     string          `json:"path"`
	Status   int             `json:"status"`
	Duration *float64        `json:"duration_seconds"`
	Body     json.RawMessage `json:"body"`
}

type failure struct {
	Error struct {
		Type string `json:"type"`
	} `json:"error"`
}

var (
	records = promauto.NewCounter(prometheus.CounterOpts{Name: "records_total", Help: "Records read."})
	invalid = promauto.NewCounter(prometheus.CounterOpts{
		Name: "invalid_events_total", Help: "Records that are no events."})
	responses = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "api_responses_total", Help: "Responses."},
		[]string{"provider", "method", "path", "status", "type"})
	durations = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Name: "api_response_duration_seconds", Help: "Durations.",
		Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600}},
		[]string{"provider", "path", "status", "type"})
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: yardstick BOOTSTRAP TOPIC GROUP ADDRESS")
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Args[1]), kgo.ConsumeTopics(os.Args[2]), kgo.ConsumerGroup(os.Args[3]),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.AutoCommitInterval(time.Second))
	if err != nil {
		log.Fatal(err)
	}
	fetches := client.PollFetches(context.Background())
	go serve(os.Args[4])
	for ; ; fetches = client.PollFetches(context.Background()) {
		fetches.EachError(func(topic string, partition int32, err error) {
			log.Printf("%s %d: %v", topic, partition, err)
		})
		fetches.EachRecord(func(record *kgo.Record) { count(record.Value) })
		records.Add(float64(fetches.NumRecords()))
	}
}

func serve(address string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.Serve(listener, nil))
}

func count(value []byte) {
	var event response
	if json.Unmarshal(value, &event) != nil || event.Status == 0 {
		invalid.Inc()
		return
	}
	status, kind := strconv.Itoa(event.Status), "ok"
	if event.Status >= 400 {
		kind = typeOf(event.Body, status)
	}
	responses.WithLabelValues(event.Provider, event.Method, event.Path, status, kind).Inc()
	if event.Duration != nil {
		durations.WithLabelValues(event.Provider, event.Path, status, kind).Observe(*event.Duration)
	}
}

func typeOf(body json.RawMessage, status string) string {
	var failed failure
	if json.Unmarshal(body, &failed) == nil && failed.Error.Type != "" {
		return failed.Error.Type
	}
	return "http_" + status
}
