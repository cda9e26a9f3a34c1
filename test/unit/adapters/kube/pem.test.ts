import { describe, expect, it } from 'vitest';

import { makeIdentity } from '../../../../src/adapters/certificates/make-identity.ts';
import { assertAuthority, decodeField, faultOfPair } from '../../../../src/adapters/kube/pem.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

describe('base64 in a kubeconfig', () => {
  it.each([
    ['QUI=', 'AB'],
    ['QU\r\nI=\n', 'AB'],
    ['', ''],
  ])('is read as Go reads it: %j', (data, text) => {
    expect(decodeField(data, 'x')).toBe(text);
  });

  it.each(['QUI', 'Q UI=', 'Q-I=', '-----BEGIN CERTIFICATE-----\n', 'QUI=QUI='])('is refused otherwise: %j', (data) => {
    expect(() => decodeField(data, 'the field')).toThrow(
      expect.objectContaining({
        code: 'kubeconfig-unreadable',
        message: expect.stringContaining('the field') as string,
      }),
    );
  });
});

describe('certificates and keys', () => {
  it('say what is wrong with them', async () => {
    const redactor = new Redactor();
    const { certificate, key: secret } = await makeIdentity('one', redactor);
    const other = await makeIdentity('other', redactor);
    const key = secret.reveal();
    expect(faultOfPair({ cert: certificate, key })).toBeUndefined();
    expect(faultOfPair({ cert: certificate, key: other.key.reveal() })).toContain('not that of the certificate');
    expect(faultOfPair({ cert: 'x', key: 'y' })).toContain('not valid PEM');
    expect(() => assertAuthority(`text before it\n${certificate}`, 'x')).not.toThrow();
    expect(() => assertAuthority(Buffer.from(certificate).toString('base64'), 'x')).toThrow(/base64 twice/);
    expect(() => assertAuthority('-----BEGIN CERTIFICATE-----\nx\n', 'x')).toThrow(/no PEM certificate/);
  });
});
