import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { judgeObject } from '../../../../src/usecases/verify/check-objects.ts';
import { aResource } from '../../../builders/transform.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const unasked = () => {
  throw new Error('an object that is as planned needs no answer of the server');
};
const log = {
  redactor: new Redactor(),
  debug: unasked,
  info: unasked,
  warn: unasked,
  error: unasked,
  progress: unasked,
  item: unasked,
};
const cluster = {
  redactor: new Redactor(),
  contextName: 'destination',
  server: 'https://destination',
  request: unasked,
};

describe('an object that a controller of the destination filled', () => {
  const ports = { cluster, yaml: yamlCodec, sha256: sha256Of, log, path: '/api/v1/x' } as never;

  it.each([
    [{ labels: { 'config.openshift.io/inject-trusted-cabundle': 'true' } }, { 'ca-bundle.crt': 'destination' }],
    [{ annotations: { 'service.beta.openshift.io/inject-cabundle': 'true' } }, { 'service-ca.crt': 'destination' }],
  ])('is equal to the planned one: %j', async (metadata, data) => {
    const planned = aResource('v1 ConfigMap', 'ca', { metadata, data: {} });
    const found = aResource('v1 ConfigMap', 'ca', { metadata: { ...metadata, resourceVersion: '7' }, data });
    const { finding } = await judgeObject(planned, found, ports);
    expect(finding.item).toMatchObject({ outcome: 'done', reason: 'equal' });
  });

  it('is not, when another key was added', async () => {
    const metadata = { labels: { 'config.openshift.io/inject-trusted-cabundle': 'true' } };
    const planned = aResource('v1 ConfigMap', 'ca', { metadata, data: {} });
    const found = aResource('v1 ConfigMap', 'ca', { metadata, data: { 'ca-bundle.crt': 'x', own: 'y' } });
    const { finding } = await judgeObject(planned, found, ports);
    expect(finding.item).toMatchObject({
      outcome: 'failed',
      reason: 'different',
      message: 'another content: data.own',
    });
  });
});
