import { describe, expect, it } from 'vitest';

import {
  deployValues,
  pulledImage,
  readBaseValues,
  type DeploySettings,
} from '../../../../src/domain/app/deploy-values.ts';
import { valueAt } from '../../../../src/domain/core/json-object.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const settings: DeploySettings = {
  app: 'shop',
  image: 'registry.example.com/apps/shop:1',
  pullRegistry: undefined,
  routes: [],
  noRoutes: false,
  domain: 'apps.example.com',
  instances: undefined,
  environment: [],
  environmentSecret: undefined,
  configurations: [],
  serviceAccount: undefined,
  pullSecrets: [],
  ingressClass: undefined,
  tlsIssuer: undefined,
  healthPath: undefined,
  settings: [],
};

const values = (change: Partial<DeploySettings> = {}, base = {}) => deployValues({ ...settings, ...change }, base);
const refusal = (change: Partial<DeploySettings>) => refusalOf(() => values(change));

describe('the values of a deployment', () => {
  it('have nothing that was not given', () => {
    const route = { id: 'shop.apps.example.com', domain: 'shop.apps.example.com', path: '/' };
    expect(values()).toEqual({
      epinio: { appName: 'shop', imageURL: 'registry.example.com/apps/shop:1', routes: [route] },
    });
  });

  it('have everything that was given', () => {
    const all = values({
      routes: ['a.example.com', 'https://b.example.com/api/'],
      instances: 0,
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
        { name: 'C', value: '' },
      ],
      environmentSecret: 'env',
      configurations: ['db:database', 'mail'],
      serviceAccount: 'runner',
      pullSecrets: ['login'],
      ingressClass: 'nginx',
      tlsIssuer: 'issuer',
      healthPath: '/health',
      settings: [{ name: 'appListeningPort', value: '9000' }],
    });
    expect(all).toEqual({
      epinio: {
        appName: 'shop',
        imageURL: 'registry.example.com/apps/shop:1',
        replicaCount: 0,
        routes: [
          { id: 'a.example.com', domain: 'a.example.com', path: '/' },
          { id: 'b.example.com.api', domain: 'b.example.com', path: '/api/' },
        ],
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
          { name: 'C', value: '' },
        ],
        configurations: ['db', 'mail'],
        configpaths: [
          { name: 'db', path: 'database' },
          { name: 'mail', path: 'mail' },
        ],
        ingress: 'nginx',
        tlsIssuer: 'issuer',
      },
      environmentSecret: 'env',
      serviceAccountName: 'runner',
      imagePullSecrets: [{ name: 'login' }],
      healthCheck: { path: '/health' },
      userConfig: { appListeningPort: 9000 },
    });
  });

  it.each([
    ['true', true],
    ['false', false],
    ['0', 0],
    ['-5', -5],
    ['0755', '0755'],
    ['1.5', '1.5'],
    ['1234567890123456', '1234567890123456'],
    ['', ''],
  ])('have the setting %j with its type', (text, expected) => {
    expect(values({ settings: [{ name: 'x', value: text }] })['userConfig']).toEqual({ x: expected });
  });

  it('name an image by its digest alone, which gives the id of the build, at the host of the nodes', () => {
    const image = `registry.example.com/apps/shop:1@${digest}`;
    expect(values({ image, pullRegistry: '127.0.0.1:30500' })['epinio']).toMatchObject({
      imageURL: `127.0.0.1:30500/apps/shop@${digest}`,
      stageID: '0123456789abcdef',
    });
    expect(values({ image: 'nginx' })['epinio']).toMatchObject({ imageURL: 'nginx' });
  });

  it('have no route, those of the base, or the default one', () => {
    const base = { epinio: { routes: [] } };
    expect(values({ noRoutes: true })['epinio']).toMatchObject({ routes: [] });
    expect(values({ domain: undefined }, base)['epinio']).not.toHaveProperty('routes');
    expect(values({}, base)['epinio']).toMatchObject({ routes: [{ domain: 'shop.apps.example.com' }] });
  });

  it.each<[string, Partial<DeploySettings>]>([
    ['app: expected a DNS name', { app: 'Shop' }],
    ['image: expected a reference', { image: 'Registry/shop:' }],
    ['pull-registry: expected host', { pullRegistry: 'http://x' }],
    ['pull-registry: expected host', { pullRegistry: 'mirror.example.com/other/path' }],
    ['routes: expected none', { noRoutes: true, routes: ['a.example.com'] }],
    ['routes: missing', { domain: undefined }],
    ['routes: expected domain[/path]', { routes: ['a_b'] }],
    ['configurations: expected each name and folder once', { configurations: ['a', 'a'] }],
    ['configurations: expected each name and folder once', { configurations: ['a:x', 'a:y'] }],
    ['configurations: expected each name and folder once', { configurations: ['a:x', 'b:x'] }],
    ['environment: PORT', { environment: [{ name: 'PORT', value: '9000' }] }],
    ['configurations: expected name[:folder]', { configurations: ['a:b:c'] }],
    ['configurations: expected name[:folder]', { configurations: ['Db'] }],
    ['configurations: expected name[:folder]', { configurations: ['db:a/b'] }],
    ['configurations: expected name[:folder]', { configurations: ['db:..'] }],
    ['configurations: expected name[:folder]', { configurations: ['db:.'] }],
  ])('are refused: %s', (message, change) => {
    expect(refusal(change)).toContain(`invalid-param: reading ${message}`);
  });
});

describe('the values of a deployment', () => {
  it('have each route once', () => {
    const routes = ['a.com', 'https://A.com/', 'a.com/api/v1', 'a.com/api.v1', 'a.com/api/v1/'];
    expect(valueAt(values({ routes }), 'epinio', 'routes')).toEqual([
      { id: 'a.com', domain: 'a.com', path: '/' },
      { id: 'a.com.api.v1', domain: 'a.com', path: '/api/v1' },
      { id: 'a.com.api.v1', domain: 'a.com', path: '/api.v1' },
    ]);
  });

  it('have the variable PORT only as the port that the chart uses', () => {
    const environment = [{ name: 'PORT', value: '9000' }];
    const port = { settings: [{ name: 'appListeningPort', value: '9000' }], environment };
    expect(values(port)['epinio']).toMatchObject({ env: environment });
    expect(values({ environment }, { userConfig: { appListeningPort: 9000 } })['epinio']).toMatchObject({
      env: environment,
    });
    const text = { userConfig: { appListeningPort: '9000' } };
    expect(values({ environment }, text)['epinio']).toMatchObject({ env: environment });
    const common = [{ name: 'PORT', value: '8080' }];
    expect(values({ environment: common })['epinio']).toMatchObject({ env: common });
  });
});

describe('the values of an AppChart', () => {
  const place = { kind: 'address', address: 'https://x.test/a.tgz' } as const;
  const port = { type: 'string', choices: [], minimum: '', maximum: '' };
  const appChart = { name: 'web', place, values: { tier: 'gold' }, settings: new Map([['port', port]]) };
  const own = (change: Partial<DeploySettings>, chart = appChart) =>
    deployValues({ ...settings, ...change }, {}, chart);

  it('are its own values, and settings with the declared type', () => {
    expect(own({ settings: [{ name: 'port', value: '80' }] })).toMatchObject({
      chartConfig: { tier: 'gold' },
      userConfig: { port: '80' },
    });
    const environment = [{ name: 'PORT', value: '9000' }];
    expect(own({ environment })['epinio']).toMatchObject({ env: environment });
    expect(own({})).not.toHaveProperty('userConfig');
    expect(own({}, { ...appChart, values: {} as typeof appChart.values })).not.toHaveProperty('chartConfig');
    expect(refusalOf(() => own({ settings: [{ name: 'x', value: '1' }] }))).toContain('does not declare it');
  });
});

describe('a values file', () => {
  it.each([
    [[], {}],
    [[null], {}],
    [[undefined, { a: 1 }], { a: 1 }],
  ])('of %j has values', (documents, expected) => {
    expect(readBaseValues(documents, 'values.yaml')).toEqual(expected);
  });

  it.each([[[['a']]], [['text']], [[{ a: 1 }, { b: 2 }]]])('of %j is refused', (documents) => {
    expect(refusalOf(() => readBaseValues(documents, 'values.yaml'))).toContain('invalid-file: reading values.yaml');
  });
});

describe('an image that is pulled from another registry', () => {
  const pushed = `registry.example.com/apps/shop:1@${digest}`;

  it('is expected there by its digest', () => {
    expect(pulledImage({ image: pushed, pullRegistry: 'nodes.test:30500' })).toEqual({
      push: { host: 'registry.example.com', path: 'apps/shop' },
      pull: { host: 'nodes.test:30500', path: 'apps/shop' },
      digest,
    });
    expect(pulledImage({ image: `shop@${digest}`, pullRegistry: 'nodes.test' })?.push.host).toBe('docker.io');
  });

  it('is not known without a digest, and is none without another address', () => {
    expect(pulledImage({ image: settings.image, pullRegistry: 'nodes.test:30500' })).toBeUndefined();
    expect(pulledImage({ image: pushed, pullRegistry: undefined })).toBeUndefined();
  });
});
