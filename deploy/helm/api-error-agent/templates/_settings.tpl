{{/* The agent's own YAML file. */}}
{{- define "api-error-agent.settings" -}}
{{- $settings := deepCopy .Values.agent }}
{{- $kafka := $settings.kafka | default dict }}
{{- $tls := $kafka.tls | default dict }}
{{- $sasl := $kafka.sasl | default dict }}
{{- with .Values.kafka }}
{{- $_ := set $kafka "bootstrap_servers" (include "api-error-agent.brokers" $ | splitList ",") }}
{{- $_ := set $kafka "topics" .topics }}
{{- $_ := set $kafka "group_id" (include "api-error-agent.group" $) }}
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

{{- define "api-error-agent.group" -}}
{{- .Values.kafka.groupId | default (printf "%s-%s" (include "api-error-agent.namespace" .) (include "api-error-agent.fullname" .)) }}
{{- end }}
