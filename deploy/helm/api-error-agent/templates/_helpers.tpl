{{/* Sections and single values that were set to null, as a block of comments alone does, are as in values.yaml again.
     Maps and lists of the user's own, such as workload.resources, stay away. Topics in a text become a list.
     Every template begins with this. */}}
{{- define "api-error-agent.prepare" -}}
{{- $defaults := include "api-error-agent.defaults" . | fromJson }}
{{- include "api-error-agent.restore" (dict "values" .Values "kept" $defaults.kept "all" $defaults.all) }}
{{- include "api-error-agent.withoutNulls" .Values.agent }}
{{- if kindIs "string" .Values.kafka.topics }}
{{- $_ := set .Values.kafka "topics" (splitList "," .Values.kafka.topics | compact) }}
{{- end }}
{{- end }}

{{- define "api-error-agent.restore" -}}
{{- $values := .values }}
{{- $all := .all }}
{{- range $key, $kept := .kept }}
{{- if kindIs "invalid" (index $values $key) }}
{{- $_ := set $values $key (get $all $key) }}
{{- else if kindIs "map" $kept }}
{{- include "api-error-agent.restore" (dict "values" (get $values $key) "kept" $kept "all" (get $all $key)) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.withoutNulls" -}}
{{- $settings := . }}
{{- range $key, $value := . }}
{{- if kindIs "invalid" $value }}
{{- $_ := unset $settings $key }}
{{- else if kindIs "map" $value }}
{{- include "api-error-agent.withoutNulls" $value }}
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* At most 52 characters: Kubernetes adds a hash of 11 to the name of a StatefulSet in a label of 63.
     A longer name is cut and told apart by a hash of its own. */}}
{{- define "api-error-agent.fullname" -}}
{{- $name := include "api-error-agent.name" . }}
{{- $full := .Values.fullnameOverride | default (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) }}
{{- if gt (len $full) 52 }}
{{- $full = printf "%s-%s" (trunc 43 $full | trimSuffix "-") (sha256sum $full | trunc 8) }}
{{- end }}
{{- $full }}
{{- end }}

{{- define "api-error-agent.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace }}
{{- end }}

{{- define "api-error-agent.selectorLabels" -}}
app.kubernetes.io/name: {{ include "api-error-agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The labels of every object but the selector's. */}}
{{- define "api-error-agent.chartLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* A list of maps as one, so that each key stands once; later maps win. Not by `merge`, which drops "". */}}
{{- define "api-error-agent.merged" -}}
{{- $merged := dict }}
{{- range . }}
{{- range $key, $value := . }}
{{- $_ := set $merged $key $value }}
{{- end }}
{{- end }}
{{- toYaml $merged }}
{{- end }}

{{- define "api-error-agent.labels" -}}
{{- include "api-error-agent.labelsAnd" (list .) }}
{{- end }}

{{/* The labels of an object that has more of them: (list $ more...). */}}
{{- define "api-error-agent.labelsAnd" -}}
{{- $root := first . }}
{{- $chart := include "api-error-agent.chartLabels" $root | fromYaml }}
{{- $own := include "api-error-agent.selectorLabels" $root | fromYaml }}
{{- include "api-error-agent.merged" (concat (list $chart $root.Values.commonLabels) (rest .) (list $own)) }}
{{- end }}

{{/* Name, namespace, labels and annotations of an object: (dict "root" $ "labels" {} "annotations" {}), both as you like. */}}
{{- define "api-error-agent.metadata" -}}
name: {{ include "api-error-agent.fullname" .root }}
namespace: {{ include "api-error-agent.namespace" .root }}
labels:
  {{- include "api-error-agent.labelsAnd" (list .root .labels) | nindent 2 }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The pod of `helm test` is none of the agents: no monitor, Service or budget selects it. */}}
{{- define "api-error-agent.testName" -}}
{{- include "api-error-agent.name" . | trunc 58 }}-test
{{- end }}

{{/* A registry under global wins, as in other charts, so that a parent chart can point all images at a mirror. */}}
{{- define "api-error-agent.registry" -}}
{{- .Values.global.imageRegistry | default .Values.image.registry }}
{{- end }}

{{- define "api-error-agent.image" -}}
{{- $image := .Values.image }}
{{- with include "api-error-agent.registry" . }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Pull secrets are objects with a name, or names. */}}
{{- define "api-error-agent.pullSecrets" -}}
{{- $secrets := list }}
{{- range concat (.Values.global.imagePullSecrets | default list) (.Values.image.pullSecrets | default list) }}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) }}
{{- end }}
{{- with uniq $secrets }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{- define "api-error-agent.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "api-error-agent.fullname" .) "") }}
{{- end }}

{{- define "api-error-agent.listenAddress" -}}
{{- dig "web" "listen_address" "0.0.0.0:9464" .Values.agent }}
{{- end }}

{{- define "api-error-agent.port" -}}
{{- include "api-error-agent.listenAddress" . | splitList ":" | last }}
{{- end }}

{{- define "api-error-agent.mostReplicas" -}}
{{- int (ternary .Values.autoscaling.maxReplicas .Values.workload.replicas (not (empty .Values.autoscaling.kind))) }}
{{- end }}

{{/* A list, or text with commas, which --set would take for the next value. */}}
{{- define "api-error-agent.brokers" -}}
{{- join "," .Values.kafka.bootstrapServers }}
{{- end }}
