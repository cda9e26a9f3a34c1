import { describe, expect, it } from 'vitest';

import { parseChartChoice, type ChartChoice } from '../../../../src/domain/app/chart-choice.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('the chart of a deployment', () => {
  it.each<[string | undefined, boolean, ChartChoice]>([
    [undefined, false, { kind: 'own' }],
    ['standard', false, { kind: 'own' }],
    ['standard', true, { kind: 'own' }],
    ['appchart:standard', false, { kind: 'app-chart', name: 'standard' }],
    ['appchart:web', true, { kind: 'app-chart', name: 'web' }],
    ['web', false, { kind: 'app-chart', name: 'web' }],
    ['web', true, { kind: 'file', path: 'web' }],
    ['./standard', false, { kind: 'file', path: './standard' }],
    ['web-1.0.0.tgz', false, { kind: 'file', path: 'web-1.0.0.tgz' }],
    ['charts/web', false, { kind: 'file', path: 'charts/web' }],
    ['oci://x.test/a:1', false, { kind: 'address', address: 'oci://x.test/a:1' }],
    ['https://x.test/a.tgz?b=c', true, { kind: 'address', address: 'https://x.test/a.tgz?b=c' }],
  ])('%s, with files %s', (text, hasFolder, expected) => {
    expect(parseChartChoice(text, hasFolder)).toEqual(expected);
  });

  it(`can be a digest`, () => {
    const address = `oci://x.test/a@sha256:${'0'.repeat(64)}`;
    expect(parseChartChoice(address, false)).toEqual({ kind: 'address', address });
  });

  it.each([
    ['appchart:Web', 'expected the name of an AppChart'],
    ['oci://x.test/a', 'expected a version'],
    ['oci://', 'expected a version'],
    ['https://x.test/charts', 'expected oci://, or the URL of a .tgz archive'],
    ['ftp://x.test/a.tgz', 'expected oci://'],
  ])('is refused: %s', (text, message) => {
    expect(refusalOf(() => parseChartChoice(text, false))).toContain(message);
  });
});
