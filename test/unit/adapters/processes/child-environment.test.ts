import { expect, it } from 'vitest';

import { childEnvironment } from '../../../../src/adapters/processes/child-environment.ts';

it('has the proxies and authorities, and of the others only those that are named', () => {
  const proxies = {
    HTTP_PROXY: 'a',
    HTTPS_PROXY: 'b',
    NO_PROXY: 'c',
    http_proxy: 'd',
    https_proxy: 'e',
    no_proxy: 'f',
  };
  const common = { ...proxies, SSL_CERT_FILE: 'g', SSL_CERT_DIR: 'h', LANG: 'i', TZ: 'j' };
  const environment = { ...common, PATH: 'k', HOME: 'l', TOKEN: 'canary', TMPDIR: undefined };
  expect(childEnvironment(environment)).toEqual(common);
  expect(childEnvironment(environment, ['PATH', 'TMPDIR', 'toString'])).toEqual({ ...common, PATH: 'k' });
});
