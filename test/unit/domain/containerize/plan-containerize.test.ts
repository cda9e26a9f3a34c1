import { describe, expect, it } from 'vitest';

import { aPod, noChoices, planOf } from '../../../builders/containerize.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const claim = (name: string, claimName = name) => ({ name, persistentVolumeClaim: { claimName } });

describe('the plan of a container', () => {
  it('is that of its base image when nothing is declared', () => {
    const plan = planOf(aPod());
    expect(plan).toMatchObject({
      pod: 'lab-0',
      container: 'lab',
      environment: [],
      dropped: [],
      start: { entrypoint: undefined, arguments: undefined, workingFolder: undefined, user: undefined, ports: [] },
      homes: ['/home/u'],
      owner: { runningUid: undefined, groupRights: true },
      warnings: [],
    });
    expect(plan.areas).toMatchObject([{ name: 'changed', kind: 'changed', path: '/', included: true }]);
    expect(plan.areas[0]?.without).toEqual(expect.arrayContaining(['/proc', '/tmp', '/var/cache', '/home', '/root']));
  });

  it('knows the group that its volumes have', () => {
    expect(planOf(aPod({ spec: { securityContext: { fsGroup: 2000 } } })).owner.volumeGid).toBe(2000);
    expect(planOf(aPod()).owner.volumeGid).toBeUndefined();
  });

  it('includes a workspace inside HOME, and not the rest of HOME', () => {
    const pod = aPod({
      container: { volumeMounts: [{ name: 'home', mountPath: '/home/u', subPath: 'users/u' }] },
      volumes: [claim('home')],
    });
    const plan = planOf(pod, { profile: { schemaVersion: 1, workspace: ['/home/u/work'] } });
    expect(plan.areas.map(({ name, path, included, source }) => ({ name, path, included, source }))).toEqual([
      {
        name: 'workspace',
        path: '/home/u/work',
        included: true,
        source: { from: 'claim', claim: 'home', subPath: 'users/u/work' },
      },
      { name: 'changed', path: '/', included: true, source: { from: 'container' } },
    ]);
    expect(plan.areas.at(-1)?.without).toContain('/home');
    expect(plan.never).toContainEqual({ path: '/home/u', reason: 'HOME is never included (claim home)' });
    expect(
      planOf(pod, { choices: { ...noChoices, workspace: false } }).areas.some(
        ({ kind, included }) => kind === 'workspace' && included,
      ),
    ).toBe(false);
  });

  it('has no value of a token of a hub', () => {
    const env = [
      { name: 'JUPYTERHUB_API_TOKEN', value: '0123456789abcdef' },
      { name: 'JUPYTERHUB_SERVICE_PREFIX', value: '/user/u/' },
      { name: 'SPAWN_TOKEN', value: 'zyxwvutsrq' },
      { name: 'COPY', value: 'x-zyxwvutsrq' },
      { name: 'LANG', value: 'C.UTF-8' },
    ];
    const plan = planOf(aPod({ container: { env } }));
    expect(plan.environment).toEqual([{ name: 'LANG', value: 'C.UTF-8' }]);
    expect(plan.dropped.map(({ name, reason, supply }) => [name, reason, supply])).toEqual([
      ['JUPYTERHUB_API_TOKEN', 'secret-name', false],
      ['JUPYTERHUB_SERVICE_PREFIX', 'bound-to-place', false],
      ['SPAWN_TOKEN', 'secret-name', true],
      ['COPY', 'secret-value', true],
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/0123456789abcdef|zyxwvutsrq/);
  });

  it('has no secret of the start command', () => {
    const plan = planOf(
      aPod({
        container: {
          command: ['serve', '--password', 'hunter2hunter2', '--ServerApp.token=s3cr3t'],
          args: ['--db=postgres://u:pa55word@db/x', '--port=80'],
        },
      }),
    );
    expect(plan.start.entrypoint).toEqual([
      '/bin/sh',
      '-c',
      'exec "${1}" "${2}" "${APP_PASSWORD:?is not set}" "${3}${START_SECRET:?is not set}${4}" "${5}"',
      'sh',
      'serve',
      '--password',
      '--db=postgres://u:',
      '@db/x',
      '--port=80',
    ]);
    expect(plan.start.arguments).toEqual([]);
    expect(plan.dropped.map(({ name, supply }) => [name, supply])).toEqual([
      ['APP_PASSWORD', true],
      ['JUPYTER_TOKEN', true],
      ['START_SECRET', true],
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/hunter2|s3cr3t|pa55word/);
  });
});

describe('what a plan knows of its container', () => {
  it('takes HOME from the profile, the container and its image, and includes none of them', () => {
    const homes = (
      ...[profile, env, home, environment]: [object, readonly object[], string | undefined, readonly string[]]
    ) => {
      const plan = planOf(aPod({ container: { env } }), {
        profile: { schemaVersion: 1, ...profile },
        observed: { home, packageFolders: [], prefixes: [] },
        baseConfig: { entrypoint: [], arguments: [], workingFolder: '', environment },
      });
      return plan.never.filter(({ reason }) => reason === 'HOME is never included').map(({ path }) => path);
    };
    expect(homes({ home: '/p' }, [{ name: 'HOME', value: '/e/' }], '/o', ['HOME=/i'])).toEqual(['/p', '/e']);
    expect(homes({}, [], '/o', ['HOME=/i'])).toEqual(['/o']);
    expect(homes({}, [], undefined, ['PATH=/bin', 'HOME=/i'])).toEqual(['/i']);
    expect(homes({}, [], 'relative', [])).toEqual([]);
  });

  it('maps the user that runs now, wherever the pod names it', () => {
    const uid = (pod: Parameters<typeof aPod>[0]) => planOf(aPod(pod)).owner.runningUid;
    const containerStatuses = [{ name: 'lab', user: { linux: { uid: 7 } } }];
    expect(uid({ status: { containerStatuses }, container: { securityContext: { runAsUser: 8 } } })).toBe(7);
    expect(uid({ container: { securityContext: { runAsUser: 8 } } })).toBe(8);
    expect(uid({ spec: { containers: [], securityContext: { runAsUser: 9 } } })).toBe(9);
  });

  it('maps the user of the image where the pod names none', () => {
    const uid = (pod: Parameters<typeof aPod>[0], imageUid: number | undefined) =>
      planOf(aPod(pod), { imageUid }).owner.runningUid;
    expect(uid({}, 1001)).toBe(1001);
    expect(uid({}, 0)).toBe(0);
    expect(uid({ container: { securityContext: { runAsUser: 8 } } }, 1001)).toBe(8);
    expect(uid({}, undefined)).toBeUndefined();
  });

  it('warns about packages that were installed for another path', () => {
    const prefixes = [
      { folder: '/app-library', prefix: '/opt/conda' },
      { folder: '/opt/venv', prefix: '/opt/venv' },
      { folder: '/opt/envs', prefix: '/opt/envs/a' },
    ];
    expect(planOf(aPod(), { observed: { home: '/home/u', packageFolders: [], prefixes } }).warnings).toEqual([
      'Packages in /app-library were installed for /opt/conda: their programs name that path. Mount the volume at /opt/conda and run again.',
    ]);
  });

  it('is refused for a path that is not absolute', () => {
    const plan = (choices: object) => refusalOf(() => planOf(aPod(), { choices: { ...noChoices, ...choices } }));
    expect(plan({ include: ['~/.local'] })).toMatch(/^invalid-param: reading include-paths: expected an absolute path/);
    expect(plan({ exclude: ['a'] })).toMatch(/^invalid-param: reading exclude-paths/);
  });
});
