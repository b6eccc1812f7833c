{{/* Name of objects. */}}
{{- define "guardrail.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "guardrail.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "guardrail.labels" -}}
{{ include "guardrail.selectorLabels" . }}
{{ include "guardrail.commonLabels" . }}
{{- end -}}

{{/* Labels of pods that are not the daemon's, and must not be selected as such. */}}
{{- define "guardrail.helperLabels" -}}
app.kubernetes.io/name: guardrail-helper
app.kubernetes.io/instance: {{ .Release.Name }}
{{ include "guardrail.commonLabels" . }}
{{- end -}}

{{- define "guardrail.commonLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: guardrail
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "guardrail.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "guardrail.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is empty while serviceAccount.create is false; name an existing ServiceAccount." .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "guardrail.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Whether it may change workloads: "true" or nothing. */}}
{{- define "guardrail.acts" -}}
{{- if has .Values.autonomyCeiling (list "Veto" "Enforce") }}true{{ end -}}
{{- end -}}

{{/*
The rights in the guarded namespaces, the smallest for the kinds and the ceiling. The same as OperatorRole in src/Guardrail.Kubernetes; a test
compares them.
*/}}
{{- define "guardrail.rules" -}}
{{- $acts := include "guardrail.acts" . -}}
{{- $change := ternary "[get, list, watch, patch]" "[get, list, watch]" (not (empty $acts)) -}}
{{- $sets := or (has "StatefulSet" .Values.workloadKinds) (has "DaemonSet" .Values.workloadKinds) -}}
{{- range .Values.workloadKinds }}
- apiGroups: [apps]
  resources: [{{ lower . }}s]
  verbs: {{ $change }}
{{- end }}
{{- if has "Deployment" .Values.workloadKinds }}
- apiGroups: [apps]
  resources: [replicasets]
  verbs: {{ $change }}
{{- end }}
{{- if $sets }}
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: {{ $change }}
{{- end }}
- apiGroups: [""]
  resources: [pods]
  verbs: {{ if and $acts (has "StatefulSet" .Values.workloadKinds) }}[get, list, watch, delete]{{ else }}[get, list, watch]{{ end }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if ne .Values.records "off" }}
- apiGroups: [guardrail.dev]
  resources: [guardedrollouts]
  verbs: [get, list, watch, create, delete]
- apiGroups: [guardrail.dev]
  resources: [guardedrollouts/status]
  verbs: [update, patch]
{{- end }}
- apiGroups: [guardrail.dev]
  resources: [guardrailpolicies]
  verbs: [get, list, watch]
- apiGroups: [guardrail.dev]
  resources: [guardrailpolicies/status]
  verbs: [patch]
{{- if .Values.permissions.restoreConfig }}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, create, patch]
{{- end }}
{{- if .Values.permissions.restoreSecrets }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch]
{{- end }}
{{- if .Values.permissions.gitops }}
- apiGroups: [kustomize.toolkit.fluxcd.io]
  resources: [kustomizations]
  verbs: [get, patch]
- apiGroups: [helm.toolkit.fluxcd.io]
  resources: [helmreleases]
  verbs: [get, patch]
- apiGroups: [argoproj.io]
  resources: [applications]
  verbs: [get, patch]
{{- end }}
{{- end -}}

{{/* What cannot be told by the schema. */}}
{{- define "guardrail.check" -}}
{{- $sources := 0 -}}
{{- range list .Values.prometheus.url .Values.prometheus.existingSecret.name .Values.scrape.enabled }}{{ if . }}{{ $sources = add1 $sources }}{{ end }}{{ end -}}
{{- if and (eq .Values.mode "operator") (ne $sources 1) -}}
{{- fail "Name one source of metrics: prometheus.url (such as http://prometheus.monitoring:9090), prometheus.existingSecret.name, or scrape.enabled=true." -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
{{- fail "serviceMonitor.enabled and podMonitor.enabled exclude each other: it would be scraped twice." -}}
{{- end -}}
{{- if and .Values.permissions.restoreSecrets (not .Values.permissions.restoreConfig) -}}
{{- fail "permissions.restoreSecrets needs permissions.restoreConfig." -}}
{{- end -}}
{{- if and .Values.admission.enabled (ne .Values.mode "operator") -}}
{{- fail "admission.enabled needs mode operator: a sidecar answers no questions of the API server." -}}
{{- end -}}
{{- if and .Values.notifications.receivers .Values.notifications.existingSecret.name -}}
{{- fail "notifications.receivers and notifications.existingSecret.name exclude each other: one file names all receivers." -}}
{{- end -}}
{{- if and .Values.priorityClass.create .Values.priorityClassName -}}
{{- fail "priorityClass.create and priorityClassName exclude each other." -}}
{{- end -}}
{{- if and (eq .Values.mode "sidecar") (not .Values.sidecar.workloads) -}}
{{- fail "sidecar.workloads is empty: with mode sidecar, name the workloads that guard themselves." -}}
{{- end -}}
{{- if .Values.namespaces -}}
{{- range .Values.defaultPolicy.namespaces }}{{ if not (has . $.Values.namespaces) -}}
{{- fail (printf "defaultPolicy.namespaces names %s, which is not in namespaces: nobody would read the policy." .) -}}
{{- end }}{{ end -}}
{{- range .Values.policies }}{{ if not (has .namespace $.Values.namespaces) -}}
{{- fail (printf "policies: %s is in the namespace %s, which is not in namespaces: nobody would read the policy." .name .namespace) -}}
{{- end }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* Labels by which alerts and dashboard find this installation's series. */}}
{{- define "guardrail.series" -}}
namespace={{ .Release.Namespace | quote }},container="guardrail"
{{- end -}}
