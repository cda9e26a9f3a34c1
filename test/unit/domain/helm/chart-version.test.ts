import { describe, expect, it } from 'vitest';

import { latestOf } from '../../../../src/domain/helm/chart-version.ts';

const latest = (...versions: readonly string[]) => latestOf(versions, (version) => version);

describe('the latest version', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['is the highest by number', ['1.9.0', '1.10.0', '1.2.30'], '1.10.0'],
    ['compares major, minor, patch', ['0.9.9', '1.0.0', '1.0.1', '1.1.0', '2.0.0', '1.99.99'], '2.0.0'],
    ['is no pre-release', ['2.0.0-rc.1', '1.0.0'], '1.0.0'],
    ['may lack numbers and have a v', ['1', 'v1.1', '1.0.5'], 'v1.1'],
    ['ignores build metadata', ['1.0.0+a', '1.0.0+b'], '1.0.0+a'],
    ['is none of what is no version', ['', 'main', '1.x', '1.2.3.4'], undefined],
    ['is none if all are pre-releases', ['1.0.0-beta'], undefined],
  ])('%s', (_what, versions, expected) => {
    expect(latest(...versions)).toBe(expected);
    const last = expected?.includes('+') === true ? '1.0.0+b' : expected;
    expect(latest(...[...versions].reverse())).toBe(last);
  });
});
