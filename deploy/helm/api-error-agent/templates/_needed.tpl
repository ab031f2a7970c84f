{{/* What must be there before a pod can start, and which keys of it, by what the pod refers to: {secret/name: [key...]}. */}}
{{- define "api-error-agent.needed" -}}
{{- $needed := dict }}
{{- range include "api-error-agent.references" . | fromJsonArray }}
{{- $object := printf "%s/%s" (lower .kind) .name }}
{{- $_ := set $needed $object (concat (get $needed $object | default list) .keys | uniq) }}
{{- end }}
{{- $_ := unset $needed (printf "configmap/%s" (include "api-error-agent.fullname" .)) }}
{{- with .Values.web.existingSecret }}
{{- $_ := set $needed (printf "secret/%s" .) (list $.Values.web.key) }}
{{- end }}
{{- toJson $needed }}
{{- end }}

{{- define "api-error-agent.references" -}}
{{- $found := list }}
{{- $pod := include "api-error-agent.pod" . | fromYaml }}
{{- range $pod.imagePullSecrets }}
{{- $found = append $found (dict "kind" "secret" "name" .name "keys" list) }}
{{- end }}
{{- range $volume := $pod.volumes }}
{{- range $source := dig "projected" "sources" (list $volume) $volume }}
{{- range $kind, $it := pick $source "secret" "configMap" }}
{{- $keys := list }}
{{- range $it.items }}
{{- $keys = append $keys .key }}
{{- end }}
{{- $found = append $found (dict "kind" $kind "name" ($it.name | default $it.secretName) "keys" $keys "optional" $it.optional) }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.extraEnvFrom }}
{{- range $kind, $it := pick . "secretRef" "configMapRef" }}
{{- $found = append $found (dict "kind" (trimSuffix "Ref" $kind) "name" $it.name "keys" list "optional" $it.optional) }}
{{- end }}
{{- end }}
{{- range include "api-error-agent.env" . | fromYamlArray }}
{{- range $kind, $it := pick (.valueFrom | default dict) "secretKeyRef" "configMapKeyRef" }}
{{- $found = append $found (dict "kind" (trimSuffix "KeyRef" $kind) "name" $it.name "keys" (list $it.key) "optional" $it.optional) }}
{{- end }}
{{- end }}
{{- $must := list }}
{{- range $found }}
{{- if not .optional }}
{{- $must = append $must . }}
{{- end }}
{{- end }}
{{- toJson $must }}
{{- end }}
