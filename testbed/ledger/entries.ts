import { createHash } from 'node:crypto';
import { kubectl } from '../clusters/kubectl.ts';
import type { Cluster } from '../clusters/sites.ts';

/** One row of the ledger. */
export interface Entry {
  readonly id: number;
  readonly note: string;
  readonly digest: string;
}

const server = 'statefulset/postgres';

/** How many entries a running ledger has. */
export async function countEntries(cluster: Cluster): Promise<number> {
  return Number(await query(cluster, 'SELECT count(*) FROM entries'));
}

/** All rows of a running ledger, by id. */
export async function readEntries(cluster: Cluster): Promise<readonly Entry[]> {
  const text = await query(
    cluster,
    'SELECT json_build_object($$id$$, id, $$note$$, note, $$digest$$, digest) FROM entries ORDER BY id',
  );
  return text.split('\n').flatMap((line) => (line === '' ? [] : [parseEntry(JSON.parse(line))]));
}

/** Ids of entries whose digest does not follow from the entry before: what was lost, doubled or changed. */
export function brokenEntries(entries: readonly Entry[]): readonly number[] {
  let before = '';
  return entries.flatMap(({ id, note, digest }) => {
    const wanted = createHash('md5')
      .update(note + before)
      .digest('hex');
    before = digest;
    return digest === wanted ? [] : [id];
  });
}

/** Over the socket in the pod, which asks for no password. */
async function query(cluster: Cluster, sql: string): Promise<string> {
  const psql = ['psql', '--host=/tmp', '--username=ledger', '--dbname=postgres', '--no-psqlrc', '--quiet'];
  const args = [...psql, '--tuples-only', '--no-align', `--command=${sql}`];
  return kubectl(cluster, ['exec', server, '--namespace=ledger', '--', ...args]);
}

function parseEntry(value: unknown): Entry {
  if (typeof value === 'object' && value !== null && 'id' in value && 'note' in value && 'digest' in value) {
    const { id, note, digest } = value;
    if (typeof id === 'number' && typeof note === 'string' && typeof digest === 'string') return { id, note, digest };
  }
  throw new Error(`reading an entry of the ledger: unexpected ${JSON.stringify(value)}`);
}
