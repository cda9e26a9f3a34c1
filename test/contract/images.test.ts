import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { imageNames } from '../../scripts/images/build-images.ts';
import { nodeVersion, platforms } from '../../scripts/images/programs-of-platform.ts';
import { stringAt } from '../../src/domain/core/json-object.ts';
import { foldersIn, readTask } from './task-files.ts';

const dockerfiles = readdirSync('images', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('Dockerfile'),
);

/** Instructions of a Dockerfile by stage, each as one line. */
function stagesOf(path: string): readonly (readonly string[])[] {
  const lines = readFileSync(`images/${path}`, 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const stages: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('FROM ')) stages.push([line]);
    else stages.at(-1)?.push(line);
  }
  return stages;
}

describe.each(dockerfiles)('images/%s', (path) => {
  const stages = stagesOf(path);

  it('runs nothing of the platform that it is for, so that any computer builds it', () => {
    for (const [from = '', ...instructions] of stages) {
      const runs = instructions.some((line) => line.startsWith('RUN '));
      if (runs) expect(from).toContain('--platform=$BUILDPLATFORM ');
    }
    expect(stages.at(-1)?.some((line) => line.startsWith('RUN '))).toBe(false);
  });

  it('takes packages of the architecture that it is for', () => {
    const collecting = stages.flat().filter((line) => line.includes('/collect-packages "'));
    for (const line of collecting) expect(line).toContain('"$TARGETARCH"');
    expect(collecting).toHaveLength(path.startsWith('task-runner') ? 0 : 1);
  });
});

describe('the images', () => {
  it.each(foldersIn('tasks'))('are built for the platforms that Task %s names', (task) => {
    const named = stringAt(readTask(task), 'metadata', 'annotations', 'tekton.dev/platforms');
    expect(named).toBe(platforms.join(','));
  });

  it('are those that the Tasks and their helper pods name', () => {
    const texts = foldersIn('tasks').map((task) => JSON.stringify(readTask(task)));
    const named = texts.flatMap((text) =>
      [...text.matchAll(/ghcr\.io\/crane-tasks\/([a-z-]+):/g)].map(([, name]) => name),
    );
    expect([...new Set(named)].sort()).toEqual([...imageNames].sort());
  });

  it('have the Node that the tests run with', () => {
    const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(nodeVersion).toBe(stringAt(manifest, 'devDependencies', 'node'));
  });
});
