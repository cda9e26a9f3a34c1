import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { waitFor } from '../clusters/wait.ts';
import { arbitraryUser } from '../demo/demo.ts';
import type { Kubectl } from '../demo/kubectl.ts';

export interface TaskOfRun {
  /** Namespace of the runs. */
  readonly namespace: string;
  /** The PipelineRun whose volume the task works on. */
  readonly run: string;
  readonly task: string;
  readonly params: Readonly<Record<string, string>>;
  /** Folder of the volume for each workspace; empty for the whole of it. */
  readonly folders: Readonly<Record<string, string>>;
}

/** Runs a single Task on the volume that a PipelineRun left, as a user would by hand. Gives `reason: message` of its end. */
export async function runOnVolume(kubectl: Kubectl, input: TaskOfRun): Promise<string> {
  const { namespace, task, params, folders } = input;
  const claimName = await volumeOf(kubectl, input);
  const workspaces = Object.entries(folders).map(([name, subPath]) => ({
    name,
    persistentVolumeClaim: { claimName },
    ...(subPath === '' ? {} : { subPath }),
  }));
  const securityContext = { runAsNonRoot: true, runAsUser: arbitraryUser, fsGroup: arbitraryUser };
  const manifest = {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { generateName: `${task}-` },
    spec: {
      taskRef: { name: task },
      serviceAccountName: 'crane-tasks',
      podTemplate: { securityContext },
      params: Object.entries(params).map(([name, value]) => ({ name, value })),
      workspaces,
    },
  };
  const text = await kubectl.run(['create', '-n', namespace, '-f', '-', '-o', 'json'], JSON.stringify(manifest));
  return waitForEnd(kubectl, namespace, stringAt(JSON.parse(text) as unknown, 'metadata', 'name') ?? '');
}

async function volumeOf(kubectl: Kubectl, { namespace, run }: TaskOfRun): Promise<string> {
  const claims = await kubectl.list(['persistentvolumeclaims', '-n', namespace]);
  const claim = claims.find((one) =>
    arrayAt(one, 'metadata', 'ownerReferences').some((owner) => stringAt(owner, 'name') === run),
  );
  const name = stringAt(claim, 'metadata', 'name');
  if (name === undefined) throw new Error(`looking for the volume of PipelineRun ${run}: it has none`);
  return name;
}

async function waitForEnd(kubectl: Kubectl, namespace: string, name: string): Promise<string> {
  let end = '';
  await waitFor({
    what: `TaskRun ${name}`,
    seconds: 240,
    check: async () => {
      const found = await kubectl.get(['taskrun', name, '-n', namespace]);
      const condition = arrayAt(found, 'status', 'conditions').find((one) => valueAt(one, 'type') === 'Succeeded');
      end = `${stringAt(condition, 'reason') ?? 'Pending'}: ${stringAt(condition, 'message') ?? ''}`;
      return ['True', 'False'].includes(stringAt(condition, 'status') ?? '') ? undefined : end;
    },
  });
  return end;
}
