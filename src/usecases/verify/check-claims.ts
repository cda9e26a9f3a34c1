import { arrayAt, isObject, stringAt, valueAt } from '../../domain/resources/resource.ts';
import type { Folder } from '../ports.ts';
import { agree, disagree, type Finding } from './finding.ts';

const reportPath = 'reports/crane-transfer-pvc.json';

/** Whether the transfer of volumes proved each claim: what its report says of the checksums. Nothing without a report. */
export async function checkClaims(folder: Folder): Promise<readonly Finding[]> {
  const text = await folder.read(reportPath);
  if (text === undefined) return [];
  const report = parse(text);
  if (!isObject(report)) {
    return [disagree({ id: reportPath, reason: 'invalid-file', message: 'it is not the report of a transfer' })];
  }
  const items = arrayAt(report, 'items');
  const status = stringAt(report, 'status') ?? '';
  if (items.length === 0 && status !== 'succeeded') {
    const message = `the transfer ended with ${status}: ${stringAt(report, 'message') ?? ''}`;
    return [disagree({ id: reportPath, reason: 'not-transferred', message })];
  }
  return items.map(checkClaim);
}

function checkClaim(item: unknown): Finding {
  const id = `data of ${stringAt(item, 'id') ?? 'a claim'}`;
  const checksum = stringAt(item, 'evidence', 'checksum');
  if (stringAt(item, 'outcome') === 'done' && checksum === 'equal') return agree(id, 'checksum-equal');
  if (stringAt(item, 'outcome') === 'done') {
    const found = checksum === undefined ? 'were not compared' : `are ${checksum}`;
    return disagree({ id, reason: 'checksum-unproven', message: `the checksums ${found}: transfer it with verify` });
  }
  const why = stringAt(item, 'message') ?? stringAt(item, 'reason') ?? '';
  return disagree({ id, reason: 'not-transferred', message: String(valueAt(item, 'outcome')) + `: ${why}` });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
