import { describe, expect, it } from 'vitest';

import type { Folder } from '../../../../../src/domain/core/ports.ts';
import { Redactor } from '../../../../../src/domain/core/secret.ts';
import { readRequest, type RequestParams } from '../../../../../src/usecases/images/copy/read-request.ts';
import { planText } from '../../../../fakes/sync-scene.ts';

const nothing: RequestParams = {
  sourceFile: undefined,
  planDigest: undefined,
  sourceRegistry: undefined,
  destinationRegistry: undefined,
  destinationNamespace: undefined,
  mappingFile: undefined,
  excluded: [],
};
const target = { destinationRegistry: 'b.example', destinationNamespace: 'new' };
const yaml = { parse: (text: string): readonly unknown[] => [JSON.parse(text)], format: String };

function read(files: Readonly<Record<string, string>>, params: Partial<RequestParams> = {}) {
  const folder: Folder = {
    path: '/skopeo',
    read: (name) => Promise.resolve(files[name]),
    readLines: () => Promise.reject(new Error('not here')),
    write: () => Promise.reject(new Error('not here')),
    writeParts: () => Promise.reject(new Error('not here')),
    remove: () => Promise.reject(new Error('not here')),
    list: () => Promise.resolve(Object.keys(files)),
    walk: () => ReadableStream.from(Object.keys(files)),
    folder: () => folder,
  };
  return readRequest(
    { ...nothing, ...params },
    { folder, yaml, sourceYaml: yaml, sha256: (text) => `sha256:${String(text.length)}`, redactor: new Redactor() },
  );
}

const plan = planText('a.example', 'b.example', []);
const source = JSON.stringify({ 'a.example': { images: { 'shop/web': ['1'] } } });
const two = JSON.stringify({ 'a.example': { images: { x: [] } }, 'c.example': { images: { y: [] } } });

describe('readRequest', () => {
  it('prefers the plan', async () => {
    expect(await read({ 'plan.json': plan, 'source.yaml': source })).toMatchObject({
      kind: 'plan',
      sourceRegistry: 'a.example',
      destinationRegistry: 'b.example',
    });
  });

  it('takes the source file where there is no plan, or where it is named', async () => {
    const expected = {
      kind: 'source-file',
      sourceRegistry: 'a.example',
      target: { host: 'b.example', path: 'new' },
    };
    expect(await read({ 'source.yaml': source }, target)).toMatchObject(expected);
    expect(await read({ 'plan.json': plan, 'my.yaml': source }, { ...target, sourceFile: 'my.yaml' })).toMatchObject(
      expected,
    );
  });

  it('says which files it looked for', async () => {
    await expect(read({})).rejects.toThrow('looking for plan.json or source.yaml in /skopeo');
  });

  it('knows no registry for the login where a file names several, unless given', async () => {
    expect(await read({ 'source.yaml': two }, target)).toMatchObject({ sourceRegistry: undefined });
    expect(await read({ 'source.yaml': two }, { ...target, sourceRegistry: 'c.example' })).toMatchObject({
      sourceRegistry: 'c.example',
    });
  });

  it('compares the digest', async () => {
    expect(await read({ 'plan.json': plan }, { planDigest: `sha256:${String(plan.length)}` })).toMatchObject({
      kind: 'plan',
    });
    await expect(read({ 'plan.json': plan }, { planDigest: 'sha256:1' })).rejects.toMatchObject({
      code: 'invalid-file',
    });
  });

  it.each([
    ['destination-registry-public', { destinationRegistry: 'c.example' }],
    ['source-registry-public', { sourceRegistry: 'c.example' }],
    ['destination-namespace', { destinationNamespace: 'elsewhere' }],
  ])('refuses a %s that contradicts the plan', async (name, params) => {
    await expect(read({ 'plan.json': plan }, params)).rejects.toThrow(`comparing ${name} with the plan`);
  });

  const entry = (destination: string) => ({
    source: 'shop/web',
    destination,
    image: { digest: `sha256:${'a'.repeat(64)}` },
    tags: ['1'],
  });

  it.each(['other/web', 'moved-too/web', 'web', 'moved'])(
    'refuses an image outside of the namespace that is asked for: %s',
    async (destination) => {
      const files = { 'plan.json': planText('a.example', 'b.example', [entry('moved/web'), entry(destination)]) };
      await expect(read(files, { destinationNamespace: 'moved' })).rejects.toMatchObject({
        code: 'invalid-param',
        message: expect.stringContaining(`b.example/${destination}`) as string,
      });
      // A mapping file can name other places: then the param must be left out.
      expect(await read(files)).toMatchObject({ kind: 'plan' });
    },
  );

  it('refuses an image for another registry than that of the plan', async () => {
    const text = planText('a.example', 'b.example', [entry('moved/web')]);
    const files = { 'plan.json': text.replaceAll('b.example/moved/web', 'evil.example/moved/web') };
    await expect(read(files)).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it('accepts what says the same as the plan', async () => {
    const same = { destinationRegistry: 'B.example:443', sourceRegistry: 'a.example', destinationNamespace: 'moved' };
    expect(await read({ 'plan.json': plan }, same)).toMatchObject({ kind: 'plan' });
  });

  it('needs a destination for a source file', async () => {
    await expect(read({ 'source.yaml': source })).rejects.toMatchObject({ code: 'invalid-param' });
    await expect(read({ 'source.yaml': source }, { ...target, destinationNamespace: '../x' })).rejects.toMatchObject({
      code: 'invalid-param',
    });
  });
});
