import type { SourceList } from '../source/source-list.ts';
import { formatTable } from './format-table.ts';

/** What an upload of a source has, and what rules leave out, as a table; of an archive, nothing is known. */
export function formatListing(list: SourceList | undefined): string {
  if (list === undefined) return 'The archive is uploaded as it is.\n';
  const files = list.entries.filter(({ kind }) => kind !== 'folder');
  const rows = [
    ...files.map(({ path, size }) => [path, String(size), '']),
    ...list.leftOut.map(({ path, bytes, rule }) => [
      path,
      bytes === undefined ? '' : String(bytes),
      `left out: ${rule}`,
    ]),
  ];
  return formatTable(['PATH', 'BYTES', 'RULE'], rows);
}
