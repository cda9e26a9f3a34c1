import { describe, expect, it } from 'vitest';
import { registryConfig } from '../../../../testbed/clusters/registry.ts';

const settings = { address: '127.0.0.1:5050', storageFolder: '/data' };

describe('registryConfig', () => {
  it('serves plain HTTP to everybody when nothing else is asked for', () => {
    const config = registryConfig(settings);
    expect(config).toHaveProperty('http', { addr: '127.0.0.1:5050' });
    expect(config).not.toHaveProperty('auth');
    expect(config).toHaveProperty('storage.maintenance.readonly.enabled', false);
  });

  it('refuses pushes when read-only', () => {
    expect(registryConfig({ ...settings, readOnly: true })).toHaveProperty(
      'storage.maintenance.readonly.enabled',
      true,
    );
  });

  it('names certificate, key and passwords by their files', () => {
    const config = registryConfig({ ...settings, tls: { certFile: '/c', keyFile: '/k' }, htpasswdFile: '/h' });
    expect(config).toHaveProperty('http.tls', { certificate: '/c', key: '/k' });
    expect(config).toHaveProperty('auth.htpasswd.path', '/h');
  });
});
