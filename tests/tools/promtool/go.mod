module api-error-agent.invalid/promtool

go 1.26.0

require github.com/prometheus/prometheus v0.42.0
