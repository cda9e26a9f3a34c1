import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { measure, type Measurement } from '../../../bench/measure.ts';
import { command } from '../../builders/command.ts';
import { configMaps, kindOf, listOfMaps, useExportScene } from '../../builders/export-scene.ts';

const scene = useExportScene();
const mebibyte = 1024 * 1024;
/** What an export of a few objects takes, and what the largest response takes. */
const mostMebibytes = 700;

/** Packed JSON of a size in MiB: a text between two others, again and again. A gzip has any number of members. */
function bombOf(size: number, [before, repeated, after]: readonly [string, string, string]): Uint8Array {
  const many = repeated.repeat(Math.ceil(mebibyte / repeated.length));
  const member = gzipSync(many);
  const members = Array<Uint8Array>(Math.floor((size * mebibyte) / many.length)).fill(member);
  return Buffer.concat([gzipSync(before), ...members, gzipSync(after)]);
}

async function exportOf(bytes: Uint8Array, isBomb: (asked: string) => boolean): Promise<Measurement> {
  const api = await scene.startServer({
    kinds: [configMaps, ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => kindOf(`${name}s`, name, { names: ['x'] }))],
    decide: ({ path: asked }) => (isBomb(asked) ? { kind: 'packed', bytes } : undefined),
  });
  const kubeconfig = await api.writeKubeconfig(scene.scratch);
  const flags = { kubeconfig, context: 'fake', namespace: 'shop', 'export-dir': path.join(scene.scratch, 'export') };
  return measure([...command, 'crane-export', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)]);
}

const list = '{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[';
const named = '{"metadata":{"name":"a"}},';

describe('a response of a cluster that inflates', () => {
  it.each([
    ['to blanks', bombOf(1400, ['', ' ', '{}'])],
    ['to empty objects', bombOf(120, [list, '{},', '{}]}'])],
    ['to numbers', bombOf(120, [list, '1,', '1]}'])],
    ['to objects of no namespace', bombOf(40, [list, named, `${named.slice(0, -1)}]}`])],
    ['to one long text', bombOf(120, [`${list}{"metadata":{"name":"`, 'x', '"}}]}'])],
  ])('%s fails this kind alone, in bounded memory', async (_name, bytes) => {
    const run = await exportOf(bytes, (asked) => asked === listOfMaps);
    expect(run.exitCode).toBe(4);
    expect(run.peakMebibytes).toBeLessThan(mostMebibytes);
  });

  it('fails each kind, none at the cost of the others', async () => {
    const run = await exportOf(bombOf(120, [list, '{},', '{}]}']), (asked) => asked.includes('/namespaces/shop/'));
    expect([3, 4]).toContain(run.exitCode);
    expect(run.peakMebibytes).toBeLessThan(mostMebibytes);
  });
});
