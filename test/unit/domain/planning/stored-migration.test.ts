import { describe, expect, it } from 'vitest';

import { readStoredMigration, storedRunSettings } from '../../../../src/domain/planning/stored-migration.ts';

const metadata = {
  name: 'migration-shop',
  uid: 'u1',
  creationTimestamp: '2026-01-31T10:00:00Z',
  labels: { 'crane-tasks.dev/migration': 'shop' },
};

function configMap(data: unknown, more = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, ...more }, data };
}

describe('readStoredMigration', () => {
  it('reads what a creation wrote', () => {
    const run = { action: 'app', pipeline: 'crane-app-migration', params: { 'source-namespace': 'shop' } };
    const plan = JSON.stringify({ estimate: { images: 3, claims: 1 }, runs: [run] });
    expect(readStoredMigration(configMap({ 'answers.yaml': 'name: shop\n', 'plan.json': plan }))).toEqual({
      name: 'shop',
      configMap: { name: 'migration-shop', uid: 'u1' },
      createdAt: '2026-01-31T10:00:00Z',
      answersText: 'name: shop\n',
      planText: plan,
      runs: [run],
      images: 3,
      claims: 1,
    });
  });

  it.each([
    ['without data', undefined],
    ['whose plan is no JSON', { 'plan.json': '{' }],
    ['whose plan is no object', { 'plan.json': '[]' }],
    ['whose runs are others', { 'plan.json': '{"runs":[{},{"action":"toString"},{"action":"app","params":{"a":1}}]}' }],
    ['whose params are no object', { 'plan.json': '{"runs":[{"action":"app","params":"a"}]}' }],
  ])('takes a ConfigMap %s for one without runs', (_how, data) => {
    const bare = { uid: undefined, creationTimestamp: undefined };
    expect(readStoredMigration(configMap(data, bare))).toMatchObject({
      name: 'shop',
      runs: [],
      images: 0,
      createdAt: '',
    });
  });

  it('knows what is no migration', () => {
    expect(readStoredMigration(configMap({}, { labels: {} }))).toBeUndefined();
  });
});

describe('storedRunSettings', () => {
  const answers = {
    schemaVersion: 1,
    name: 'shop',
    source: { namespace: 'shop' },
    destination: { namespace: 'shop' },
  } as const;
  const run = { serviceAccount: 'crane-tasks', volumeSize: '1Gi', fsGroup: 0, timeoutMinutes: 120 };

  it('fills in what a file of answers leaves out', () => {
    expect(storedRunSettings({ ...answers, run })).toEqual({ ...run, storageClass: '', caConfigMap: '' });
    const more = { storageClass: 'fast', caConfigMap: 'ca' };
    expect(storedRunSettings({ ...answers, run: { ...run, ...more } })).toEqual({ ...run, ...more });
  });

  it.each(['serviceAccount', 'volumeSize', 'fsGroup', 'timeoutMinutes'])('refuses answers without %s', (key) => {
    const incomplete = Object.fromEntries(Object.entries(run).filter(([name]) => name !== key));
    expect(() => storedRunSettings({ ...answers, run: incomplete })).toThrow('not complete');
    expect(() => storedRunSettings(answers)).toThrow('not complete');
  });
});
