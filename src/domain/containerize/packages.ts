import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';
import type { SummaryPackage } from '../schemas/documents.ts';
import type { PackageFormat } from './package-files.ts';

/** A package that was recognised by its own files. Its ecosystem is a type of package URLs, such as `pypi`. */
export type FoundPackage = SummaryPackage;

/** The parts of a package URL (https://github.com/package-url/purl-spec). */
export interface PackageUrlParts {
  readonly type: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly version: string;
}

type Parsed = Omit<FoundPackage, 'path'>;

const parsers: Readonly<Record<PackageFormat, (text: string, path: string) => Parsed | undefined>> = {
  python: parsePython,
  conda: parseConda,
  r: parseR,
  node: parseNode,
  vscode: parseExtension,
};

/** A longer text is not a name, and not a licence but its full text. */
const mostCharacters = 200;

/** Reads what a package says about itself. Undefined for a file that does not describe an installed package. */
export function parsePackage(format: PackageFormat, path: string, text: string): FoundPackage | undefined {
  const parsed = parsers[format](text, path);
  if (parsed === undefined) return undefined;
  const texts = [parsed.name, parsed.version];
  const isSane = texts.every((each) => each !== '' && each.length <= mostCharacters && !/[\u0000-\u001f]/.test(each));
  return isSane ? { ...parsed, path } : undefined;
}

/** Packages without those that a further file describes again, sorted. */
export function sortPackages(packages: readonly FoundPackage[]): readonly FoundPackage[] {
  const key = ({ ecosystem, name, version, path }: FoundPackage): string =>
    [ecosystem, name.toLowerCase(), version, path].join('\u0000');
  return [...new Map(packages.map((each) => [key(each), each]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, it]) => it);
}

/** The parts of the package URL of a package. */
export function packageUrlParts({ ecosystem: type, name, version }: FoundPackage): PackageUrlParts {
  const slash = name.lastIndexOf('/');
  const namespace = slash < 0 ? undefined : name.slice(0, slash);
  return { type, namespace, name: name.slice(slash + 1), version };
}

// https://packaging.python.org/en/latest/specifications/core-metadata/: headers as those of mail, then the description.
function parsePython(text: string): Parsed {
  const fields = headersOf(text);
  const first = (name: string): string => fields.get(name)?.[0] ?? '';
  return {
    ecosystem: 'pypi',
    name: first('name'),
    version: first('version'),
    licence: shortLicence(first('license-expression')) || shortLicence(first('license')) || classified(fields),
  };
}

function classified(fields: ReadonlyMap<string, readonly string[]>): string {
  const prefix = 'License :: ';
  const licences = (fields.get('classifier') ?? []).filter((each) => each.startsWith(prefix));
  return licences.map((each) => each.slice(each.lastIndexOf(' :: ') + ' :: '.length)).join(', ');
}

function parseConda(text: string): Parsed {
  const value = parseJson(text);
  return {
    ecosystem: 'conda',
    name: stringAt(value, 'name') ?? '',
    version: stringAt(value, 'version') ?? '',
    licence: shortLicence(stringAt(value, 'license') ?? ''),
  };
}

// Only an installed package has `Built`; sources of packages and other files of that name do not.
function parseR(text: string, path: string): Parsed | undefined {
  const fields = headersOf(text);
  const first = (name: string): string => fields.get(name)?.[0] ?? '';
  const name = first('package');
  if (!fields.has('built') || !path.endsWith(`/${name}/DESCRIPTION`)) return undefined;
  const ecosystem = fields.has('biocviews') ? 'bioconductor' : 'cran';
  return { ecosystem, name, version: first('version'), licence: shortLicence(first('license')) };
}

function parseNode(text: string, path: string): Parsed | undefined {
  const value = parseJson(text);
  const name = stringAt(value, 'name') ?? '';
  // Packages have further files of this name, for parts of themselves.
  if (!path.endsWith(`/node_modules/${name}/package.json`)) return undefined;
  return { ecosystem: 'npm', name, version: stringAt(value, 'version') ?? '', licence: nodeLicence(value) };
}

function parseExtension(text: string): Parsed | undefined {
  const value = parseJson(text);
  const publisher = stringAt(value, 'publisher') ?? '';
  if (stringAt(value, 'engines', 'vscode') === undefined || publisher === '') return undefined;
  const name = stringAt(value, 'name') ?? '';
  return {
    ecosystem: 'vscode-extension',
    name: name === '' ? '' : `${publisher}/${name}`,
    version: stringAt(value, 'version') ?? '',
    licence: nodeLicence(value),
  };
}

// Before npm 2 a licence was an object, or a list of them.
function nodeLicence(value: unknown): string {
  const own = valueAt(value, 'license');
  const all = isObject(own) ? [own] : arrayAt(value, 'licenses');
  const types = all.flatMap((each) => stringAt(each, 'type') ?? []);
  return shortLicence(typeof own === 'string' ? own : types.join(', '));
}

function shortLicence(text: string): string {
  const line = text.trim();
  return line.length <= mostCharacters && !line.includes('\n') && line !== 'UNKNOWN' ? line : '';
}

/** Fields by their name in lower case, up to the first empty line. A line that begins with a blank continues a field. */
function headersOf(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let values: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') break;
    if (/^[ \t]/.test(line)) {
      values.push(`${values.pop() ?? ''}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    values = fields.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    fields.set(name, values);
  }
  return fields;
}
