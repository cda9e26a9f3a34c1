import { describe, expect, it } from 'vitest';

import {
  configMaps,
  first,
  kindOf,
  listOfMaps,
  numbered,
  secondPage,
  useExportScene,
} from '../../builders/export-scene.ts';
import type { ApiFault } from '../../fakes/api-server.ts';

const scene = useExportScene();

describe('an export that meets passing faults', () => {
  it('writes every object once, page by page', async () => {
    const run = await scene.exportFrom({});
    expect(run).toMatchObject({
      exitCode: 0,
      results: { status: 'succeeded', 'resource-count': '132', 'failure-count': '0' },
    });
    expect(await run.files()).toHaveLength(132);
    const pages = scene.requests().filter((request) => request.path === listOfMaps);
    expect(pages.length).toBeGreaterThan(1);
  });

  it('continues with the new token of an expired list, and says that the list spans time', async () => {
    const expired: ApiFault = {
      kind: 'status',
      status: 410,
      body: { reason: 'Expired', metadata: { continue: '50' } },
    };
    const run = await scene.exportFrom({ decide: first(1, secondPage, expired) });
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': '132' } });
    expect(run.item('v1 ConfigMap')).toMatchObject({
      outcome: 'done',
      reason: 'exported-over-time',
      evidence: { expirations: 1 },
    });
  });

  it('starts a list again when it expires without a token, and keeps nothing that is gone by then', async () => {
    const objects = [...configMaps.objects];
    const expired: ApiFault = { kind: 'status', status: 410, body: { reason: 'Expired' } };
    const expire = first(1, secondPage, expired);
    const run = await scene.exportFrom({
      kinds: [{ ...configMaps, objects }],
      decide: (request) => {
        const fault = expire(request);
        if (fault !== undefined) objects.splice(0, 10);
        return fault;
      },
    });
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': '120' } });
    expect(await run.files()).toHaveLength(120);
  });

  it('gives a kind up whose list expires again and again', async () => {
    const expired: ApiFault = { kind: 'status', status: 410, body: { reason: 'Expired' } };
    const run = await scene.exportFrom({
      decide: ({ path: asked, before }) => (asked === listOfMaps && before > 0 ? expired : undefined),
    });
    expect(run).toMatchObject({ exitCode: 4, results: { status: 'incomplete', 'failure-count': '1' } });
    expect(run.item('v1 ConfigMap')).toMatchObject({ outcome: 'failed', reason: 'list-expired' });
  });

  it('waits as long as Retry-After says, and lets other kinds pass meanwhile', async () => {
    const busy: ApiFault = { kind: 'status', status: 429, headers: { 'retry-after': '2' } };
    const run = await scene.exportFrom({ decide: first(2, (request) => request.path === listOfMaps, busy) });
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': '132' } });
    const times = (asked: string): readonly number[] =>
      scene
        .requests()
        .filter((request) => request.path === asked)
        .map((request) => request.at);
    const [refused = 0, refusedAgain = 0, served = 0] = times(listOfMaps);
    expect(refusedAgain - refused).toBeGreaterThanOrEqual(2000);
    expect(served - refusedAgain).toBeGreaterThanOrEqual(2000);
    expect(times('/api/v1/namespaces/shop/secrets')[0]).toBeLessThan(refused + 1500);
  });

  it('lives through a storm of refusals', async () => {
    let count = 0;
    const run = await scene.exportFrom({
      kinds: numbered('kind', 12).map((plural) =>
        kindOf(plural, plural.replace('-', ''), { names: ['a'], group: `${plural}.example.com` }),
      ),
      decide: (request) => {
        count += 1;
        return request.path.includes('/namespaces/shop/') && count % 2 === 0
          ? { kind: 'status', status: 429, headers: { 'retry-after': '0' } }
          : undefined;
      },
    });
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': '12' } });
  });

  it.each<[string, ApiFault]>([
    ['503 without a time', { kind: 'status', status: 503 }],
    ['500', { kind: 'status', status: 500 }],
    ['a body cut mid-JSON', { kind: 'cut' }],
    ['a packed body cut short', { kind: 'cut-gzip' }],
    ['a reset connection', { kind: 'reset' }],
    [
      'half of the JSON with a fitting length',
      { kind: 'text', type: 'application/json', text: '{"items":[{"metadata":' },
    ],
  ])('asks again after %s', async (_name, fault) => {
    const run = await scene.exportFrom({ decide: first(2, secondPage, fault) });
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': '132', 'failure-count': '0' } });
    expect(await run.files()).toHaveLength(132);
  });
});
