{{/* Every check of the values that the schema cannot make. Each message quotes the value and says what to set.
     All problems come at once. */}}
{{- define "api-error-agent.validate" -}}
{{- $problems := list }}
{{- range list "files" "usual" "image" "names" "labels" "kafka" "login" "agent" "web" "workload" "env" "extra" "monitor" "rules" "autoscaling" }}
{{- range include (printf "api-error-agent.validate.%s" .) $ | splitList "\n" }}
{{- if trim . }}
{{- $problems = append $problems (trim .) }}
{{- end }}
{{- end }}
{{- end }}
{{- if $problems }}
{{- fail (printf "\n\n  %s\n" (join "\n  " $problems)) }}
{{- end }}
{{- end }}

{{/* Below, each line of text is a problem. */}}

{{/* Some tools that copy charts leave files out without a word. */}}
{{- define "api-error-agent.validate.files" }}
{{- range include "api-error-agent.files" . | splitList " " }}
{{- if not ($.Files.Get .) }}
{{ . }} is missing in this copy of the chart; take the whole folder, or a package made by `helm package`
{{- end }}
{{- end }}
{{- end }}

{{/* Names that other charts use, and what they are here. */}}
{{- define "api-error-agent.usualNames" -}}
replicaCount: workload.replicas
replicas: workload.replicas
resources: workload.resources
nodeSelector: workload.nodeSelector
tolerations: workload.tolerations
affinity: workload.affinity
topologySpreadConstraints: workload.topologySpreadConstraints
priorityClassName: workload.priorityClassName
podAnnotations: workload.podAnnotations
podLabels: workload.podLabels
podSecurityContext: workload.podSecurityContext
securityContext: workload.securityContext
containerSecurityContext: workload.securityContext
hostAliases: workload.hostAliases
updateStrategy: workload.updateStrategy
lifecycle: workload.lifecycle
imagePullSecrets: image.pullSecrets
serviceAccountName: serviceAccount.name
workload.serviceAccountName: serviceAccount.name
workload.replicaCount: workload.replicas
image.name: image.repository
kafka.brokers: kafka.bootstrapServers
kafka.bootstrapServer: kafka.bootstrapServers
kafka.topic: kafka.topics
kafka.group: kafka.groupId
kafka.start: agent.kafka.start
kafka.tls.enabled: kafka.securityProtocol
kafka.sasl.enabled: kafka.securityProtocol
kafka.sasl.user: kafka.sasl.username
kafka.sasl.secretName: kafka.sasl.existingSecret
podMonitor.additionalLabels: podMonitor.labels
serviceMonitor.additionalLabels: podMonitor.labels
serviceMonitor.labels: podMonitor.labels
serviceMonitor.interval: podMonitor.interval
prometheusRule.additionalLabels: prometheusRule.labels
env: extraEnv
extraEnvs: extraEnv
extraEnvVars: extraEnv
envFrom: extraEnvFrom
volumes: extraVolumes
volumeMounts: extraVolumeMounts
extraInitContainers: initContainers
sidecars: extraContainers
extraManifests: extraObjects
extraDeploy: extraObjects
config: agent
{{- end }}

{{- define "api-error-agent.validate.usual" }}
{{- range $name, $here := include "api-error-agent.usualNames" . | fromYaml }}
{{- $section := $.Values }}
{{- range splitList "." $name | initial }}
{{- $section = get $section . }}
{{- end }}
{{- $key := splitList "." $name | last }}
{{- if hasKey $section $key }}
{{ $name }} is {{ get $section $key | toJson }}; set {{ $here }} instead
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.image" }}
{{- $repository := .Values.image.repository }}
{{- with regexFind "[:@][^/]*$" $repository }}
image.repository is {{ quote $repository }}; write {{ trimSuffix . $repository }}, and set image.{{ hasPrefix "@" . | ternary "digest" "tag" }}={{ substr 1 -1 . }}
{{- end }}
{{- end }}

{{/* What becomes a name in Kubernetes. */}}
{{- define "api-error-agent.validate.names" }}
{{- $full := include "api-error-agent.fullname" . }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $full) }}
{{ if .Values.fullnameOverride }}fullnameOverride{{ else if .Values.nameOverride }}nameOverride{{ else }}the release's name{{ end }} makes objects of the name {{ quote $full }}, which Kubernetes refuses; set fullnameOverride to lower-case letters, digits and -, a letter first, for example {{ regexReplaceAll "[^a-z0-9]+" (lower $full) "-" | trimAll "-0123456789" }}
{{- end }}
{{- range $path, $name := dict
  "namespaceOverride" .Values.namespaceOverride "dashboards.namespace" .Values.dashboards.namespace
  "serviceAccount.name" .Values.serviceAccount.name "kafka.tls.ca.existingSecret" .Values.kafka.tls.ca.existingSecret
  "kafka.tls.ca.existingConfigMap" .Values.kafka.tls.ca.existingConfigMap "kafka.sasl.existingSecret" .Values.kafka.sasl.existingSecret
  "kafka.tls.client.existingSecret" .Values.kafka.tls.client.existingSecret "web.existingSecret" .Values.web.existingSecret
  "web.certificateSecret" .Values.web.certificateSecret
}}
{{- if not (regexMatch "^([a-z0-9]([-.a-z0-9]*[a-z0-9])?)?$" $name) }}
{{ $path }} is {{ quote $name }}; Kubernetes has names of lower-case letters, digits, - and . only, for example {{ regexReplaceAll "[^a-z0-9.]+" (lower $name) "-" | trimAll "-." }}
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.labels" }}
{{- $ours := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/managed-by" }}
{{- range $path, $labels := dict
  "commonLabels" .Values.commonLabels "workload.podLabels" .Values.workload.podLabels "podMonitor.labels" .Values.podMonitor.labels
  "prometheusRule.labels" .Values.prometheusRule.labels "dashboards.labels" .Values.dashboards.labels
}}
{{- range $key, $value := $labels }}
{{- if has $key $ours }}
{{ $path }} sets {{ $key }} to {{ quote $value }}; leave it out: by this label the chart's objects and Helm find each other (nameOverride changes app.kubernetes.io/name)
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.kafka" }}
{{- with .Values.kafka }}
{{- if not .bootstrapServers }}
kafka.bootstrapServers is empty; set your brokers, for example kafka.bootstrapServers=kafka-bootstrap.kafka:9092
{{- else }}
{{- range include "api-error-agent.brokers" $ | splitList "," }}
{{- $port := regexReplaceAll "^0+" (regexFind "[0-9]+$" .) "" | int }}
{{- if regexMatch "^[A-Za-z][A-Za-z0-9+._-]*://" . }}
{{- $protocol := regexFind "^[^:]*" . | upper }}
kafka.bootstrapServers has {{ quote . }}; write {{ regexReplaceAll "^[^:]*://([^/]*@)?([^/]*).*" . "${2}" }}{{ if has $protocol (list "PLAINTEXT" "SSL" "SASL_PLAINTEXT" "SASL_SSL") }}, and set kafka.securityProtocol={{ $protocol }}{{ end }}
{{- else if not (regexMatch "^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,9}$" .) }}
kafka.bootstrapServers has {{ quote . }}; write host:port, comma separated, for example kafka-0:9092,kafka-1:9092
{{- else if or (lt $port 1) (gt $port 65535) }}
kafka.bootstrapServers has {{ quote . }}; a port is a number from 1 to 65535, for example {{ regexReplaceAll "[0-9]+$" . "9092" }}
{{- end }}
{{- end }}
{{- end }}
{{- if not .topics }}
kafka.topics is empty; set the topics to read, for example kafka.topics=api-responses
{{- end }}
{{- range .topics }}
{{- if or (has . (list "." "..")) (gt (len .) 249) (not (regexMatch "^[A-Za-z0-9._-]+$" .)) }}
kafka.topics has {{ quote . }}; name each topic as Kafka does: up to 249 letters, digits, '.', '_' and '-', for example api-responses
{{- end }}
{{- end }}
{{- if gt (len .groupId) 255 }}
kafka.groupId has {{ len .groupId }} characters; Kafka takes 255 at most
{{- end }}
{{- end }}
{{- end }}

{{/* By what the agent is logged in is known from values, from files that something else puts into the pod, and from the
     environment, of which extraEnvFrom hides the names. */}}
{{- define "api-error-agent.validate.login" }}
{{- if hasKey .Values.kafka.sasl "password" }}
kafka.sasl.password is in the values, and Helm would keep it where it can be read; put it into a Secret and set kafka.sasl.existingSecret to its name
{{- end }}
{{- $env := list }}
{{- range .Values.extraEnv }}
{{- $env = append $env .name }}
{{- end }}
{{- $hidden := not (empty .Values.extraEnvFrom) }}
{{- $injected := dig "kafka" "sasl" "password_file" "" .Values.agent }}
{{- $password := or $injected $hidden (has "AGENT_KAFKA__SASL__PASSWORD" $env) (has "AGENT_KAFKA__SASL__PASSWORD_FILE" $env) }}
{{- $user := or $hidden (has "AGENT_KAFKA__SASL__USERNAME" $env) }}
{{- with .Values.kafka }}
{{- $protocol := .securityProtocol }}
{{- $mechanism := .sasl.mechanism }}
{{- if not $mechanism }}
{{- $given := list }}
{{- range $key := list "username" "existingSecret" "usernameKey" "tokenUrl" "scope" "region" }}
{{- if index $.Values.kafka.sasl $key }}
{{- $given = append $given (printf "kafka.sasl.%s is %s" $key (index $.Values.kafka.sasl $key)) }}
{{- end }}
{{- end }}
{{- if $injected }}
{{- $given = append $given (printf "agent.kafka.sasl.password_file is %s" $injected) }}
{{- end }}
{{- if and $given (not (has "AGENT_KAFKA__SASL__MECHANISM" $env)) }}
{{ join " and " $given }}, but kafka.sasl.mechanism is empty, so nobody would log in; set for example kafka.sasl.mechanism=SCRAM-SHA-512
{{- end }}
{{- end }}
{{- if and (hasPrefix "SASL" $protocol) (not $mechanism) }}
kafka.securityProtocol is {{ $protocol }}, but kafka.sasl.mechanism is empty; set for example kafka.sasl.mechanism=SCRAM-SHA-512
{{- end }}
{{- if and $mechanism (not (hasPrefix "SASL" $protocol)) }}
kafka.sasl.mechanism is {{ $mechanism }}, but kafka.securityProtocol is {{ $protocol }}; set kafka.securityProtocol=SASL_SSL
{{- end }}
{{- if not (hasSuffix "SSL" $protocol) }}
{{- range $key, $name := dict "ca.existingSecret" .tls.ca.existingSecret "ca.existingConfigMap" .tls.ca.existingConfigMap "client.existingSecret" .tls.client.existingSecret }}
{{- if $name }}
kafka.tls.{{ $key }} is {{ $name }}, but kafka.securityProtocol is {{ $protocol }}, which has no TLS; set SSL or SASL_SSL
{{- end }}
{{- end }}
{{- end }}
{{- if and .tls.ca.existingSecret .tls.ca.existingConfigMap }}
kafka.tls.ca.existingSecret is {{ .tls.ca.existingSecret }} and kafka.tls.ca.existingConfigMap is {{ .tls.ca.existingConfigMap }}; keep one
{{- end }}
{{- if and $mechanism (ne $mechanism "AWS_MSK_IAM") }}
{{- if not (or .sasl.username .sasl.usernameKey $user) }}
kafka.sasl.mechanism is {{ $mechanism }}, which needs a user; set kafka.sasl.username, or kafka.sasl.usernameKey to its key in the Secret
{{- end }}
{{- if not (or .sasl.existingSecret $password) }}
kafka.sasl.mechanism is {{ $mechanism }}, which needs a password; put it into a Secret and set kafka.sasl.existingSecret to its name
{{- end }}
{{- end }}
{{- if and .sasl.username .sasl.usernameKey }}
kafka.sasl.username is {{ .sasl.username }} and kafka.sasl.usernameKey is {{ .sasl.usernameKey }}; keep one
{{- end }}
{{- if and .sasl.existingSecret (has "AGENT_KAFKA__SASL__PASSWORD" $env) }}
kafka.sasl.existingSecret is {{ .sasl.existingSecret }}, but extraEnv has AGENT_KAFKA__SASL__PASSWORD too; keep one
{{- end }}
{{- if and .sasl.usernameKey (not .sasl.existingSecret) }}
kafka.sasl.usernameKey is {{ .sasl.usernameKey }}, but kafka.sasl.existingSecret is empty; set it to the Secret that has this key
{{- end }}
{{- if and (eq $mechanism "OAUTHBEARER") (or (not (regexMatch "^https?://[^/@?#]+([/?#].*)?$" .sasl.tokenUrl)) (regexMatch "^https?://[^/?#]*:0+([/?#]|$)" .sasl.tokenUrl)) }}
kafka.sasl.tokenUrl is {{ quote .sasl.tokenUrl }}; OAUTHBEARER needs one such as https://login.example.org/oauth2/token
{{- end }}
{{- if and (eq $mechanism "AWS_MSK_IAM") (not .sasl.region) }}
kafka.sasl.region is empty; AWS_MSK_IAM needs one, for example kafka.sasl.region=eu-central-1
{{- end }}
{{- end }}
{{- end }}

{{/* Settings of the agent that have their place elsewhere. Files by the agent's own keys are for what something else
     puts into the pod, such as Vault's injector. */}}
{{- define "api-error-agent.validate.agent" }}
{{- $kafka := .Values.agent.kafka | default dict }}
{{- $elsewhere := dict
  "bootstrap_servers" "kafka.bootstrapServers" "topics" "kafka.topics" "group_id" "kafka.groupId"
  "security_protocol" "kafka.securityProtocol" "tls.check_hostname" "kafka.tls.checkHostname"
  "sasl.mechanism" "kafka.sasl.mechanism" "sasl.username" "kafka.sasl.username" "sasl.token_url" "kafka.sasl.tokenUrl"
  "sasl.scope" "kafka.sasl.scope" "sasl.region" "kafka.sasl.region"
}}
{{- $secrets := dict
  "tls.ca_file" .Values.kafka.tls.ca.existingSecret "tls.cert_file" .Values.kafka.tls.client.existingSecret
  "tls.key_file" .Values.kafka.tls.client.existingSecret "sasl.password_file" .Values.kafka.sasl.existingSecret
}}
{{- range $section, $settings := dict "" $kafka "tls." ($kafka.tls | default dict) "sasl." ($kafka.sasl | default dict) }}
{{- range $key, $value := $settings }}
{{- $name := print $section $key }}
{{- if hasKey $elsewhere $name }}
agent.kafka.{{ $name }} is {{ toJson $value }}; set {{ get $elsewhere $name }} instead
{{- else if get $secrets $name }}
agent.kafka.{{ $name }} is {{ toJson $value }}, but the Secret {{ get $secrets $name }} is set under kafka too; keep one
{{- else if eq $name "group_instance_id" }}
agent.kafka.group_instance_id is {{ toJson $value }}; leave it out: every pod takes its own name, two with one identity would fence each other
{{- else if eq $name "sasl.password" }}
agent.kafka.sasl.password is in the values, and would lie open in a ConfigMap; put it into a Secret and set kafka.sasl.existingSecret to its name
{{- end }}
{{- end }}
{{- end }}
{{- $address := include "api-error-agent.listenAddress" . }}
{{- if not (and (regexMatch "^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]*):[1-9][0-9]{0,4}$" $address) (le (regexFind "[0-9]+$" $address | int) 65535)) }}
agent.web.listen_address is {{ quote $address }}; write address:port with a fixed port, for example 0.0.0.0:9464
{{- else if regexMatch "^(127\\.|localhost:|\\[::1\\])" $address }}
agent.web.listen_address is {{ quote $address }}, where neither Prometheus nor the probes can reach it; set for example 0.0.0.0:9464
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.web" }}
{{- $injected := dig "web" "config_file" "" .Values.agent }}
{{- with .Values.web }}
{{- if and .existingSecret $injected }}
agent.web.config_file is {{ quote $injected }}, but web.existingSecret is {{ .existingSecret }} too; keep one
{{- end }}
{{- if and .tls (not (or .existingSecret $injected)) }}
web.tls is true, but web.existingSecret is empty; set it to a Secret with a web config file that has tls_server_config
{{- end }}
{{- if and .certificateSecret (not .existingSecret) }}
web.certificateSecret is {{ .certificateSecret }}, but web.existingSecret is empty; set it to a Secret with a web config file that names tls.crt and tls.key
{{- end }}
{{- if and .clientCertificates (not .tls) }}
web.clientCertificates is true, but web.tls is false; set web.tls=true
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.workload" }}
{{- if and .Values.serviceAccount.annotations (not .Values.serviceAccount.create) }}
serviceAccount.annotations is {{ toJson .Values.serviceAccount.annotations }}, but serviceAccount.create is false; set serviceAccount.create=true, or annotate your own account
{{- end }}
{{- $grace := int .Values.workload.terminationGracePeriodSeconds }}
{{- if le $grace 10 }}
workload.terminationGracePeriodSeconds is {{ $grace }}; the agent takes up to 10 s to commit and to leave its group: set at least 15
{{- end }}
{{- end }}

{{- define "api-error-agent.initNames" -}}
{{- range .Values.initContainers }}{{ .name }} {{ end }}
{{- end }}

{{- define "api-error-agent.validate.env" }}
{{- $names := list }}
{{- if .Values.kafka.sasl.usernameKey }}
{{- $names = append $names "AGENT_KAFKA__SASL__USERNAME" }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if has .name $names }}
extraEnv has {{ .name }} twice, or beside kafka.sasl.usernameKey; keep one
{{- end }}
{{- $names = append $names .name }}
{{- if and (eq .name "AGENT_KAFKA__SASL__PASSWORD") .value }}
extraEnv has AGENT_KAFKA__SASL__PASSWORD with its value, which would lie open in the pod; put it into a Secret and set kafka.sasl.existingSecret, or valueFrom with a secretKeyRef
{{- end }}
{{- end }}
{{- end }}

{{/* Names that must not be there twice, and text that a template would swallow. */}}
{{- define "api-error-agent.validate.extra" }}
{{- range $key, $taken := dict "extraVolumes" (list "config" "tmp" "kafka" "web") "initContainers" (list "agent" "check") "extraContainers" (concat (list "agent") (include "api-error-agent.initNames" . | splitList " ")) }}
{{- range index $.Values $key }}
{{- if has .name $taken }}
{{ $key }} has {{ quote .name }}, a name that is taken; take another
{{- end }}
{{- $taken = append $taken .name }}
{{- end }}
{{- end }}
{{- $paths := list "/tmp" "/etc/api-error-agent/config" "/etc/api-error-agent/kafka" "/etc/api-error-agent/web" }}
{{- range .Values.extraVolumeMounts }}
{{- if has (trimSuffix "/" .mountPath) $paths }}
extraVolumeMounts has {{ .mountPath }}, where something is mounted already; take another folder
{{- end }}
{{- $paths = append $paths (trimSuffix "/" .mountPath) }}
{{- end }}
{{- range .Values.extraObjects }}
{{- $text := regexReplaceAll "\\{\\{-?\\s*(\"(\\\\.|[^\"])*\"|`[^`]*`)\\s*-?\\}\\}" (kindIs "string" . | ternary . (toYaml .)) "" }}
{{- $swallowed := regexFind "\\{\\{-?\\s*\\.[a-z][^}]*\\}\\}" $text }}
{{- if and $swallowed (not (regexMatch "\\{\\{-?\\s*(range|with)\\s" $text)) }}
extraObjects has {{ $swallowed }}, which Helm would replace by nothing; if it should stay, write {{ printf "{{ %q }}" $swallowed }}
{{- end }}
{{- end }}
{{- range .Values.extraArgs }}
{{- if hasPrefix "--config.file" . }}
extraArgs has {{ quote . }}; the chart writes that file: put the settings under agent
{{- else if hasPrefix "--web.listen-address" . }}
extraArgs has {{ quote . }}, which the probes do not know of; set agent.web.listen_address instead
{{- else if hasPrefix "--web.config.file" . }}
extraArgs has {{ quote . }}, which the probes do not know of; set web.existingSecret instead
{{- end }}
{{- end }}
{{- $known := dict "AGENT_WEB__LISTEN_ADDRESS" "agent.web.listen_address" "AGENT_WEB__CONFIG_FILE" "web.existingSecret" }}
{{- range .Values.extraEnv }}
{{- if eq .name "AGENT_KAFKA__GROUP_INSTANCE_ID" }}
extraEnv has AGENT_KAFKA__GROUP_INSTANCE_ID; leave it out: every pod takes its own name
{{- else if hasKey $known .name }}
extraEnv has {{ .name }}, which the probes do not know of; set {{ get $known .name }} instead
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.monitor" }}
{{- $monitored := or .Values.podMonitor.enabled .Values.serviceMonitor.enabled }}
{{- if and .Values.podMonitor.enabled .Values.serviceMonitor.enabled }}
podMonitor.enabled and serviceMonitor.enabled are both true, and every count would be there twice; keep one
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not .Values.service.enabled) }}
serviceMonitor.enabled is true, but service.enabled is false; set service.enabled=true
{{- end }}
{{- if and .Values.serviceMonitor.enabled (eq .Values.podMonitor.kind "PodMonitoring") }}
serviceMonitor.enabled is true, but podMonitor.kind is PodMonitoring, of which there is none for Services; set podMonitor.enabled instead
{{- end }}
{{- if and .Values.podMonitor.scrapeProtocols (ne .Values.podMonitor.kind "PodMonitor") }}
podMonitor.scrapeProtocols is {{ toJson .Values.podMonitor.scrapeProtocols }}, which only the Prometheus Operator knows, but podMonitor.kind is {{ .Values.podMonitor.kind }}; leave it out
{{- end }}
{{- if and .Values.podMonitor.relabelings (eq .Values.podMonitor.kind "PodMonitoring") }}
podMonitor.relabelings is set, but podMonitor.kind is PodMonitoring, which has none; leave it out
{{- end }}
{{- with .Values.podMonitor }}
{{- if and .scrapeTimeout (gt (include "api-error-agent.milliseconds" .scrapeTimeout | int) (include "api-error-agent.milliseconds" .interval | int)) }}
podMonitor.scrapeTimeout is {{ .scrapeTimeout }}, longer than podMonitor.interval, {{ .interval }}; set at most {{ .interval }}
{{- end }}
{{- $series := dig "labels" "max_series" 10000 $.Values.agent | int }}
{{- $least := divf (mul 3 $series) 2 | ceil | int }}
{{- if and .sampleLimit (lt (int .sampleLimit) $least) }}
podMonitor.sampleLimit is {{ int .sampleLimit }}, but agent.labels.max_series lets the agent show {{ $series }} series and its own; a scrape above the limit is lost whole: set 0 or at least {{ $least }}
{{- end }}
{{- if and $monitored $.Values.web.tls (not .tlsConfig) }}
podMonitor.tlsConfig is empty, but web.tls is true; set for example podMonitor.tlsConfig={ca: {secret: {name: agent-tls, key: ca.crt}}, serverName: agent}
{{- end }}
{{- if and $monitored $.Values.web.clientCertificates .tlsConfig (not (and .tlsConfig.cert .tlsConfig.keySecret)) }}
podMonitor.tlsConfig has no cert and keySecret, but web.clientCertificates is true; set both to Prometheus's own certificate
{{- end }}
{{- if and $monitored .tlsConfig (not $.Values.web.tls) }}
podMonitor.tlsConfig is {{ toJson .tlsConfig }}, but web.tls is false, so the scrape is plain HTTP; set web.tls=true
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.rules" }}
{{- $known := .Files.Get "rules/defaults.yaml" | fromYaml }}
{{- range $name, $value := .Values.prometheusRule.tokens }}
{{- if not (hasKey $known $name) }}
prometheusRule.tokens.{{ $name }} is {{ toJson $value }}, but the rules have no such token; they have {{ keys $known | sortAlpha | join ", " }}
{{- end }}
{{- end }}
{{- $alerts := include "api-error-agent.alerts" . | splitList " " }}
{{- range .Values.prometheusRule.disabled }}
{{- if not (has . $alerts) }}
prometheusRule.disabled has {{ . }}, but there is no such alert; there are {{ join ", " $alerts }}
{{- end }}
{{- end }}
{{- if and .Values.prometheusRule.enabled (.Files.Get "rules/defaults.yaml") }}
{{- range $path, $error := (include "api-error-agent.rules" . | fromYaml).unreadable }}
prometheusRule.tokens make {{ $path }} unreadable: {{ $error | replace "\n" " " }}; quote or shorten what you set there: {{ toJson $.Values.prometheusRule.tokens }}
{{- end }}
{{- $tokens := include "api-error-agent.tokens" . | fromYaml }}
{{- $least := include "api-error-agent.milliseconds" .Values.podMonitor.interval | int | mul 4 }}
{{- range include "api-error-agent.windows" . | splitList " " }}
{{- $window := include "api-error-agent.milliseconds" (get $tokens .) | int }}
{{- if hasPrefix "over_" . }}{{/* with too few scrapes in it, nothing counts as over */}}
{{- if lt $window 1 }}
prometheusRule.tokens.{{ . }} is {{ get $tokens . }}; set a duration, for example 1m
{{- end }}
{{- else if lt $window (int $least) }}
prometheusRule.tokens.{{ . }} is {{ get $tokens . }}, shorter than four times podMonitor.interval, {{ $.Values.podMonitor.interval }}; set at least {{ divf $least 1000 | ceil }}s
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "api-error-agent.validate.autoscaling" }}
{{- if and .Values.dashboards.grafanaOperator.enabled (not .Values.dashboards.enabled) }}
dashboards.grafanaOperator.enabled is true, but dashboards.enabled is false, and without ConfigMaps there are no boards; set dashboards.enabled=true
{{- end }}
{{- with .Values.autoscaling }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
autoscaling.minReplicas is {{ .minReplicas }}, more than autoscaling.maxReplicas, {{ .maxReplicas }}; set at most {{ .maxReplicas }}
{{- end }}
{{- if and (eq .kind "KEDA") (not .keda.serverAddress) }}
autoscaling.keda.serverAddress is empty; set the URL of your Prometheus, for example http://prometheus-operated.monitoring:9090
{{- end }}
{{- end }}
{{- end }}
