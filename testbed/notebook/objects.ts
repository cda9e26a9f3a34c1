import type { SceneImage } from './build-images.ts';
import type { SecretValues } from './secret-values.ts';

/** References of images by the name of the image. */
export type SceneImages = Readonly<Record<Extract<SceneImage, 'lab' | 'busybox'>, string>>;

export interface SceneInput {
  readonly namespace: string;
  readonly images: SceneImages;
  readonly values: SecretValues;
  /** Whether the token of the server is an argument of its command, instead of a variable from a Secret. */
  readonly tokenInArguments: boolean;
}

/** Those of the image. */
const user = 1000;
const group = 100;
export const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
export const containerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
export const podSecurity = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

/** Claims by the folder where they are mounted. */
const claims = { 'app-library': '/app-library', files: '/files', home: '/home/jovyan' };

/** Deployment `lab` as a user of a platform with notebooks has it, with all that its pod refers to. */
export function sceneObjects(input: SceneInput): readonly object[] {
  return [...configuration(input), ...Object.keys(claims).map(claimObject), deployment(input)];
}

function configuration({ values }: SceneInput): readonly object[] {
  const secret = (name: string, stringData: Readonly<Record<string, string>>): object => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData,
  });
  const configMap = (name: string, data: Readonly<Record<string, string>>): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  });
  return [
    secret('lab-server', { token: values.serverToken }),
    secret('lab-database', { password: values.password }),
    secret('lab-environment', { API_KEY: values.apiKey }),
    secret('lab-keys', { id_rsa: values.mountedKey }),
    configMap('lab-settings', { title: 'Statistics for beginners' }),
    configMap('lab-profile', { 'profile.yaml': profile }),
  ];
}

const profile = `schemaVersion: 1
eligible: true
library: [/app-library]
workspace: [/files]
home: /home/jovyan
addOns: [file-browser]
ports:
  - port: 8888
login: Open the address with ?token= and the value that you gave to JUPYTER_TOKEN.
`;

function claimObject(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Mi' } } },
  };
}

function deployment(input: SceneInput): object {
  const labels = { app: 'lab' };
  const spec = {
    terminationGracePeriodSeconds: 1,
    securityContext: { ...podSecurity, runAsUser: user, runAsGroup: group, fsGroup: group },
    containers: [labContainer(input), addOnContainer(input)],
    volumes: [
      ...Object.keys(claims).map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
      { name: 'keys', secret: { secretName: 'lab-keys' } },
      {
        name: 'identity',
        projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'store.example.test' } }] },
      },
      { name: 'scratch', emptyDir: {} },
    ],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'lab', annotations: { 'crane-tasks.dev/application-profile-configmap': 'lab-profile' } },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}

function labContainer(input: SceneInput): object {
  const { images, values, tokenInArguments } = input;
  return {
    name: 'lab',
    image: images.lab,
    args: [
      'start-notebook.sh',
      '--ServerApp.root_dir=/files',
      ...(tokenInArguments ? [`--IdentityProvider.token=${values.serverToken}`] : []),
    ],
    ports: [{ containerPort: 8888 }],
    env: variables(input),
    envFrom: [{ secretRef: { name: 'lab-environment' } }],
    readinessProbe: { httpGet: { path: '/api', port: 8888 }, periodSeconds: 1, failureThreshold: 120 },
    securityContext: containerSecurity,
    volumeMounts: [
      ...Object.entries(claims).map(([name, mountPath]) => ({ name, mountPath })),
      { name: 'keys', mountPath: '/etc/lab-keys', readOnly: true },
      { name: 'identity', mountPath: '/var/run/secrets/store', readOnly: true },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  };
}

/** The variables of JupyterHub are those that kubespawner sets: literal values, also of tokens. */
function variables({ namespace, values, tokenInArguments }: SceneInput): readonly object[] {
  const fromSecret = (secret: string, key: string): object => ({ secretKeyRef: { name: secret, key } });
  const literals = {
    COURSE: 'statistics-101',
    PYTHONPATH: '/app-library',
    DATABASE_URL: `postgresql://lab:${values.urlPassword}@database.${namespace}.svc:5432/lab`,
    JUPYTERHUB_API_TOKEN: values.hubToken,
    JPY_API_TOKEN: values.hubToken,
    JUPYTERHUB_API_URL: 'http://hub:8081/hub/api',
    JUPYTERHUB_ACTIVITY_URL: 'http://hub:8081/hub/api/users/ada/activity',
    JUPYTERHUB_BASE_URL: '/',
    JUPYTERHUB_CLIENT_ID: 'jupyterhub-user-ada',
    JUPYTERHUB_OAUTH_CALLBACK_URL: '/user/ada/oauth_callback',
    JUPYTERHUB_SERVICE_PREFIX: '/user/ada/',
    JUPYTERHUB_USER: 'ada',
  };
  return [
    ...Object.entries(literals).map(([name, value]) => ({ name, value })),
    { name: 'COURSE_TITLE', valueFrom: { configMapKeyRef: { name: 'lab-settings', key: 'title' } } },
    { name: 'DB_PASSWORD', valueFrom: fromSecret('lab-database', 'password') },
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ...(tokenInArguments ? [] : [{ name: 'JUPYTER_TOKEN', valueFrom: fromSecret('lab-server', 'token') }]),
  ];
}

/** A server of files beside the notebook server, which an exported image does not have. */
function addOnContainer({ images, values }: SceneInput): object {
  return {
    name: 'file-browser',
    image: images.busybox,
    command: ['httpd', '-f', '-p', '8081', '-h', '/files'],
    env: [{ name: 'FILE_BROWSER_TOKEN', value: values.addOnToken }],
    ports: [{ containerPort: 8081 }],
    securityContext: containerSecurity,
    volumeMounts: [
      { name: 'files', mountPath: '/files', readOnly: true },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  };
}
