import { describe, expect, it } from 'vitest';

import { getsLogin } from '../../../../src/domain/http/repository-login.ts';

const repository = 'https://charts.test/stable';

describe('a login for a chart repository', () => {
  it.each<[string, string, boolean, string | undefined, boolean]>([
    ['the repository of a param', `${repository}/index.yaml`, true, undefined, true],
    ['the repository of an AppChart', `${repository}/index.yaml`, false, undefined, false],
    ['the AppChart of its origin', `${repository}/index.yaml`, false, 'https://charts.test', true],
    ['the param of another origin', `${repository}/index.yaml`, true, 'https://other.test', false],
    ['an archive on another host', 'https://cdn.test/a.tgz', true, undefined, false],
    ['an archive on another host with a login of its own', 'https://cdn.test/a.tgz', true, 'https://cdn.test', false],
    ['another port', 'https://charts.test:8443/a.tgz', true, undefined, false],
    ['another scheme', 'http://charts.test/a.tgz', true, undefined, false],
  ])('for %s', (_what, ...[url, byParam, origin, expected]) => {
    expect(getsLogin(new URL(url), { url: new URL(repository), byParam }, { origin })).toBe(expected);
  });

  it('is not sent if there is none', () => {
    const url = new URL(repository);
    expect(getsLogin(url, { url, byParam: true }, undefined)).toBe(false);
  });
});
