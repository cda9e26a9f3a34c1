import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decideVariables, isServiceVariable } from '../../../../src/domain/containerize/decide-variables.ts';
import { declaredVariables, environmentObjectsOf } from '../../../../src/domain/containerize/declared-variables.ts';
import { joinTexts, splitReferences } from '../../../../src/domain/containerize/references.ts';
import {
  containsWord,
  harmlessNames,
  isSecretName,
  matchesPattern,
  placeNamePatterns,
  secretNamePatterns,
} from '../../../../src/domain/containerize/variable-rules.ts';

const choices = {
  deny: [],
  allow: [],
  looksSecret: (value: string) => value === 'known',
  placeWords: ['10.1.2.3', 'lab-0'],
};
const objects = {
  configMaps: new Map([['settings', { MODE: 'fast', URL: 'https://u:p@h/' }]]),
  secretKeys: new Map([['db', ['user', 'pass']]]),
};

function decide(container: object, more: Partial<typeof choices> | object = {}) {
  const { kept, dropped } = decideVariables(declaredVariables(container, objects), { ...choices, ...more });
  return {
    kept: kept.map(({ name, value }) => `${name}=${value}`),
    dropped: dropped.map(
      ({ name, reason, source, supply }) => `${name}: ${reason}, ${source}${supply ? ', supply' : ''}`,
    ),
  };
}

const env = (values: Readonly<Record<string, string>>) => ({
  env: Object.entries(values).map(([name, value]) => ({ name, value })),
});

describe('the environment of an image', () => {
  it('has the values of ConfigMaps, and none of Secrets and fields', () => {
    const from = (name: string, valueFrom: object) => ({ name, valueFrom });
    const container = {
      envFrom: [
        { configMapRef: { name: 'settings' }, prefix: 'A_' },
        { secretRef: { name: 'db' }, prefix: 'DB_' },
        { secretRef: { name: 'hidden' } },
        { configMapRef: { name: 'hidden' } },
        { configMapRef: { name: 'hidden', optional: true } },
        {},
      ],
      env: [
        from('MODE', { configMapKeyRef: { name: 'settings', key: 'MODE' } }),
        from('NONE', { configMapKeyRef: { name: 'settings', key: 'none', optional: true } }),
        from('GONE', { configMapKeyRef: { name: 'gone', key: 'none' } }),
        from('ODD', { configMapKeyRef: {} }),
        from('KEYLESS', { configMapKeyRef: { name: 'settings' } }),
        from('PW', { secretKeyRef: { name: 'db', key: 'pass' } }),
        from('IP', { fieldRef: { fieldPath: 'status.podIP' } }),
        from('CPU', { resourceFieldRef: { resource: 'limits.cpu' } }),
        from('NEW', { fileKeyRef: {} }),
        { name: 'EMPTY' },
        {},
      ],
    };
    expect(decide(container)).toEqual({
      kept: ['A_MODE=fast', 'MODE=fast', 'EMPTY=', '='],
      dropped: [
        'A_URL: secret-value, ConfigMap settings, key URL, supply',
        'DB_user: secret-source, Secret db, key user, supply',
        'DB_pass: secret-source, Secret db, key pass, supply',
        '*: unknown-value, unknown source, supply',
        'GONE: unknown-value, ConfigMap gone, key none, supply',
        'ODD: unknown-value, ConfigMap , supply',
        'KEYLESS: unknown-value, ConfigMap settings, supply',
        'PW: secret-source, Secret db, key pass, supply',
        'IP: runtime-field, field status.podIP',
        'CPU: runtime-field, field limits.cpu',
        'NEW: unknown-value, unknown source, supply',
      ],
    });
    expect(environmentObjectsOf(container)).toEqual({
      configMaps: ['settings', 'hidden', 'gone'],
      secrets: ['db', 'hidden'],
    });
  });

  it('has each name once, with its last value', () => {
    const container = {
      envFrom: [{ configMapRef: { name: 'settings' } }],
      env: [
        { name: 'MODE', value: 'a' },
        { name: 'X', value: 'b' },
        { name: 'MODE', value: 'c' },
      ],
    };
    expect(decide(container).kept).toEqual(['X=b', 'MODE=c']);
  });

  it.each<[string, string, string]>([
    ['HUB_TOKEN', 'x', 'secret-name, literal value, supply'],
    ['JPY_API_TOKEN', 'x', 'secret-name, literal value'],
    ['aws_secret_access_key', 'x', 'secret-name, literal value, supply'],
    ['JUPYTERHUB_USER', 'ann', 'bound-to-place, literal value'],
    ['KUBERNETES_PORT', '1', 'bound-to-place, literal value'],
    ['HOSTNAME', 'x', 'bound-to-place, literal value'],
    ['HTTPS_PROXY', 'http://u:p@proxy:3128', 'secret-value, literal value, supply'],
    ['JAVA_OPTS', '-Xmx1g -Dx.keyStorePassword=changeit', 'secret-value, literal value, supply'],
    ['OTHER', 'known', 'secret-value, literal value, supply'],
    ['LISTEN', 'http://10.1.2.3:80', 'bound-to-place, literal value'],
    ['ME', 'lab-0', 'bound-to-place, literal value'],
    ['DB_HOST', 'db.shop.svc', 'bound-to-place, literal value, supply'],
    ['API', 'http://api.shop.svc.cluster.local:80/', 'bound-to-place, literal value, supply'],
  ])('does not have %s=%s', (name, value, reason) => {
    expect(decide(env({ [name]: value }))).toEqual({ kept: [], dropped: [`${name}: ${reason}`] });
  });

  it.each([
    ['TOKENIZERS_PARALLELISM', 'false'],
    ['KEYBOARD', 'de'],
    ['HTTPS_PROXY', 'http://proxy:3128'],
    ['LISTEN', '10.1.2.30'],
    ['ME', 'lab-01'],
    ['SERVICE', 'http://x/Service.svc'],
    ['OPTS', '--max-tokens=4096 --token-file=/x --ssl-key=/y'],
    ['PATH', '/opt/conda/bin:/usr/bin'],
  ])('has %s=%s', (name, value) => {
    expect(decide(env({ [name]: value }))).toEqual({ kept: [`${name}=${value}`], dropped: [] });
  });
});

describe('values of an image', () => {
  it('follows rules of the user: what is denied before what is allowed, and no secret value by a rule', () => {
    const variables = env({ MODEL_KEY: 'a', MODEL_SALT: 'b', HOSTNAME: 'h', SIGN_KEY: 'https://u:p@h' });
    expect(decide(variables, { deny: ['*_salt'], allow: ['MODEL_*', 'HOSTNAME', 'SIGN_KEY'] })).toEqual({
      kept: ['MODEL_KEY=a', 'HOSTNAME=h'],
      dropped: ['MODEL_SALT: own-rule, literal value, supply', 'SIGN_KEY: secret-value, literal value, supply'],
    });
  });

  it('expands references to variables that come before, and drops values that refer to dropped ones', () => {
    const container = {
      env: [
        { name: 'LATER', value: '$(HOST)' },
        { name: 'HOST', value: 'h' },
        { name: 'PW', valueFrom: { secretKeyRef: { name: 'db', key: 'pass' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'URL', value: 'x://$(HOST):$$(HOST)/$(GONE)' },
        { name: 'DB', value: 'postgres://u:$(PW)@$(IP)' },
        { name: 'AGAIN', value: '$(DB)' },
        { name: 'ME', value: 'http://$(IP)' },
        { name: 'CACHE', value: '$(REDIS_SERVICE_HOST)' },
        { name: 'RAW', valueFrom: { configMapKeyRef: { name: 'raw', key: 'k' } } },
      ],
    };
    const raw = { ...objects, configMaps: new Map([['raw', { k: '$(HOST)' }]]) };
    const { kept, dropped } = decideVariables(declaredVariables(container, raw), choices);
    expect(kept).toEqual([
      { name: 'LATER', value: '$(HOST)' },
      { name: 'HOST', value: 'h' },
      { name: 'URL', value: 'x://h:$(HOST)/$(GONE)' },
      { name: 'RAW', value: '$(HOST)' },
    ]);
    expect(dropped.slice(2)).toEqual([
      { name: 'DB', reason: 'secret-source', supply: true, source: 'refers to PW' },
      { name: 'AGAIN', reason: 'secret-source', supply: true, source: 'refers to DB' },
      { name: 'ME', reason: 'runtime-field', supply: false, source: 'refers to IP' },
      { name: 'CACHE', reason: 'bound-to-place', supply: true, source: 'refers to REDIS_SERVICE_HOST' },
    ]);
  });

  it('has no secret value of another variable, before or after it', () => {
    expect(
      decide(env({ A: 'x=longsecret1', TOKEN: 'longsecret1', B: 'longsecret1', C: 'short', PASS: 'short' })),
    ).toEqual({
      kept: ['C=short'],
      dropped: [
        'A: secret-value, has the value of TOKEN, supply',
        'TOKEN: secret-name, literal value, supply',
        'B: secret-value, has the value of TOKEN, supply',
        'PASS: secret-name, literal value, supply',
      ],
    });
  });

  it('never has a value of a name on the list, whatever refers to it', () => {
    const names = fc.constantFrom('A', 'B', 'MY_TOKEN', 'C', 'X_KEY', 'D');
    const values = fc.array(fc.constantFrom('$(MY_TOKEN)', '$(A)', '$(B)', '$$', '$(X_KEY)', '-'), { maxLength: 3 });
    const entries = fc.array(fc.tuple(names, values), { maxLength: 8 });
    fc.assert(
      fc.property(entries, (list) => {
        const container = {
          env: list.map(([name, parts]) => ({ name, value: isSecretName(name) ? 'verysecret' : parts.join('') })),
        };
        const { kept, dropped } = decideVariables(declaredVariables(container, objects), choices);
        expect(JSON.stringify([kept, dropped])).not.toContain('verysecret');
        expect(new Set([...kept, ...dropped].map(({ name }) => name))).toEqual(new Set(list.map(([name]) => name)));
      }),
    );
  });
});

describe('references', () => {
  it('are split as Kubernetes splits them', () => {
    expect(splitReferences('a$(B)$$(C)$x$')).toEqual([{ text: 'a' }, { variable: 'B' }, { text: '$(C)$x$' }]);
    expect(splitReferences('$(A)$(B)')).toEqual([{ variable: 'A' }, { variable: 'B' }]);
    expect(splitReferences(') $(A')).toEqual([{ text: ') $(A' }]);
    expect(splitReferences('$()')).toEqual([{ variable: '' }]);
    expect(splitReferences('')).toEqual([]);
    expect(joinTexts([{ text: '' }, { text: 'a' }, { text: 'b' }, { variable: 'C' }, { text: 'd' }])).toEqual([
      { text: 'ab' },
      { variable: 'C' },
      { text: 'd' },
    ]);
  });

  it('are split in linear time', () => {
    expect(splitReferences('$('.repeat(500_000))).toHaveLength(1);
    expect(splitReferences(`)${'$('.repeat(500_000)}`)).toHaveLength(1);
  });
});

describe('rules for names', () => {
  it.each([
    ['A*', 'abc', true],
    ['*c', 'abc', true],
    ['a*b*c', 'aXXbYYc', true],
    ['a*b*c', 'acb', false],
    ['*ab*ab*', 'abab', true],
    ['ab*ba', 'aba', false],
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['', '', true],
  ])('%s matches %s: %j', (pattern, name, expected) => {
    expect(matchesPattern(name, [pattern])).toBe(expected);
  });

  it('are in the documentation', () => {
    const page = readFileSync('docs/application-profiles.md', 'utf8');
    const missing = [...secretNamePatterns, ...harmlessNames, ...placeNamePatterns].filter(
      (each) => !page.includes(`\`${each}\``),
    );
    expect(missing).toEqual([]);
  });

  it('know the variables of Services', () => {
    expect(['A_SERVICE_HOST', 'A_B_SERVICE_PORT_HTTP', 'A_PORT', 'A_PORT_80_TCP_ADDR'].every(isServiceVariable)).toBe(
      true,
    );
    expect(['HOST', 'PORT', 'a_PORT', 'A'.repeat(400)].some(isServiceVariable)).toBe(false);
  });

  it('find whole words only', () => {
    expect(containsWord('xlab lab', ['lab'])).toBe(true);
    expect(containsWord('xlab', ['', 'lab'])).toBe(false);
  });
});
