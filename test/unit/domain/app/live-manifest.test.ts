import { describe, expect, it } from 'vitest';

import { manifestOfValues } from '../../../../src/domain/app/live-manifest.ts';

const epinio = { appName: 'shop', imageURL: 'registry.example.com/shop:1' };

describe('the manifest of a release', () => {
  it('has what the values say', () => {
    const values = {
      epinio: {
        ...epinio,
        replicaCount: 3,
        routes: [
          { domain: 'a.example.com', path: '/' },
          { domain: 'b.example.com', path: '/api/' },
          { path: '/' },
          { domain: 'c' },
        ],
        env: [{ name: 'A', value: '1' }, { name: 'B', value: 2 }, { value: 'x' }, { name: 'C', value: {} }],
        configurations: ['db', 'mail', 'plain', 5],
        configpaths: [
          { name: 'db', path: 'database' },
          { name: 'mail', path: 'mail' },
        ],
      },
      environmentSecret: 'env',
      userConfig: { appListeningPort: 9000, flag: true, map: {}, list: [] },
    };
    expect(manifestOfValues(values, 'workspace')).toMatchObject({
      name: 'shop',
      namespace: 'workspace',
      instances: 3,
      configurations: ['db:database', 'mail', 'plain'],
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      environmentSecret: 'env',
      routes: ['a.example.com', 'b.example.com/api', 'c'],
      settings: [
        { name: 'appListeningPort', value: '9000' },
        { name: 'flag', value: 'true' },
      ],
      origin: { kind: 'container', image: 'registry.example.com/shop:1' },
    });
  });

  it('has no routes if the values have none', () => {
    expect(manifestOfValues({ epinio }, 'workspace')).toMatchObject({
      routes: [],
      instances: undefined,
      environment: undefined,
      settings: undefined,
    });
  });

  it.each([{}, { epinio: { appName: 'shop' } }, { epinio: { imageURL: 'a' } }])(
    'is unknown for the values %j',
    (values) => {
      expect(manifestOfValues(values, 'workspace')).toBeUndefined();
    },
  );
});
