import { describe, expect, it } from 'vitest';

import { HelmError, helmFailures, onHelmFailure } from '../../../../src/domain/helm/helm-error.ts';
import { readHelmComplaint, readHelmFailure } from '../../../../src/domain/helm/helm-messages.ts';

// As helm 3.22 printed them.
const messages: readonly (readonly [string, string])[] = [
  ['Error: INSTALLATION FAILED: cannot re-use a name that is still in use', 'name-in-use'],
  [
    'Error: Unable to continue with install: ConfigMap "a" in namespace "default" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by"',
    'name-in-use',
  ],
  ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 'pending'],
  ['Error: UPGRADE FAILED: "a" has no deployed releases', 'not-deployed'],
  ['Error: release: not found', 'not-found'],
  ['Error: release has no 9 version', 'not-found'],
  ['Error: UPGRADE FAILED: timed out waiting for the condition', 'timeout'],
  ['Error: UPGRADE FAILED: context deadline exceeded', 'timeout'],
  ['Error: INSTALLATION FAILED: pods is forbidden: exceeded quota: q, requested: pods=1', 'quota'],
  ['Error: list: failed to list: secrets is forbidden: User "u" cannot list resource "secrets"', 'forbidden'],
  [
    'Error: create: failed to create: Secret "x" is invalid: data: Too long: may not be more than 1048576 bytes',
    'too-large',
  ],
  [
    'Error: Kubernetes cluster unreachable: Get "https://a": x509: certificate signed by unknown authority',
    'tls-untrusted',
  ],
  [
    'Error: Kubernetes cluster unreachable: Get "https://a": dial tcp 127.0.0.1:1: connect: connection refused',
    'unreachable',
  ],
  ['Error: Kubernetes cluster unreachable: the server has asked for the client to provide credentials', 'unauthorized'],
  ['Error: path "/nonexist" not found', 'chart-not-found'],
  ['Error: Chart.yaml file is missing', 'invalid-chart'],
  ['Error: template: c1/templates/deployment.yaml:41:28: executing "x" at <.Values.a.b>: nil pointer', 'invalid-chart'],
  [
    "Error: values don't meet the specifications of the schema(s) in the following chart(s):\na:\n- at '/b': got",
    'invalid-values',
  ],
  [
    'Error: unable to build kubernetes objects: resource mapping not found: no matches for kind "A" in version',
    'kind-not-served',
  ],
  ['Error: something else', 'refused'],
];

describe('the errors of helm', () => {
  it.each(messages)('%s', (message, failure) => {
    expect(readHelmFailure(message)).toBe(failure);
  });

  it('are read without warnings', () => {
    const text =
      'WARNING: Kubernetes configuration file is group-readable\nRelease "a" does not exist. Installing it now.\nError: path "a" not found\n';
    expect(readHelmComplaint(text)).toBe('path "a" not found');
  });

  it('have a remedy each', () => {
    for (const { remedy } of Object.values(helmFailures)) expect(remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('can stand for a value', () => {
    const error = new HelmError('not-found', 'x');
    expect(onHelmFailure(['not-found'], 1)(error)).toBe(1);
    expect(() => onHelmFailure(['pending'], 1)(error)).toThrow(error);
  });
});
