import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { skopeoYamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { parseSourceFile } from '../../src/domain/images/skopeo/source-file.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crane-tasks-fuzz-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const digest = `sha256:${'0'.repeat(64)}`;
const host = fc.constantFrom('r.example', 'r.example:5000', 'localhost:5000', '127.0.0.1:5000');
const repository = fc.constantFrom('a', 'a/b', 'a/b-c/d', 'a__b', 'a.b', 'a/b/c/d/e');
const reference = fc.constantFrom(
  '"1"',
  '1',
  '07',
  'on',
  '1.10',
  'v1',
  'latest',
  '"1.10"',
  'V_1',
  `"${digest}"`,
  'a..b',
  "'x'",
);
const images = fc
  .uniqueArray(fc.tuple(repository, fc.uniqueArray(reference, { minLength: 1, maxLength: 3 })), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 3,
  })
  .map((list) => list.map(([name, tags]) => `    ${name}: [${tags.join(', ')}]`).join('\n'));
const settings = fc.constantFrom(
  '',
  '  tls-verify: false\n',
  '  tls-verify: true\n',
  '  credentials: {username: u, password: p}\n',
);
const file = fc
  .uniqueArray(fc.tuple(host, settings, images), { selector: ([name]) => name, minLength: 1, maxLength: 2 })
  .map((list) => list.map(([name, more, of]) => `"${name}":\n${more}  images:\n${of}\n`).join(''));

/** What skopeo would copy; undefined when it refuses the file. Nothing is contacted: each tag is named. */
async function listWithSkopeo(text: string): Promise<readonly string[] | undefined> {
  const path = join(folder, 'source.yaml');
  await writeFile(path, text);
  const args = ['sync', '--dry-run', '--src=yaml', '--dest=docker', path, 'd.example/x'];
  const { stdout, stderr, exitCode } = await execa('skopeo', args, { reject: false });
  if (exitCode !== 0) return undefined;
  return [...`${stdout}\n${stderr}`.matchAll(/from="docker:\/\/([^"]+)"/g)].map(([, image = '']) => image).sort();
}

function list(text: string): readonly string[] {
  const { repositories, wrong } = parseSourceFile(skopeoYamlCodec.parse(text, 'f'), 'f', new Redactor());
  expect(wrong).toEqual([]);
  return repositories
    .flatMap(({ source: { host: name, path }, choice }) =>
      (choice.by === 'list' ? choice.references : []).map(
        (one) => `${name}/${path}${one === digest ? '@' : ':'}${one}`,
      ),
    )
    .sort();
}

describe('random source files', () => {
  it('name the images that skopeo would copy', fuzzOptions, () =>
    fuzz(file, async (text) => {
      const theirs = await listWithSkopeo(text);
      if (theirs !== undefined) expect(list(text)).toEqual([...new Set(theirs)]);
    }),
  );
});
