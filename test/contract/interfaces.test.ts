import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { compareInterfaces, type TaskInterface } from '../../scripts/forms/interfaces.ts';

const base: TaskInterface = {
  params: { namespace: null, context: '' },
  workspaces: { export: 'required', kubeconfig: 'optional' },
  results: ['status'],
};

function complaints(change: Partial<TaskInterface>, from: string, to: string): readonly string[] {
  const present = { ...base, ...change };
  return compareInterfaces({ version: from, tasks: { task: base } }, { version: to, tasks: { task: present } });
}

const breaking: readonly (readonly [string, Partial<TaskInterface>])[] = [
  ['a param that is gone', { params: { namespace: null } }],
  ['a new param that must be given', { params: { ...base.params, more: null } }],
  ['a param that must be given now', { params: { namespace: null, context: null } }],
  ['another default', { params: { namespace: null, context: 'source' } }],
  ['a workspace that is gone', { workspaces: { export: 'required' } }],
  ['a workspace that must be bound now', { workspaces: { export: 'required', kubeconfig: 'required' } }],
  ['a result that is gone', { results: [] }],
];

const additions: readonly (readonly [string, Partial<TaskInterface>])[] = [
  ['a new param with a default', { params: { ...base.params, more: 'x' } }],
  ['a param that need not be given any more', { params: { namespace: '', context: '' } }],
  ['a new result', { results: ['status', 'more'] }],
  ['a workspace that need not be bound any more', { workspaces: { export: 'optional', kubeconfig: 'optional' } }],
];

describe('changes of what users rely on', () => {
  it.each(breaking)('need a new minor version below 1.0.0, and a major one from then on: %s', (_, change) => {
    expect(complaints(change, '0.1.0', '0.1.0')).toEqual([expect.stringContaining('new minor version')]);
    expect(complaints(change, '0.1.0', '0.1.1')).toHaveLength(1);
    expect(complaints(change, '0.1.0', '0.2.0')).toEqual([]);
    expect(complaints(change, '1.1.0', '1.2.0')).toEqual([expect.stringContaining('new major version')]);
    expect(complaints(change, '1.1.0', '2.0.0')).toEqual([]);
  });

  it.each(additions)('need any new version: %s', (_, change) => {
    expect(complaints(change, '0.1.0', '0.1.0')).toEqual([expect.stringContaining('new patch version')]);
    expect(complaints(change, '0.1.0', '0.1.1')).toEqual([]);
  });

  it('are those of Tasks as well', () => {
    const none = { version: '0.1.0', tasks: {} };
    const one = { version: '0.1.0', tasks: { task: base } };
    expect(compareInterfaces(none, one)).toEqual(['Task task is new: this needs a new patch version after 0.1.0']);
    expect(compareInterfaces(one, none)).toEqual(['Task task is gone: this needs a new minor version after 0.1.0']);
    expect(compareInterfaces(one, { ...one, version: '0.0.9' })).toEqual(['version 0.0.9 is lower than 0.1.0']);
  });

  it('are none since the interfaces were noted', async () => {
    const { stderr, exitCode } = await execa('node', ['scripts/interfaces.ts'], { preferLocal: true, reject: false });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });
});
