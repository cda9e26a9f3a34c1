import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { BlobContent, BlobMetadata, BlobStore } from '../../../../src/domain/source/blob-store.ts';
import type { SourceEntry, SourceList } from '../../../../src/domain/source/source-list.ts';
import { fetchSource } from '../../../../src/usecases/source/fetch-source.ts';
import { unpackSource } from '../../../../src/usecases/source/unpack-source.ts';
import { uploadSource } from '../../../../src/usecases/source/upload-source.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const hash = (content: string): string => createHash('sha256').update(content).digest('hex');
const sha256 = hash('content');

function memoryStore(metadata: Partial<BlobMetadata> = {}) {
  const uploads: unknown[] = [];
  const store: BlobStore = {
    address: 'https://s3.test/epinio',
    upload: (id, content, { app, namespace, username }) => {
      uploads.push({ id, sha256: content.sha256, app, namespace, username });
      return Promise.resolve({ how: uploads.length > 1 ? 'present' : 'uploaded', sent: content.size });
    },
    metadata: () => Promise.resolve({ app: 'web', namespace: 'shop', username: 'u', sha256, ...metadata }),
    download: () => bytesOf('content'),
  };
  return { store, uploads };
}

async function* bytesOf(content: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(Buffer.from(content));
}

function memoryLog() {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  return {
    lines,
    log: {
      redactor: new Redactor(),
      debug: note,
      info: note,
      warn: note,
      progress: () => undefined,
      item: () => undefined,
    },
  };
}

describe('fetchSource', () => {
  const input = { blobId: 'id', app: 'web', namespace: 'shop', archive: 'source.tar' };

  async function fetch(metadata: Partial<BlobMetadata>) {
    const saved: unknown[] = [];
    const { store } = memoryStore(metadata);
    const outcome = await fetchSource(input, {
      store,
      save: async (path, { bytes, expected }) => {
        saved.push({ path, content: await text(bytes), expected });
        return { size: 7, sha256 };
      },
    });
    return { outcome, saved };
  }

  it('saves the content with the checksum that the store has', async () => {
    const { outcome, saved } = await fetch({});
    expect(saved).toEqual([{ path: 'source.tar', content: 'content', expected: sha256 }]);
    expect(outcome.items).toEqual([
      { id: 'https://s3.test/epinio/id', outcome: 'done', reason: 'fetched', evidence: { sha256, bytes: 7 } },
    ]);
    expect(outcome.results).toEqual({ archive: 'source.tar', sha256, bytes: '7' });
  });

  it('says that nothing proves the content of another program', async () => {
    const { outcome } = await fetch({ sha256: undefined });
    expect(outcome.items).toMatchObject([{ reason: 'fetched-unproven' }]);
  });

  it.each<[Partial<BlobMetadata>, string]>([
    [{ app: 'other' }, 'blob app mismatch: expected web, got "other"'],
    [{ namespace: '' }, 'blob namespace mismatch: expected shop, got none'],
  ])('refuses the source of another application: %j', async (metadata, why) => {
    const error = await thrownBy(() => fetch(metadata));
    expect(error.code).toBe('invalid-file');
    expect(error.message).toContain(why);
  });
});

describe('unpackSource', () => {
  const unpacked = { type: 'zip', files: 2, folders: 1, links: 0, bytes: 10, skipped: 0, top: undefined };

  async function unpack(more: Partial<{ skipped: number; top: string }> = {}, keepArchive = false) {
    const { lines, log } = memoryLog();
    let removed = 0;
    const remove = (): Promise<void> => {
      removed += 1;
      return Promise.resolve();
    };
    const ports = { unpack: () => Promise.resolve({ ...unpacked, ...more }), remove, log };
    const outcome = await unpackSource({ archive: 'source.zip', target: 'app', keepArchive }, ports);
    return { outcome, lines, removed };
  }

  it('removes the archive', async () => {
    const { outcome, lines, removed } = await unpack();
    expect(outcome.results).toEqual({ type: 'zip', 'file-count': '2', bytes: '10' });
    expect(outcome.items).toMatchObject([{ id: 'source.zip', reason: 'unpacked', evidence: { files: 2, links: 0 } }]);
    expect([lines, removed]).toEqual([[], 1]);
  });

  it('keeps the archive when it is asked to, and says what it leaves out', async () => {
    const { lines, removed } = await unpack({ skipped: 3, top: 'folder' }, true);
    expect(removed).toBe(0);
    expect(lines).toEqual([expect.stringContaining('single folder'), expect.stringContaining('3 entries')]);
  });

  it.each([
    ['app', 'app'],
    ['app/source.zip', 'app'],
    ['source', 'source/app'],
  ])('refuses the archive %s in the folder %s', async (archive, target) => {
    const fail = (): Promise<never> => Promise.reject(new Error('not reached'));
    const ports = { unpack: fail, remove: fail, log: memoryLog().log };
    const error = await thrownBy(() => unpackSource({ archive, target, keepArchive: false }, ports));
    expect(error.code).toBe('invalid-param');
  });
});

describe('uploadSource', () => {
  const entry = (path: string, kind: SourceEntry['kind'] = 'file', size = 5): SourceEntry => ({
    ...{ path, kind, size: kind === 'file' ? size : 0 },
    ...{ mode: 0o644, modified: 0, target: '' },
  });
  const list: SourceList = {
    entries: [entry('a'), entry('src', 'folder'), entry('src/b')],
    leftOut: [
      { path: 'node_modules/', bytes: undefined, rule: '.gitignore: node_modules' },
      { path: 'x.log', bytes: 9, rule: '.gitignore: *.log' },
      { path: '.git/', bytes: undefined, rule: 'always left out' },
    ],
    ruleFile: '.gitignore',
  };
  const content: BlobContent = { size: 7, sha256, open: () => bytesOf('content') };
  const input = { app: 'web', namespace: 'shop', username: 'u', listOnly: false };

  async function upload(more: Partial<typeof input> = {}, found: SourceList | undefined = list, times = 1) {
    const { lines, log } = memoryLog();
    const { store, uploads } = memoryStore();
    const source = { origin: '/w', list: found, pack: () => Promise.resolve(content) };
    const run = () => uploadSource({ ...input, ...more }, { source, store, hash, log });
    for (let time = 1; time < times; time += 1) await run();
    return { outcome: await run(), uploads, lines };
  }

  it('uploads under an id that follows from the application and the content', async () => {
    const { outcome, uploads, lines } = await upload();
    const id = outcome.results['blob-id'];
    expect(uploads).toEqual([{ id, sha256, app: 'web', namespace: 'shop', username: 'u' }]);
    expect(outcome.results).toEqual({ 'blob-id': id, sha256, bytes: '7', 'file-count': '2', commit: '' });
    expect(outcome.items).toMatchObject([
      { id: `https://s3.test/epinio/${id}`, outcome: 'done', reason: 'uploaded', evidence: { sent: 7 } },
      { id: 'node_modules/', outcome: 'skipped', message: '.gitignore: node_modules' },
      { id: 'x.log', outcome: 'skipped', evidence: { bytes: 9 } },
      { id: '.git/', outcome: 'skipped' },
    ]);
    expect(lines.at(-1)).toMatch(/^\.gitignore leaves out 1 file with \d+ bytes and 1 folder\./);
    expect((await upload({ app: 'other' })).outcome.results['blob-id']).not.toBe(id);
  });

  it('says when the store has the source already', async () => {
    const { outcome } = await upload({}, list, 2);
    expect(outcome.items[0]).toMatchObject({ reason: 'present' });
    expect(outcome.summary).toContain('is already as');
  });

  it('only lists when it is asked to', async () => {
    const { outcome, uploads } = await upload({ listOnly: true });
    expect(uploads).toEqual([]);
    expect(outcome.results).toEqual({ 'blob-id': '', sha256: '', bytes: '10', 'file-count': '2', commit: '' });
    expect(outcome.items.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      ...['a listed', 'src listed', 'src/b listed'],
      ...['node_modules/ ignored', 'x.log ignored', '.git/ ignored'],
    ]);
  });

  it('does not warn of rules that the application has for this purpose', async () => {
    expect((await upload({}, { ...list, ruleFile: '.epinioignore' })).lines).toHaveLength(1);
  });

  it('names the commit, and warns of what the repository does not contain', async () => {
    const missing = { path: 'lib/', bytes: undefined, rule: 'a submodule', isMissing: true };
    const found = { ...list, leftOut: [missing], ruleFile: undefined };
    const { lines, log } = memoryLog();
    const pack = () => Promise.resolve(content);
    const source = { origin: 'https://git.test/a.git', commit: 'c0ffee', list: found, pack };
    const { store } = memoryStore();
    const outcome = await uploadSource(input, { source, store, hash, log });
    expect(outcome.results.commit).toBe('c0ffee');
    expect(outcome.summary).toContain('https://git.test/a.git, commit c0ffee');
    expect(outcome.items).toMatchObject([
      { evidence: { commit: 'c0ffee' } },
      { id: 'lib/', outcome: 'skipped', reason: 'not-in-repository', message: 'a submodule' },
    ]);
    expect(lines).toContain('lib/ is left out: a submodule');
    expect((await uploadSource(input, { source, store: undefined, hash, log })).results.commit).toBe('c0ffee');
  });

  it('uploads an archive as it is', async () => {
    const archive = { origin: '/w/a.zip', list: undefined, pack: () => Promise.resolve(content) };
    const { lines, log } = memoryLog();
    const { store } = memoryStore();
    const outcome = await uploadSource(input, { source: archive, store, hash, log });
    expect(outcome.results).toMatchObject({ sha256, bytes: '7', 'file-count': '' });
    expect([outcome.items.length, lines]).toEqual([1, []]);
    const listed = await uploadSource(input, { source: archive, store: undefined, hash, log });
    expect(listed).toMatchObject({ items: [], results: { 'file-count': '' } });
  });
});
