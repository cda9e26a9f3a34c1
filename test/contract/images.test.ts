import { globSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { imageNames } from '../../scripts/images/build-images.ts';
import { nodeVersion } from '../../scripts/images/node-version.ts';
import { stringAt } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import { readImports, type ImportGraph } from '../builders/import-graph.ts';
import { foldersIn, readTask, stepImages } from './task-files.ts';

interface Stage {
  readonly name: string;
  /** Its image, or the name of the stage that it continues. */
  readonly from: string;
  readonly isOfBuilder: boolean;
  readonly instructions: readonly string[];
}

/** The text of the Dockerfile, each instruction as one line. */
const lines = readFileSync('images/task-runner/Dockerfile', 'utf8')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const stages = readStages();

function readStages(): readonly Stage[] {
  const found: (Stage & { readonly instructions: string[] })[] = [];
  for (const line of lines) {
    const [, platform = '', from = '', name = ''] = /^FROM (--platform=\S+ )?(\S+) AS (\S+)$/.exec(line) ?? [];
    if (name === '') found.at(-1)?.instructions.push(line);
    else found.push({ name, from, isOfBuilder: platform === '--platform=$BUILDPLATFORM ', instructions: [] });
  }
  return found;
}

/** A stage and those that it continues, the first one last. */
function lineageOf(stage: Stage): readonly Stage[] {
  const parent = stages.find(({ name }) => name === stage.from);
  return parent === undefined ? [stage] : [stage, ...lineageOf(parent)];
}

const listsOfTasks = ['src/tasks/index.ts', 'src/pipelines/definition/tasks.ts'];

/** The files that a file imports, directly or through others. Tasks that it runs as tasks of their own are not followed. */
function reachableFrom(graph: ImportGraph, file: string): ReadonlySet<string> {
  const found = new Set([file]);
  for (const each of found)
    if (!listsOfTasks.includes(each)) for (const imported of graph.get(each) ?? []) found.add(imported);
  return found;
}

describe('the Dockerfile', () => {
  it('builds each image as a stage, task-runner by default', () => {
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining([...imageNames]));
    expect(stages.at(-1)?.name).toBe('task-runner');
  });

  it.each(stages)('runs programs in stage $name only on the platform that builds', (stage) => {
    const runs = stage.instructions.some((line) => line.startsWith('RUN '));
    expect(!runs || lineageOf(stage).at(-1)?.isOfBuilder).toBe(true);
  });

  it.each([...imageNames])('starts %s from an empty image', (image) => {
    const stage = stages.find(({ name }) => name === image);
    expect(stage && lineageOf(stage).at(-1)?.from).toBe('scratch');
  });

  it('takes packages of the architecture that it is for', () => {
    const collecting = lines.filter((line) => line.includes('/collect-packages "'));
    for (const line of collecting) expect(line).toContain('"$TARGETARCH"');
    // helm is a program of Go, in a layer on top of those packages.
    expect(collecting).toHaveLength(imageNames.filter((name) => name !== 'helm-runner').length);
  });

  it.each([...imageNames])('labels %s as OCI describes it', (image) => {
    const instructions = stages.find(({ name }) => name === image)?.instructions ?? [];
    const label = instructions.find((line) => line.startsWith('LABEL ')) ?? '';
    expect(label).toContain(`org.opencontainers.image.title=${image} `);
    for (const key of ['description', 'version', 'revision', 'source', 'licenses'])
      expect(label).toContain(`org.opencontainers.image.${key}=`);
    expect(instructions).toContain(`ARG VERSION=${version}`);
  });

  it('copies only what .dockerignore leaves in the context', () => {
    const [deny, ...allowed] = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const copied = lines
      .flatMap((line) => (line.startsWith('COPY ') && !line.includes('--from=') ? line.split(' ').slice(1, -1) : []))
      .map((path) => path.split('/')[0] ?? '');
    expect(deny).toBe('*');
    expect([...new Set(copied)].sort()).toEqual(allowed.map((line) => line.slice(1)).sort());
  });

  it('builds on the Node.js and the Go that the checkout names', () => {
    const argument = (name: string): string => lines.find((line) => line.startsWith(`ARG ${name}=`)) ?? '';
    const go = /^go (\S+)$/m.exec(readFileSync('images/tools/go.mod', 'utf8'))?.[1] ?? '';
    expect(argument('NODE_IMAGE')).toContain(`/node:${nodeVersion}-`);
    expect(argument('GO_IMAGE')).toContain(`/golang:${go}-`);
  });
});

describe('the images', () => {
  it('are those that the Tasks and their helper pods name', () => {
    const texts = foldersIn('tasks').map((task) => JSON.stringify(readTask(task)));
    const named = texts.flatMap((text) =>
      [...text.matchAll(/ghcr\.io\/crane-tasks\/([a-z-]+):/g)].map(([, name]) => name),
    );
    expect([...new Set(named)].sort()).toEqual([...imageNames].sort());
  });

  it('have helm for each Task whose program may run it, and for no other', () => {
    const graph = readImports('.', 'src/**/*.ts');
    const withHelm = foldersIn('tasks').filter((name) => {
      const [file] = globSync(`src/tasks/*/${name}/task.ts`);
      return reachableFrom(graph, file ?? '').has('src/adapters/processes/helm.ts');
    });
    const named = foldersIn('tasks').filter((name) =>
      stepImages(readTask(name)).some((image) => image.includes('/helm-runner:')),
    );
    expect(withHelm.length).toBeGreaterThan(2);
    expect(named).toEqual(withHelm);
  });

  it('have the Node that the tests run with', () => {
    const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(nodeVersion).toBe(stringAt(manifest, 'devDependencies', 'node'));
  });
});
