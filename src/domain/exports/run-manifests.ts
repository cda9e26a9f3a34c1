import type { JsonObject } from '../core/json-object.ts';
import type { ExportEntry } from './export-entry.ts';
import { pinnedImageOf } from './export-record.ts';
import { portsOf, runName, volumesOf } from './run-command.ts';

/** Any user that is not root: the files of an export belong to group 0 too, as on OpenShift. */
const otherUser = { runAsUser: 1000, runAsGroup: 0 };

/** A file for `docker compose` (https://github.com/compose-spec/compose-spec). Variables take their values from the shell. */
export function composeFile(entry: ExportEntry): JsonObject {
  const volumes = volumesOf(entry);
  const ports = portsOf(entry).map(
    ({ number, protocol }) => `${String(number)}:${String(number)}${protocol === 'tcp' ? '' : `/${protocol}`}`,
  );
  const environment = entry.run.supply.map(({ name }) => name);
  return {
    services: {
      [runName(entry)]: {
        image: pinnedImageOf(entry),
        ...given('ports', ports),
        ...given('environment', environment),
        ...given(
          'volumes',
          volumes.map(({ name, path }) => `${name}:${path}`),
        ),
        security_opt: ['no-new-privileges:true'],
      },
    },
    ...(volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes.map(({ name }) => [name, {}])) }),
  };
}

/** Name of the Secret with the variables that a pod of the export needs. */
function secretNameOf(entry: ExportEntry): string {
  return `${runName(entry)}-secrets`;
}

/** Name of the Secret with the login for the registry. */
function pullSecretOf(entry: ExportEntry): string {
  return `${runName(entry)}-pull`;
}

/**
 * A Pod that the Pod Security Standard `restricted` admits
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/). A user of the image that has a number is kept;
 * the kubelet cannot check that another one is not root, so the pod gets a number of its own.
 */
export function podManifest(entry: ExportEntry): JsonObject {
  const [name, volumes] = [runName(entry), volumesOf(entry)];
  const ports = portsOf(entry).map(({ number, protocol }) => ({
    containerPort: number,
    protocol: protocol.toUpperCase(),
  }));
  const env = entry.run.supply.map((variable) => ({
    name: variable.name,
    valueFrom: { secretKeyRef: { name: secretNameOf(entry), key: variable.name } },
  }));
  const mounts = volumes.map(({ path }, index) => ({ name: `volume-${String(index + 1)}`, mountPath: path }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/name': name } },
    spec: {
      automountServiceAccountToken: false,
      ...(entry.isPublic === true ? {} : { imagePullSecrets: [{ name: pullSecretOf(entry) }] }),
      securityContext: {
        runAsNonRoot: true,
        ...(hasOwnUser(entry) ? {} : otherUser),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name,
          image: pinnedImageOf(entry),
          ...given('ports', ports),
          ...given('env', env),
          ...given('volumeMounts', mounts),
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
      ...given(
        'volumes',
        mounts.map(({ name: each }) => ({ name: each, emptyDir: {} })),
      ),
    },
  };
}

/** What a person must know before the pod starts: one sentence in each line. */
export function describePod(entry: ExportEntry): readonly string[] {
  const create = 'kubectl create secret';
  const names = entry.run.supply.map(({ name }) => name).join(', ');
  return [
    ...(entry.isPublic === true
      ? []
      : [
          `Create the login first: ${create} docker-registry ${pullSecretOf(entry)} --from-file=.dockerconfigjson=config.json`,
        ]),
    ...(names === ''
      ? []
      : [
          `Create the Secret first, with ${names}: ${create} generic ${secretNameOf(entry)} --from-env-file=secrets.env`,
        ]),
    ...(hasOwnUser(entry)
      ? []
      : ['The user of the image is root or has no number, so the pod runs as user 1000 and group 0.']),
    ...(entry.run.volumes.length === 0 ? [] : ['The volumes are empty, and are deleted with the pod.']),
  ];
}

/** Whether the user of the image is a number other than root's. */
function hasOwnUser({ run }: Pick<ExportEntry, 'run'>): boolean {
  return /^0*[1-9]\d*(?::\d+)?$/.test(run.user);
}

function given(name: string, values: readonly unknown[]): JsonObject {
  return values.length === 0 ? {} : { [name]: values };
}
