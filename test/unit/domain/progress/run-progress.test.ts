import { describe, expect, it } from 'vitest';

import { RunProgress } from '../../../../src/domain/progress/run-progress.ts';
import { itemLine, progressLine } from '../../../builders/step-log.ts';

const image = { task: 'crane-image-sync', kind: 'image', id: 'r/shop/web:1' };
const claim = { task: 'crane-transfer-pvc', kind: 'claim', id: 'claim shop/data' };
const object = { task: 'kubectl-apply-kustomize', kind: 'object', id: 'v1 Service shop/web' };
const digest = `sha256:${'0'.repeat(64)}`;

function fold(...lines: readonly string[]): RunProgress {
  const progress = new RunProgress();
  for (const line of lines) progress.take(line, 'task');
  return progress;
}

const rowsOf = (progress: RunProgress) => progress.since(0, 1000).flatMap(({ rows }) => rows);

describe('an image', () => {
  const begun = progressLine(0, { ...image, done: 0, total: 1, bytes: 0, totalBytes: 10 });

  it('waits as planned, is copied, and has its digest', () => {
    const progress = new RunProgress();
    const plan = {
      images: { images: [{ destination: 'r/shop/web', tags: ['1', 2] }, { tags: ['x'] }] },
      claims: [{ name: 'data' }, {}],
    };
    progress.plan(plan, 'shop', ['image']);
    expect(rowsOf(progress)).toMatchObject([{ id: 'r/shop/web:1', state: 'queued', task: '' }]);
    progress.take(begun, 'task');
    expect(rowsOf(progress)).toMatchObject([{ state: 'copying', totalBytes: 10, bytes: 0 }]);
    progress.plan(plan, 'shop', ['image']);
    progress.take(itemLine({ ...image, outcome: 'done', reason: 'copied' }, `copied r/shop/web:1 ${digest}`), 'task');
    expect(rowsOf(progress)).toMatchObject([{ state: 'copied', percent: 100, digest, reason: 'copied' }]);
    progress.take(begun, 'task');
    expect(rowsOf(progress)).toMatchObject([{ state: 'copied' }]);
    expect(progress.counts().image).toEqual({ all: 1, ended: 1, failed: 0 });
  });

  it.each([
    ['done', 'present', 'present'],
    ['done', 'referrer-present', 'present'],
    ['done', 'tagged', 'copied'],
    ['skipped', 'public-source', 'skipped'],
    ['failed', 'not-found', 'failed'],
  ])('that is %s as %s has the state %s', (outcome, reason, state) => {
    const progress = fold(itemLine({ ...image, outcome, reason }));
    expect(rowsOf(progress)).toMatchObject([{ state, reason, digest: '' }]);
    expect(progress.counts().image.failed).toBe(state === 'failed' ? 1 : 0);
  });

  it('that is only planned is no row, but one that is left out is', () => {
    const task = 'crane-skopeo-sync-gen';
    expect(rowsOf(fold(itemLine({ ...image, task, outcome: 'done', reason: 'pushed' })))).toEqual([]);
    const left = fold(itemLine({ ...image, task, outcome: 'skipped', reason: 'public-source' }));
    expect(rowsOf(left)).toMatchObject([{ state: 'skipped' }]);
    left.take(begun, 'task');
    expect(rowsOf(left)).toMatchObject([{ state: 'copying' }]);
  });
});

describe('a claim', () => {
  it('never falls back, and has a rest time', () => {
    const progress = fold(
      'shop/data: ignored before it is known',
      progressLine(0, { ...claim, done: 10, total: 100, bytes: 5 }, 'shop/data: 10 %'),
      progressLine(10, { ...claim, done: 60, total: 100, bytes: 30, rate: 2.5 }, 'shop/data: 60 %'),
    );
    expect(rowsOf(progress)).toMatchObject([{ id: 'shop/data', percent: 60, rate: 2.5, restSeconds: 8 }]);
    progress.take(progressLine(13, { ...claim, done: 20, total: 0 }), 'task');
    expect(rowsOf(progress)).toMatchObject([{ percent: 60, bytes: 30, restSeconds: 5 }]);
    progress.take(progressLine(99, { ...claim, done: 60, total: 100 }), 'task');
    expect(rowsOf(progress)).toMatchObject([{ restSeconds: 0 }]);
    progress.take('shop/data: compared files', 'task');
    progress.take('no claim', 'task');
    expect(rowsOf(progress)).toMatchObject([{ message: 'compared files', state: 'copying' }]);
    progress.take(itemLine({ ...claim, outcome: 'done', reason: 'transferred' }), 'task');
    progress.take('shop/data: too late', 'task');
    const [row] = rowsOf(progress);
    expect(row).toMatchObject({ state: 'done', percent: 100, message: 'transferred claim shop/data' });
    expect(row).not.toHaveProperty('restSeconds');
    expect(row).not.toHaveProperty('rate');
  });

  it('keeps its percent when it fails, and its files are objects', () => {
    const progress = fold(
      progressLine(0, { ...claim, done: 40, total: 100 }),
      itemLine({ ...claim, outcome: 'failed', reason: 'files-differ' }),
      itemLine({ ...claim, id: 'file shop/data:/a', outcome: 'failed', reason: 'file-not-equal' }),
    );
    expect(rowsOf(progress)).toMatchObject([
      { kind: 'claim', percent: 40 },
      { kind: 'object', id: 'file shop/data:/a' },
    ]);
    expect(progress.counts()).toMatchObject({ claim: { all: 1, failed: 1 }, object: { all: 1 } });
  });

  it('waits as planned', () => {
    const progress = new RunProgress();
    progress.plan({ claims: [{ name: 'data' }] }, 'shop', ['claim']);
    expect(rowsOf(progress)).toMatchObject([{ id: 'shop/data', state: 'queued' }]);
  });
});

describe('an object', () => {
  it('has a row for each task', () => {
    const verified = { ...object, task: 'crane-verify' };
    const lines = [object, verified, object].map((item) => itemLine({ ...item, outcome: 'done', reason: 'created' }));
    expect(rowsOf(fold(...lines)).map(({ task }) => task)).toEqual(['crane-verify', 'kubectl-apply-kustomize']);
  });

  it('is what has no kind', () => {
    const line = JSON.stringify({
      time: 't',
      level: 'info',
      message: '',
      event: 'progress',
      id: 'x',
      done: 1,
      total: 2,
    });
    expect(rowsOf(fold(line))).toMatchObject([{ kind: 'object', task: '', percent: 50 }]);
    const item = { time: 't', level: 'info', message: 'm', event: 'item', id: 'y', outcome: 'done', reason: 'r' };
    expect(rowsOf(fold(JSON.stringify(item)))).toMatchObject([{ kind: 'object', task: '', id: 'y' }]);
  });

  it('is not the whole task', () => {
    expect(rowsOf(fold(progressLine(0, { done: 1, total: 2, task: 'a' }), 'text'))).toEqual([]);
  });
});

describe('a report', () => {
  it('adds what the log does not have', () => {
    const progress = fold(itemLine({ ...image, outcome: 'done', reason: 'copied' }));
    const item = { id: image.id, outcome: 'done', reason: 'copied', message: 'm', evidence: { digest, bytes: 7 } };
    progress.takeReport(
      JSON.stringify({ task: image.task, items: [item, { id: '' }, { id: 'a', outcome: 'odd' }, 1] }),
    );
    expect(rowsOf(progress)).toMatchObject([{ digest, bytes: 7, message: 'm' }]);
  });

  it('has no rows for tasks that ran inside another one', () => {
    const progress = new RunProgress();
    const item = { id: 'transform (crane-transform)', outcome: 'done', reason: 'succeeded' } as const;
    progress.take(itemLine({ task: 'crane-manifests', kind: 'object', ...item }, 'succeeded transform'), 'manifests');
    progress.takeReport(JSON.stringify({ task: 'crane-manifests', items: [item] }));
    expect(rowsOf(progress)).toEqual([]);
    expect(progress.tasks).toMatchObject([{ task: 'manifests', done: 1 }]);
  });

  it('has all when there is no log', () => {
    const progress = new RunProgress();
    const evidence = { copiedBytes: 9, contentDigest: digest };
    const items = [
      { id: claim.id, outcome: 'done', reason: 'transferred', evidence },
      { id: 'file shop/data:/a', outcome: 'failed' },
    ];
    progress.takeReport(JSON.stringify({ task: claim.task, items }));
    progress.takeReport(
      JSON.stringify({ task: 'crane-verify', items: [{ ...object, outcome: 'skipped', reason: 'r' }] }),
    );
    progress.takeReport(JSON.stringify({ task: 'crane-skopeo-sync-gen', items }));
    progress.takeReport(JSON.stringify({ items: [{ id: 'z', outcome: 'done' }] }));
    progress.takeReport('[]');
    progress.takeReport('{');
    expect(rowsOf(progress)).toMatchObject([
      { kind: 'claim', id: 'shop/data', bytes: 9, digest },
      { kind: 'object', id: 'file shop/data:/a', reason: '' },
      { kind: 'object', task: 'crane-verify', state: 'skipped' },
      { kind: 'object', task: '' },
    ]);
  });
});

describe('many rows', () => {
  it('come in parts, each change once', () => {
    const progress = new RunProgress();
    for (let index = 0; index < 5; index += 1)
      progress.take(itemLine({ ...object, id: `o-${String(index)}`, outcome: 'done', reason: 'created' }), 'task');
    const parts = progress.since(0, 3);
    expect(parts.map(({ rows }) => rows.map(({ id }) => id).join(' '))).toEqual(['o-0 o-1 o-2', 'o-3 o-4']);
    expect(progress.since(parts[0]?.version ?? 0, 3)).toEqual([parts[1]]);
    expect(parts[1]?.version).toBe(progress.version);
    expect(progress.since(progress.version, 3)).toEqual([{ rows: [], version: progress.version }]);
  });

  it('have a limit, beyond which they are counted', () => {
    const progress = new RunProgress();
    for (let index = 0; index < 10_003; index += 1)
      progress.take(itemLine({ ...object, id: `o-${String(index)}`, outcome: 'done', reason: 'created' }), 'task');
    expect([progress.left, progress.counts().object.all]).toEqual([3, 10_000]);
  });

  it('have texts with a limit', () => {
    const progress = fold(
      itemLine({ ...object, id: 'i'.repeat(1000), outcome: 'done', reason: 'r' }, 'm'.repeat(1000)),
    );
    const [row] = rowsOf(progress);
    expect([row?.id.length, row?.message.length]).toEqual([600, 500]);
  });
});

describe('a task', () => {
  it('has its last line and the outcomes of its items', () => {
    const progress = new RunProgress();
    const outcomes = ['done', 'skipped', 'failed', 'done'];
    for (const outcome of outcomes) progress.take(itemLine({ ...object, outcome, reason: 'r' }), 'apply');
    progress.take(progressLine(0, { task: 'a', done: 1, total: 2 }, '1/2'), 'apply');
    progress.take('  ', 'apply');
    progress.take(`\u001b[2J${'x'.repeat(300)}`, 'verify');
    expect(progress.tasks).toMatchObject([
      { task: 'apply', done: 2, skipped: 1, failed: 1, text: '1/2' },
      { task: 'verify', done: 0, text: `\\u001b[2J${'x'.repeat(196)}` },
    ]);
  });
});
