import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from '../clusters/places.ts';
import type { Kubectl } from '../demo/kubectl.ts';

/** A running notebook server: a pod, or the pod of a Deployment, as kubectl calls it. */
export interface ServerPlace {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  /** As in `deployment/lab`. */
  readonly target: string;
}

/** Runs a program of `testbed/notebook/programs` in the container `lab`. The input can be secret: it is no argument. */
export async function runPython(place: ServerPlace, program: string, input: unknown): Promise<void> {
  const text = await readFile(path.join(repositoryRoot, 'testbed/notebook/programs', program), 'utf8');
  // A JSON text of ASCII characters is a literal of Python too.
  const literal = JSON.stringify(JSON.stringify(input));
  const command = ['exec', '-i', place.target, '-n', place.namespace, '-c', 'lab', '--', 'python3', '-'];
  await place.kubectl.run(command, `${text}\nimport json\nmain(json.loads(${literal}))\n`);
}
