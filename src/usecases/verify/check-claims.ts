import { arrayAt, isObject, stringAt, valueAt } from '../../domain/core/json-object.ts';
import type { Folder } from '../../domain/core/ports.ts';
import { parseJson } from '../../domain/core/parse-json.ts';
import { agree, disagree, type Finding } from './finding.ts';

/** The report of a transfer of volumes: its folder and its path in it. */
export interface TransferReport {
  readonly folder: Folder;
  readonly path: string;
}

/** Whether the transfer of volumes proved each claim: what its report says of the checksums. Nothing without a report. */
export async function checkClaims({ folder, path }: TransferReport): Promise<readonly Finding[]> {
  const text = await folder.read(path);
  if (text === undefined) return [];
  const report = parseJson(text);
  if (!isObject(report)) {
    return [disagree({ id: path, reason: 'invalid-file', message: 'it is not the report of a transfer' })];
  }
  const items = arrayAt(report, 'items');
  const status = stringAt(report, 'status') ?? '';
  if (items.length === 0 && status !== 'succeeded') {
    const message = `the transfer ended with ${status}: ${stringAt(report, 'message') ?? ''}`;
    return [disagree({ id: path, reason: 'not-transferred', message })];
  }
  return items.map(checkClaim);
}

/** The report names what proved a claim: `checksum` when all bytes were compared, and what changed meanwhile, if anything. */
function checkClaim(item: unknown): Finding {
  const id = `data of ${stringAt(item, 'id') ?? 'a claim'}`;
  if (stringAt(item, 'outcome') !== 'done') {
    const why = stringAt(item, 'message') ?? stringAt(item, 'reason') ?? '';
    return disagree({ id, reason: 'not-transferred', message: `${stringAt(item, 'outcome') ?? ''}: ${why}` });
  }
  if (valueAt(item, 'evidence', 'changedMeanwhile') !== undefined) {
    const message = 'files changed while it was copied: transfer it again with the application at rest';
    return disagree({ id, reason: 'checksum-unproven', message });
  }
  if (stringAt(item, 'evidence', 'proof') === 'checksum') return agree(id, 'checksum-equal');
  const message = 'the checksums were not compared: transfer it with verify';
  return disagree({ id, reason: 'checksum-unproven', message });
}
