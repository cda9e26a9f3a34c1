import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stringAt } from '../../src/domain/core/json-object.ts';
import { copyGolden, makeFolder, runTaskCommand } from '../builders/command.ts';
import { httpRouteDefinition } from '../builders/gateway-api.ts';
import { untilEstablished } from '../../testbed/clusters/established.ts';
import { pushImage } from '../../testbed/clusters/image-store.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import { buildShopImages } from '../../testbed/shop/build-images.ts';
import { makeNamespace, removeNamespace } from './volumes/scene.ts';

const destination = localKubectl('destination');
const namespaces = { ingress: 'modernized-ingress', gateway: 'modernized-gateway' } as const;
const routeDefinition = 'httproutes.gateway.networking.k8s.io';
const unrestricted = {};
/** Images that the application names, without what stands after their names. */
const imageNames = ['image-registry.openshift-image-registry.svc:5000/shop/web', 'registry.public.test/cache'];

let folder: Awaited<ReturnType<typeof makeFolder>>;
let image: string;

beforeAll(async () => {
  folder = await makeFolder();
  const places = Object.values(namespaces).map((name) => makeNamespace(destination, name, unrestricted));
  await Promise.all([loadImage(), defineRoutes(), ...places]);
});

afterAll(async () => {
  await Promise.all(Object.values(namespaces).map((name) => removeNamespace(destination, name)));
  await folder.remove();
});

async function loadImage(): Promise<void> {
  const { layout, digest } = (await buildShopImages())('frontend-1.1');
  const tag = digest.slice('sha256:'.length).slice(0, 16);
  image = await pushImage({ name: 'modernized', tag, layout }, 'destination', `platform/modernized:${tag}`);
}

/** The definition is left in place: its removal would change what the API server knows under other moves. */
async function defineRoutes(): Promise<void> {
  await destination.apply([await httpRouteDefinition()]);
  await untilEstablished((args) => destination.run(args), [routeDefinition]);
}

/** Moves the golden OpenShift application, whose images all become one that the destination has. */
async function move(routes: keyof typeof namespaces) {
  const work = path.join(folder.path, routes);
  const namespace = namespaces[routes];
  await copyGolden('modernize/openshift-shop/export', path.join(work, 'export'));
  const digests = ['a', 'b', 'c'].map((digit) => `@sha256:${digit.repeat(64)}`);
  const pairs = imageNames.flatMap((name) => digests.map((digest) => `${name}${digest}=${image}`));
  const args = [`--registry-replacement=${pairs.join(',')}`, `--namespace-mapping=shop=${namespace}`];
  const flags = '{"ingress-class":"public","gateway":"infrastructure/public","route-domain":"apps.destination.test"}';
  const run = (...all: string[]) => runTaskCommand(all, { cwd: work });
  const transformed = await run('crane-transform', `--modernize=${routes}`, `--optional-flags=${flags}`, ...args);
  expect(transformed.exitCode, transformed.stderr).toBe(0);
  expect((await run('crane-apply')).exitCode).toBe(0);
  const where = [`--kubeconfig=${path.join(checkoutCacheFolder, 'kubeconfig')}`, '--context=destination'];
  return run('kubectl-apply-files', ...where, `--namespace=${namespace}`);
}

async function untilReady(namespace: string, workload: string, replicas: number): Promise<void> {
  await waitFor({
    what: workload,
    seconds: 240,
    everyMs: 500,
    check: async () => {
      const wanted = ['get', workload, '-n', namespace, '-o', 'jsonpath={.status.readyReplicas}'];
      const ready = await destination.run(wanted);
      return ready === String(replicas) ? undefined : `${ready === '' ? '0' : ready} of ${String(replicas)} ready`;
    },
  });
}

describe('an OpenShift application on a cluster that is served by plain kinds', () => {
  it('starts as Deployments, and answers behind its Service, with Routes as Ingresses', async () => {
    const namespace = namespaces.ingress;
    // Claims travel by themselves, and the image wants the name of its other half to resolve.
    await destination.apply([claim('files'), service('backend')], namespace);
    const { results, stderr } = await move('ingress');
    expect(results, stderr).toMatchObject({ 'created-count': '13', 'failed-count': '0', status: 'succeeded' });
    await untilReady(namespace, 'deployment/web', 3);
    await untilReady(namespace, 'deployment/front', 1);
    await untilReady(namespace, 'deployment/worker', 1);
    await untilReady(namespace, 'statefulset/cache', 1);
    for (const place of ['web:http', 'web-next:8080']) {
      const raw = `/api/v1/namespaces/${namespace}/services/${place}/proxy/healthz`;
      expect(await destination.run(['get', '--raw', raw])).toBe('ok');
    }
    const ingresses = await destination.list(['ingresses.networking.k8s.io', '-n', namespace]);
    expect(ingresses.map((each) => stringAt(each, 'spec', 'rules', 0, 'host')).sort()).toEqual([
      ...['*.shop.example.com', `split-${namespace}.apps.destination.test`, 'www.shop.example.com'],
    ]);
    const old = await destination.list([
      'deploymentconfigs.apps.openshift.io,routes.route.openshift.io',
      '-n',
      namespace,
    ]);
    expect(old).toEqual([]);
  });

  it('is taken by an API server that knows the Gateway API, with Routes as HTTPRoutes', async () => {
    const { results, stderr } = await move('gateway');
    expect(results, stderr).toMatchObject({ 'created-count': '13', 'failed-count': '0', status: 'succeeded' });
    const routes = await destination.list([routeDefinition, '-n', namespaces.gateway]);
    expect(routes.map((each) => stringAt(each, 'spec', 'parentRefs', 0, 'name'))).toEqual([
      ...['public', 'public', 'public'],
    ]);
  });
});

function claim(name: string): object {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec };
}

function service(name: string): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 8080 }] } };
}
