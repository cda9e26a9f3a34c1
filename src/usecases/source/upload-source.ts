import type { Log } from '../../domain/core/ports.ts';
import { countOf } from '../../domain/core/count-of.ts';
import { formatSize } from '../../domain/core/format-bytes.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import { blobIdOf } from '../../domain/source/blob-id.ts';
import type { BlobStore } from '../../domain/source/blob-store.ts';
import type { SourceList, SourceReader } from '../../domain/source/source-list.ts';

export interface UploadSourceInput {
  readonly app: string;
  readonly namespace: string;
  readonly username: string;
  /** Only lists what would be uploaded. */
  readonly listOnly: boolean;
}

export interface UploadSourcePorts {
  readonly source: SourceReader;
  readonly store: BlobStore | undefined;
  readonly hash: (text: string) => string;
  readonly log: Log;
}

export type UploadResult = 'blob-id' | 'sha256' | 'bytes' | 'file-count' | 'commit';

/**
 * Uploads a source. Its blob id follows from the content and the application, so that the same source is uploaded once,
 * and an upload that was killed is continued by the next run.
 * @throws TaskError
 */
export async function uploadSource(
  input: UploadSourceInput,
  { source, store, hash, log }: UploadSourcePorts,
): Promise<Outcome<UploadResult, 'source'>> {
  const { list, commit = '' } = source;
  const origin = commit === '' ? source.origin : `${source.origin}, commit ${commit}`;
  const files = list?.entries.filter(({ kind }) => kind === 'file') ?? [];
  const fileBytes = files.reduce((sum, { size }) => sum + size, 0);
  const fileCount = list === undefined ? '' : String(files.length);
  const left = leftOutItems(list);
  if (list !== undefined) logList(list, { files: files.length, bytes: fileBytes, log });
  if (store === undefined || input.listOnly) {
    return {
      items: [...listedItems(list), ...left],
      results: { 'blob-id': '', sha256: '', bytes: String(fileBytes), 'file-count': fileCount, commit },
      summary: `${countOf(files.length, 'file')} with ${formatSize(fileBytes)} listed in ${origin}, nothing uploaded`,
    };
  }
  const content = await source.pack();
  const id = blobIdOf(hash(JSON.stringify([input.namespace, input.app, content.sha256])));
  const { how, sent } = await store.upload(id, content, input);
  const evidence = { sha256: content.sha256, bytes: content.size, sent, ...(commit === '' ? {} : { commit }) };
  return {
    items: [{ id: `${store.address}/${id}`, outcome: 'done', reason: how, evidence }, ...left],
    results: {
      'blob-id': id,
      sha256: content.sha256,
      bytes: String(content.size),
      'file-count': fileCount,
      commit,
    },
    summary: `source of ${origin} ${how === 'present' ? 'is already' : how} as ${id}: ${formatSize(content.size)}`,
  };
}

function logList(
  { ruleFile, leftOut }: SourceList,
  { files, bytes, log }: { readonly files: number; readonly bytes: number; readonly log: Log },
): void {
  log.info(`${countOf(files, 'file')} with ${formatSize(bytes)}`);
  for (const { path, rule } of leftOut.filter(({ isMissing }) => isMissing === true))
    log.warn(`${path} is left out: ${rule}`);
  const byRules = leftOut.filter(({ rule }) => rule.includes('.gitignore: '));
  if (ruleFile !== '.gitignore' || byRules.length === 0) return;
  const folders = byRules.filter((each) => each.bytes === undefined).length;
  const left = byRules.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
  const count = `${countOf(byRules.length - folders, 'file')} with ${formatSize(left)} and ${countOf(folders, 'folder')}`;
  log.warn(`.gitignore leaves out ${count}. To include them, set use-gitignore to "false" or add .epinioignore.`);
}

function listedItems(list: SourceList | undefined): readonly Item<'source'>[] {
  return (list?.entries ?? []).map(({ path, size }) => ({
    id: path,
    outcome: 'done',
    reason: 'listed',
    evidence: { bytes: size },
  }));
}

function leftOutItems(list: SourceList | undefined): readonly Item<'source'>[] {
  return (list?.leftOut ?? []).map(({ path, bytes, rule, isMissing }) => ({
    id: path,
    outcome: 'skipped',
    reason: isMissing === true ? 'not-in-repository' : 'ignored',
    message: rule,
    ...(bytes === undefined ? {} : { evidence: { bytes } }),
  }));
}
