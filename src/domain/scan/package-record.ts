import { isObject, stringAt, valueAt } from '../core/json-object.ts';

/** The files of packages whose content their package lists: SHA-256 in hex by absolute path. */
export type PackageRecords = Map<string, string>;

/** More files are not remembered: 200 bytes each. */
const mostFiles = 400_000;
const shaInRecord = /^sha256=([\w-]{43})$/;

/** Whether a file lists the files of a package: of Python (PyPA, "Recording installed projects") or of conda. */
export function isPackageRecord(path: string): boolean {
  return /\.dist-info\/RECORD$/.test(path) || /\/conda-meta\/[^/]+\.json$/.test(path);
}

/**
 * Adds what a list of a package says. Files without a checksum, such as compiled ones, are left out.
 * @returns false when the list cannot be read, or it is larger than the limit
 */
export function addPackageRecord(path: string, text: string, records: PackageRecords): boolean {
  const base = path.slice(0, path.lastIndexOf('/', path.lastIndexOf('/') - 1));
  const files = path.endsWith('/RECORD') ? readRecord(text) : readCondaMeta(text);
  if (files === undefined) return false;
  for (const [name, digest] of files) {
    if (records.size >= mostFiles) return false;
    records.set(resolvePath(base, name), digest);
  }
  return true;
}

function readRecord(text: string): readonly (readonly [name: string, digest: string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    // A name with a comma or a quote is quoted, as in CSV.
    const [, quoted, plain = '', hash = ''] = /^(?:"((?:[^"]|"")*)"|([^",]*)),([^,]*),\d*$/.exec(line) ?? [];
    const digest = shaInRecord.exec(hash)?.[1];
    return digest === undefined ? [] : [[quoted?.replaceAll('""', '"') ?? plain, hexOf(digest)] as const];
  });
}

function hexOf(base64: string): string {
  const bytes = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
  return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** https://docs.conda.io/projects/conda-build: `sha256_in_prefix` is that of the installed file, when it differs. */
function readCondaMeta(text: string): readonly (readonly [name: string, digest: string])[] | undefined {
  try {
    const paths = valueAt(JSON.parse(text), 'paths_data', 'paths');
    if (!Array.isArray(paths)) return undefined;
    return paths.filter(isObject).flatMap((file) => {
      const digest = stringAt(file, 'sha256_in_prefix') ?? stringAt(file, 'sha256');
      const name = stringAt(file, '_path');
      return name === undefined || digest === undefined ? [] : [[name, digest] as const];
    });
  } catch {
    return undefined;
  }
}

function resolvePath(base: string, name: string): string {
  if (name.startsWith('/')) return name;
  const parts = base.split('/');
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The source of a compiled file of Python (PEP 3147): `a/b.py` for `a/__pycache__/b.cpython-312.opt-1.pyc`. */
export function sourceOfCompiled(path: string): string | undefined {
  const [, folder, name] = /^(.*\/)__pycache__\/([^/]+?)\.[\w-]+(?:\.opt-\d)?\.pyc$/.exec(path) ?? [];
  return folder === undefined || name === undefined ? undefined : `${folder}${name}.py`;
}
