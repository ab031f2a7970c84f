module api-error-agent.invalid/operators

go 1.26.0

require (
	github.com/kedacore/keda/v2 v2.20.2
	github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring v0.93.1
	sigs.k8s.io/controller-tools v0.21.0
)
