import type { FileEntry } from '../../src/domain/containerize/file-entry.ts';
import type { ContainerizePlan } from '../../src/domain/containerize/plan.ts';
import { summarizeImage, type SummaryFacts } from '../../src/domain/containerize/summary.ts';
import type { ImageSummary } from '../../src/domain/schemas/documents.ts';

const hash = (character: string): string => `sha256:${character.repeat(64)}`;

/** A file as a listing has it; only what the test is about differs. */
export function fileEntry(path: string, size = 0, more: Partial<FileEntry> = {}): FileEntry {
  return {
    path,
    kind: 'file',
    mode: 0o644,
    uid: 1000,
    gid: 100,
    size,
    allocated: Math.ceil(size / 4096) * 4096,
    modified: '1700000000.0',
    changed: '1700000000.0',
    inode: `1:${path}`,
    links: 1,
    target: undefined,
    ...more,
  };
}

/** The plan of a JupyterLab with a library, a workspace and packages in the container itself. */
export function jupyterPlan(more: Partial<ContainerizePlan> = {}): ContainerizePlan {
  return {
    workload: { kind: 'Deployment', namespace: 'course-ml', name: 'jupyterlab' },
    pod: 'jupyterlab-7d9f8b6c5-x2x9k',
    container: 'notebook',
    startedAt: 1_700_000_000,
    base: { host: 'quay.io', path: 'jupyter/scipy-notebook', digest: hash('a') },
    reading: { claims: 'container', own: 'exec' },
    outside: [],
    areas: [
      {
        name: 'library',
        kind: 'library',
        path: '/app-library',
        without: [],
        source: { from: 'claim', claim: 'jupyterlab-library', subPath: '' },
        included: true,
        reason: 'The profile declares it as the library.',
      },
      {
        name: 'workspace',
        kind: 'workspace',
        path: '/home/jovyan/work',
        without: [],
        source: { from: 'claim', claim: 'jupyterlab-work', subPath: 'work' },
        included: true,
        reason: 'Workspace files are included unless workspace is set to "skip".',
      },
      {
        name: 'changed in the container',
        kind: 'changed',
        path: '/opt/conda',
        without: [],
        source: { from: 'container' },
        included: true,
        reason: 'Packages were installed here after the container started.',
      },
      {
        name: 'data sets',
        kind: 'workspace',
        path: '/data',
        without: [],
        source: { from: 'claim', claim: 'shared-data', subPath: '' },
        included: false,
        reason: 'The profile excludes it: 1.2 TiB of shared data sets.',
      },
    ],
    never: [
      { path: '/home/jovyan', reason: 'HOME of the user' },
      { path: '/var/run/secrets/kubernetes.io/serviceaccount', reason: 'token of the service account' },
    ],
    environment: ['LANG', 'CONDA_DIR', 'JUPYTER_ENABLE_LAB', 'MPLBACKEND'].map((name) => ({ name, value: 'x' })),
    dropped: [
      { name: 'DB_PASSWORD', reason: 'secret-source', source: 'Secret db, key password', supply: true },
      { name: 'JUPYTERHUB_API_TOKEN', reason: 'secret-name', source: '', supply: false },
      { name: 'JUPYTERHUB_API_URL', reason: 'bound-to-place', source: '', supply: false },
      { name: 'POD_IP', reason: 'runtime-field', source: 'field status.podIP', supply: false },
    ],
    start: {
      entrypoint: ['tini', '-g', '--'],
      arguments: ['start-notebook.sh', '--ServerApp.base_url=/'],
      workingFolder: '/home/jovyan/work',
      user: '1000:100',
      ports: ['8888/tcp'],
    },
    homes: [],
    owner: { runningUid: undefined, groupRights: true },
    warnings: ['The working folder is below HOME: a volume that is mounted at /home/jovyan hides it.'],
    ...more,
  };
}

/** Facts about an image of that plan. @param entries sorted by path */
export function jupyterFacts(entries: readonly FileEntry[], more: Partial<SummaryFacts> = {}): SummaryFacts {
  return {
    version: '0.1.0',
    created: '2026-11-29T18:30:00.000Z',
    plan: jupyterPlan(),
    image: {
      name: 'registry.example.org/course-ml/jupyterlab:f3k9x2_week-4',
      digest: hash('b'),
      platform: 'linux/amd64',
      baseSize: 1_250_000_000,
    },
    isPublic: false,
    base: `quay.io/jupyter/scipy-notebook@${hash('a')}`,
    layers: layersOf(entries),
    leftOut: [
      { path: '/app-library/lib/python3.12/site-packages/.cache/lock', reason: 'socket', detail: '' },
      { path: '/home/jovyan/work/private/notes.txt', reason: 'unreadable', detail: 'mode 0600 of root' },
      { path: '/home/jovyan/work/run.log', reason: 'changed-while-read', detail: 'read 3 times' },
    ],
    findings: [
      {
        place: '/home/jovyan/work/train.ipynb',
        detail: 'cell 3, output',
        rule: 'aws-access-token',
        weight: 'allowed',
        reason: 'a revoked key of the exercise',
      },
      {
        place: '/app-library/lib/python3.12/site-packages/boto3/examples/cloudfront.rst',
        detail: 'line 12',
        rule: 'private-key',
        weight: 'known-package-file',
        reason: '',
      },
    ],
    packages: ['numpy', 'pandas', 'scikit-learn', 'torch'].map((name, index) => ({
      ecosystem: 'pypi',
      name,
      version: `${String(index + 1)}.4.${String(index)}`,
      licence: 'BSD-3-Clause',
      path: `/app-library/lib/python3.12/site-packages/${name}.dist-info/METADATA`,
    })),
    warnings: [],
    runCommand:
      "docker run --rm -p 8888:8888 \\\n  -e DB_PASSWORD='<the value of Secret db, key password>' \\\n  registry.example.org/course-ml/jupyterlab:f3k9x2_week-4",
    ...more,
  };
}

/** A layer for each area. */
function layersOf(entries: readonly FileEntry[]): SummaryFacts['layers'] {
  return ['/app-library', '/home', '/opt'].map((top, index) => {
    const own = entries.filter(({ path }) => path.startsWith(top));
    const bytes = own.reduce((sum, { size }) => sum + size, 0);
    return { digest: hash(String(index)), stored: Math.round(bytes * 0.37), entries: own };
  });
}

/** Many files in many folders of different sizes, the same in each run, sorted by path. */
export function manyFiles(count: number, folders: number): readonly FileEntry[] {
  const tops = [
    '/app-library/lib/python3.12/site-packages',
    '/app-library/share/jupyter',
    '/home/jovyan/work',
    '/opt/conda/lib/python3.12/site-packages',
  ];
  const names = ['numpy', 'pandas', 'torch', 'scipy', 'sklearn', 'bokeh', 'dask', 'sympy', 'numba', 'statsmodels'];
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const made = Array.from({ length: folders }, (_, index) => {
    const top = tops[Math.floor(random() ** 1.6 * tops.length)] ?? '';
    const name = names[Math.floor(random() * names.length)] ?? '';
    return `${top}/${name}${top.includes('work') ? '-exercise' : ''}/part${String(index % 17)}/m${String(index)}`;
  });
  const entries = new Map<string, FileEntry>();
  for (const folder of made)
    for (let at = folder; at !== ''; at = at.slice(0, at.lastIndexOf('/')))
      entries.set(at, fileEntry(at, 0, { kind: 'directory' }));
  for (let index = 0; index < count; index += 1) {
    const path = `${made[index % made.length] ?? ''}/file-${String(index)}.py`;
    entries.set(path, fileEntry(path, Math.round(200 + random() ** 9 * 600_000)));
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Names that end an element, change the order of text, or move a cursor. */
export const hostileNames = [
  '<script>window.attacked = 1</script>',
  '"><img src=x onerror="window.attacked = 2">',
  "' onmouseover='window.attacked = 3",
  '</script><script>window.attacked = 4</script>',
  '<!--',
  '&lt;b&gt;',
  'annual\u202efdp.exe',
  'line\nbreak\u001b[31mred',
  'zero\u200bwidth\ufeff',
  'תמונות',
  `${'long-'.repeat(50)}name`,
];

/** A summary with hostile texts in all places where a text can be. */
export function hostileSummary(): ImageSummary {
  const folders = hostileNames.map((name) => `/app-library/${name.replaceAll('/', '\u2215')}`);
  const files = folders.flatMap((folder, index) => [
    fileEntry(folder, 0, { kind: 'directory' }),
    fileEntry(`${folder}/x`, 1_000_000 + index * 1000),
  ]);
  const text = hostileNames.join(' ');
  const summary = summarizeImage(
    jupyterFacts(
      files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      {
        leftOut: hostileNames.map((name) => ({ path: `/app-library/${name}`, reason: name, detail: name })),
        findings: hostileNames.map((name) => ({
          place: name,
          detail: name,
          rule: name,
          weight: 'blocks',
          reason: name,
        })),
        packages: hostileNames.map((name) => ({ ecosystem: name, name, version: name, licence: name, path: name })),
        warnings: hostileNames,
        runCommand: text,
        isPublic: true,
        plan: jupyterPlan({
          workload: { kind: text, namespace: text, name: text },
          pod: text,
          container: text,
          environment: hostileNames.map((name) => ({ name, value: 'never-shown' })),
          dropped: hostileNames.map((name) => ({ name, reason: 'own-rule', source: name, supply: true })),
          areas: hostileNames.map((name, index) => ({
            name,
            kind: 'library',
            path: folders[index] ?? '',
            without: [],
            source: { from: 'claim', claim: name, subPath: name },
            included: index % 3 > 0,
            reason: name,
          })),
        }),
      },
    ),
  );
  return {
    ...summary,
    version: text,
    created: text,
    image: { ...summary.image, name: text, base: text, platform: text, digest: text, user: text },
    largestFiles: hostileNames.map((name, index) => ({ path: name, bytes: index, onDisk: index })),
    layers: hostileNames.map((name, index) => ({ digest: name, areas: [name], files: index, bytes: index, stored: 1 })),
  };
}
