import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { execa } from 'execa';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { releasedForms } from '../../../scripts/forms/pinned.ts';
import { buildListedImage, imageNames, type ListedImage } from '../../../scripts/images/build-images.ts';
import { debianComponent, parseControlFiles } from '../../../scripts/images/contents.ts';
import { contentsPath } from '../../../scripts/images/image-files.ts';
import { readFromLayers } from '../../../scripts/images/layouts.ts';
import { ownPlatform } from '../../../scripts/images/programs-of-platform.ts';
import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { version } from '../../../src/runtime/version.ts';
import { stepImages } from '../../contract/task-files.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { makeFolder, readTree } from '../../builders/command.ts';
import { unpackImage } from '../../builders/image-root.ts';

/** On a new machine Debian is installed into a folder, and its packages are fetched. */
const buildTime = 600_000;
const revision = 'a'.repeat(40);

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
});

afterAll(() => folder.remove());

describe.each(imageNames)('the image %s', (name) => {
  let image: ListedImage;
  let root: string;

  beforeAll(async () => {
    image = await buildListedImage(name, ownPlatform);
    root = join(folder.path, name);
    await unpackImage(image.layout, root);
  }, buildTime);

  it('lists every Debian package, Go module and npm package in it, and says so in a file of its own', async () => {
    expect(await readFile(join(root, contentsPath), 'utf8')).toBe(image.contents);
    const listed = purlsOf(image.contents);
    expect(new Set(listed).size).toBe(listed.length);
    const packages = parseControlFiles(await readFromLayers(image.layout, 'var/lib/dpkg/status.d/*'));
    expect(packages.map((one) => one.name)).toEqual(expect.arrayContaining(['libc6', 'git', 'skopeo']));
    expect(packages.some((one) => one.name === 'rsync')).toBe(name === 'transfer');
    expect(listed).toEqual(expect.arrayContaining(packages.map((one) => String(debianComponent(one)['purl']))));
    const modules = (await execa('go', ['version', '-m', programPath('kubectl')])).stdout
      .split('\n')
      .filter((line) => line.startsWith('\tdep\t'));
    expect(modules.length).toBeGreaterThan(50);
    expect(listed.filter((purl) => purl.startsWith('pkg:golang/')).length).toBeGreaterThan(20);
    expect(listed.some((purl) => purl.startsWith('pkg:golang/helm.sh/helm'))).toBe(name === 'helm-runner');
    expect(listed.some((purl) => purl.startsWith('pkg:npm/execa@'))).toBe(true);
  });

  it('has the licence texts of all that it lists', async () => {
    const missing: string[] = [];
    for (const purl of purlsOf(image.contents))
      if ((await readdir(join(root, licenceFolder(purl))).catch(() => [])).length === 0) missing.push(purl);
    expect(missing).toEqual([]);
    const own = await readFile(join(root, 'usr/share/licenses/crane-tasks/LICENSE'), 'utf8');
    expect(own).toBe(await readFile('LICENSE', 'utf8'));
  });

  it('says in labels what it is', async () => {
    const { stdout } = await execa('skopeo', ['inspect', '--config', `oci:${image.layout}`]);
    expect(valueAt(JSON.parse(stdout), 'config', 'Labels')).toMatchObject({
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.source': 'https://github.com/crane-tasks/crane-tasks',
    });
  });
});

describe('an image that `docker build` makes', () => {
  it('has the files that the stage of the Dockerfile makes', async () => {
    const name = 'task-runner';
    const { layout, contents } = await buildListedImage(name, ownPlatform);
    const root = join(folder.path, name);
    const parts = join(folder.path, `${name}-parts`);
    await mkdir(join(parts, 'packages'), { recursive: true });
    await mkdir(join(parts, 'node'));
    await writeFile(join(parts, 'packages/all'), await readFromLayers(layout, 'var/lib/dpkg/status.d/*'));
    await writeFile(join(parts, 'node/LICENSE'), await readFile(join(root, 'usr/share/licenses/node/LICENSE')));
    const collect = resolve('images/tools/collect-licences');
    await execa('sh', [collect, programPath('kustomize'), join(parts, 'kustomize')], { cwd: 'images/tools' });
    await execa('sh', [collect, programPath('helm'), join(parts, 'helm')], { cwd: 'images/tools/helm' });
    const files = join(folder.path, `${name}-files`);
    await execa('node', ['scripts/image-files.ts', name, parts, files], { preferLocal: true });
    expect(await readFile(join(files, contentsPath), 'utf8')).toBe(contents);
    expect(await readTree(join(files, 'opt'))).toEqual(await readTree(join(root, 'opt')));
  });
});

describe('a release', () => {
  let place: string;
  let digests: readonly string[];

  async function release(target: string): Promise<string> {
    const env = {
      RELEASE: target,
      REVISION: revision,
      PLATFORMS: ownPlatform,
      // The level of a release takes a minute.
      ZSTD_LEVEL: '1',
      IMAGES: 'registry.test/crane',
      BUNDLES: 'registry.test/bundles',
    };
    await execa('node', ['scripts/release.ts'], { preferLocal: true, env });
    return readFile(join(target, 'SHA256SUMS'), 'utf8');
  }

  beforeAll(async () => {
    place = join(folder.path, 'release');
    await release(place);
    digests = (await readFile(join(place, 'digests.txt'), 'utf8')).trim().split('\n');
  }, buildTime);

  it('has checksums of all its files', async () => {
    await execa('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: place });
    const sums = await readFile(join(place, 'SHA256SUMS'), 'utf8');
    const listed = sums.split('\n').flatMap((line) => line.split('  ')[1] ?? []);
    const platform = ownPlatform.replace('/', '-');
    expect(listed).toEqual(
      [
        ...Object.keys(releasedForms).map((form) => `${form}.yaml`),
        ...imageNames.flatMap((name) => [`${name}-${version}.oci.tar`, `${name}-${version}-${platform}.cdx.json`]),
        ...publishedSchemas.map((name) => `${name}.schema.json`),
        ...[`bundles-${version}.oci.tar`, `crane-tasks-${version}.tgz`, 'digests.txt', 'release-notes.md'],
      ].sort(),
    );
    expect((await readdir(place)).sort()).toEqual(['SHA256SUMS', ...listed].sort());
  });

  it('has the same bytes when it is made again', { timeout: buildTime }, async () => {
    expect(await release(join(folder.path, 'again'))).toBe(await readFile(join(place, 'SHA256SUMS'), 'utf8'));
  });

  it.each([
    ['task-runner', `task-runner-${version}.oci.tar`],
    ['transfer', `transfer-${version}.oci.tar`],
    ['bundles/crane-export', `bundles-${version}.oci.tar:crane-export`],
    ['bundles/crane-cutover', `bundles-${version}.oci.tar:crane-cutover`],
  ])('holds what digests.txt names %s by', async (name, archive) => {
    const { stdout } = await execa('skopeo', ['inspect', '--raw', `oci-archive:${join(place, archive)}`], {
      encoding: 'buffer',
      stripFinalNewline: false,
    });
    const pin = digests.find((line) => line.split(':')[0]?.endsWith(`/${name}`));
    const manifest = join(folder.path, 'manifest');
    await writeFile(manifest, stdout);
    const { stdout: digest } = await execa('skopeo', ['manifest-digest', manifest]);
    expect(pin).toMatch(new RegExp(`:${version}@${digest}$`));
  });

  it('names images by the registry and the digests of the release', async () => {
    const install = loadAll(await readFile(join(place, 'install.yaml'), 'utf8'));
    const images = install.flatMap(stepImages);
    expect(images.length).toBeGreaterThan(15);
    for (const image of images) expect(digests).toContain(image);
  });

  it('has a package that provides the command, without a registry', async () => {
    const prefix = join(folder.path, 'prefix');
    const archive = join(place, `crane-tasks-${version}.tgz`);
    const offline = ['--offline', '--no-audit', '--no-fund', '--registry=http://127.0.0.1:9'];
    await execa('npm', ['install', '--global', ...offline, `--prefix=${prefix}`, archive]);
    const { stdout } = await execa(process.execPath, [join(prefix, 'bin/crane-tasks'), '--version']);
    expect(stdout).toBe(`crane-tasks ${version}`);
    const { stdout: help } = await execa(process.execPath, [join(prefix, 'bin/crane-tasks'), 'crane-export', '--help']);
    expect(help).toContain('--namespace');
    const schemas = join(prefix, 'lib/node_modules/crane-tasks/schemas');
    expect((await readdir(schemas)).sort()).toContain('report.schema.json');
  });
});

const publishedSchemas = [
  ...['application-profile', 'claim-settings', 'export-record', 'image-summary', 'log-event', 'move-answers'],
  ...['mover-plan', 'plan', 'report', 'surface'],
];

function purlsOf(contents: string): readonly string[] {
  return arrayAt(JSON.parse(contents), 'components').map((component) => stringAt(component, 'purl') ?? '');
}

/** Where an image has the licence texts of a part of its list. */
function licenceFolder(purl: string): string {
  const [, type = '', name = '', itsVersion = ''] = /^pkg:(\w+)\/(.+)@([^@?]+)/.exec(purl) ?? [];
  if (type === 'deb') return `usr/share/doc/${name.replace('debian/', '')}`;
  if (type === 'golang') return `usr/share/licenses/go/${name === 'stdlib' ? 'go' : name}`;
  if (type === 'npm') return `usr/share/licenses/npm/${decodeURIComponent(name)}@${itsVersion}`;
  return `usr/share/licenses/${name}`;
}
