import { createMeter } from '../../domain/source/unpack-limits.ts';
import { createTarReader, type ArchiveEntry, type TarReader } from '../../domain/source/tar-reader.ts';
import { tarBlock } from '../../domain/source/tar-header.ts';
import type { ArchiveFile } from '../archives/archive-file.ts';
import { openContent } from '../archives/open-content.ts';
import { unpackZip } from '../archives/unpack-zip.ts';
import { formatOf, headLength } from './content-format.ts';
import { decodeLimits, type Part, type PartScan, type ScanRun } from './scan-run.ts';

interface ArchiveToScan {
  readonly file: ArchiveFile;
  readonly format: 'zip' | 'tar' | 'gzip' | 'bzip2' | 'xz';
  readonly part: Part;
  readonly open: (label: string, path: string) => PartScan;
}

/**
 * Scans the members of an archive, or the content of a compressed file.
 * @throws ArchiveDefect for damaged and encrypted archives, and beyond the limits
 */
export async function scanArchive(run: ScanRun, { file, format, part, open }: ArchiveToScan): Promise<void> {
  const meter = createMeter(decodeLimits, file.size);
  const members = memberSink(open);
  const { settle, sink } = members;
  if (format === 'zip') {
    await unpackZip(file, { sink, meter, settle: async () => settle(), signal: run.signal });
    await settle();
    return;
  }
  const { environment, signal } = run;
  let take: ((bytes: Uint8Array) => Promise<void>) | undefined;
  let finish: () => Promise<void> | undefined = () => undefined;
  const begin = (head: Buffer): void => {
    if (formatOf(head, part.path) === 'tar') {
      const tar = createTarReader(sink);
      take = (bytes) => pushBlocks(tar, bytes, settle);
      finish = () => {
        tar.end();
        return undefined;
      };
      return;
    }
    const inner = open('content', part.path.replace(/\.(?:gz|bz2|xz)$/, ''));
    take = (bytes) => {
      inner.write(bytes);
      return Promise.resolve();
    };
    finish = inner.end;
  };
  let head = Buffer.alloc(0);
  for await (const bytes of openContent(file, { type: format, environment, signal })) {
    signal.throwIfAborted();
    meter.inflated(bytes.length);
    let piece: Uint8Array = bytes;
    if (take === undefined) {
      head = Buffer.concat([head, bytes]);
      if (head.length < headLength) continue;
      begin(head);
      piece = head;
    }
    await take?.(piece);
  }
  if (take === undefined) begin(head);
  if (head.length < headLength) await take?.(head);
  await finish();
  await settle();
}

/** At most one member ends in a block: it is scanned to its end before the next one begins. */
async function pushBlocks(tar: TarReader, bytes: Uint8Array, settle: () => Promise<void> | undefined): Promise<void> {
  for (let at = 0; at < bytes.length; at += tarBlock) {
    tar.push(bytes.subarray(at, at + tarBlock));
    const pending = settle();
    if (pending !== undefined) await pending;
  }
}

/** Scans each file of an archive as a part. `settle` waits for members that are archives themselves. */
function memberSink(open: ArchiveToScan['open']) {
  let member: PartScan | undefined;
  let pending: Promise<void> | undefined;
  return {
    settle: () => {
      const found = pending;
      pending = undefined;
      return found;
    },
    sink: {
      begin: (entry: ArchiveEntry) => {
        member = entry.kind === 'file' ? open(`member ${entry.name}`, entry.name) : undefined;
      },
      content: (bytes: Uint8Array) => member?.write(bytes),
      end: () => {
        pending = member?.end();
      },
    },
  };
}
