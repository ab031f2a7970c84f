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

{{/* The labels of every object but the selector's. */}}
{{- define "api-error-agent.moreLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "api-error-agent.labels" -}}
{{ include "api-error-agent.selectorLabels" . }}
{{ include "api-error-agent.moreLabels" . }}
{{- end }}

{{/* The pod of `helm test` is none of the agents: no monitor, Service or budget selects it. */}}
{{- define "api-error-agent.testName" -}}
{{- include "api-error-agent.name" . | trunc 58 }}-test
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

{{- define "api-error-agent.mostReplicas" -}}
{{- int (ternary .Values.autoscaling.maxReplicas .Values.workload.replicas (not (empty .Values.autoscaling.kind))) }}
{{- end }}

{{/* A list, or text with commas, which --set would take for the next value. */}}
{{- define "api-error-agent.brokers" -}}
{{- join "," .Values.kafka.bootstrapServers }}
{{- end }}

{{/* The agent's own YAML file. */}}
{{- define "api-error-agent.settings" -}}
{{- $settings := deepCopy .Values.agent }}
{{- $kafka := $settings.kafka | default dict }}
{{- $tls := $kafka.tls | default dict }}
{{- $sasl := $kafka.sasl | default dict }}
{{- with .Values.kafka }}
{{- $_ := set $kafka "bootstrap_servers" (include "api-error-agent.brokers" $ | splitList ",") }}
{{- $_ := set $kafka "topics" .topics }}
{{- $_ := set $kafka "group_id" (.groupId | default (printf "%s-%s" $.Release.Namespace (include "api-error-agent.fullname" $))) }}
{{- if ne .securityProtocol "PLAINTEXT" }}
{{- $_ := set $kafka "security_protocol" .securityProtocol }}
{{- end }}
{{- if or .tls.ca.existingSecret .tls.ca.existingConfigMap }}
{{- $_ := set $tls "ca_file" "/etc/api-error-agent/kafka/ca.crt" }}
{{- end }}
{{- if .tls.client.existingSecret }}
{{- $_ := set $tls "cert_file" "/etc/api-error-agent/kafka/tls.crt" }}
{{- $_ := set $tls "key_file" "/etc/api-error-agent/kafka/tls.key" }}
{{- end }}
{{- if not .tls.checkHostname }}
{{- $_ := set $tls "check_hostname" false }}
{{- end }}
{{- if .sasl.existingSecret }}
{{- $_ := set $sasl "password_file" "/etc/api-error-agent/kafka/password" }}
{{- end }}
{{- range $key, $value := dict "mechanism" .sasl.mechanism "username" .sasl.username "token_url" .sasl.tokenUrl "scope" .sasl.scope "region" .sasl.region }}
{{- if $value }}
{{- $_ := set $sasl $key $value }}
{{- end }}
{{- end }}
{{- end }}
{{- if $tls }}
{{- $_ := set $kafka "tls" $tls }}
{{- end }}
{{- if $sasl }}
{{- $_ := set $kafka "sasl" $sasl }}
{{- end }}
{{- $_ := set $settings "kafka" $kafka }}
{{- if .Values.web.existingSecret }}
{{- $_ := set $settings "web" (set ($settings.web | default dict) "config_file" (printf "/etc/api-error-agent/web/%s" .Values.web.key)) }}
{{- end }}
{{- toYaml $settings }}
{{- end }}

{{/* The files of Secrets under /etc/api-error-agent/kafka, by the names that the settings have. */}}
{{- define "api-error-agent.kafkaFiles" -}}
{{- with .Values.kafka }}
{{- with .tls.ca }}
{{- if .existingSecret }}
- secret: {name: {{ .existingSecret }}, items: [{key: {{ .key }}, path: ca.crt}]}
{{- else if .existingConfigMap }}
- configMap: {name: {{ .existingConfigMap }}, items: [{key: {{ .key }}, path: ca.crt}]}
{{- end }}
{{- end }}
{{- with .tls.client }}
{{- if .existingSecret }}
- secret: {name: {{ .existingSecret }}, items: [{key: {{ .certKey }}, path: tls.crt}, {key: {{ .keyKey }}, path: tls.key}]}
{{- end }}
{{- end }}
{{- with .sasl }}
{{- if .existingSecret }}
- secret: {name: {{ .existingSecret }}, items: [{key: {{ .passwordKey }}, path: password}]}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What the agents and the pod of `helm test` have in common: of a pod, ... */}}
{{- define "api-error-agent.pod" -}}
automountServiceAccountToken: false
# Kubernetes would put AGENT_* variables of a Service named agent among the settings.
enableServiceLinks: false
{{- with .Values.workload.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.workload.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.workload.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.workload.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: config
    configMap: {name: {{ include "api-error-agent.fullname" . }}}
  - name: tmp
    emptyDir: {sizeLimit: 16Mi}
  {{- with include "api-error-agent.kafkaFiles" . }}
  - name: kafka
    projected:
      sources:
        {{- . | nindent 8 }}
  {{- end }}
  {{- with .Values.web }}
  {{- if .existingSecret }}
  - name: web
    projected:
      sources:
        - secret: {name: {{ .existingSecret }}}
        {{- with .certificateSecret }}
        - secret: {name: {{ . }}}
        {{- end }}
  {{- end }}
  {{- end }}
{{- end }}

{{/* ... of a container, ... */}}
{{- define "api-error-agent.container" -}}
image: {{ include "api-error-agent.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
command: [api-error-agent]
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.workload.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.workload.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: config, mountPath: /etc/api-error-agent/config, readOnly: true}
  - {name: tmp, mountPath: /tmp}
  {{- if include "api-error-agent.kafkaFiles" . }}
  - {name: kafka, mountPath: /etc/api-error-agent/kafka, readOnly: true}
  {{- end }}
  {{- if .Values.web.existingSecret }}
  - {name: web, mountPath: /etc/api-error-agent/web, readOnly: true}
  {{- end }}
{{- end }}

{{/* ... and of its environment. */}}
{{- define "api-error-agent.env" -}}
{{- with .Values.kafka.sasl }}
{{- if .usernameKey }}
- name: AGENT_KAFKA__SASL__USERNAME
  valueFrom: {secretKeyRef: {name: {{ .existingSecret }}, key: {{ .usernameKey }}}}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Constraints without a selector of their own get the release's. */}}
{{- define "api-error-agent.spread" -}}
{{- $own := dict "matchLabels" (include "api-error-agent.selectorLabels" . | fromYaml) }}
{{- $constraints := list }}
{{- range .Values.workload.topologySpreadConstraints }}
{{- $constraints = append $constraints (hasKey . "labelSelector" | ternary . (set (deepCopy .) "labelSelector" $own)) }}
{{- end }}
{{- toYaml $constraints }}
{{- end }}

{{/* A probe of .path. Without a client certificate the kubelet can only see whether somebody listens. */}}
{{- define "api-error-agent.probe" -}}
{{- if .root.Values.web.clientCertificates -}}
tcpSocket: {port: metrics}
{{- else -}}
httpGet: {path: {{ .path }}, port: metrics{{ if .root.Values.web.tls }}, scheme: HTTPS{{ end }}}
{{- end }}
{{- end }}

{{/* What PodMonitor and ServiceMonitor have in common: an endpoint, ... */}}
{{- define "api-error-agent.endpoint" -}}
port: metrics
path: /metrics
{{- if .Values.web.tls }}
scheme: https
{{- end }}
{{- with .Values.podMonitor }}
interval: {{ .interval }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- range $key := list "tlsConfig" "basicAuth" "relabelings" "metricRelabelings" }}
{{- with index $.Values.podMonitor $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* ... and the rest of the spec. The job label is the release's name; the rules select by it. */}}
{{- define "api-error-agent.monitor" -}}
jobLabel: app.kubernetes.io/instance
selector:
  matchLabels:
    {{- include "api-error-agent.selectorLabels" . | nindent 4 }}
{{- with .Values.podMonitor.sampleLimit }}
sampleLimit: {{ int . }}
{{- end }}
{{- end }}
