import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../../src/domain/kube/status-error.ts';
import { TaskError } from '../../../../../src/domain/core/errors.ts';
import type { Cluster } from '../../../../../src/domain/kube/cluster.ts';
import type { Log } from '../../../../../src/domain/core/ports.ts';
import { findRegistryInfo, type RegistryInfoInput } from '../../../../../src/usecases/images/plan/registry-info.ts';
import { Redactor } from '../../../../../src/domain/core/secret.ts';

const internal = 'image-registry.openshift-image-registry.svc:5000';
const outside = 'default-route.apps.source.test';

const config = '/apis/config.openshift.io/v1/images/cluster';
const platformStreams = '/apis/image.openshift.io/v1/namespaces/openshift/imagestreams';
const allStreams = '/apis/image.openshift.io/v1/imagestreams';
const route = '/apis/route.openshift.io/v1/namespaces/openshift-image-registry/routes/default-route';
const oldRoute = '/apis/route.openshift.io/v1/namespaces/default/routes/docker-registry';

type Answers = Readonly<Record<string, object | number | Error>>;

const fullConfig = {
  metadata: { name: 'cluster' },
  status: { internalRegistryHostname: internal, externalRegistryHostnames: [outside] },
};
const streams = {
  items: [
    {
      metadata: { name: 'php', namespace: 'openshift' },
      status: { dockerImageRepository: `${internal}/openshift/php` },
    },
  ],
};
const defaultRoute = {
  apiVersion: 'route.openshift.io/v1',
  kind: 'Route',
  metadata: { name: 'default-route', namespace: 'openshift-image-registry' },
  spec: { host: outside },
};

/** Asks a cluster that answers as told, a number being a status; what is not told is not there. */
async function find(answers: Answers, changes: Partial<RegistryInfoInput> = {}) {
  const asked: string[] = [];
  const warnings: string[] = [];
  let open = 0;
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'source',
    server: 'https://source.test',
    request({ path }) {
      asked.push(path);
      const answer = answers[path] ?? (path === '/api' ? { kind: 'APIVersions', versions: ['v1'] } : 404);
      if (answer instanceof Error) return Promise.reject(answer);
      if (typeof answer !== 'number') return Promise.resolve(answer);
      return Promise.reject(new ClusterStatusError(`GET ${path}`, { status: answer, reason: 'Test', message: '' }));
    },
    token: () => Promise.resolve(undefined),
    close() {
      open -= 1;
      return Promise.resolve();
    },
  };
  const log: Log = {
    redactor: new Redactor(),
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => warnings.push(message),
    progress: () => undefined,
    item: () => undefined,
  };
  const connect = (): Promise<Cluster> => {
    open += 1;
    return Promise.resolve(cluster);
  };
  const input = { strict: false, isNeeded: true, given: {}, ...changes };
  const outcome = await findRegistryInfo(input, { connect, log }).catch((error: unknown) => error);
  return { outcome, asked, warnings, open };
}

function results(internalHost: string, publicHost: string) {
  return { results: { internal: internalHost, public: publicHost } };
}

describe('findRegistryInfo', () => {
  it('asks no further when the configuration has both', async () => {
    const { outcome, asked, open } = await find({ [config]: fullConfig });
    expect(outcome).toMatchObject(results(internal, outside));
    expect(asked).toEqual([config]);
    expect(open).toBe(0);
  });

  it('continues with streams and routes for what is missing, and says where each came from', async () => {
    const { outcome, asked } = await find({ [platformStreams]: streams, [route]: defaultRoute });
    expect(outcome).toMatchObject({
      ...results(internal, outside),
      items: [
        { reason: 'openshift-streams', outcome: 'done', message: internal },
        { reason: 'default-route', outcome: 'done', message: outside },
      ],
    });
    expect(asked).toEqual([config, platformStreams, allStreams, route]);
  });

  it('finds the route of OpenShift 3', async () => {
    const threeRoute = { ...defaultRoute, metadata: { name: 'docker-registry', namespace: 'default' } };
    const { outcome } = await find({ [allStreams]: streams, [oldRoute]: threeRoute });
    expect(outcome).toMatchObject(results(internal, outside));
  });

  it('prefers what the user gives, and does not connect when that is both', async () => {
    const { outcome, asked } = await find({ [config]: fullConfig }, { given: { internal: 'a:5000', public: 'b' } });
    expect(outcome).toMatchObject({ ...results('a:5000', 'b'), items: [{ reason: 'given' }, { reason: 'given' }] });
    expect(asked).toEqual([]);
    const half = await find({ [config]: fullConfig }, { given: { internal: 'a:5000' } });
    expect(half.outcome).toMatchObject(results('a:5000', outside));
  });

  it.each(['https://b', 'b/c', 'b c', '$(id)', '--b'])('refuses the given address %s', async (host) => {
    const { outcome } = await find({}, { given: { public: host } });
    expect(outcome).toMatchObject({ code: 'invalid-param' });
  });

  it('is empty with a warning where nothing is known, and an error in strict mode', async () => {
    const { outcome, warnings } = await find({});
    expect(outcome).toMatchObject({ ...results('', ''), items: [{ outcome: 'skipped' }, { outcome: 'skipped' }] });
    expect(warnings).toHaveLength(2);
    const strict = await find({ [platformStreams]: streams }, { strict: true });
    expect(strict.outcome).toMatchObject({ code: 'registry-unknown' });
    expect((strict.outcome as Error).message).toBe("finding the cluster's registry: no public address known");
    expect(strict.open).toBe(0);
  });

  it.each([403, 500, 503])('does not take a refusal with %i for an empty answer', async (status) => {
    const { outcome } = await find({ [config]: status, [platformStreams]: streams });
    expect(outcome).toBeInstanceOf(ClusterStatusError);
    expect(outcome).toMatchObject({ status });
  });

  it.each([403, 500, 503])('gets over a refusal with %i when others answer', async (status) => {
    const { outcome } = await find({
      [config]: status,
      [platformStreams]: streams,
      [route]: defaultRoute,
    });
    expect(outcome).toMatchObject(results(internal, outside));
  });

  it.each([403, 500])('needs no address where no image is copied, also after a refusal with %i', async (status) => {
    const { outcome, warnings } = await find({ [config]: status }, { strict: true, isNeeded: false });
    expect(outcome).toMatchObject(results('', ''));
    expect(warnings).toHaveLength(2);
  });

  it('ends at once when the token is refused', async () => {
    const { outcome, asked, open } = await find({ [config]: 401, [platformStreams]: streams });
    expect(outcome).toMatchObject({ code: 'unauthorized' });
    expect(asked).toEqual([config]);
    expect(open).toBe(0);
  });

  it('ends at once when the cluster cannot be reached', async () => {
    const unreachable = new TaskError('unreachable', 'connecting', { remedy: 'x' });
    const { outcome, asked, open } = await find({ [config]: unreachable });
    expect(outcome).toBe(unreachable);
    expect(asked).toEqual([config]);
    expect(open).toBe(0);
  });

  it.each([
    [config, { ...fullConfig, metadata: { name: 'other' } }],
    [config, { ...fullConfig, kind: 'Build' }],
    [config, { kind: 'Status' }],
    [platformStreams, { items: [{ ...streams.items[0], metadata: { name: 'php', namespace: 'attacker' } }] }],
    [platformStreams, { items: [{ ...streams.items[0], kind: 'Build' }] }],
    [allStreams, { items: [{ status: {} }] }],
    [route, { ...defaultRoute, metadata: { ...defaultRoute.metadata, namespace: 'attacker' } }],
    [route, { ...defaultRoute, kind: 'Ingress' }],
  ])('refuses another object in place of %s: %j', async (path, answer) => {
    const { outcome, open } = await find({ [path]: answer });
    expect(outcome).toMatchObject({ code: 'unexpected-object' });
    expect(open).toBe(0);
  });

  it('refuses an answer that is not a list of streams', async () => {
    const { outcome } = await find({ [platformStreams]: { kind: 'ImageStream', metadata: { name: 'php' } } });
    expect(outcome).toMatchObject({ code: 'cluster-refused' });
  });
});
