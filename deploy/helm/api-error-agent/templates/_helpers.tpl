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

{{- define "api-error-agent.selectorLabels" -}}
app.kubernetes.io/name: {{ include "api-error-agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "api-error-agent.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "api-error-agent.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "api-error-agent.image" -}}
{{- $image := .Values.image }}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "api-error-agent.listenAddress" -}}
{{- dig "web" "listen_address" "0.0.0.0:9464" .Values.agent }}
{{- end }}

{{- define "api-error-agent.port" -}}
{{- include "api-error-agent.listenAddress" . | splitList ":" | last }}
{{- end }}

{{/* The agent's own YAML file. */}}
{{- define "api-error-agent.settings" -}}
{{- $settings := deepCopy .Values.agent }}
{{- $kafka := $settings.kafka | default dict }}
{{- $_ := set $kafka "bootstrap_servers" (splitList "," .Values.kafka.bootstrapServers) }}
{{- $_ := set $kafka "topics" .Values.kafka.topics }}
{{- $_ := set $kafka "group_id" (.Values.kafka.groupId | default (printf "%s-%s" .Release.Namespace (include "api-error-agent.fullname" .))) }}
{{- $_ := set $settings "kafka" $kafka }}
{{- toYaml $settings }}
{{- end }}

{{/* The tokens of the rules: defaults, then the release's own selector, then values. Not by `merge`, which drops 0 and "". */}}
{{- define "api-error-agent.tokens" -}}
{{- $tokens := .Files.Get "rules/defaults.yaml" | fromYaml }}
{{- $_ := set $tokens "selector" (printf "job=%q,namespace=%q" .Release.Name .Release.Namespace) }}
{{- range $name, $value := .Values.prometheusRule.tokens }}
{{- $_ := set $tokens $name $value }}
{{- end }}
{{- toYaml $tokens }}
{{- end }}

{{/* Put values in place of tokens in .text; twice, for values that name other tokens. */}}
{{- define "api-error-agent.fill" -}}
{{- $text := .text }}
{{- range until 2 }}
{{- range $name, $value := $.tokens }}
{{- $text = $text | replace (printf "${%s}" $name) (toString $value) }}
{{- end }}
{{- end }}
{{- $text }}
{{- end }}
