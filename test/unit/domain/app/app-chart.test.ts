import { describe, expect, it } from 'vitest';

import { appChartNameOf, appNameOf, readAppChart } from '../../../../src/domain/app/app-chart.ts';

const read = (spec: unknown) =>
  readAppChart({ apiVersion: 'application.epinio.io/v1', kind: 'AppChart', metadata: { name: 'web' }, ...{ spec } });

describe('an AppChart', () => {
  it.each<[object, object]>([
    [{ helmChart: 'https://x.test/a.tgz' }, { kind: 'address', address: 'https://x.test/a.tgz' }],
    [
      { helmChart: 'web', helmRepo: 'https://x.test/charts' },
      { kind: 'repository', repository: 'https://x.test/charts', name: 'web', version: undefined },
    ],
    [
      { helmChart: 'web:1.0.0', helmRepo: 'https://x.test/charts' },
      { kind: 'repository', repository: 'https://x.test/charts', name: 'web', version: '1.0.0' },
    ],
  ])('%j names a chart', (spec, place) => {
    expect(read(spec)).toMatchObject({ appChart: { name: 'web', place, values: {} } });
  });

  it('has values and settings', () => {
    const settings = {
      port: { type: 'integer', minimum: '0', maximum: '10' },
      mode: { type: 'string', enum: ['a', 1] },
    };
    const all = read({ helmChart: 'https://x.test/a.tgz', values: { tier: 'gold' }, settings });
    const none = { type: '', choices: [], minimum: '', maximum: '' };
    expect(all).toMatchObject({
      appChart: {
        values: { tier: 'gold' },
        settings: new Map([
          ['port', { ...none, type: 'integer', minimum: '0', maximum: '10' }],
          ['mode', { ...none, type: 'string', choices: ['a', '1'] }],
        ]),
      },
    });
    expect(read({ helmChart: 'https://x.test/a.tgz', values: null, settings: { x: {} } })).toMatchObject({
      appChart: { values: {}, settings: new Map([['x', none]]) },
    });
    expect(read({ helmChart: 'https://x.test/a.tgz', settings: null })).toHaveProperty('appChart');
  });

  it.each<[unknown, string]>([
    [undefined, 'spec.helmChart is missing'],
    [{ helmChart: '/charts/a.tgz' }, 'spec.helmChart: expected a URL'],
    [{ helmChart: 'web', helmRepo: 'charts' }, 'spec.helmRepo: expected a URL'],
    [{ helmChart: ':1', helmRepo: 'https://x.test' }, 'spec.helmChart: expected name[:version]'],
    [{ helmChart: 'https://x.test/a.tgz', values: { a: 1 } }, 'spec.values: expected a map of texts'],
    [{ helmChart: 'https://x.test/a.tgz', values: ['a'] }, 'spec.values: expected a map of texts'],
    [{ helmChart: 'https://x.test/a.tgz', settings: ['a'] }, 'spec.settings: expected a map of declarations'],
    [{ helmChart: 'https://x.test/a.tgz', settings: { a: 'b' } }, 'spec.settings: expected a map of declarations'],
  ])('%j is not valid', (spec, problem) => {
    expect(read(spec)).toEqual({ problem });
  });
});

describe('an application of Epinio', () => {
  it.each([
    [{ spec: { chartname: 'stateful' } }, 'stateful'],
    [{ spec: { chartname: '' } }, 'standard'],
    [{}, 'standard'],
  ])('%j names an AppChart', (app, name) => {
    expect(appChartNameOf(app)).toBe(name);
  });

  it.each([
    [{ epinio: { appName: 'shop' } }, 'shop'],
    [{ epinio: { appName: '' } }, undefined],
    [{}, undefined],
  ])('is named in values: %j', (values, name) => {
    expect(appNameOf(values)).toBe(name);
  });
});
