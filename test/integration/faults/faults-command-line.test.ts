import { cpSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { AnyTask } from '../../../src/runtime/define-task.ts';
import { loadDefinitions } from '../../contract/task-files.ts';
import {
  complaintsAbout,
  filesBelow,
  makeBox,
  runAll,
  runInBoxHere,
  startFaultScene,
  type BoxRun,
  type FaultScene,
} from './faults.ts';

const definitions = await loadDefinitions();
/** They run until they are stopped, or read the standard input of this process. They have tests of their own. */
const endless = new Set(['wizard', 'files-holder', 'files-sender']);
const tasks = definitions.filter(({ name }) => !endless.has(name)).map((task) => [task.name, task] as const);
let scene: FaultScene;
/** Holds what every task wrote when it succeeded. */
let used = '';
let runs: Readonly<Record<string, BoxRun>>;

beforeAll(async () => {
  scene = await startFaultScene();
  const box = await scene.fullBox();
  used = box.work;
  runs = await runAll(scene, box);
});

afterAll(() => scene.stop());

describe('with good flags', () => {
  it('each task of a stateless move succeeds, so that the tables below prove what one bad flag does', () => {
    const failed = Object.entries(runs).filter(([, run]) => run.exitCode !== 0);
    expect(failed.map(([task, run]) => `${task}: ${run.ending}`)).toEqual([]);
  });
});

/** Result names of a run that ended before it had anything to tell. */
function expectRefusal(task: AnyTask, run: BoxRun): void {
  expect(run.exitCode, run.stderr).toBe(2);
  expect(complaintsAbout(run)).toEqual([]);
  expect(run.ending).toMatch(new RegExp(`^${task.name}: `));
  expect(Object.keys(run.results).sort()).toEqual(Object.keys(task.results).sort());
  expect(run.results['status']).toMatch(/^[a-z-]+$/);
  expect(run.results['status']).not.toBe('succeeded');
}

/** Tasks that have nothing to say no to: an empty folder has an empty summary, and what is built in can always be listed. */
const needsNothing = new Set(['crane-summary', 'crane-transform-list-plugins', 'crane-transform-optionals']);

describe.each(tasks.filter(([name]) => !needsNothing.has(name)))('%s', (name, task) => {
  it('without any flags says what it needs, and writes its results', async () => {
    expectRefusal(task, await runInBoxHere(await makeBox(scene.folder), name, { flags: {} }));
  });
});

describe.each(tasks)('%s', (name, task) => {
  it('refuses an unknown flag, and writes its results', async () => {
    const flags = { ...scene.goodFlags[name], 'no-such-flag': 'x' };
    const run = await runInBoxHere(await makeBox(scene.folder), name, { flags });
    expectRefusal(task, run);
    expect(run.ending).toMatch(/no-such-flag.*--help/);
  });

  const required = Object.entries(task.params).filter(([, param]) => param.default === undefined);
  it.each(required.map(([param]) => param))('refuses an empty --%s', async (param) => {
    const box = await makeBox(scene.folder);
    // An empty context means the current one of the kubeconfig, and there is none.
    const flags = { ...scene.goodFlags[name], kubeconfig: undefined, [param]: '' };
    const { kubeconfig } = task.workspaces;
    const environment = param === 'context' || kubeconfig === undefined ? {} : scene.environment;
    expectRefusal(task, await runInBoxHere(box, name, { flags, environment }));
  });
});

const hostile = {
  'shell text': `x'"; touch owned; $(touch owned) \`touch owned\` & \n--debug=true\u001b[2J\u202e #`,
  'a flag that is a way out': '--kubeconfig=/../../../../escape',
  '100 KB': 'x'.repeat(100_000),
};

/** Params whose text is data of the user's own: whatever it holds, the task may succeed with it. */
const takesAnyText = new Set([
  'crane-manifests --plugin-priorities',
  'crane-manifests --skip-plugins',
  'crane-transform --plugin-priorities',
  'crane-transform --skip-plugins',
  'crane-transform-list-plugins --skip-plugins',
  'crane-transform-optionals --skip-plugins',
  'crane-export --allow-forbidden',
  'crane-image-sync --allow-problems',
  // Where nothing is to be copied, as here, no context is opened.
  'crane-image-sync --dest-context',
  'crane-image-sync --src-context',
  'crane-kubeconfig-generator --context-name',
  'crane-skopeo-sync-gen --allow-problems',
  'crane-skopeo-sync-gen --output',
  'crane-summary --status',
]);

async function runHostile(task: string, param: string, value: string): Promise<readonly string[]> {
  const box = await makeBox(scene.folder);
  // A third of the processor time of the asynchronous one, some thousand times.
  cpSync(used, box.work, { recursive: true });
  const flags = { ...scene.goodFlags[task], [param]: value };
  const run = await runInBoxHere(box, task, { flags, environment: scene.environment });
  const wrong = run.exitCode === 0 ? [] : [...complaintsAbout(run)];
  const expected = takesAnyText.has(`${task} --${param}`) ? [0, 2, 3, 4] : [2, 3, 4];
  if (!expected.includes(run.exitCode ?? -1))
    wrong.push(`exit code ${String(run.exitCode)}: ${run.stderr.slice(-300)}`);
  const files = [...(await filesBelow(box.work)), ...(await filesBelow(box.tmp))];
  wrong.push(...files.filter((file) => /(?:^|\/)(?:owned|escape|\.tmp-.*|(?:crane-tasks|kustomize)-.*)$/.test(file)));
  // A user's own key for Secrets is kept below the home folder, which is the box.
  const beside = (await readdir(box.root)).filter((entry) => !['work', 'tmp', 'results', '.config'].includes(entry));
  return [...wrong, ...beside.map((entry) => `wrote ${entry} beside the workspace`)];
}

const textParams = tasks.flatMap(([name, { params }]) =>
  Object.entries(params)
    .filter(([, param]) => param.type === 'string')
    .map(([param]) => [name, param] as const),
);

describe('hostile text', () => {
  it.each(textParams)('given to %s as --%s is refused or taken literally', async (task, param) => {
    const found: string[] = [];
    for (const [kind, value] of Object.entries(hostile)) {
      const wrong = await runHostile(task, param, value);
      found.push(...wrong.map((text) => `${kind}: ${text}`));
    }
    expect(found).toEqual([]);
  });

  it('never left the folders of its run', async () => {
    const entries = await readdir(path.dirname(scene.folder));
    expect(entries.filter((entry) => entry === 'escape' || entry === 'owned')).toEqual([]);
    expect((await readdir(scene.folder)).filter((entry) => !entry.startsWith('box-')).sort()).toEqual([
      'destination',
      'source',
    ]);
  });
});
