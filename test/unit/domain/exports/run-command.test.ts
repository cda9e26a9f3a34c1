import { describe, expect, it } from 'vitest';

import { apptainerCommands, apptainerDefinition } from '../../../../src/domain/exports/apptainer-definition.ts';
import {
  describeRun,
  formatRunLine,
  oneLine,
  portsOf,
  quoteWord,
  runName,
  volumesOf,
} from '../../../../src/domain/exports/run-command.ts';
import { anExport } from '../../../builders/exports.ts';

const bare = { ports: [], supply: [], volumes: [], notes: [], user: '', workingFolder: '' };
const digest = `sha256:${'a'.repeat(64)}`;

describe('the command line of an export', () => {
  it('has ports, volumes, variables and the image by digest', () => {
    const rest = `-p 8888:8888 -p 53:53/udp -v id1-1-home-jovyan:/home/jovyan -e TOKEN registry.example.com/team/exports@${digest}`;
    expect(formatRunLine('docker', anExport())).toBe(`docker run ${rest}`);
    expect(formatRunLine('podman', anExport())).toBe(`podman run ${rest}`);
    expect(formatRunLine('docker', anExport({ run: bare }))).toBe(
      `docker run registry.example.com/team/exports@${digest}`,
    );
  });

  it('quotes what a shell would change', () => {
    const volumes = [{ path: "/a b/'$(x)", reason: 'r' }];
    expect(formatRunLine('docker', anExport({ run: { ...bare, volumes } }))).toContain(
      String.raw`'id1-1-a-b-x:/a b/'\''$(x)'`,
    );
    expect(quoteWord('')).toBe("''");
    expect(quoteWord('a/b:1@c')).toBe('a/b:1@c');
  });

  it('knows ports without a protocol, and leaves out what is not a port', () => {
    expect(portsOf({ run: { ...bare, ports: ['80', '9/sctp', 'x'] } })).toEqual([
      { number: 80, protocol: 'tcp' },
      { number: 9, protocol: 'sctp' },
    ]);
  });

  it('gives each volume a name of its own', () => {
    const volumes = ['/a', '/a/', '/'].map((path) => ({ path, reason: '' }));
    const names = volumesOf({ id: 'x', run: { ...bare, volumes } }).map(({ name }) => name);
    expect(names).toEqual(['x-1-a', 'x-2-a', 'x-3']);
  });

  it.each([
    ['Week_3.final', 'week-3-final'],
    ['___', 'app'],
    ['a'.repeat(60), 'a'.repeat(40)],
  ])('makes a name for objects of %s', (name, expected) => {
    expect(runName({ name })).toBe(expected);
  });
});

describe('what a person must know first', () => {
  it('has the login, the variables, the volumes and the notes, each in a line', () => {
    expect(describeRun(anExport(), 'docker')).toEqual([
      'If the registry needs a login, run first: docker login registry.example.com',
      'Set the variable TOKEN. Its value was in: Secret hub, key token.',
      '/home/jovyan is not in the image: it is the home folder.',
      'Log in with the token.',
    ]);
    expect(describeRun(anExport({ run: bare }), 'podman')[0]).toContain('podman login registry.example.com');
    expect(describeRun(anExport({ run: bare }), 'apptainer')[0]).toContain('docker://registry.example.com');
    expect(describeRun(anExport({ run: bare }), 'pod')).toEqual([]);
    expect(describeRun(anExport({ run: bare, isPublic: true }), 'docker')).toEqual([]);
  });

  it('cannot move the cursor of a terminal', () => {
    expect(oneLine('a\u001b[2J\n b')).toBe(String.raw`a\u001b[2J b`);
  });
});

describe('an Apptainer definition', () => {
  it('takes the image by digest, and does not use the home folder', () => {
    const text = apptainerDefinition(anExport());
    expect(text).toContain(`Bootstrap: docker\nFrom: registry.example.com/team/exports@${digest}\n`);
    expect(text).toContain('export PYTHONNOUSERSITE=1');
    expect(text).toContain('It listens at 8888, 53');
    expect(text).not.toMatch(/\$HOME|~\//);
    expect(apptainerDefinition(anExport({ run: bare }))).not.toContain('It listens');
  });

  it('is built and run without the home folder, in the working folder', () => {
    expect(apptainerCommands(anExport())).toEqual([
      'Build: apptainer build week-3.sif week-3.def',
      'Run: apptainer run --no-home --writable-tmpfs --pwd /files --env "EXPORT_STATE=$(mktemp -d)" --env "TOKEN=$TOKEN" week-3.sif',
    ]);
    expect(apptainerCommands(anExport({ run: bare }))[1]).not.toContain('--pwd');
  });

  it('has no section of a hostile record', () => {
    const workload = { kind: 'Deployment', name: 'a\n%post\n  touch /x' };
    expect(apptainerDefinition(anExport({ workload }))).not.toMatch(/^%post/m);
  });
});
