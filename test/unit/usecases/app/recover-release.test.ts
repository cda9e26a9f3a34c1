import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { installRelease, type InstallRequest } from '../../../../src/usecases/app/install-release.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import {
  deployment,
  deployments,
  limits,
  liveDeployment,
  record,
  recordPath,
  release,
  releaseScene,
  revisions,
  secrets,
} from '../../../fakes/release-scene.ts';

const web = { [`${deployments}/web`]: liveDeployment('web') };
const request: InstallRequest = { ...release, chart: '/c', values: [], limits, dryRun: false };
const chart = [deployment('web')];

describe('the recovery of a release that another helm may work on', () => {
  it('waits for a helm of another user, and goes on from the revision that this one made', async () => {
    const history = [...revisions('deployed', 'pending-upgrade')];
    const objects = { ...web, ...record(1, 'deployed'), ...record(2) };
    const scene = releaseScene({ objects, chart, helm: { history: () => Promise.resolve([...history]) } });
    const sleep = (milliseconds: number): Promise<void> => {
      history.splice(0, 2, ...revisions('superseded', 'deployed'));
      const [path, changed] = [recordPath(2), record(2, 'deployed')[recordPath(2)]];
      scene.objects.set(path, { ...changed, metadata: { ...changed?.metadata, resourceVersion: '2' } });
      return scene.ports.sleep(milliseconds);
    };
    const found = await installRelease(request, { ...scene.ports, sleep });
    expect(found).toMatchObject({ outcome: 'unchanged', revision: 2 });
    expect(scene.requests.filter((each) => each.startsWith(`DELETE ${secrets}`))).toEqual([]);
  });

  it.each([
    ['another uid', 2, { uid: 'other' }],
    ['another version', 2, { resourceVersion: '2' }],
    ['a further revision', 3, {}],
  ])('deletes no record when the release has %s since its history was read', async (_what, revision, change) => {
    const objects = { ...web, ...record(1, 'deployed'), ...record(2) };
    const scene = releaseScene({ history: revisions('deployed', 'pending-upgrade'), objects, chart });
    const [path, made] = [recordPath(revision), record(revision, 'deployed')[recordPath(revision)]];
    const dryRun = (): Promise<JsonObject> => {
      scene.objects.set(path, { ...made, metadata: { ...made?.metadata, ...change } });
      return Promise.resolve({ manifest: '' });
    };
    const helm = { ...scene.ports.helm, dryRun };
    const error = await thrownBy(() => installRelease(request, { ...scene.ports, helm }));
    expect(error.code).toBe('incomplete');
    expect(scene.requests.filter((each) => each.startsWith(`DELETE ${secrets}`))).toEqual([]);
    expect(scene.calls).toEqual([]);
  });

  it('deletes a record only as it was when the history was read', async () => {
    const objects = { ...web, ...record(1, 'deployed'), ...record(2) };
    const { ports, requests, bodies } = releaseScene({
      history: revisions('deployed', 'pending-upgrade'),
      objects,
      chart,
    });
    await installRelease(request, ports);
    expect(bodies[requests.indexOf(`DELETE ${recordPath(2)}`)]).toMatchObject({
      preconditions: { uid: 'u2', resourceVersion: '1' },
    });
    const refuse = (status: number) => {
      const scene = releaseScene({ history: revisions('deployed', 'pending-upgrade'), objects, chart });
      const cluster: Cluster = {
        ...scene.ports.cluster,
        request: (asked) =>
          asked.method === 'DELETE' && asked.path === recordPath(2)
            ? Promise.reject(refusal(status, 'Refused', 'refused'))
            : scene.ports.cluster.request(asked),
      };
      return installRelease(request, { ...scene.ports, cluster });
    };
    expect((await thrownBy(() => refuse(409))).code).toBe('incomplete');
    expect((await thrownBy(() => refuse(403))).code).toBe('forbidden');
    expect(await refuse(404)).toMatchObject({ outcome: 'upgraded' });
  });

  it('does not wait in a dry run', async () => {
    const objects = { ...web, ...record(1) };
    const { ports, calls } = releaseScene({ history: revisions('pending-install'), objects, chart });
    expect((await installRelease({ ...request, dryRun: true }, ports)).outcome).toBe('checked');
    expect(ports.now()).toBe(0);
    expect(calls).toEqual(['dry run install']);
  });
});
