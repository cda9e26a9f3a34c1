import { describe, expect, it } from 'vitest';

import { HelmError } from '../../../../src/domain/helm/helm-error.ts';
import type { ReleaseStatus } from '../../../../src/domain/helm/helm.ts';
import { changeWorkloads } from '../../../../src/usecases/app/change-workloads.ts';
import { deleteRelease } from '../../../../src/usecases/app/delete-release.ts';
import { installRelease, type InstallRequest } from '../../../../src/usecases/app/install-release.ts';
import { rollBackRelease } from '../../../../src/usecases/app/roll-back-release.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import {
  deployment,
  deployments,
  leases,
  limits,
  liveDeployment,
  record,
  release,
  releaseScene,
  revisions,
  secrets,
} from '../../../fakes/release-scene.ts';

const web = { [`${deployments}/web`]: liveDeployment('web') };
const heldBy = (holderIdentity: string) => ({
  [`${leases}/crane-tasks-web`]: {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'crane-tasks-web', namespace: 'shop', uid: 'l', resourceVersion: '1' },
    spec: { holderIdentity, leaseDurationSeconds: 15, renewTime: new Date(0).toISOString() },
  },
});

describe('deleteRelease', () => {
  it.each([
    [['deployed'], true],
    [[], false],
  ] as const)('with the history %j gives %s, and leaves no Lease', async (statuses, expected) => {
    const { ports, calls, requests, objects } = releaseScene({ history: revisions(...statuses) });
    expect(await deleteRelease(release, { patience: 0, wait: true }, ports)).toBe(expected);
    expect(calls).toEqual(['uninstall']);
    expect(requests).toContain(`POST ${leases}`);
    expect(objects.has(`${leases}/crane-tasks-web`)).toBe(false);
  });

  it('does nothing while another run works on the release', async () => {
    const { ports, calls } = releaseScene({ objects: heldBy('the other run') });
    const error = await thrownBy(() => deleteRelease(release, { patience: 1000, wait: true }, ports));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('the other run');
    expect(calls).toEqual([]);
  });
});

describe('rollBackRelease', () => {
  const rollBack = (statuses: readonly ReleaseStatus[], revision?: number) => {
    const scene = releaseScene({
      history: revisions(...statuses),
      objects: { ...web, ...record(statuses.length) },
      chart: [deployment('web')],
    });
    return { ...scene, run: () => rollBackRelease({ ...release, revision, limits }, scene.ports) };
  };

  it('returns to the newest good revision before the current one', async () => {
    const { run, calls } = rollBack(['superseded', 'deployed']);
    expect(await run()).toEqual({ revision: 3, from: 1 });
    expect(calls).toEqual(['rollback 1']);
  });

  it('first deletes the record of a revision that was killed', async () => {
    const { run, calls, requests, lines } = rollBack(['superseded', 'deployed', 'pending-rollback'], 1);
    expect(await run()).toMatchObject({ from: 1 });
    expect(requests).toContain(`DELETE ${secrets}/sh.helm.release.v1.web.v3`);
    expect(lines.join()).toContain('revision 3 is pending-rollback');
    expect(calls).toEqual(['rollback 1']);
  });

  it.each<[string, readonly ReleaseStatus[], number | undefined]>([
    ['release', [], undefined],
    ['earlier good revision', ['deployed'], undefined],
    ['revision 9', ['deployed'], 9],
    ['revision 2 that ended', ['deployed', 'pending-upgrade'], 2],
  ])('changes nothing without a %s', async (_what, statuses, revision) => {
    const { run, calls, requests } = rollBack(statuses, revision);
    expect((await thrownBy(run)).code).toBe('invalid-param');
    expect(calls).toEqual([]);
    expect(requests.filter((request) => request.startsWith('DELETE') && request.includes('/secrets'))).toEqual([]);
  });
});

describe('installRelease', () => {
  const request: InstallRequest = { ...release, chart: '/c', values: [], limits, dryRun: false };
  const chart = [deployment('web')];

  it('installs what is new', async () => {
    const { ports, calls } = releaseScene({ objects: web, chart });
    expect(await installRelease(request, ports)).toMatchObject({ outcome: 'installed', revision: 1, leftOver: [] });
    expect(calls).toEqual(['dry run upgrade', 'upgrade']);
  });

  it('leaves a release that has this content', async () => {
    const { ports, calls } = releaseScene({ history: revisions('deployed'), objects: web, chart });
    expect(await installRelease(request, ports)).toMatchObject({ outcome: 'unchanged', revision: 1 });
    expect(calls).toEqual(['dry run upgrade']);
  });

  it('upgrades a release that failed, that lost an object or that has other values', async () => {
    const failed = { history: revisions('superseded', 'failed'), objects: web, chart };
    const lost = { history: revisions('deployed'), chart: [deployment('web'), deployment('other')] };
    const other = {
      history: revisions('deployed'),
      objects: web,
      chart,
      helm: { values: () => Promise.resolve({ a: 1 }) },
    };
    for (const scene of [failed, { ...lost, objects: web }, other]) {
      const { ports } = releaseScene(scene);
      const dontWait = { ...request, limits: { ...limits, wait: false } };
      expect(await installRelease(dontWait, ports)).toMatchObject({ outcome: 'upgraded' });
    }
  });

  it('recovers a release whose first installation was killed, and names what is left over', async () => {
    const former = deployment('former');
    const helm = { manifest: () => Promise.resolve(`---\n${JSON.stringify(former)}\n`) };
    const objects = { ...web, ...record(1) };
    const { ports, requests, lines } = releaseScene({ history: revisions('pending-install'), objects, chart, helm });
    const found = await installRelease(request, ports);
    expect(found.outcome).toBe('installed');
    expect(found.leftOver.map(({ metadata }) => metadata.name)).toEqual(['former']);
    expect(requests).toContain(`DELETE ${secrets}/sh.helm.release.v1.web.v1`);
    expect(lines.join()).toContain('left over from an unfinished revision');
  });

  it('finishes an uninstallation first', async () => {
    const { ports, calls } = releaseScene({ history: revisions('uninstalling'), objects: web, chart });
    expect((await installRelease(request, ports)).outcome).toBe('installed');
    expect(calls).toEqual(['dry run install', 'uninstall', 'upgrade']);
  });

  it('checks and changes nothing in a dry run', async () => {
    const { ports, calls } = releaseScene({ history: revisions('deployed'), chart });
    expect(await installRelease({ ...request, dryRun: true }, ports)).toMatchObject({
      outcome: 'checked',
      revision: 1,
    });
    expect(calls).toEqual(['dry run upgrade']);
  });

  it('refuses a route that another release has', async () => {
    const ingress = (namespace: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web', namespace },
      spec: { rules: [{ host: 'shop.test' }] },
    });
    const objects = { '/apis/networking.k8s.io/v1/namespaces/other/ingresses/web': ingress('other') };
    const { ports, calls } = releaseScene({ objects, chart: [ingress('shop')] });
    const error = await thrownBy(() => installRelease(request, ports));
    expect(error.code).toBe('name-collision');
    expect(error.message).toContain('shop.test belongs to an unknown owner');
    expect(calls).toEqual(['dry run upgrade']);
  });

  it('refuses a release that is too large, and names its largest parts', async () => {
    const files = [{ name: 'data/big.bin', data: 'x'.repeat(1024 * 1024) }];
    const helm = { dryRun: () => Promise.resolve({ chart: { files } }) };
    const { ports, calls } = releaseScene({ helm });
    const error = await thrownBy(() => installRelease(request, ports));
    expect(error.code).toBe('invalid-file');
    expect(error.message).toContain('file data/big.bin');
    expect(calls).toEqual([]);
  });

  it('stops helm when nothing changes any more, with the reason of the Pods', async () => {
    const objects = { [`${deployments}/web`]: liveDeployment('web', 0) };
    const upgrade = (_request: unknown, signal?: AbortSignal): Promise<number> =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new HelmError('stopped', 'stopped')));
      });
    const { ports, objects: left } = releaseScene({ objects, chart, helm: { upgrade } });
    const error = await thrownBy(() => installRelease(request, ports));
    expect(error.code).toBe('timeout');
    expect(error.message).toMatch(/^installing release shop\/web: apps\/v1 Deployment shop\/web: /);
    expect(left.has(`${leases}/crane-tasks-web`)).toBe(false);
  });

  it('ends with the error of helm', async () => {
    const upgrade = (): Promise<number> => Promise.reject(new HelmError('quota', 'exceeded quota'));
    const { ports } = releaseScene({ objects: web, chart, helm: { upgrade } });
    expect(await thrownBy(() => installRelease(request, ports))).toMatchObject({ failure: 'quota' });
  });
});

describe('changeWorkloads', () => {
  const scene = (available = 1) =>
    releaseScene({
      history: revisions('deployed'),
      objects: { [`${deployments}/web`]: liveDeployment('web', available) },
      chart: [deployment('web')],
    });

  it.each([
    [{ kind: 'scale', instances: 3 }, 'scaled', { spec: { replicas: 3 } }],
    [
      { kind: 'restart', at: '2026-01-01T00:00:00Z' },
      'restarted',
      {
        spec: {
          template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' } } },
        },
      },
    ],
  ] as const)('%j', async (change, reason, body) => {
    const { ports, requests, bodies } = scene();
    const items = await changeWorkloads(release, { change, waitMilliseconds: 1000 }, ports);
    expect(items).toEqual([{ id: 'apps/v1 Deployment shop/web', outcome: 'done', reason }]);
    expect(bodies[requests.indexOf(`PATCH ${deployments}/web`)]).toEqual(body);
  });

  it('says what does not become ready, unless it does not wait', async () => {
    const change = { kind: 'scale', instances: 3 } as const;
    const [item] = await changeWorkloads(release, { change, waitMilliseconds: 1000 }, scene(0).ports);
    expect(item).toMatchObject({ outcome: 'failed', reason: 'not-ready' });
    const [unwatched] = await changeWorkloads(release, { change, waitMilliseconds: 0 }, scene(0).ports);
    expect(unwatched).toMatchObject({ outcome: 'done', reason: 'scaled' });
  });

  it('refuses a release that does not exist or has nothing to change', async () => {
    const change = { kind: 'scale', instances: 3 } as const;
    const run = (history: ReturnType<typeof revisions>) =>
      thrownBy(() => changeWorkloads(release, { change, waitMilliseconds: 0 }, releaseScene({ history }).ports));
    expect(await run([])).toMatchObject({ failure: 'not-found' });
    expect((await run(revisions('deployed'))).message).toContain('it has no Deployment or StatefulSet');
  });
});
