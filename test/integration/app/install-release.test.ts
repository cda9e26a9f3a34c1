import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { installRelease } from '../../../src/usecases/app/install-release.ts';
import { configMap, startReleaseScene, type ReleaseScene } from './release-scene.ts';

let scene: ReleaseScene;
beforeAll(async () => {
  scene = await startReleaseScene();
});
afterAll(async () => scene.stop());

const historyOf = async (name: string) =>
  (await scene.ports.helm.history({ namespace: 'default', name })).map(({ status }) => status);

const ingress = (host: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: {{ .Release.Name }} }
spec:
  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;

describe('a release', () => {
  it('is installed, left as it is when nothing changed, and upgraded', async () => {
    const chart = await scene.writeChart('plain', { 'templates/settings.yaml': configMap });
    const request = scene.request(chart, { name: 'plain' });
    expect(await installRelease(request, scene.ports)).toMatchObject({
      outcome: 'installed',
      revision: 1,
      leftOver: [],
    });
    expect(await installRelease(request, scene.ports)).toMatchObject({ outcome: 'unchanged', revision: 1 });
    const changed = { ...request, values: ['color: red\n'] };
    expect(await installRelease(changed, scene.ports)).toMatchObject({ outcome: 'upgraded', revision: 2 });
    expect(await historyOf('plain')).toEqual(['superseded', 'deployed']);
  });

  it('is upgraded when an object of it is missing', async () => {
    const chart = await scene.writeChart('missing', {
      'templates/settings.yaml': configMap.replace('settings', 'lost'),
    });
    const request = scene.request(chart, { name: 'missing' });
    await installRelease(request, scene.ports);
    await scene.cluster.request({ method: 'DELETE', path: '/api/v1/namespaces/default/configmaps/lost' });
    expect(await installRelease(request, scene.ports)).toMatchObject({ outcome: 'upgraded', revision: 2 });
  });

  it('is upgraded when an object of a List in it is missing', async () => {
    const list =
      'apiVersion: v1\nkind: List\nitems: [{ apiVersion: v1, kind: ConfigMap, metadata: { name: listed } }]\n';
    const chart = await scene.writeChart('list', { 'templates/list.yaml': list });
    const request = scene.request(chart, { name: 'list' });
    expect((await installRelease(request, scene.ports)).objects.map(({ metadata }) => metadata.name)).toEqual([
      'listed',
    ]);
    await scene.cluster.request({ method: 'DELETE', path: '/api/v1/namespaces/default/configmaps/listed' });
    expect(await installRelease(request, scene.ports)).toMatchObject({ outcome: 'upgraded', revision: 2 });
  });

  it('is refused when a route belongs to another release, and nothing is changed', async () => {
    const first = await scene.writeChart('first', { 'templates/ingress.yaml': ingress('a.example.com') });
    await installRelease(scene.request(first, { name: 'first' }), scene.ports);
    const second = await scene.writeChart('second', { 'templates/ingress.yaml': ingress('A.example.com') });
    const refused = installRelease(scene.request(second, { name: 'second' }), scene.ports);
    await expect(refused).rejects.toMatchObject({
      code: 'name-collision',
      message: expect.stringContaining('a.example.com belongs to release default/first') as string,
    });
    expect(await historyOf('second')).toEqual([]);
    expect(await installRelease(scene.request(first, { name: 'first' }), scene.ports)).toMatchObject({
      outcome: 'unchanged',
      urls: ['http://a.example.com'],
    });
  });

  it.each([
    ['a file beside the chart', { 'video.bin': randomText(2 * 1024 * 1024) }, [], 'file video.bin'],
    ['a large value', {}, [`web:\n  page: ${JSON.stringify(randomText(900 * 1024 * 2))}\n`], 'value web.page'],
  ])('is refused when %s makes it too large to store', async (...[, files, values, largest]) => {
    const chart = await scene.writeChart(`large-${largest.replace(' ', '-')}`, {
      'templates/settings.yaml': configMap.replace('settings', 'large'),
      ...files,
    });
    const refused = installRelease(scene.request(chart, { name: 'large', values }), scene.ports);
    await expect(refused).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringMatching(new RegExp(`more than 1\\.0 MiB; largest: ${largest} `)) as string,
    });
    expect(await historyOf('large')).toEqual([]);
  });

  it('is not touched while a live run works on it, whose owner is named', async () => {
    const chart = await scene.writeChart('held', { 'templates/settings.yaml': configMap.replace('settings', 'held') });
    const now = new Date().toISOString().replace('Z', '000Z');
    await scene.create('/apis/coordination.k8s.io/v1/namespaces/default/leases', {
      metadata: { name: 'crane-tasks-held' },
      spec: { holderIdentity: 'the other run', leaseDurationSeconds: 2, acquireTime: now, renewTime: now },
    });
    const request = scene.request(chart, { name: 'held' });
    await expect(installRelease(request, scene.ports)).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('the other run still holds it') as string,
    });
    const patient = { ...request, limits: { ...request.limits, patience: 30_000 } };
    expect(await installRelease(patient, scene.ports)).toMatchObject({ outcome: 'installed' });
  });

  it.each([
    ['an invalid template', { 'templates/a.yaml': '{{ .Values.a.b.c }}' }, 'invalid-chart'],
    [
      'a kind that is not served',
      { 'templates/a.yaml': 'apiVersion: a.test/v1\nkind: A\nmetadata: { name: a }' },
      'kind-not-served',
    ],
  ])('is refused for %s', async (_, files, failure) => {
    const chart = await scene.writeChart('faulty', files);
    await expect(installRelease(scene.request(chart, { name: 'faulty' }), scene.ports)).rejects.toMatchObject({
      failure,
    });
  });
});

/** Text that does not become smaller when it is compressed. */
function randomText(length: number): string {
  let [state, text] = [1, ''];
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const parts: string[] = [];
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += letters.charAt(state >>> 26);
    if (text.length < 1024) continue;
    parts.push(text);
    text = '';
  }
  return parts.join('');
}
