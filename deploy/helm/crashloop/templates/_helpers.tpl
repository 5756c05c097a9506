{{- define "crashloop.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- /* The list of clusters as it is read at the start: a change of somebody's people map makes no new pods. */ -}}
{{- define "crashloop.clusters" -}}
{{- range .Values.clusters }}{{ omit . "people" | toJson }}{{ empty .people }}{{ end }}
{{- end }}

{{- define "crashloop.account" -}}
{{ .Values.serviceAccount.name | default (include "crashloop.name" .) }}
{{- end }}

{{- define "crashloop.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "crashloop.labels" -}}
{{ include "crashloop.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "crashloop.subject" -}}
- kind: ServiceAccount
  name: {{ include "crashloop.account" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{- /* Cluster-wide objects carry the release's namespace in their name: two releases must not share them. */ -}}
{{- define "crashloop.clusterName" -}}
{{- if eq .Release.Namespace (include "crashloop.name" .) }}{{ include "crashloop.name" . }}{{ else }}{{ printf "%s-%s" .Release.Namespace (include "crashloop.name" .) }}{{ end }}
{{- end }}

{{- define "crashloop.readInNamespace" -}}
# Each right here is used, and none is missing: tests/deploy/test_rights.py compares them with what is asked for.
- apiGroups: [""]
  resources: [pods, configmaps, replicationcontrollers, resourcequotas]
  verbs: [get, list]
# For WATCH_PODS alone; without it nothing else is missed.
- apiGroups: [""]
  resources: [pods]
  verbs: [watch]
- apiGroups: [""]
  resources: [events, services, limitranges]
  verbs: [list]
- apiGroups: [""]
  resources: [pods/log, serviceaccounts, persistentvolumeclaims]
  verbs: [get]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets]
  verbs: [get, list]
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [list]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [list]
# For alerts about them, and for a note before somebody acts; without them both are missing.
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list]
# Optional: memory in use and recommendations. Without these two rules nothing is missed but the figures.
- apiGroups: [metrics.k8s.io]
  resources: [pods]
  verbs: [get, list]
- apiGroups: [autoscaling.k8s.io]
  resources: [verticalpodautoscalers]
  verbs: [list]
# A Role may grant this of its own namespace.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
{{- end }}
