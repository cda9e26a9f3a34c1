import { expect, it } from 'vitest';

import { coalesceValues, defaultValues, ownValues } from '../../../../src/domain/app/coalesce-values.ts';

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

// As `helm template` renders them, with the values in a file and as the defaults of the chart.
it.each<[string, object, object, object]>([
  ['a default of the subchart', { sub: { gone: null } }, {}, { sub: { gone: null } }],
  ['a default of both', { sub: { gone: null } }, { sub: { gone: 1, own: 2 } }, { sub: { gone: null, own: 2 } }],
  ['a deep default', { sub: { m: { x: null } } }, { sub: { m: { x: 1, y: 2 } } }, { sub: { m: { x: null, y: 2 } } }],
  ['a global default', { global: { x: null } }, { global: { x: 1 } }, { global: { x: null } }],
  ['a default of the chart', { gone: null, m: { x: null } }, { gone: 1, m: { x: 1, y: 2 } }, { m: { y: 2 } }],
  ['a whole subchart', { sub: null }, { sub: { a: 1 } }, {}],
  ['a text in place of a map', { sub: { m: 'x' } }, { sub: { m: { y: 2 } } }, { sub: { m: 'x' } }],
])('keeps a null that removes %s only where it must', (...[, values, defaults, expected]) => {
  const sub = { values: {}, subcharts: [], metadata: {}, files: new Map(), names: ['sub'] };
  expect(ownValues({ ...values }, { values: { ...defaults }, subcharts: [sub] })).toEqual(expected);
});

it('keeps no null for a chart without subcharts', () => {
  expect(ownValues({ global: { x: null } }, { values: { global: { x: 1, y: 2 } }, subcharts: [] })).toEqual({
    global: { y: 2 },
  });
});
