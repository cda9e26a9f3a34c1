import { describe, expect, it } from 'vitest';

import { refusedAddress } from '../../../../src/domain/http/refused-address.ts';

const elsewhere = { allowsLoopback: false };

describe('refusedAddress', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.0.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['::ffff:169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['100.100.100.200', 'a metadata service'],
    ['192.0.0.192', 'a metadata service'],
    ['fd00:ec2::254', 'a metadata service'],
    ['224.0.0.1', 'multicast or broadcast'],
    ['255.255.255.255', 'multicast or broadcast'],
    ['64:ff9b::7f00:1', 'translated to IPv4'],
    ['2002:7f00:1::', 'translated to IPv4'],
    ['::7f00:1', 'translated to IPv4'],
    ['not an address', 'no IP address'],
  ])('refuses %s as %s', (address, why) => {
    expect(refusedAddress(address, elsewhere)).toBe(why);
  });

  it.each(['10.0.0.1', '192.168.1.1', '203.0.113.7', 'fd00::1', '2001:db8::1'])('lets %s pass', (address) => {
    expect(refusedAddress(address, elsewhere)).toBeUndefined();
  });

  it('lets loopback pass where that is allowed, and nothing else', () => {
    expect(refusedAddress('127.0.0.1', { allowsLoopback: true })).toBeUndefined();
    expect(refusedAddress('169.254.169.254', { allowsLoopback: true })).toBe('link-local');
  });

  it('lets translated addresses pass where those are allowed, and nothing else', () => {
    const allowed = { allowsLoopback: false, allowsTranslated: true };
    expect(refusedAddress('64:ff9b::c633:6401', allowed)).toBeUndefined();
    expect(refusedAddress('fe80::1', allowed)).toBe('link-local');
  });
});
