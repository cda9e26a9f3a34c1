import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { interfaceOf } from '../../scripts/forms/interfaces.ts';
import { predecessor } from './crane-runner.ts';
import { loadDefinitions } from './task-files.ts';

const present = new Map((await loadDefinitions()).map((task) => [task.name, interfaceOf(task)]));
const notes = readFileSync('UPGRADING.md', 'utf8');

describe.each(Object.entries(predecessor))('%s', (name, old) => {
  const now = present.get(name);

  it('takes what crane-runner takes, with the same defaults, and asks for nothing more', () => {
    expect(now?.params).toMatchObject(
      Object.fromEntries(Object.entries(old.params).filter(([, value]) => value !== null)),
    );
    expect(Object.keys(now?.params ?? {})).toEqual(expect.arrayContaining(Object.keys(old.params)));
    const required = Object.entries(now?.params ?? {}).filter(([, value]) => value === null);
    for (const [param] of required) expect(old.params, param).toHaveProperty(param, null);
    expect(Object.keys(now?.workspaces ?? {})).toEqual(expect.arrayContaining(Object.keys(old.workspaces)));
    const bound = Object.entries(now?.workspaces ?? {}).filter(([, value]) => value === 'required');
    for (const [workspace] of bound) expect(old.workspaces).toHaveProperty(workspace, 'required');
    expect(now?.results).toEqual(expect.arrayContaining([...old.results]));
  });

  it('has a line in UPGRADING.md that names each param and workspace it had', () => {
    const line = notes.split('\n').find((candidate) => candidate.startsWith(`| \`${name}\` |`)) ?? '';
    for (const each of [...Object.keys(old.params), ...Object.keys(old.workspaces), ...old.results])
      expect(line, each).toContain(`\`${each}\``);
  });
});

describe('UPGRADING.md', () => {
  it('names no Task that there is not', () => {
    const rows = [...notes.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name = '']) => name);
    expect(rows.filter((name) => !present.has(name))).toEqual([]);
  });
});
