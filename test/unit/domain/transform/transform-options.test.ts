import { describe, expect, it } from 'vitest';

import {
  knownFlags,
  toTransformOptions,
  parseOptionalFlags,
  toOptionalFlags,
} from '../../../../src/domain/transform/transform-options.ts';

import { refusalOf } from '../../../builders/task-error.ts';

describe('optional flags', () => {
  it('are a JSON object of strings, names in lower case', () => {
    expect(parseOptionalFlags('{"Strip-Default-RBAC":"false","add-annotations":"a=b c"}')).toEqual({
      'strip-default-rbac': 'false',
      'add-annotations': 'a=b c',
    });
    expect(parseOptionalFlags('  ')).toEqual({});
  });

  it.each(['{', '[]', '"a"', 'null', '{"a":1}', '{"a":{"b":"c"}}', '{"a":null}'])('refuse %s', (text) => {
    expect(refusalOf(() => parseOptionalFlags(text))).toMatch(/^invalid-param: /);
  });

  it('name the JSON form to who writes pairs', () => {
    expect(() => parseOptionalFlags('strip-default-rbac=false,a=b')).toThrow(/only a JSON object/);
    expect(() => toOptionalFlags(7, 'the flags file')).toThrow(/reading the flags file/);
  });
});

describe('options of the built-in plugins', () => {
  it('have defaults', () => {
    const options = toTransformOptions({});
    expect(options).toMatchObject({
      keepOwned: false,
      stripDefaultRbac: true,
      stripDefaultCabundle: true,
      stripDefaultPullSecrets: true,
    });
    expect(options.internalHosts.has('image-registry.openshift-image-registry.svc:5000')).toBe(true);
  });

  it.each(['1', 't', 'TRUE', 'True', 'true', 'T'])('take %s for true', (text) => {
    expect(toTransformOptions({ 'disable-whiteout-owned': text }).keepOwned).toBe(true);
  });

  it.each(['0', 'f', 'FALSE', 'False', 'false', 'F'])('take %s for false', (text) => {
    expect(toTransformOptions({ 'strip-default-rbac': text }).stripDefaultRbac).toBe(false);
  });

  it.each([
    { 'strip-default-rbac': 'yes' },
    { 'add-annotations': 'novalue' },
    { 'add-annotations': '=x' },
    { 'pvc-rename-map': 'old' },
    { 'namespace-mapping': 'shop' },
    { 'namespace-mapping': 'shop=Store' },
    { 'namespace-mapping': 'shop=../x' },
    { 'suspend-jobs': 'yes' },
    { 'pvc-rename-map': 'old:New' },
    { 'pvc-rename-map': 'old:' },
    { 'registry-replacement': 'x' },
  ])('refuse %j', (flags) => {
    expect(refusalOf(() => toTransformOptions(flags))).toMatch(/^invalid-param: /);
  });

  it('are read from known flags only', () => {
    const asked: string[] = [];
    const valueOf = (name: string | symbol): string | undefined => {
      asked.push(String(name));
      return name === 'modernize' ? 'ingress' : undefined;
    };
    const flags = new Proxy<Record<string, string>>(
      {},
      {
        get: (_, name) => valueOf(name),
        getOwnPropertyDescriptor: (_, name) => ({ value: valueOf(name), configurable: true }),
      },
    );
    toTransformOptions(flags);
    expect([...new Set(asked)].sort()).toEqual([...knownFlags].sort());
  });
});
