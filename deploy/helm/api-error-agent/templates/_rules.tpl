{{/* The tokens of the rules: defaults, then the release's own selector, then values. Not by `merge`, which drops 0 and "". */}}
{{- define "api-error-agent.tokens" -}}
{{- $tokens := .Files.Get "rules/defaults.yaml" | fromYaml }}
{{- $_ := set $tokens "selector" (printf "job=%q,namespace=%q" (include "api-error-agent.job" .) (include "api-error-agent.namespace" .)) }}
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

{{/* The groups of this release's rules, or the file that values made unreadable and why. */}}
{{- define "api-error-agent.rules" -}}
{{- $tokens := include "api-error-agent.tokens" . | fromYaml }}
{{- $groups := list }}
{{- $unreadable := dict }}
{{- range $path, $_ := .Files.Glob "rules/*.yaml" }}
{{- if ne (base $path) "defaults.yaml" }}
{{- $file := include "api-error-agent.fill" (dict "text" ($.Files.Get $path) "tokens" $tokens) | fromYaml }}
{{- if not $file.groups }}
{{- $_ := set $unreadable $path (toString $file.Error) }}
{{- end }}
{{- range $group := $file.groups }}
{{- $rules := list }}
{{- range $rule := $group.rules }}
{{- if not (and $rule.alert (has $rule.alert $.Values.prometheusRule.disabled)) }}
{{- if $rule.alert }}
{{- range $name, $value := $.Values.prometheusRule.alertLabels }}
{{- $_ := set $rule.labels $name $value }}
{{- end }}
{{- range $name, $value := $rule.annotations }}
{{- if and (hasSuffix "_url" $name) (hasPrefix "/" $value) }}{{/* a link whose address is not set */}}
{{- $_ := unset $rule.annotations $name }}
{{- end }}
{{- end }}
{{- end }}
{{- $rules = append $rules (eq $.Values.prometheusRule.kind "Rules" | ternary (omit $rule "keep_firing_for") $rule) }}
{{- end }}
{{- end }}
{{- if $rules }}
{{- $groups = append $groups (set $group "rules" $rules) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml (dict "groups" $groups "unreadable" $unreadable) }}
{{- end }}

{{/* The names of all alerts, whatever values say. */}}
{{- define "api-error-agent.alerts" -}}
{{- $names := list }}
{{- range $path, $text := .Files.Glob "rules/*.yaml" }}
{{- range regexFindAll "- alert: \\w+" (toString $text) -1 }}
{{- $names = append $names (trimPrefix "- alert: " .) }}
{{- end }}
{{- end }}
{{- $names | uniq | sortAlpha | join " " }}
{{- end }}

{{/* The tokens that are windows, [${...}] in some expression. */}}
{{- define "api-error-agent.windows" -}}
{{- $names := list }}
{{- range $path, $text := .Files.Glob "rules/*.yaml" }}
{{- range regexFindAll "\\[\\$\\{\\w+\\}" (toString $text) -1 }}
{{- $names = append $names (trimPrefix "[${" . | trimSuffix "}") }}
{{- end }}
{{- end }}
{{- $names | uniq | sortAlpha | join " " }}
{{- end }}

{{/* A duration in milliseconds; 0 for what is none. */}}
{{- define "api-error-agent.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 "w" 604800000 "y" 31536000000 }}
{{- $sum := 0 }}
{{- if regexMatch "^([0-9]+(ms|[smhdwy]))+$" (toString .) }}
{{- range regexFindAll "[0-9]+(ms|[smhdwy])" (toString .) -1 }}
{{- $sum = add $sum (mul (regexFind "^[0-9]+" . | int64) (regexFind "[a-z]+$" . | get $units | int64)) }}
{{- end }}
{{- end }}
{{- $sum }}
{{- end }}
