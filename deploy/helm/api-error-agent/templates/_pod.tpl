{{/* What the agents and the pod of `helm test` have in common: of a pod, ... */}}
{{- define "api-error-agent.pod" -}}
automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
# Kubernetes would put AGENT_* variables of a Service named agent among the settings.
enableServiceLinks: false
{{- with include "api-error-agent.serviceAccountName" . }}
serviceAccountName: {{ . }}
{{- end }}
{{- with include "api-error-agent.pullSecrets" . }}
imagePullSecrets:
  {{- . | nindent 2 }}
{{- end }}
{{- with .Values.workload.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $key := list "priorityClassName" "runtimeClassName" "schedulerName" "dnsPolicy" "dnsConfig" "hostAliases" "nodeSelector" "tolerations" }}
{{- with index $.Values.workload $key }}
{{ dict $key . | toYaml }}
{{- end }}
{{- end }}
{{- with .Values.initContainers }}
initContainers:
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
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
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
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
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
