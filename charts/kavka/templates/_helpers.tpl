{{- /* The name of everything of the release. */ -}}
{{- define "kavka.name" -}}
{{- if contains "kavka" .Release.Name -}}
{{- printf "%s-operator" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-kavka-operator" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "kavka.selector" -}}
app.kubernetes.io/name: kavka-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "kavka.labels" -}}
{{ include "kavka.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kavka
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- /* An image: (list $ "broker"). */ -}}
{{- define "kavka.image" -}}
{{- $root := index . 0 -}}
{{- $image := index $root.Values.images (index . 1) -}}
{{- printf "%s:%s" $image.repository ($image.tag | default $root.Chart.AppVersion) -}}
{{- end -}}

{{- /* The namespaces that are watched, as JSON. */ -}}
{{- define "kavka.namespaces" -}}
{{- .Values.watchNamespaces | default (list .Release.Namespace) | sortAlpha | toJson -}}
{{- end -}}

{{- /* The ServiceAccount that reads the pods of every namespace. */ -}}
{{- define "kavka.reader" -}}
{{- printf "%s-pod-reader" (include "kavka.name" .) -}}
{{- end -}}

{{- /* What the operator is told, in the Deployment and in the hook. */ -}}
{{- define "kavka.environment" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: WATCH_NAMESPACES
  value: {{ include "kavka.namespaces" . | fromJsonArray | join "," | quote }}
- name: LEASE_NAME
  value: {{ include "kavka.name" . }}
- name: DEPLOYMENT_NAME
  value: {{ include "kavka.name" . }}
- name: KAVKA_LOG
  value: {{ .Values.logLevel }}
{{- end -}}

{{- define "kavka.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "kavka.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}
