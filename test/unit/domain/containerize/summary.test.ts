import { describe, expect, it } from 'vitest';

import { formatSummaryText } from '../../../../src/domain/containerize/format-summary.ts';
import { formatSummaryJson, summarizeImage } from '../../../../src/domain/containerize/summary.ts';
import { validateImageSummary } from '../../../../src/domain/schemas/validators/image-summary.ts';
import { problemsOf } from '../../../builders/documents.ts';
import { fileEntry, hostileSummary, jupyterFacts, jupyterPlan, manyFiles } from '../../../builders/image-summary.ts';

const digest = (character: string): string => `sha256:${character.repeat(64)}`;
const library = [
  fileEntry('/app-library', 0, { kind: 'directory' }),
  fileEntry('/app-library/a.so', 10_000),
  fileEntry('/app-library/link', 0, { kind: 'symlink', target: 'a.so' }),
];
const work = [fileEntry('/home/jovyan/work/data.csv', 500, { allocated: 4096 })];

describe('a summary', () => {
  it('has files, bytes and compressed bytes of each area', () => {
    const layers = [
      { digest: digest('1'), stored: 4000, entries: library },
      { digest: digest('2'), stored: 200, entries: work },
    ];
    const { areas, image } = summarizeImage(jupyterFacts([], { layers }));
    expect(areas.map(({ files, folders, bytes, onDisk, stored }) => [files, folders, bytes, onDisk, stored])).toEqual([
      [2, 1, 10_000, 12_288, 4000],
      [1, 0, 500, 4096, 200],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
    expect(image.size).toBe(1_250_004_200);
    expect(areas.map(({ source }) => source)).toEqual([
      'claim jupyterlab-library',
      'claim jupyterlab-work, folder work',
      'container',
      'claim shared-data',
    ]);
  });

  it('has no compressed bytes of areas that share a layer', () => {
    const layers = [{ digest: digest('1'), stored: 4000, entries: [...library, ...work] }];
    const summary = summarizeImage(jupyterFacts([], { layers }));
    expect(summary.areas.map(({ stored }) => stored)).toEqual([undefined, undefined, 0, 0]);
    expect(summary.layers).toEqual([
      { digest: digest('1'), areas: ['library', 'workspace'], files: 3, bytes: 10_500, stored: 4000 },
    ]);
  });

  it('counts a file with several names once', () => {
    const names = ['/app-library/a', '/app-library/b', '/app-library/c'];
    const entries = names.map((name) => fileEntry(name, 9000, { links: 3, inode: '1:77' }));
    const summary = summarizeImage(jupyterFacts([], { layers: [{ digest: digest('1'), stored: 1, entries }] }));
    expect(summary.areas[0]).toMatchObject({ files: 3, bytes: 9000, onDisk: 12_288 });
    expect(summary.largestFiles.map(({ path }) => path)).toEqual(['/app-library/a']);
  });

  it('gives a path to the most specific area', () => {
    const [first] = jupyterPlan().areas;
    if (first === undefined) throw new Error('the plan has areas');
    const areas = [
      { ...first, name: 'inner', path: '/app/inner' },
      { ...first, name: 'all', path: '/app' },
      { ...first, name: 'deep', path: '/app/inner/deep' },
      { ...first, name: 'rest', path: '/' },
    ];
    const entries = [
      fileEntry('/app', 0, { kind: 'directory' }),
      fileEntry('/app/inner-not', 1),
      fileEntry('/app/inner/deep/x', 4),
      fileEntry('/app/inner/y', 2),
      fileEntry('/srv', 0, { kind: 'directory' }),
    ];
    const layers = [{ digest: digest('1'), stored: 1, entries }];
    const summary = summarizeImage(jupyterFacts([], { layers, plan: jupyterPlan({ areas }) }));
    expect(summary.areas.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['inner', 2],
      ['all', 1],
      ['deep', 4],
      ['rest', 0],
    ]);
    expect(summary.folders.map(({ path, area, bytes }) => [path, area, bytes])).toEqual([
      ['/', 'rest', 7],
      ['/app', 'all', 7],
      ['/app/inner', 'inner', 6],
      ['/app/inner/deep', 'deep', 4],
      ['/srv', 'rest', 0],
    ]);
  });

  it('has packages that programs load and that are not in the image', () => {
    const outside = [
      { path: '/home/u/R', loader: 'R .libPaths()', bytes: 2048, reason: 'HOME' },
      { path: '/home/u/x', loader: 'python3 sys.path', bytes: undefined, reason: 'HOME' },
    ];
    const { leftOut } = summarizeImage(jupyterFacts([], { plan: jupyterPlan({ outside }) }));
    expect(leftOut.filter(({ reason }) => reason === 'packages-outside')).toEqual([
      expect.objectContaining({ detail: 'R .libPaths() loads packages from it (2.00 KiB): HOME' }),
      expect.objectContaining({ detail: 'python3 sys.path loads packages from it (unknown size): HOME' }),
    ]);
  });

  it('has what the plan leaves out before what could not be read', () => {
    const { leftOut } = summarizeImage(jupyterFacts([]));
    expect(leftOut.map(({ path, reason }) => `${reason} ${path}`)).toEqual([
      'never /home/jovyan',
      'never /var/run/secrets/kubernetes.io/serviceaccount',
      'excluded /data',
      'socket /app-library/lib/python3.12/site-packages/.cache/lock',
      'unreadable /home/jovyan/work/private/notes.txt',
      'changed-while-read /home/jovyan/work/run.log',
    ]);
  });

  it('lacks members that are those of the base image', () => {
    const start = {
      entrypoint: undefined,
      arguments: undefined,
      workingFolder: undefined,
      user: undefined,
      ports: [],
    };
    const summary = summarizeImage(jupyterFacts([], { plan: jupyterPlan({ start }), isPublic: undefined }));
    expect(Object.keys(summary.image)).toEqual(['name', 'digest', 'platform', 'baseSize', 'base', 'size', 'ports']);
  });

  it.each([
    ['of many files', () => summarizeImage(jupyterFacts(manyFiles(2000, 1500)))],
    ['of hostile texts', hostileSummary],
  ])('%s fits the schema, has no value and is the same each time', (_, make) => {
    const text = formatSummaryJson(make());
    const document: unknown = JSON.parse(text);
    expect(problemsOf('image-summary', document)).toEqual([]);
    expect(validateImageSummary(document)).toBe(true);
    expect(text).not.toContain('never-shown');
    expect(formatSummaryJson(make())).toBe(text);
  });
});

describe('a summary as text', () => {
  it('is a table of areas, and says what is not in the image and why', () => {
    expect(formatSummaryText(summarizeImage(jupyterFacts(library)))).toMatchInlineSnapshot(`
      "Image:  registry.example.org/course-ml/jupyterlab:f3k9x2_week-4
      Digest: sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      Base:   quay.io/jupyter/scipy-notebook@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      From:   container notebook of Deployment course-ml/jupyterlab
      Size:   1.16 GiB compressed, 3.61 KiB of it new

      AREA                       PATH                FILES   SIZE       ON DISK    COMPRESSED
      library                    /app-library        2       9.77 KiB   12.0 KiB   3.61 KiB     The profile declares it as the library.
      workspace                  /home/jovyan/work   0       0 B        0 B        0 B          Workspace files are included unless workspace is set to "skip".
      changed in the container   /opt/conda          0       0 B        0 B        0 B          Packages were installed here after the container started.
      data sets                  /data                                             left out     The profile excludes it: 1.2 TiB of shared data sets.

      Left out:
      PATH                                                    WHY
      /app-library/lib/python3.12/site-packages/.cache/lock   a socket
      /home/jovyan/work/private/notes.txt                     the process in the container may not read it: mode 0600 of root
      /home/jovyan/work/run.log                               it changed each time it was read: read 3 times
      /home/jovyan                                            never part of an image: HOME of the user
      /var/run/secrets/kubernetes.io/serviceaccount           never part of an image: token of the service account
      /data                                                   left out: The profile excludes it: 1.2 TiB of shared data sets.

      Variables that are not in the image:
      NAME                   WHY                                                   TO SUPPLY
      DB_PASSWORD            its value is from a Secret: Secret db, key password   yes
      JUPYTERHUB_API_TOKEN   its name is that of a secret
      JUPYTERHUB_API_URL     its value is valid in this cluster only
      POD_IP                 its value is from the pod: field status.podIP

      Findings of the secret scan:
      PLACE                                           RULE               MEANING
      /home/jovyan/work/train.ipynb, cell 3, output   aws-access-token   allowed: a revoked key of the exercise
      1 in files of packages                                             unchanged file of a package

      Warnings:
        The working folder is below HOME: a volume that is mounted at /home/jovyan hides it.

      Start it with:
        docker run --rm -p 8888:8888 \\
          -e DB_PASSWORD='<the value of Secret db, key password>' \\
          registry.example.org/course-ml/jupyterlab:f3k9x2_week-4
      "
    `);
  });

  it('counts what is too much for a terminal', () => {
    const leftOut = Array.from({ length: 30 }, (_, index) => ({
      path: `/x/${String(index)}`,
      reason: 'device',
      detail: '',
    }));
    const text = formatSummaryText(summarizeImage(jupyterFacts([], { leftOut, runCommand: '' })));
    expect(text).toContain('and 13 more, see the report');
    expect(text).not.toContain('Start it with');
  });

  it('shows what could not be read before what the plan leaves out', () => {
    const leftOut = [{ path: '/files/locked', reason: 'unreadable', detail: '' }];
    const text = formatSummaryText(summarizeImage(jupyterFacts([], { leftOut })));
    expect(text).toMatch(/Left out:\nPATH .*\n\/files\/locked /);
  });

  it('has no table without rows', () => {
    const plan = jupyterPlan({ areas: [], never: [], dropped: [], warnings: [] });
    const text = formatSummaryText(summarizeImage(jupyterFacts([], { plan, leftOut: [], findings: [] })));
    expect(text).not.toMatch(/Left out:|Variables|Findings|Warnings/);
  });

  it('has a finding of a whole place', () => {
    const finding = { place: 'image config', detail: '', rule: 'private-key', weight: 'blocks', reason: '' } as const;
    const text = formatSummaryText(summarizeImage(jupyterFacts([], { findings: [finding] })));
    expect(text).toMatch(/\nimage config +private-key +blocks the push\n/);
  });

  it('names a code that it does not know', () => {
    const leftOut = [{ path: '/x', reason: 'later', detail: '' }];
    expect(formatSummaryText(summarizeImage(jupyterFacts([], { leftOut })))).toMatch(/\/x +later\n/);
  });

  it('has no control character of a file name', () => {
    const text = formatSummaryText({ ...hostileSummary(), image: { ...hostileSummary().image, digest: '' } });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain('not pushed');
  });
});
