import { describe, expect, it } from 'vitest';

import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';
import {
  plannedItems,
  repositoryItem,
  pushedItems,
  readItems,
  type ReadOutcome,
} from '../../../../src/domain/containerize/report-items.ts';
import { aPod, planOf } from '../../../builders/containerize.ts';

const source = { from: 'container' } as const;
const changed: PlannedArea = {
  ...{ name: 'changed', kind: 'changed', path: '/', without: [], source, included: true, reason: 'changed since' },
};
const files: PlannedArea = { ...changed, name: 'files', kind: 'workspace', path: '/files' };
const plan = {
  ...planOf(aPod()),
  areas: [changed, files, { ...files, name: 'out', path: '/out', included: false, reason: 'a param' }],
  never: [{ path: '/root', reason: 'home' }],
  outside: [
    { path: '/home/u/R', loader: 'R .libPaths()', bytes: 5, reason: 'home' },
    { path: '/home/u/x', loader: 'python3 sys.path', bytes: undefined, reason: 'home' },
  ],
  dropped: [{ name: 'PW', reason: 'secret-source', source: 'Secret db, key pw', supply: true }] as const,
};
const leftOut = [
  ['area out /out', 'skipped', 'area-left-out'],
  ['path /root', 'skipped', 'never-included'],
  ['packages /home/u/R', 'skipped', 'packages-outside'],
  ['packages /home/u/x', 'skipped', 'packages-outside'],
  ['variable PW', 'skipped', 'secret-source'],
];
const nothing: ReadOutcome = {
  ...{ layers: [], notes: [], inconsistent: [], refused: [], ownerOnly: [] },
  documents: { removedVolumes: [] },
  scan: { findings: [], notes: [] },
};

function brief(items: ReturnType<typeof plannedItems>) {
  return items.map(({ id, outcome, reason }) => [id, outcome, reason]);
}

it('a plan has its areas, and what is left out', () => {
  expect(brief(plannedItems(plan))).toEqual([
    ['area changed /', 'skipped', 'area-planned'],
    ['area files /files', 'skipped', 'area-planned'],
    ...leftOut,
  ]);
});

describe('what was read', () => {
  const read: ReadOutcome = {
    ...nothing,
    notes: [
      { path: '/etc/shadow', reason: 'unreadable', detail: '' },
      { path: '/files/a', reason: 'unreadable', detail: 'denied' },
      { path: '/files/b', reason: 'invalid-name', detail: '' },
      { path: '/files/c', reason: 'socket', detail: '' },
    ],
    inconsistent: [
      { path: '/files/d', reason: 'vanished', isDatabase: false },
      { path: '/files/e', reason: 'not-read', isDatabase: false },
      { path: '/files/f', reason: 'changed', isDatabase: true },
    ],
    refused: ['/files/.wh.x'],
  };

  it('stops the push where files of an area are not as they are', () => {
    expect(brief(readItems(plan, read, false))).toEqual([
      ['file /etc/shadow', 'skipped', 'unreadable'],
      ['file /files/a', 'failed', 'unreadable'],
      ['file /files/b', 'failed', 'invalid-name'],
      ['file /files/c', 'skipped', 'socket'],
      ['file /files/d', 'failed', 'vanished'],
      ['file /files/e', 'failed', 'unreadable'],
      ['file /files/f', 'failed', 'changed-while-read'],
      ['file /files/.wh.x', 'failed', 'invalid-name'],
    ]);
  });

  it('stops nothing when incomplete images are allowed', () => {
    expect(new Set(readItems(plan, read, true).map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
  });

  it('has findings, of which those that block fail even then', () => {
    const finding = { place: '/files/a', detail: 'line 2', rule: 'key', reason: '' };
    const findings = [
      { ...finding, weight: 'blocks' },
      { ...finding, detail: '', weight: 'allowed', reason: 'an example' },
      { ...finding, weight: 'known-package-file' },
      { ...finding, weight: 'base-image' },
    ] as const;
    const notes = [
      { place: 'x.zip', reason: 'limit', detail: '' },
      { place: 'y.zip', reason: 'more', detail: '7' },
    ] as const;
    const items = readItems(plan, { ...nothing, scan: { findings, notes } }, true);
    expect(items.map(({ id, outcome, reason, message }) => [id, outcome, reason, message])).toEqual([
      ['finding in /files/a, line 2', 'failed', 'secret-found', 'key'],
      ['finding in /files/a', 'skipped', 'finding-allowed', 'key: an example'],
      ['finding in /files/a, line 2', 'skipped', 'finding-known-file', 'key'],
      ['finding in /files/a, line 2', 'skipped', 'finding-in-base', 'key'],
      ['scan of x.zip', 'skipped', 'scan-note', 'limit'],
      ['scan of y.zip', 'skipped', 'scan-note', 'more: 7'],
    ]);
  });
});

describe('an image that was pushed', () => {
  const image = { host: 'r.example.com', path: 'a', tag: 't', digest: `sha256:${'a'.repeat(64)}`, size: 9 };
  const layer = { files: 2, bytes: 30, size: 10, plan: { area: 'files' } };
  const layers = [layer, layer, { ...layer, plan: { area: 'changed' } }] as unknown as ReadOutcome['layers'];

  it('has its documents, whether anyone can pull it, and the sizes of its areas', () => {
    const facts = { plan, made: { ...nothing, layers }, refused: undefined };
    const items = pushedItems({ ...facts, image: { ...image, isPublic: true } });
    expect(items.map(({ reason }) => reason)).toEqual([
      ...['image-pushed', 'public-repository', 'referrer-pushed', 'area-included', 'area-included'],
      ...leftOut.map(([, , reason]) => reason),
    ]);
    expect(items[4]?.evidence).toEqual({ files: 4, bytes: 60, compressedBytes: 20 });
    const other = pushedItems({ ...facts, image: { ...image, isPublic: false } });
    expect(other[1]?.reason).toBe('private-repository');
  });

  it('has why its documents are missing, and nothing about a pull that was not tried', () => {
    const facts = { plan, made: nothing, image: { ...image, isPublic: undefined }, refused: 'status 405' };
    expect(pushedItems(facts)[1]).toMatchObject({
      outcome: 'skipped',
      reason: 'referrer-failed',
      message: 'status 405',
    });
  });
});

it('files for their owner alone, and volumes that are not declared any more, stop nothing', () => {
  const read = { ...nothing, ownerOnly: ['/files/key'], documents: { removedVolumes: ['/data'] } };
  const items = brief(readItems(plan, read, false));
  expect(items).toContainEqual(['file /files/key', 'skipped', 'owner-only']);
  expect(items.some(([id, , reason]) => String(id).includes('/data') && reason === 'volume-removed')).toBe(true);
});

it.each([
  [{ isPublic: true, why: 'repository-absent' }, 'public-repository', 'it does not exist yet'],
  [{ isPublic: false, why: 'login-needed' }, 'private-repository', 'a request without a login is refused'],
] as const)('says in a dry run whether anyone can pull: %j', (check, reason, message) => {
  const item = repositoryItem('registry.example.com/team', check);
  expect(item).toMatchObject({ id: 'repository registry.example.com/team', outcome: 'skipped', reason });
  expect(item.message).toContain(message);
});
