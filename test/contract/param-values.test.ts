import { describe, expect, it } from 'vitest';

import type { AnyTask, Param, StringParam } from '../../src/runtime/define-task.ts';
import { runTask } from '../../src/runtime/run-task.ts';
import { aHost } from '../builders/host.ts';
import { loadDefinitions } from './task-files.ts';

const definitions = await loadDefinitions();

interface Named<P extends Param = Param> {
  readonly task: AnyTask;
  readonly name: string;
  readonly param: P;
}

const params: readonly Named[] = definitions.flatMap((task) =>
  Object.entries(task.params).map(([name, param]) => ({ task, name, param })),
);
const texts: readonly Named<StringParam>[] = params.flatMap(({ task, name, param }) =>
  param.type === 'string' ? [{ task, name, param }] : [],
);
const lists = texts.filter(({ param }) => param.list === true);

const digests = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`] as const;

/** Lists whose entries are an enumeration that the program knows in several spellings, or of several words. */
const listedByProgram: readonly (readonly [string, string, RegExp])[] = [
  ['crane-validate', 'steps', /some of export, images, apply, quiesce, volumes/],
  ['crane-transfer-pvc', 'access-modes', /some of ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod/],
  ['kubectl-scale-down', 'resource-type', /one of all, cronjob, deployment, /],
  ['crane-restore-scale', 'resource-type', /one of all, cronjob, deployment, /],
];

/** What a param is told to be when it gets a value that is none of its own; undefined when it takes any text. */
function allowedValues(param: Param): string | undefined {
  switch (param.type) {
    case 'boolean':
      return 'expected true or false';
    case 'integer':
      return `expected a whole number from ${String(param.minimum)} to ${String(param.maximum)}`;
    case 'string':
      return param.choices?.filter((choice) => choice !== '').join(', ');
  }
}

/** Something for each param and workspace that must be given. */
function requiredFlags(task: AnyTask): Readonly<Record<string, string>> {
  const required = Object.entries(task.params).filter(([, param]) => param.default === undefined);
  const folders = Object.values(task.workspaces).filter(({ optional }) => optional !== true);
  return Object.fromEntries([
    ...required.map(([name]) => [name, 'x'] as const),
    ...folders.map(({ flag }) => [flag, '/none'] as const),
  ]);
}

async function run(task: AnyTask, flags: Readonly<Record<string, string>>) {
  const host = aHost();
  const exitCode = await runTask(task, { ...requiredFlags(task), ...flags }, host);
  return { exitCode, said: host.errors.join(''), status: host.files.get('/results/status') };
}

const enumerations = params.filter(({ param }) => allowedValues(param) !== undefined);

describe('a param with a closed set of values', () => {
  it.each(enumerations.map((each) => [each.task.name, each.name, each] as const))(
    'refuses another one with exit code 2 and the allowed ones: %s --%s',
    async (_, name, { task, param }) => {
      for (const wrong of ['no-such-value', 'TRUE', '-1', '[]', ' ']) {
        const { exitCode, said, status } = await run(task, { [name]: wrong });
        expect({ exitCode, status }).toEqual({ exitCode: 2, status: 'invalid-param' });
        expect(said).toContain(`--${name}: expected`);
        expect(said).toContain(allowedValues(param));
        expect(said).toContain(JSON.stringify(wrong));
      }
    },
  );

  it.each(texts.filter(({ param }) => param.choices !== undefined).map((each) => [each.task.name, each.name, each]))(
    'names them in its description, and its default is one of them: %s --%s',
    (_task, _name, { param }) => {
      expect(param.choices).toContain(param.default ?? param.choices?.[0]);
      for (const choice of param.choices ?? []) {
        const told = choice === '' ? 'Empty' : choice;
        expect(param.description.includes(told) || ['true', 'false'].includes(told), told).toBe(true);
      }
    },
  );
});

describe('a list', () => {
  it('is declared as one wherever a description speaks of commas', () => {
    const separated = texts.filter(({ param }) => /\bcommas?\b/i.test(param.description));
    expect(
      separated.filter(({ param }) => param.list !== true).map(({ task, name }) => `${task.name} ${name}`),
    ).toEqual([]);
    expect(lists.length).toBeGreaterThan(20);
  });

  it.each(lists.map((each) => [each.task.name, each.name, each] as const))(
    'is taken as a JSON array and with commas alike: %s --%s',
    async (_, name, { task, param }) => {
      const [first, second] = param.digests === true ? digests : ['a=b', 'c'];
      const seen: unknown[] = [];
      const spy: AnyTask = {
        ...task,
        run: (input) => {
          seen.push(input.params[name]);
          return Promise.resolve({ items: [], results: {}, summary: 'done' });
        },
      };
      for (const text of [`${first},${second}`, `["${first}","${second}"]`])
        expect(await run(spy, { [name]: text })).toMatchObject({ exitCode: 0 });
      expect(seen).toEqual([`${first},${second}`, `${first},${second}`]);
      expect(await run(spy, { [name]: '["a",1]' })).toMatchObject({
        exitCode: 2,
        said: expect.stringContaining(`--${name}: expected entries with commas, or a JSON array of texts`) as unknown,
      });
    },
  );

  it.each(listedByProgram)('of known words refuses others with these: %s --%s', async (name, param, words) => {
    const task = definitions.find((each) => each.name === name);
    if (task === undefined) throw new Error(`no task ${name}`);
    const { exitCode, said } = await run(task, { [param]: 'no-such-word' });
    expect(exitCode).toBe(2);
    expect(said).toMatch(words);
    expect(said).toContain('no-such-word');
  });
});
