import { expect, it } from 'vitest';

import { coalesceValues, defaultValues } from '../../../../src/domain/app/coalesce-values.ts';

it('puts values over defaults, map by map', () => {
  const defaults = { a: { b: 1, c: { d: 2 }, list: [1, 2] }, gone: 1, kept: 'x', text: { e: 1 } };
  const values = { a: { c: { d: 3, n: 4 }, list: [9] }, gone: null, text: 'plain', ['__proto__']: 1 };
  expect(coalesceValues(values, defaults)).toEqual({
    a: { b: 1, c: { d: 3, n: 4 }, list: [9] },
    kept: 'x',
    text: 'plain',
    ['__proto__']: 1,
  });
});

it('has the defaults of subcharts below their names, and those of the chart over them', () => {
  const database = {
    values: { image: 'db:1', size: 1 },
    subcharts: [],
    metadata: {},
    files: new Map(),
    names: ['main', 'other'],
  };
  expect(defaultValues({ values: { main: { size: 2 } }, subcharts: [database] })).toEqual({
    main: { image: 'db:1', size: 2 },
    other: { image: 'db:1', size: 1 },
  });
});
