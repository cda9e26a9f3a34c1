import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { programPath } from '../../../testbed/clusters/programs.ts';
import { runInProcess, type ProcessEnd } from '../../builders/run-in-process.ts';
import type { ReleaseScene } from './release-scene.ts';

export const image = (digit: string): string => `registry.test/apps/shop@sha256:${digit.repeat(64)}`;

/** What Epinio's own chart has: another structure of names, and an account with the name of the namespace. */
export const epinioChart = {
  'values.yaml': 'epinio: { appName: placeholder }\nuserConfig: { appListeningPort: 8080 }\n',
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: r{{ .Values.epinio.appName }} }
spec:
  replicas: {{ .Values.epinio.replicaCount }}
  selector: { matchLabels: { app.kubernetes.io/name: {{ .Values.epinio.appName }} } }
  template:
    metadata:
      labels: { app.kubernetes.io/name: {{ .Values.epinio.appName }}, epinio.io/stage-id: {{ .Values.epinio.stageID | quote }} }
    spec:
      serviceAccountName: {{ .Release.Namespace }}
      containers:
        - name: app
          image: {{ .Values.epinio.imageURL }}
          ports: [{ containerPort: {{ .Values.userConfig.appListeningPort }} }]
          env: {{ .Values.epinio.env | toJson }}
          volumeMounts:
            {{- range .Values.epinio.configpaths }}
            - { name: {{ .name }}, mountPath: /configurations/{{ .path }} }
            {{- end }}
      volumes:
        {{- range .Values.epinio.configurations }}
        - { name: {{ . }}, secret: { secretName: {{ . }} } }
        {{- end }}
`,
  'templates/ingress.yaml': `{{- range .Values.epinio.routes }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: r{{ .id }} }
spec:
  rules:
    - host: {{ .domain }}
      http:
        paths:
          - { path: {{ .path }}, pathType: Prefix, backend: { service: { name: x, port: { number: 8080 } } } }
{{- end }}
`,
};

interface End extends ProcessEnd {
  readonly result: (name: string) => string;
  readonly report: string;
}

/** Runs app-deploy for application shop in a folder of its own, without waiting; args come after these. */
export async function deployIn(scene: ReleaseScene, namespace: string, args: readonly string[]): Promise<End> {
  const folder = mkdtempSync(path.join(scene.scratch, 'run-'));
  const own = [
    `--namespace=${namespace}`,
    '--wait=false',
    '--app=shop',
    `--kubeconfig=${scene.server.kubeconfigPath}`,
    '--results-dir=results',
  ];
  const given = new Set(args.map((arg) => arg.split('=')[0]));
  const words = [...own.filter((arg) => !given.has(arg.split('=')[0])), ...args];
  const environment = { PATH: path.dirname(programPath('helm')), HOME: scene.scratch, TMPDIR: scene.scratch };
  const end = await runInProcess('app-deploy', words, { cwd: folder, environment });
  const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
  return { ...end, result: (name) => read(`results/${name}`), report: read('reports/app-deploy.json') };
}
