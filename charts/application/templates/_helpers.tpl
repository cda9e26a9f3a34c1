{{/* The name of an object: the name of the application if it is a DNS label of at most 50 characters, else a part of it and a digest. */}}
{{- define "application.name" -}}
{{- $name := .Values.epinio.appName | toString -}}
{{- if and (le (len $name) 50) (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) -}}
{{- $name -}}
{{- else -}}
{{- printf "r%s-%s" (regexReplaceAll "[^a-z0-9]" ($name | lower) "" | trunc 21) (sha256sum $name | trunc 16) -}}
{{- end -}}
{{- end -}}

{{/* Domain and path distinguish routes. Ids do not, because a dot and a slash are the same in them. */}}
{{- define "application.routeKey" -}}
{{- printf "%s%s" .domain (.path | default "/" | trimSuffix "/") -}}
{{- end -}}

{{/* The name of the objects of a route. */}}
{{- define "application.routeName" -}}
{{- printf "%s-%s" (include "application.name" .root | trunc 40 | trimSuffix "-") (include "application.routeKey" .route | sha256sum | trunc 10) -}}
{{- end -}}

{{- define "application.selector" -}}
app.kubernetes.io/name: {{ include "application.label" .Values.epinio.appName }}
app.kubernetes.io/component: application
{{- end -}}

{{/* A label value has at most 63 characters. */}}
{{- define "application.label" -}}
{{- regexReplaceAll "[^-A-Za-z0-9_.]" (toString .) "-" | trunc 63 | trimAll "-._" | quote -}}
{{- end -}}

{{/* Labels of pods: a new version of the chart alone does not restart them. */}}
{{- define "application.podLabels" -}}
{{ include "application.selector" . }}
app.kubernetes.io/instance: {{ include "application.label" .Release.Name }}
app.kubernetes.io/part-of: {{ include "application.label" .Release.Namespace }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "application.labels" -}}
{{ include "application.podLabels" . }}
helm.sh/chart: {{ include "application.label" (printf "%s-%s" .Chart.Name .Chart.Version) }}
{{- end -}}

{{/* A text. Helm reads whole numbers as floats, which it would print as 2.0161216e+07. */}}
{{- define "application.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{- printf "%.0f" . -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}

{{- define "application.annotations" -}}
epinio.io/created-by: {{ .Values.epinio.username | default "user" | quote }}
{{- end -}}

{{/* The name of a volume: the name of a Secret can have dots and more characters. */}}
{{- define "application.volumeName" -}}
{{- printf "configuration-%s" (sha256sum . | trunc 16) -}}
{{- end -}}
