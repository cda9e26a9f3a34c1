import { isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';

/** One part of an image, as CycloneDX 1.5 describes it. */
export type Component = JsonObject;

/** A package as Debian's control file tells it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** The list of all parts of an image, as CycloneDX 1.5 (ECMA-424). It tells no time, so that the same parts give the same bytes. */
export function formatContents(image: { name: string; version: string }, components: readonly Component[]): string {
  const each = new Map(components.map((component) => [refOf(component), component])).values();
  const sorted = [...each].sort((a, b) => (refOf(a) < refOf(b) ? -1 : 1));
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'container', 'bom-ref': image.name, ...image } },
    components: sorted,
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

/** Control files of Debian packages, one after the other with empty lines between (deb-control(5)). */
export function parseControlFiles(text: string): readonly DebianPackage[] {
  return text
    .split(/\n{2,}/)
    .filter((stanza) => stanza.trim() !== '')
    .map((stanza) => {
      const field = (name: string): string => new RegExp(`^${name}: (.+)$`, 'm').exec(stanza)?.[1] ?? '';
      return { name: field('Package'), version: field('Version'), architecture: field('Architecture') };
    });
}

export function debianComponent({ name, version, architecture }: DebianPackage): Component {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=trixie`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

/** Node itself, which npm brings. */
export function nodeComponent(version: string): Component {
  const purl = `pkg:generic/node@${version}`;
  return { type: 'application', 'bom-ref': purl, name: 'node', version, purl };
}

/**
 * The modules that a Go program was built of, from what `go version -m` prints: lines `mod PATH VERSION SUM`, `dep …`, and
 * `=> …` for what took the place of the line before. The first line tells Go's own version.
 */
export function goComponents(text: string): readonly Component[] {
  const found = new Map<string, Component>();
  let replaced = '';
  for (const line of text.split('\n')) {
    const [kind = '', path = '', version = ''] = line.trim().split('\t');
    if (kind === '=>') found.delete(replaced);
    else if (kind !== 'mod' && kind !== 'dep') continue;
    replaced = path;
    found.set(path, goComponent(path, version));
  }
  const go = /: go(\S+)/.exec(text)?.[1];
  return [...(go === undefined ? [] : [goComponent('stdlib', go)]), ...found.values()];
}

/** A module of Go, or what is made of its files. */
export function goComponent(name: string, version: string): Component {
  const purl = `pkg:golang/${name}@${encodeURIComponent(version)}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

/**
 * npm packages by their folders (`node_modules/NAME`), as the lock file pins them (package-lock.json, version 3). Throws
 * when the lock file has no such package.
 */
export function npmComponents(lockFile: string, folders: readonly string[]): readonly Component[] {
  const lock: unknown = JSON.parse(lockFile);
  return folders.map((folder) => {
    const entry = valueAt(lock, 'packages', folder);
    if (!isObject(entry)) throw new Error(`reading the lock file of npm: package ${folder} is missing`);
    return npmComponent(folder.slice(folder.lastIndexOf(modules) + modules.length), entry);
  });
}

const modules = 'node_modules/';

function npmComponent(name: string, entry: JsonObject): Component {
  const [version, license, integrity] = ['version', 'license', 'integrity'].map((key) => stringAt(entry, key) ?? '');
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version ?? ''}`;
  // A lock file writes digests in base64, CycloneDX in hexadecimal digits.
  const content = Buffer.from((integrity ?? '').replace(/^sha512-/, ''), 'base64').toString('hex');
  return {
    ...{ type: 'library', 'bom-ref': purl, name, version, purl },
    hashes: [{ alg: 'SHA-512', content }],
    licenses: [{ expression: license }],
  };
}

function refOf(component: Component): string {
  return stringAt(component, 'bom-ref') ?? '';
}
