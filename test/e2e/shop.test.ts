import { beforeAll, expect, test } from 'vitest';
import { readField, readList, readText } from '../../testbed/clusters/json.ts';
import { kubectl } from '../../testbed/clusters/kubectl.ts';
import { arbitraryUser } from '../../testbed/shop/overlay.ts';
import { clusterNamed, probeShop } from '../../testbed/shop/probe.ts';
import { deployShop } from '../../testbed/shop/deploy.ts';
import { expectedImages } from '../../testbed/shop/record.ts';
import { describeMissing, readStreams } from '../../testbed/shop/streams.ts';

const source = clusterNamed('source');

beforeAll(deployShop);

test('answers with the page of the newest front end and the products in their order', async () => {
  const { pages } = await probeShop('source');
  expect(pages.map(({ status }) => status)).toEqual([200, 200]);
  expect(pages[0]?.body).toContain('<meta name="version" content="1.1">');
  const products = readList(JSON.parse(pages[1]?.body ?? ''), 'products');
  expect(products.map((product) => readField(product, 'id'))).toEqual([1, 2, 3, 4, 10]);
});

test('has every tag at its image, and the image that only the Job names in a history', async () => {
  expect(describeMissing(await readStreams(source, 'shop'), await expectedImages())).toBeUndefined();
  const job: unknown = JSON.parse(await kubectl(source, ['get', 'job', 'seed', '--namespace=shop', '--output=json']));
  const [container] = readList(job, 'spec', 'template', 'spec', 'containers');
  const untagged = (await expectedImages()).find(({ tag }) => tag === undefined);
  expect(readText(container, 'image')).toContain(`/shop/loader@${untagged?.digest ?? ''}`);
});

test('runs its pods under an arbitrary user in a restricted namespace', async () => {
  const namespace: unknown = JSON.parse(await kubectl(source, ['get', 'namespace', 'shop', '--output=json']));
  expect(readText(namespace, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce')).toBe('restricted');
  const pods = readList(
    JSON.parse(await kubectl(source, ['get', 'pods', '--namespace=shop', '--selector=app=shop', '--output=json'])),
    'items',
  );
  expect(new Set(pods.map((pod) => readField(pod, 'spec', 'securityContext', 'runAsUser')))).toEqual(
    new Set([arbitraryUser]),
  );
});

test('can be deployed again without a restart', async () => {
  const before = await kubectl(source, ['get', 'pods', '--namespace=shop', '--selector=app=shop', '--output=name']);
  expect((await deployShop()).isHealthy).toBe(true);
  expect(await kubectl(source, ['get', 'pods', '--namespace=shop', '--selector=app=shop', '--output=name'])).toBe(
    before,
  );
});
