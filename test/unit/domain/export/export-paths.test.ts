import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { failurePath, resourcePath } from '../../../../src/domain/export/export-paths.ts';
import type { ResourceKey } from '../../../../src/domain/kube/resource.ts';

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const web: ResourceKey = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

function nameOf(key: ResourceKey): string {
  const path = resourcePath('shop', key, sha256);
  expect(path.startsWith('resources/shop/')).toBe(true);
  return path.slice('resources/shop/'.length);
}

describe('names of exported files', () => {
  it.each([
    [web, 'Deployment_apps_v1_shop_web.yaml'],
    [{ ...web, kind: 'Service', group: '' }, 'Service__v1_shop_web.yaml'],
    [{ ...web, kind: 'Namespace', group: '', namespace: '' }, 'Namespace__v1_clusterscoped_web.yaml'],
  ])("are crane's own where these are safe", (key, expected) => {
    expect(nameOf(key)).toBe(expected);
  });

  it.each([
    '../../etc/passwd',
    '..',
    'a\u0000b',
    'a/b',
    'x'.repeat(253),
    'Upper',
    '-rf',
    'a b',
    '\u202eevil',
    '~',
    '$(reboot)',
    "';",
    'system:image-puller',
    'app:latest',
    'a<b>c|d"e?f*g\\h',
    'trailing. ',
    '\u0007bell',
  ])('are cleaned and distinguished by a digest for %j', (name) => {
    expect(nameOf({ ...web, name })).toMatch(/^[A-Za-z0-9._-]+~[0-9a-f]{32}\.yaml$/);
  });

  it('differ for different objects, also where letter case is lost', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '',
        'a',
        'A',
        'a_b',
        'b',
        'a:b',
        'A:b',
        'web',
        'Web',
        'a.b',
        'clusterscoped',
        '~',
        'a~b',
        'é',
        'e\u0301',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const key = fc.record({
      group: part,
      version: part,
      namespace: part,
      name: part,
      kind: fc.constantFrom('Role', 'Pod'),
    });
    fc.assert(
      fc.property(key, key, (left, right) => {
        const same = JSON.stringify(Object.values(left)) === JSON.stringify(Object.values(right));
        // crane's word for no namespace is, by its own design, also a name of one.
        const alike = [left, right].every(({ namespace }) => namespace === '' || namespace === 'clusterscoped');
        fc.pre(!alike);
        expect(nameOf(left).toLowerCase() === nameOf(right).toLowerCase()).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  it('are short enough for a prefix, and never leave the folder', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(fc.record({ group: text, version: text, namespace: text, name: text, kind: text }), (key) => {
        const name = nameOf(key);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(245);
        expect(name).not.toMatch(/[/\u0000]/);
        // https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
        expect(name).not.toMatch(/[<>:"\\|?*\u0000-\u001f]|[. ]$|^(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\.|$)/i);
        expect(name.endsWith('.yaml')).toBe(true);
      }),
    );
  });

  it('distinguish the same plural of two groups', () => {
    const failure = (group: string): string => failurePath('shop', { name: 'builds', group, version: 'v1' }, sha256);
    expect(failure('build.openshift.io')).toBe('failures/shop/builds_build.openshift.io_v1.yaml');
    expect(failure('shipwright.io')).not.toBe(failure('build.openshift.io'));
    expect(failurePath('shop', { name: '', group: 'metrics.k8s.io', version: 'v1beta1' }, sha256)).toBe(
      'failures/shop/_metrics.k8s.io_v1beta1.yaml',
    );
  });
});
