import { describe, expect, it } from 'vitest';

import { clientTunnel, serverTunnel } from '../../../../src/domain/volumes/stunnel-config.ts';

const options = { checksum: false, delete: false, owners: false, attributes: false };

describe('the tunnel', () => {
  it.each([
    ['0.0.0.0', 'accept = 0.0.0.0:8443'],
    ['::', 'accept = :::8443'],
    ['127.0.0.1', 'accept = 127.0.0.1:8443'],
  ] as const)('listens at the given address: %s', (listen, line) => {
    expect(serverTunnel(options, listen).split('\n')).toContain(line);
  });

  it('accepts nothing but the certificate of its peer, on both sides', () => {
    const sides = [serverTunnel(options, '0.0.0.0'), clientTunnel({ host: 'a.apps.test', port: 443 })];
    for (const side of sides) {
      expect(side.split('\n')).toEqual(
        expect.arrayContaining([
          'sslVersionMin = TLSv1.3',
          'verifyPeer = yes',
          'CAfile = /etc/crane-tasks/transfer/peer.crt',
        ]),
      );
    }
  });

  it('runs rsync for each connection, with what belongs to the program before the section of the service', () => {
    const [globals, service] = serverTunnel(options, '0.0.0.0').split('[transfer]\n');
    expect(globals).toMatch(/^foreground = yes\n/);
    expect(globals).not.toMatch(/verifyPeer|accept|exec/);
    expect(service).toContain('execArgs = rsync --server -slHtpre.iLsfxCIvu\n');
    expect(service).not.toMatch(/foreground|syslog|pid =/);
  });

  it('leads to the address of the server', () => {
    expect(clientTunnel({ host: 'a.apps.test', port: 443 })).toMatch(/\nclient = yes\nconnect = a\.apps\.test:443\n$/);
  });
});
