module api-error-agent.invalid/prometheus

go 1.26.0

require github.com/prometheus/prometheus v0.315.0

// Prometheus' own replacement: only the one of the main module counts.
replace cloud.google.com/go => cloud.google.com/go v0.123.0
