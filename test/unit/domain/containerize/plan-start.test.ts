import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findSecretParts } from '../../../../src/domain/containerize/secret-texts.ts';
import { aPod, planOf } from '../../../builders/containerize.ts';

const start = (container: object, more: Parameters<typeof planOf>[1] = {}) => {
  const plan = planOf(aPod({ container }), more);
  return {
    ...plan.start,
    supply: plan.dropped.flatMap(({ name, supply }) => (supply ? [name] : [])),
    warnings: plan.warnings,
  };
};

/** The arguments with which the command of a plan starts a program that prints them. */
function run(
  entrypoint: readonly string[] | undefined,
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const [program = '', ...given] = entrypoint ?? [];
  const text = execFileSync(program, given, { env: { PATH: '/usr/bin:/bin', ...environment }, encoding: 'utf8' });
  return text.split('\0').slice(0, -1);
}

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
const print = ['printf', String.raw`%s\0`];

describe('the start of an image', () => {
  it('is that of the container: a command without arguments has none', () => {
    expect(start({ command: ['a'], args: ['b', '$(X) $$(Y)'] })).toMatchObject({
      entrypoint: ['a'],
      arguments: ['b', '$(X) $(Y)'],
    });
    expect(start({ command: ['a'] })).toMatchObject({ entrypoint: ['a'], arguments: [] });
    expect(start({ args: ['b'] })).toMatchObject({ entrypoint: undefined, arguments: ['b'] });
    expect(start({})).toMatchObject({ entrypoint: undefined, arguments: undefined, supply: [], warnings: [] });
  });

  it('is that of the profile where it says so', () => {
    const container = { command: ['a'], args: ['b'], workingDir: '/x', ports: [{ containerPort: 1 }] };
    const profile = {
      schemaVersion: 1,
      start: { command: ['c'], workingDir: '/y', user: 'app' },
      ports: [{ port: 2, protocol: 'UDP' }, { port: 3 }],
    } as const;
    expect(start(container, { profile })).toMatchObject({
      ...{ entrypoint: ['c'], arguments: [], workingFolder: '/y', user: 'app', ports: ['2/udp', '3/tcp'] },
    });
    expect(start(container, { profile: { schemaVersion: 1, start: { args: ['d'] } } })).toMatchObject({
      entrypoint: ['a'],
      arguments: ['d'],
    });
  });

  it('has ports and the user of the container', () => {
    const ports = [
      { containerPort: 80 },
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 80, protocol: 'TCP' },
    ];
    expect(start({ ports, securityContext: { runAsUser: 5, runAsGroup: 6 }, workingDir: '/w' })).toMatchObject({
      ...{ ports: ['80/tcp', '53/udp'], user: '5:6', workingFolder: '/w' },
    });
    const user = (pod: Parameters<typeof aPod>[0]) => planOf(aPod(pod)).start.user;
    const annotations = { 'openshift.io/scc': 'restricted-v2' };
    expect(user({ spec: { containers: [], securityContext: { runAsUser: 7 } } })).toBe('7');
    expect(
      user({ container: { securityContext: { runAsUser: 1_000_740_000 } }, metadata: { annotations } }),
    ).toBeUndefined();
    expect(user({ container: { securityContext: { runAsUser: 7 } }, metadata: { annotations } })).toBe('7');
    expect(user({ metadata: { annotations } })).toBeUndefined();
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['a flag', [...print, '--password', 'S3CR3TS3CR3T', 'x'], ['--password', 'new', 'x'], ['APP_PASSWORD']],
    ['an assigned flag', [...print, '--db-password=S3CR3TS3CR3T'], ['--db-password=new'], ['DB_PASSWORD']],
    ['a URL', [...print, 'pg://u:S3CR3TS3CR3T@h/d'], ['pg://u:new@h/d'], ['START_SECRET']],
    ['a quoted text', [...print, `a --token 'S3CR3TS3CR3T' b`], [`a --token 'new' b`], ['APP_TOKEN']],
    ['a quote that does not end', [...print, 'API_KEY="S3CR3TS3CR3T'], ['API_KEY="new'], ['API_KEY']],
    ['a value that the scanner finds', [...print, 'S3CR3TS3CR3T'], ['new'], ['START_SECRET']],
    [
      'a token in a URL',
      [...print, 'https://h/?access_token=S3CR3TS3CR3T'],
      ['https://h/?access_token=new'],
      ['ACCESS_TOKEN'],
    ],
    ['a login without a colon', [...print, 'https://S3CR3TS3CR3T@h'], ['new'], ['START_SECRET']],
    [
      'two flags',
      [...print, '--token=S3CR3TS3CR3T', '--token', 'S3CR3TS3CR3T'],
      ['--token=new', '--token', 'new'],
      ['APP_TOKEN', 'APP_TOKEN_2'],
    ],
    [
      'many words',
      [...print, ...letters, '--token=S3CR3TS3CR3T', '"$x`'],
      [...letters, '--token=new', '"$x`'],
      ['APP_TOKEN'],
    ],
  ])('gets a secret in %s from a variable, and runs the same', (...[, command, expected, names]) => {
    const planned = start({ command }, { looksSecret: (value) => value === 'S3CR3TS3CR3T' });
    expect(JSON.stringify(planned)).not.toContain('S3CR3T');
    expect(planned.supply).toEqual(names);
    expect(run(planned.entrypoint, Object.fromEntries(names.map((name) => [name, 'new'])))).toEqual(expected);
    expect(() => run(planned.entrypoint, {})).toThrow(/is not set/);
  });

  it('gets dropped variables that it refers to, and values of them', () => {
    const env = [
      { name: 'PW', valueFrom: { secretKeyRef: { name: 'db', key: 'pw' } } },
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'API_TOKEN', value: 'abcdefgh1' },
      { name: 'MODE', value: 'fast' },
    ];
    const args = [String.raw`%s\0`, 'p=$(PW)', '$(IP):$(A_SERVICE_HOST)', '-x', 'is abcdefgh1!', '$(MODE)'];
    const planned = start(
      { env, args },
      { baseConfig: { entrypoint: ['printf'], arguments: ['x'], workingFolder: '', environment: [] } },
    );
    expect(planned.supply.sort()).toEqual(['API_TOKEN', 'A_SERVICE_HOST', 'IP', 'PW']);
    expect(planned.arguments).toEqual([]);
    expect(run(planned.entrypoint, { PW: '1', IP: '2', A_SERVICE_HOST: '3', API_TOKEN: '4' })).toEqual([
      'p=1',
      '2:3',
      '-x',
      'is 4!',
      'fast',
    ]);
  });
});

describe('flags and warnings of a start', () => {
  it('names new variables unlike those that exist', () => {
    const env = [
      { name: 'APP_TOKEN', value: 'x' },
      { name: 'APP_TOKEN_2', valueFrom: { secretKeyRef: { name: 'db', key: 'pw' } } },
    ];
    expect(start({ env, command: ['a', '--token=S'] }).supply).toEqual(['APP_TOKEN', 'APP_TOKEN_2', 'APP_TOKEN_3']);
  });

  it.each<[readonly string[], readonly string[], readonly string[]]>([
    [['jupyter', 'lab', '--ServerApp.token=abc', '--port=1'], ['jupyter', 'lab', '--port=1'], ['JUPYTER_TOKEN']],
    [['jupyter', '--IdentityProvider.token', 'abc', '-y'], ['jupyter', '-y'], ['JUPYTER_TOKEN']],
    [['jupyter', '--ServerApp.password=argon2:x', '--NotebookApp.token=y'], ['jupyter'], ['JUPYTER_TOKEN']],
    [
      ['/usr/bin/code-server', '--password', 'x', '--hashed-password=y', '.'],
      ['/usr/bin/code-server', '.'],
      ['PASSWORD', 'HASHED_PASSWORD'],
    ],
  ])('leaves out flags of a program that reads a variable: %j', (command, entrypoint, supply) => {
    expect(start({ command })).toMatchObject({
      entrypoint,
      arguments: [],
      supply,
      warnings: expect.arrayContaining([expect.stringContaining('is left out')]) as string[],
    });
  });

  it('puts a token of Jupyter into a script', () => {
    const { entrypoint, supply } = start({ command: ['sh', '-c', 'echo --ServerApp.token=abc'] });
    expect(supply).toEqual(['JUPYTER_TOKEN']);
    expect(
      execFileSync(String(entrypoint?.[0]), entrypoint?.slice(1), {
        env: { PATH: '/usr/bin:/bin', JUPYTER_TOKEN: 'n' },
        encoding: 'utf8',
      }),
    ).toBe('echo --ServerApp.token=n\n'.replace('echo ', ''));
  });

  it.each([
    [['a', '--password', '--verbose']],
    [['a', '--password']],
    [['a', '--ServerApp.token=', '--NotebookApp.password=']],
    [['a', '--password-file', '/x', '--token_url=http://h', '--password_required=True']],
    [['a', '--max_tokens', '4096']],
    [['sh', '-c', 'run --token "$TOKEN" --password ${PW} --ssl-key ./k']],
    [['a', 'my token value', 'password=', 'git+ssh://git@h/r']],
  ])('is kept when it has no secret: %j', (command) => {
    expect(start({ command })).toMatchObject({ entrypoint: command, supply: [], warnings: [] });
  });

  it('warns about HOME, and starts in a workspace', () => {
    const container = { command: ['/home/u/start.sh', '/home/u/work/x', '/home/u/start.sh'], workingDir: '/home/u' };
    const workspace = start(container, { profile: { schemaVersion: 1, workspace: ['/home/u/work'] } });
    expect(workspace.workingFolder).toBe('/home/u/work');
    expect(workspace.warnings).toEqual([
      expect.stringMatching(/^The working folder \/home\/u is in the home folder, .*starts in \/home\/u\/work/),
      expect.stringMatching(/^The start command uses \/home\/u\/start.sh/),
    ]);
    const alone = start({ workingDir: '/home/u/x' });
    expect(alone).toMatchObject({ workingFolder: '/home/u/x', warnings: [expect.stringContaining('It is empty')] });
    const ofBase = start(
      {},
      {
        baseConfig: { entrypoint: ['/home/u/e'], arguments: ['/home/u/a'], workingFolder: '/home/u', environment: [] },
      },
    );
    expect(ofBase.workingFolder).toBeUndefined();
    expect(ofBase.warnings).toHaveLength(3);
    expect(
      start(
        { args: ['x'], workingDir: '/w' },
        { baseConfig: { entrypoint: ['/home/u/e'], arguments: ['/home/u/a'], workingFolder: '', environment: [] } },
      ).warnings,
    ).toHaveLength(1);
  });

  it('in HOME has an alternative that works: its path is included', () => {
    const pod = aPod({ container: { command: ['/home/u/start.sh'], workingDir: '/home/u/work/a' } });
    const base = planOf(pod);
    expect(base.warnings).toHaveLength(2);
    const choices = {
      workspace: true,
      changed: true,
      homePackages: true,
      include: ['/home/u/start.sh'],
      exclude: [],
      denyVariables: [],
      allowVariables: [],
      groupRights: true,
    };
    const plan = planOf(pod, { choices, profile: { schemaVersion: 1, workspace: ['/home/u/work'] } });
    expect(plan.warnings).toEqual([]);
    expect(plan.areas).toMatchObject([
      { path: '/home/u/work' },
      { path: '/home/u/start.sh', included: true },
      { path: '/' },
    ]);
    expect(JSON.stringify(plan.areas)).not.toContain('.ssh');
  });

  it('warns about a program that needs a hub', () => {
    expect(start({ args: ['jupyterhub-singleuser', '--ip=0.0.0.0'] }).warnings).toEqual([
      expect.stringContaining('needs a JupyterHub'),
    ]);
    expect(start({ command: ['sh', '-c', 'exec start-singleuser.py'] }).warnings).toHaveLength(1);
  });
});

describe('secrets in texts', () => {
  it('are found without overlap, and never shown in a plan', () => {
    expect(findSecretParts('--token=a://b:c@d')).toEqual([{ start: 8, end: 17, flag: '--token' }]);
    const secret = fc
      .stringMatching(/^[A-Za-z0-9+/_.-]{12,30}$/)
      .filter((text) => /\d/.test(text) && !text.startsWith('-'));
    const shapes = fc.constantFrom(
      (value: string) => [`--password=${value}`],
      (value: string) => ['--password', value],
      (value: string) => [`x --api-key ${value} y`],
      (value: string) => [`sh -c "TOKEN=${value} run"`],
      (value: string) => [`https://u:${value.replaceAll('/', 'x')}@h`],
    );
    fc.assert(
      fc.property(secret, shapes, (value, shape) => {
        const plan = start({ command: ['run', ...shape(value)] });
        expect(JSON.stringify(plan)).not.toContain(
          value.replaceAll('/', shape(value).some((word) => word.includes('/') && word.includes('@h')) ? 'x' : '/'),
        );
        expect(plan.supply.length).toBeGreaterThan(0);
      }),
    );
  });

  it('are found in linear time', () => {
    for (const piece of ['--token ', 'token=', '"', '://', '://a:', 'a', '--token=" ', 'token=$(', '-', ' '])
      findSecretParts(piece.repeat(200_000 / piece.length));
  });
});
