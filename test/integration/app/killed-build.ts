import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { zipSync } from 'fflate';

import type { BuildpackScene, Files } from '../../builders/buildpack-scene.ts';
import type { TaskRunEnd } from '../../builders/task-steps.ts';
import { digestOf } from '../../fakes/oci-images.ts';

export interface KillMoment {
  readonly step: string;
  /** Requests to the registry that wait until the step is killed. */
  readonly slow?: RegExp;
  readonly isThere: (volumes: string, requests: readonly string[]) => boolean;
}

/** When the steps of a build are killed, by what they do then. */
export const killMoments: readonly (readonly [string, KillMoment])[] = [
  [
    'while a buildpack runs',
    { step: 'build', isThere: (volumes) => existsSync(join(volumes, 'layers/crane-tasks_python')) },
  ],
  [
    'while it pushes layers',
    {
      step: 'export',
      slow: /shop\/web\/blobs\/uploads\//,
      isThere: (_, requests) => requests.some((each) => /^P\w+ \/v2\/shop\/web\/blobs\/uploads\//.test(each)),
    },
  ],
];

export interface KilledBuild {
  readonly killed: TaskRunEnd;
  /** Digest behind the tag after the build was killed. */
  readonly left: string | undefined;
  readonly again: TaskRunEnd;
  /** Digest behind the tag after the second build. */
  readonly digest: string | undefined;
}

/** Builds an application, kills a step, and builds it again. */
export async function killAndBuild(scene: BuildpackScene, tag: string, moment: KillMoment): Promise<KilledBuild> {
  await scene.writeSource(sourceWith(tag));
  let since: number | undefined;
  const when = (volumes: string): boolean => {
    // An earlier step asks whether it may push.
    since ??= scene.requests.length;
    const asked = scene.requests.slice(since).map(({ method, path }) => `${method} ${path}`);
    return moment.isThere(volumes, asked);
  };
  scene.slow.path = moment.slow;
  const killed = await scene.build({ tag, kill: { step: moment.step, when } });
  scene.slow.path = undefined;
  const left = await digestOf(scene.open, `shop/web:${tag}`);
  const again = await scene.build({ tag });
  return { killed, left, again, digest: await digestOf(scene.open, `shop/web:${tag}`) };
}

/** A package that takes a moment to install, another one in each build: else the cache would save the work. */
function sourceWith(seed: string): Files {
  const parts = Array.from({ length: 300 }, (_, index): [string, Uint8Array] => [
    `greeting/part${String(index)}.py`,
    Buffer.from(`# ${seed} ${randomBytes(5000).toString('hex')}\n`),
  ]);
  const files = { 'greeting/__init__.py': Buffer.from('text = "hello"\n'), ...Object.fromEntries(parts) };
  return {
    'requirements.txt': 'greeting==1.0\n',
    'wheels/greeting-1.0-py3-none-any.whl': zipSync(files, { level: 0 }),
    'app.py': 'import greeting\nprint(greeting.text)\n',
  };
}
