import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { sha256Of } from '../../src/adapters/files/digest.ts';
import { TaskError } from '../../src/domain/core/errors.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { sourceName } from '../../src/domain/images/copy/copy-job.ts';
import {
  formatSyncPlan,
  parseSyncPlan,
  type PlannedImage,
  type SyncPlan,
} from '../../src/domain/images/plan/sync-plan.ts';
import { skopeoCopyArguments } from '../../src/domain/images/skopeo/skopeo-arguments.ts';
import { readRequest } from '../../src/usecases/images/copy/read-request.ts';
import { aHost } from '../builders/host.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crane-tasks-fuzz-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const registry = 'd.example:5000';
const namespace = 'shop';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Mostly what a plan has: one odd part must not hide the others. */
const often = <T>(usual: readonly T[], odd: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const path = often(
  ['shop/web', 'shop/a/b-c/d', 'shop/a__b', 'shop/a.b'],
  [
    'shop',
    'shopping/web',
    'shop/../kube/x',
    'shop//x',
    'Shop/web',
    'shop/%2e%2e/x',
    'shop/x:1',
    `shop/x@${digest}`,
    'shop/-x',
    ' shop/x',
    'shop/x\n',
    '',
  ],
);
const host = often(
  [registry],
  [
    'evil.example',
    'D.example:5000',
    'd.example',
    '--help',
    '',
    'u:p@d.example:5000',
    'd.example:5000/shop',
    '[::1]:5000',
    'docker.io',
  ],
);
const name = fc.tuple(host, path).map((parts) => parts.join('/'));
const source = often(
  ['s.example/shop/web', 'q.example/library/web', '10.0.0.1:5000/a'],
  ['s.example/..', 'web', '-/web'],
);
const tag = often(['1', 'v1.0', 'latest', '_x'], ['-x', '1:2', '../1', '', digest, 'a'.repeat(129), 'é', '__proto__']);
const rest = {
  class: often(['public', 'pushed'], ['other', '__proto__']),
  reason: often(['used'], ['']),
  usedBy: fc.constant([]),
};
const image = fc.record({
  source,
  destination: name,
  digest: often([digest], ['sha256:0', digest.toUpperCase(), `${digest}0`, 'md5:0']),
  tags: fc.array(tag, { maxLength: 3 }),
  ...rest,
});
const unpinned = fc.record({ source, destination: name, tag, ...rest });
const more = fc.constantFrom(
  '',
  '"__proto__": {"destination": {"registry": "evil.example", "namespace": "shop"}},',
  '"constructor": {"prototype": {"registry": "evil.example"}},',
  '"destination": {"registry": "evil.example", "namespace": "shop"},',
  '"images": [],',
);

/** The text of a plan; a member can be there twice, of which the last one counts. */
const plan = fc
  .record({
    images: fc.array(image, { maxLength: 3 }),
    unpinned: fc.array(unpinned, { maxLength: 2 }),
    host,
    more,
    isLast: fc.boolean(),
  })
  .map(({ host: of, more: extra, isLast, ...lists }) => {
    const value = {
      schemaVersion: 1,
      source: { registry: 's.example', internalRegistry: '' },
      destination: { registry: of, namespace },
      ...lists,
      ...{ skipped: [], problems: [] },
    };
    const text = JSON.stringify(value);
    return isLast && extra !== '' ? `${text.slice(0, -1)},${extra.slice(0, -1)}}` : `{${extra}${text.slice(1)}`;
  });

async function read(text: string): Promise<SyncPlan | undefined> {
  const own = aHost().openFolder('/skopeo');
  await own.write('plan.json', text);
  const params = { sourceFile: undefined, planDigest: undefined, sourceRegistry: undefined, mappingFile: undefined };
  const wished = { ...params, destinationRegistry: registry, destinationNamespace: namespace, excluded: [] };
  const ports = { folder: own, yaml: yamlCodec, sourceYaml: yamlCodec, sha256: sha256Of, redactor: new Redactor() };
  try {
    const request = await readRequest(wished, ports);
    return request.kind === 'plan' ? request.plan : undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(TaskError);
    expect(['invalid-file', 'invalid-param']).toContain(error instanceof TaskError && error.code);
    return undefined;
  }
}

/** What skopeo makes of each name: a process takes long, and there are few names. */
const readBySkopeo = new Map<string, string>();

/** The name that skopeo would copy from; nothing is contacted. */
async function readWithSkopeo({ source: { host: of, path: at }, digest: one }: PlannedImage): Promise<string> {
  const key = JSON.stringify([of, at, one]);
  const known = readBySkopeo.get(key);
  if (known !== undefined) return known;
  const file = join(folder, 'source.yaml');
  await writeFile(file, JSON.stringify({ [of]: { images: { [at]: [one] } } }));
  const args = ['sync', '--dry-run', '--src=yaml', '--dest=docker', file, `${registry}/${namespace}`];
  const { stdout, stderr } = await execa('skopeo', args);
  const found = /from="docker:\/\/([^"]+)"/.exec(`${stdout}\n${stderr}`)?.[1] ?? '';
  readBySkopeo.set(key, found);
  return found;
}

describe('random plans', () => {
  it(
    'copy into their own registry and namespace alone, what skopeo reads in them, or are refused',
    fuzzOptions,
    async () => {
      let taken = 0;
      await fuzz(plan, async (text) => {
        const found = await read(text);
        if (found === undefined) return;
        taken += 1;
        expect(parseSyncPlan(formatSyncPlan(found), 'f')).toEqual(found);
        for (const { destination } of [...found.images, ...(found.unpinned ?? [])]) {
          expect(`${destination.host}/${destination.path}`).toMatch(
            /^[dD]\.example:5000\/shop(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/,
          );
        }
        const side = { authFile: '/auth.json', verifyTls: true };
        for (const job of found.images) {
          expect(job.tags.length).toBeGreaterThan(0);
          for (const one of job.tags) {
            const args = skopeoCopyArguments({ job, tag: one, source: side, destination: side });
            expect(args.slice(0, -2).every((arg) => arg === 'copy' || arg.startsWith('--'))).toBe(true);
            expect(args.at(-1)).toBe(`docker://${job.destination.host}/${job.destination.path}:${one}`);
            expect(one).toMatch(/^\w[\w.-]{0,127}$/);
          }
        }
        for (const job of found.images) expect(await readWithSkopeo(job)).toBe(sourceName(job));
      });
      expect(taken).toBeGreaterThan(0);
    },
  );
});
