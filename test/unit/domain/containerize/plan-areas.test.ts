import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mountsOf } from '../../../../src/domain/containerize/container-mounts.ts';
import { isWithin, normalizePath, pathBelow } from '../../../../src/domain/containerize/paths.ts';
import { planAreas, type AreaInput } from '../../../../src/domain/containerize/plan-areas.ts';
import { noChoices } from '../../../builders/containerize.ts';

/** Mounts by path, each of a volume such as `{ secret: { secretName: 'db' } }`. */
function mounts(volumes: Readonly<Record<string, object>>) {
  const paths = Object.keys(volumes);
  return mountsOf(
    { volumes: paths.map((path) => ({ name: path, ...volumes[path] })) },
    { volumeMounts: paths.map((path) => ({ name: path, mountPath: path })) },
  );
}

const claim = (claimName: string) => ({ persistentVolumeClaim: { claimName } });

function plan(input: Partial<AreaInput> & { readonly volumes?: Readonly<Record<string, object>> } = {}) {
  const { volumes = {}, ...rest } = input;
  return planAreas({
    profile: { schemaVersion: 1 },
    mounts: mounts(volumes),
    homes: ['/home/u'],
    packageFolders: [],
    choices: noChoices,
    ...rest,
  });
}

const summary = (input: Parameters<typeof plan>[0]) =>
  plan(input).areas.map(({ name, path, included }) => `${included ? 'in' : 'out'} ${name} ${path}`);

describe('areas', () => {
  it('of claims that no profile declares are libraries or workspaces, by their paths', () => {
    const volumes = {
      '/app-library': claim('l'),
      '/files': claim('f'),
      '/home/u/x': claim('h'),
      '/home/all': claim('a'),
    };
    expect(summary({ volumes })).toEqual(['in library /app-library', 'in workspace /files', 'in changed /']);
    const { never } = plan({ volumes });
    expect(never).toContainEqual({ path: '/app-library/lost+found', reason: 'belongs to the file system' });
    expect(never).toContainEqual({
      path: '/home/u/x',
      reason: 'claim h is in a home folder: declare it as library or workspace to include it',
    });
    expect(summary({ volumes, choices: { ...noChoices, workspace: false, changed: false } })).toEqual([
      'in library /app-library',
      'out workspace /files',
      'out changed /',
    ]);
  });

  it('have the most specific path, and name what is below them', () => {
    const profile = { schemaVersion: 1, library: ['/opt'], workspace: ['/opt/w', '/home/u/work'] } as const;
    const volumes = {
      '/opt/w/data': claim('d'),
      '/opt/s': { secret: { secretName: 's' } },
      '/home/u/work/c': claim('c'),
    };
    const { areas } = plan({ profile, volumes });
    expect(areas.map(({ name, path, without }) => [name, path, without])).toEqual([
      ['library', '/opt', ['/opt/s', '/opt/w']],
      ['workspace', '/opt/w', ['/opt/w/data']],
      ['workspace-2', '/home/u/work', ['/home/u/work/c']],
      ['workspace-3', '/opt/w/data', ['/opt/w/data/lost+found']],
      ['workspace-4', '/home/u/work/c', []],
      ['changed', '/', expect.arrayContaining(['/home', '/opt', '/proc']) as string[]],
    ]);
    expect(areas[3]).toMatchObject({
      source: { from: 'claim', claim: 'd', subPath: '' },
      reason: expect.stringContaining('claim d in /opt/w') as string,
    });
  });

  it('around a home folder do not include a claim in it', () => {
    const volumes = { '/data/u/x': claim('x'), '/data/y': claim('y') };
    const profile = { schemaVersion: 1, workspace: ['/data'] } as const;
    expect(summary({ volumes, profile, homes: ['/data/u'] })).toEqual([
      'in workspace /data',
      'in workspace-2 /data/y',
      'in changed /',
    ]);
  });

  it.each<[string, object, string]>([
    ['secret', { secret: { secretName: 'db' } }, 'Secret db is never included'],
    ['config', { configMap: { name: 'c' } }, 'ConfigMap c is never included'],
    ['token', { projected: {} }, 'projected volume, such as the token of the service account is never included'],
    ['field', { downwardAPI: {} }, 'downward API volume is never included'],
    ['host', { hostPath: { path: '/' } }, 'hostPath volume with files of the node is never included'],
    [
      'vault',
      { csi: { driver: 'secrets-store.csi.k8s.io' } },
      'secrets of the Secrets Store CSI driver is never included',
    ],
    ['empty secret', { secret: {} }, 'Secret  is never included'],
    ['empty config', { configMap: {} }, 'ConfigMap  is never included'],
  ])('never have a volume of the kind %s', (_, volume, reason) => {
    const profile = { schemaVersion: 1, library: ['/v', '/v/x'] } as const;
    expect(plan({ volumes: { '/v': volume } }).never[0]).toEqual({ path: '/v', reason });
    expect(plan({ volumes: { '/v': volume }, profile })).toMatchObject({
      areas: [{ path: '/v', included: false, reason }, { path: '/v/x', included: false }, { name: 'changed' }],
      warnings: [`The path /v of the profile is not included: ${reason}.`, expect.stringContaining('/v/x')],
    });
  });

  it.each<[string, object, string]>([
    ['emptyDir', { emptyDir: {} }, 'emptyDir volume, which is empty when a pod starts, is not declared'],
    ['ephemeral', { ephemeral: {} }, 'ephemeral volume, which is deleted with the pod, is not declared'],
    ['csi', { csi: { driver: 'x.example.com' } }, 'volume of the CSI driver x.example.com, is not declared'],
    ['nfs', { nfs: {} }, 'volume of kind nfs, is not declared'],
  ])('have a volume of the kind %s only if it is declared', (_, volume, reason) => {
    expect(plan({ volumes: { '/v': volume } }).never[0]).toEqual({ path: '/v', reason });
    const declared = plan({ volumes: { '/v': volume }, profile: { schemaVersion: 1, library: ['/v'] } });
    expect(declared.areas[0]).toMatchObject({ path: '/v', included: true, source: { from: 'container' } });
    expect(declared.never.map(({ path }) => path)).not.toContain('/v');
  });
});

describe('areas by choice', () => {
  it.each(['/home/u', '/root', '/home', '/proc/x', '/dev'])('cannot be %s, even if it is declared', (path) => {
    const profile = { schemaVersion: 1, workspace: [path] } as const;
    expect(summary({ profile })).toEqual([`out workspace ${path}`, 'in changed /']);
    expect(plan({ profile }).warnings).toHaveLength(1);
    expect(plan({ profile, choices: { ...noChoices, workspace: false } }).warnings).toEqual([]);
  });

  it('can be temporary folders that are declared', () => {
    expect(summary({ profile: { schemaVersion: 1, library: ['/tmp/lib', '/var'] } })).toEqual([
      'in library /tmp/lib',
      'in library-2 /var',
      'in changed /',
    ]);
  });

  it('of packages below HOME need a program that loads them, or a param', () => {
    const packageFolders = [
      { path: '/home/u/.local/lib', evidence: 'python3' },
      { path: '/home/u/R', evidence: '' },
      { path: '/home/u/work/.venv', evidence: 'python3' },
      { path: '/opt/conda/lib', evidence: 'python3' },
    ];
    const profile = { schemaVersion: 1, workspace: ['/home/u/work'] } as const;
    const choices = { ...noChoices, workspace: false };
    expect(plan({ packageFolders, profile, choices }).areas.slice(1)).toMatchObject([
      { path: '/home/u/.local/lib', kind: 'packages', included: true, reason: 'python3 loads packages from it' },
      {
        path: '/home/u/R',
        included: false,
        reason: 'a package folder by its name only; name it in include-paths to include it',
      },
      { path: '/' },
    ]);
    expect(summary({ packageFolders, choices: { ...noChoices, homePackages: false, include: ['/home/u/R'] } })).toEqual(
      [
        'in packages /home/u/R',
        'out packages-2 /home/u/.local/lib',
        'out packages-3 /home/u/work/.venv',
        'in changed /',
      ],
    );
  });

  it('leave out what a param excludes', () => {
    const profile = { schemaVersion: 1, library: ['/lib/a', '/lib/b'] } as const;
    const choices = { ...noChoices, exclude: ['/lib/a', '/lib/b/cache'] };
    const { areas, never } = plan({ profile, choices });
    expect(areas.map(({ path, included, without }) => [path, included, path === '/' ? [] : without])).toEqual([
      ['/lib/a', false, []],
      ['/lib/b', true, ['/lib/b/cache']],
      ['/', true, []],
    ]);
    expect(never[0]).toEqual({ path: '/lib/b/cache', reason: 'excluded by a param' });
  });

  it('are planned without a known HOME, and with HOME at the root', () => {
    const unknown = plan({
      homes: [],
      profile: { schemaVersion: 1, workspace: ['/home/u/w'] },
      volumes: { '/home/u/w/d': claim('d') },
    });
    expect(unknown.warnings).toEqual([expect.stringContaining('HOME of the container is not known: /home and /root')]);
    expect(unknown.areas.map(({ path }) => path)).toEqual(['/home/u/w', '/home/u/w/d', '/']);
    const root = plan({ homes: ['/'], volumes: { '/files': claim('f') } });
    expect(root.warnings).toEqual([expect.stringContaining('HOME of the container is /')]);
    expect(root.areas.map(({ path, included }) => [path, included])).toEqual([
      ['/files', true],
      ['/', true],
    ]);
    expect(root.areas[1]?.without).toContain('/.ssh');
  });

  it('of claims in HOME are left out although a profile names HOME itself', () => {
    const volumes = { '/home/u/a': claim('x') };
    expect(summary({ volumes, profile: { schemaVersion: 1, library: ['/home/u'] } })).toEqual([
      'out library /home/u',
      'in changed /',
    ]);
  });

  it('warn about packages on a volume that is not included', () => {
    const volumes = { '/v': { emptyDir: {} }, '/app-library': claim('l') };
    const packageFolders = [
      { path: '/v/lib', evidence: 'R' },
      { path: '/app-library/x', evidence: 'R' },
    ];
    expect(plan({ volumes, packageFolders }).warnings).toEqual([
      'Packages in /v/lib are not included (emptyDir volume, which is empty when a pod starts).',
    ]);
  });
});

const part = fc.constantFrom('a', 'b', 'c', 'home', 'u', 'root', 'lib');
const paths = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const volumes = fc.dictionary(paths, fc.constantFrom(claim('x'), { secret: {} }, { emptyDir: {} }), { maxKeys: 5 });

describe('a plan of any paths', () => {
  it('gives each path at most one area, and none of HOME or a Secret', () => {
    const lists = fc.array(paths, { maxLength: 4 });
    fc.assert(
      fc.property(
        volumes,
        lists,
        lists,
        fc.array(paths, { maxLength: 9 }),
        (...[mounted, library, workspace, files]) => {
          const homes = ['/home/u'];
          const { areas } = plan({ volumes: mounted, profile: { schemaVersion: 1, library, workspace }, homes });
          for (const file of [...files, ...Object.keys(mounted), ...homes]) {
            const owners = areas.filter(
              (area) => isWithin(file, area.path) && !area.without.some((other) => isWithin(file, other)),
            );
            expect(owners.length).toBeLessThanOrEqual(1);
            const owner = owners.find(({ included }) => included);
            if (owner === undefined) continue;
            const declared = [...library, ...workspace];
            const isInSecret = mounts(mounted).some(({ path, content }) => content === 'never' && isWithin(file, path));
            const nearer = (path: string): boolean =>
              Object.keys(mounted).some((other) => isWithin(file, other) && other !== path && isWithin(other, path));
            if (isInSecret)
              expect(
                mounts(mounted).some(
                  ({ path, content }) => content === 'never' && isWithin(file, path) && !nearer(path),
                ),
              ).toBe(false);
            if (isWithin(file, '/home/u'))
              expect(
                declared.some((path) => path !== '/home/u' && isWithin(path, '/home/u') && isWithin(file, path)),
              ).toBe(true);
          }
        },
      ),
    );
  });

  it('has names and paths once', () => {
    fc.assert(
      fc.property(volumes, fc.array(paths), (mounted, library) => {
        const { areas } = plan({ volumes: mounted, profile: { schemaVersion: 1, library } });
        expect(new Set(areas.map(({ name }) => name)).size).toBe(areas.length);
        expect(new Set(areas.map(({ path }) => path)).size).toBe(areas.length);
      }),
    );
  });

  it('knows paths below the root', () => {
    expect([pathBelow('/a/b', '/'), pathBelow('/a/b', '/a'), pathBelow('/a', '/a')]).toEqual(['a/b', 'b', '']);
  });

  it('normalizes paths once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('/', '.', 'a', '..') }), (text) => {
        const path = normalizePath(text);
        expect(path).toMatch(/^\/(?:[^/]+(?:\/[^/]+)*)?$/);
        expect(normalizePath(path)).toBe(path);
        expect(path.split('/').some((each) => each === '.' || each === '..')).toBe(false);
      }),
    );
  });
});
