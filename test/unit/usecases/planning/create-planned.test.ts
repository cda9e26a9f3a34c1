import { describe, expect, it } from 'vitest';

import { stringAt, type JsonObject } from '../../../../src/domain/core/json-object.ts';
import { objectsOf } from '../../../../src/domain/planning/run-objects.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import { createPlanned } from '../../../../src/usecases/planning/create-planned.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { anInventory, aPlan } from '../../../builders/planning.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

async function create(answers: Partial<MoveAnswers>, namespaceExists = true) {
  const writes: string[] = [];
  const logins: unknown[] = [];
  const cluster = (side: string) =>
    aClusterWith((request) => {
      const body = request.body as JsonObject;
      const kind = stringAt(body, 'kind') ?? '';
      const isCheck = request.query?.['dryRun'] !== undefined;
      if (!isCheck) writes.push(`${side} ${kind}`);
      if (!isCheck && kind === 'Secret') logins.push(body['stringData']);
      if (kind !== 'TokenRequest') return Promise.resolve(body);
      return Promise.resolve({ status: { token: `made-${side}`, expirationTimestamp: `later-${side}` } });
    });
  const clusters = { source: cluster('source'), destination: cluster('destination'), runs: cluster('runs') };
  const plan = aPlan(await anInventory(), answers);
  const settings = { namespace: 'migrations', answersText: '', inventoryDigest: '', action: 'app' as const };
  const log = silentLog();
  const { expiries } = await createPlanned(
    { plan, objects: objectsOf(plan, settings), namespace: 'migrations', namespaceExists },
    {
      clusters,
      log,
      accessOf: (side) => Promise.resolve({ url: `https://${side}`, ca: '' }),
      now: () => 0,
      givenToken: (side) => Promise.resolve(log.redactor.secret(`given-${side}`)),
    },
  );
  return { writes, logins, expiries };
}

describe('createPlanned', () => {
  it('makes the namespace first, then an account on each side, then the objects of the runs', async () => {
    const { writes, logins, expiries } = await create({}, false);
    expect(writes.filter((each) => each.endsWith('Namespace') || each.endsWith('ServiceAccount'))).toEqual([
      'destination Namespace',
      'source ServiceAccount',
      'destination ServiceAccount',
    ]);
    expect(writes.slice(-4)).toEqual(['runs ConfigMap', 'runs Secret', 'runs Secret', 'runs PipelineRun']);
    expect(logins).toEqual([
      { url: 'https://source', token: 'made-source' },
      { url: 'https://destination', token: 'made-destination' },
    ]);
    expect(expiries).toEqual({ source: 'later-source', destination: 'later-destination' });
  });

  it('makes neither a namespace that exists nor an account where a token is given or a Secret exists', async () => {
    const credentials = { source: { kind: 'token' as const }, destination: { kind: 'secret' as const, secret: 's' } };
    const { writes, logins, expiries } = await create({ credentials });
    expect(writes).toEqual(['runs ConfigMap', 'runs Secret', 'runs PipelineRun']);
    expect([logins, expiries]).toEqual([[{ url: 'https://source', token: 'given-source' }], {}]);
  });

  it('uses the address of the answers', async () => {
    const destination = { namespace: 'shop', server: 'https://kubernetes.default.svc' };
    const { logins } = await create({ destination });
    expect(logins).toContainEqual({ url: 'https://kubernetes.default.svc', token: 'made-destination' });
  });
});
