import { describe, expect, it } from 'vitest';

import { secretRules } from '../../../src/domain/scan/gitleaks-rules.ts';
import { scan } from '../../fakes/scan-scene.ts';

const size = 10 * 1024 * 1024;
const cycle = (text: string) => text.repeat(Math.ceil(size / text.length)).slice(0, size);

describe('10 MiB without a line break', () => {
  it.each([
    ['one letter', 'a'],
    ['hexadecimal digits', '0123456789abcdef'],
    ['assignments', 'key=key='],
    ['keywords', `${secretRules.flatMap(({ keywords }) => keywords.map(({ text }) => text)).join(' ')} `],
    ['beginnings of keys', ['-----BEGIN RSA PRIVATE ', 'KEY-----'].join('')],
    ['curl', 'curl --user --header "a:'],
    ['curl with carriage returns', 'curl \r\r\r\r\r\r\r\r'],
    ['parts of tokens', 'eyJhbGciOiJIUzI1NiIsInR5.eyJhbGciOiJIUzI1NiIsInR5.'],
    ['beginnings of tokens', 'AKIAAKIAAKIAAKIA sk_live_ghp_'],
  ])('take little time: %s', async (_, text) => {
    const { user } = process.cpuUsage();
    await scan([{ path: '/work/a.txt', content: cycle(text), area: 'workspace' }]);
    // Processor time, with that of other tests of the process and on a busy computer.
    expect((process.cpuUsage().user - user) / 1e6).toBeLessThan(3);
  });
});
