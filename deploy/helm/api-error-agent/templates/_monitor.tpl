{{/* What differs among the kinds of monitors: the group, where endpoints stand, and the names of some of their fields. */}}
{{- define "api-error-agent.monitorKinds" -}}
PodMonitor: &operator {apiVersion: monitoring.coreos.com/v1, endpoints: podMetricsEndpoints, names: {}}
ServiceMonitor: {<<: *operator, endpoints: endpoints}
VMPodScrape: &victoria
  apiVersion: operator.victoriametrics.com/v1beta1
  endpoints: podMetricsEndpoints
  names: {relabelings: relabelConfigs, metricRelabelings: metricRelabelConfigs}
VMServiceScrape: {<<: *victoria, endpoints: endpoints}
PodMonitoring:
  apiVersion: monitoring.googleapis.com/v1
  endpoints: endpoints
  names: {scrapeTimeout: timeout, tlsConfig: tls, metricRelabelings: metricRelabeling}
{{- end }}

{{/* The job by which the rules select. Google's operator takes the name of the monitor, the others take a label. */}}
{{- define "api-error-agent.job" -}}
{{- eq .Values.podMonitor.kind "PodMonitoring" | ternary (include "api-error-agent.fullname" .) .Release.Name }}
{{- end }}

{{/* A monitor of a kind: (dict "root" $ "kind" "PodMonitor"). */}}
{{- define "api-error-agent.monitor" -}}
{{- $values := .root.Values.podMonitor }}
{{- $kind := include "api-error-agent.monitorKinds" .root | fromYaml | dig .kind dict }}
{{- $selector := dict "matchLabels" (include "api-error-agent.selectorLabels" .root | fromYaml) }}
{{- $endpoint := include "api-error-agent.endpoint" (dict "root" .root "names" $kind.names) | fromYaml }}
{{- $spec := dict "selector" $selector $kind.endpoints (list $endpoint) }}
{{- if eq .kind "PodMonitoring" }}
{{- with $values.sampleLimit }}
{{- $_ := set $spec "limits" (dict "samples" (int .)) }}
{{- end }}
{{- else }}
{{- $_ := set $spec "jobLabel" "app.kubernetes.io/instance" }}
{{- with $values.sampleLimit }}
{{- $_ := set $spec "sampleLimit" (int .) }}
{{- end }}
{{- end }}
{{- with $values.scrapeProtocols }}
{{- $_ := set $spec "scrapeProtocols" . }}
{{- end }}
{{- if and (dig "metrics" "native_histograms" false .root.Values.agent) (has .kind (list "PodMonitor" "ServiceMonitor")) }}
{{/* rules and boards go by the buckets, so these are scraped too */}}
{{- range list "scrapeNativeHistograms" "scrapeClassicHistograms" }}
{{- $_ := set $spec . true }}
{{- end }}
{{- end }}
apiVersion: {{ $values.apiVersion | default $kind.apiVersion }}
kind: {{ .kind }}
metadata:
  {{- include "api-error-agent.metadata" (dict "root" .root "labels" $values.labels "annotations" $values.annotations) | nindent 2 }}
spec:
  {{- include "api-error-agent.merged" (list $spec $values.spec) | nindent 2 }}
{{- end }}

{{- define "api-error-agent.endpoint" -}}
{{- $names := .names }}
port: metrics
path: /metrics
{{- if .root.Values.web.tls }}
scheme: https
{{- end }}
{{- $values := .root.Values.podMonitor }}
{{- range $key := list "interval" "scrapeTimeout" "tlsConfig" "basicAuth" "relabelings" "metricRelabelings" }}
{{- with index $values $key }}
{{ dict (get $names $key | default $key) . | toYaml }}
{{- end }}
{{- end }}
{{- end }}
