{{/* Every check of the values that the schema cannot make. Each message quotes the value and says what to set.
     All problems come at once. */}}
{{- define "api-error-agent.validate" -}}
{{- $problems := list }}

{{- with .Values.kafka }}
{{- if not .bootstrapServers }}
{{- $problems = append $problems "kafka.bootstrapServers is empty; set your brokers, for example kafka.bootstrapServers=kafka-bootstrap.kafka:9092" }}
{{- else }}
{{- range splitList "," .bootstrapServers }}
{{- if not (regexMatch "^\\S+:[0-9]+$" .) }}
{{- $problems = append $problems (printf "kafka.bootstrapServers has %q; write host:port, comma separated, for example kafka-0:9092,kafka-1:9092" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- if not .topics }}
{{- $problems = append $problems "kafka.topics is empty; set the topics to read, for example kafka.topics={api-responses}" }}
{{- end }}
{{- end }}

{{- $elsewhere := dict "bootstrap_servers" "kafka.bootstrapServers" "topics" "kafka.topics" "group_id" "kafka.groupId" }}
{{- range $key, $value := .Values.agent.kafka }}
{{- if hasKey $elsewhere $key }}
{{- $problems = append $problems (printf "agent.kafka.%s is %s; set %s instead" $key (toJson $value) (get $elsewhere $key)) }}
{{- end }}
{{- if eq $key "group_instance_id" }}
{{- $problems = append $problems (printf "agent.kafka.group_instance_id is %s; leave it out: every pod takes its own name, two with one identity would fence each other" (toJson $value)) }}
{{- end }}
{{- end }}

{{- $address := include "api-error-agent.listenAddress" . }}
{{- if not (regexMatch ":[1-9][0-9]{0,4}$" $address) }}
{{- $problems = append $problems (printf "agent.web.listen_address is %q; write address:port with a fixed port, for example 0.0.0.0:9464" $address) }}
{{- else if regexMatch "^(127\\.|localhost:|\\[::1\\])" $address }}
{{- $problems = append $problems (printf "agent.web.listen_address is %q, where neither Prometheus nor the probes can reach it; set for example 0.0.0.0:9464" $address) }}
{{- end }}

{{- range .Values.extraArgs }}
{{- if hasPrefix "--config.file" . }}
{{- $problems = append $problems (printf "extraArgs has %q; the chart writes that file: put the settings under agent" .) }}
{{- else if hasPrefix "--web.listen-address" . }}
{{- $problems = append $problems (printf "extraArgs has %q, which the probes do not know of; set agent.web.listen_address instead" .) }}
{{- end }}
{{- end }}

{{- range .Values.extraEnv }}
{{- if eq .name "AGENT_KAFKA__GROUP_INSTANCE_ID" }}
{{- $problems = append $problems "extraEnv has AGENT_KAFKA__GROUP_INSTANCE_ID; leave it out: every pod takes its own name" }}
{{- else if eq .name "AGENT_WEB__LISTEN_ADDRESS" }}
{{- $problems = append $problems "extraEnv has AGENT_WEB__LISTEN_ADDRESS, which the probes do not know of; set agent.web.listen_address instead" }}
{{- end }}
{{- end }}

{{- $grace := int .Values.workload.terminationGracePeriodSeconds }}
{{- if le $grace 10 }}
{{- $problems = append $problems (printf "workload.terminationGracePeriodSeconds is %d; the agent takes up to 10 s to commit and to leave its group: set at least 15" $grace) }}
{{- end }}

{{- $known := .Files.Get "rules/defaults.yaml" | fromYaml }}
{{- range $name, $value := .Values.prometheusRule.tokens }}
{{- if not (hasKey $known $name) }}
{{- $problems = append $problems (printf "prometheusRule.tokens.%s is %s, but the rules have no such token; they have %s" $name (toJson $value) (keys $known | sortAlpha | join ", ")) }}
{{- end }}
{{- end }}

{{- if $problems }}
{{- fail (printf "\n\n  %s\n" (join "\n  " $problems)) }}
{{- end }}
{{- end }}
