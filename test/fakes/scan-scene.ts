import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openScanner, type ScannerOptions } from '../../src/adapters/scan/open-scanner.ts';
import type { ScanOutcome } from '../../src/domain/scan/collect-findings.ts';
import type { ScannedFile } from '../../src/domain/scan/scanner.ts';
import type { NamespaceSecret } from '../../src/domain/scan/secret-values.ts';

/** Keys with the form of real ones, put together here so that no file of this repository has one. */
export const awsKey = ['AKIA', 'Q3EGRIT2KWXMZ7PH'].join('');
export const githubToken = ['ghp_', 'x7Kq2LmZ9vRt4BnW8sYc3DfG6hJp1QaUeXo5'].join('');
export const privateKey = [
  '-----BEGIN RSA PRIVATE ',
  `KEY-----\n${'MIIEowIBAAKCAQEAx7Kq2LmZ9vRt4BnW8sYc3DfG6hJp1QaUeXo5\n'.repeat(20)}-----END RSA PRIVATE `,
  'KEY-----\n',
].join('');

export const databaseSecret: NamespaceSecret = {
  name: 'db',
  type: 'Opaque',
  data: new Map([
    ['password', Buffer.from('Zebra/Quartz+71?')],
    ['user', Buffer.from('postgres')],
    ['port', Buffer.from('5432')],
  ]),
};

export interface FileToScan {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly area?: ScannedFile['area'];
}

export interface TextToScan {
  readonly place: string;
  readonly text: string;
  readonly origin: 'ours' | 'base';
}

export interface SceneOptions extends Partial<Pick<ScannerOptions, 'secrets' | 'allow'>> {
  readonly texts?: readonly TextToScan[];
  /** Bytes for each call of `write`. */
  readonly pieces?: number;
}

/** Scans files and texts as one image. */
export async function scan(files: readonly FileToScan[], options: SceneOptions = {}): Promise<ScanOutcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'scan-'));
  const { secrets = [], allow = [], texts = [], pieces = 64 * 1024 } = options;
  const { signal } = new AbortController();
  const scanner = await openScanner({ secrets, allow, scratch, environment: process.env, signal });
  try {
    for (const { path, content, area = 'library' } of files) {
      const bytes = Buffer.from(content);
      const file = scanner.file({ path, area, size: bytes.length });
      for (let at = 0; at < bytes.length; at += pieces) file.write(bytes.subarray(at, at + pieces));
      await file.end();
    }
    for (const { place, text, origin } of texts) scanner.text(place, text, origin);
    return scanner.finish();
  } finally {
    await scanner.close();
    await rm(scratch, { recursive: true });
  }
}

/** Findings as short lines: rule, weight, place and detail. */
export function linesOf({ findings }: ScanOutcome): readonly string[] {
  return findings.map(({ rule, weight, place, detail }) => [rule, weight, place, detail].join(' | '));
}
