import { createNotebookReader } from '../../domain/scan/notebook-reader.ts';
import { messageOf } from '../../domain/core/errors.ts';
import { formatOf, headLength, type ContentFormat } from './content-format.ts';
import { scanArchive } from './scan-archive.ts';
import { scanGitObject, scanGitPack } from './scan-git.ts';
import { bufferSize, scanPlain, within, type Part, type PartScan, type ScanRun } from './scan-run.ts';
import type { Spool } from './spool.ts';

/** Bytes of an archive that are kept in the scratch folder. */
const mostSpooled = 2 * 1024 ** 3;

/** Opens the scan of a content, which is recognised by its first bytes. */
export function openPart(run: ScanRun, part: Part): PartScan {
  let head: Buffer = Buffer.alloc(0);
  let scan: PartScan | undefined;
  const start = (): PartScan => {
    const started = openFormat(run, part, formatOf(head, part.path));
    started.write(head);
    return started;
  };
  return {
    write: (bytes) => {
      if (scan !== undefined) {
        scan.write(bytes);
        return;
      }
      head =
        head.length === 0 && bytes.length >= headLength
          ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
          : Buffer.concat([head, bytes]);
      if (head.length >= headLength) scan = start();
    },
    end: () => {
      scan ??= start();
      return scan.end();
    },
    whole: () => scan?.whole() ?? head,
  };
}

function openFormat(run: ScanRun, part: Part, format: ContentFormat): PartScan {
  if (format === 'plain' || format === 'texts') return scanPlain(run, part, format === 'texts');
  if (format === 'utf-16le' || format === 'utf-16be') return scanUtf16(run, part, format);
  const spool = run.spools[part.depth];
  if (spool !== undefined)
    return format === 'notebook' ? openNotebook(run, part, spool) : openSpooled(run, part, { format, spool });
  run.notes.push({ place: part.place, reason: 'limit', detail: `${part.label}: archives within archives` });
  return scanPlain(run, part);
}

type Decoded = Exclude<ContentFormat, 'plain' | 'texts' | 'notebook' | 'utf-16le' | 'utf-16be'>;

/** As text and as bytes too: two bytes at the start of a file do not hide what is in it. */
function scanUtf16(run: ScanRun, part: Part, encoding: 'utf-16le' | 'utf-16be'): PartScan {
  const decoder = new TextDecoder(encoding);
  const bytesScan = scanPlain(run, part);
  const textScan = scanPlain(run, part);
  return {
    write: (bytes) => {
      bytesScan.write(bytes);
      textScan.write(Buffer.from(decoder.decode(bytes, { stream: true })));
    },
    end: () => {
      textScan.write(Buffer.from(decoder.decode()));
      void textScan.end();
      return bytesScan.end();
    },
    whole: bytesScan.whole,
  };
}

/** Keeps the content, so that it can be read at any place. What cannot be decoded is scanned as bytes. */
function openSpooled(run: ScanRun, part: Part, { format, spool }: { format: Decoded; spool: Spool }): PartScan {
  spool.clear();
  let plain: PartScan | undefined;
  const decode = async (): Promise<void> => {
    try {
      await scanDecoded(run, part, { format, spool });
    } catch (error) {
      run.signal.throwIfAborted();
      run.notes.push({ place: part.place, reason: 'not-decoded', detail: noteOf(part, messageOf(error)) });
      rescan(run, part, spool);
    }
  };
  return {
    write: (bytes) => {
      if (plain === undefined && spool.file().size + bytes.length > mostSpooled) {
        run.notes.push({ place: part.place, reason: 'limit', detail: noteOf(part, 'it is too long to be decoded') });
        plain = scanPlain(run, part);
        readSpool(spool, plain.write);
      }
      if (plain === undefined) spool.add(bytes);
      else plain.write(bytes);
    },
    end: () => (plain === undefined ? decode() : plain.end()),
    whole: () => wholeOf(spool),
  };
}

function wholeOf(spool: Spool): Uint8Array {
  return spool.read(0, Math.min(bufferSize, spool.file().size));
}

function noteOf(part: Part, text: string): string {
  return part.label === '' ? text : `${part.label}: ${text}`;
}

function scanDecoded(run: ScanRun, part: Part, { format, spool }: { format: Decoded; spool: Spool }): Promise<void> {
  const open = (label: string, path: string): PartScan => openPart(run, within(part, label, path));
  switch (format) {
    case 'git-pack':
      return scanGitPack(spool.file(), open, part.matches);
    case 'git-object':
      return scanGitObject(spool.file(), open);
    case 'zip':
    case 'tar':
    case 'gzip':
    case 'bzip2':
    case 'xz':
      return scanArchive(run, { file: spool.file(), format, part, open });
  }
}

function rescan(run: ScanRun, part: Part, spool: Spool): void {
  const plain = scanPlain(run, part);
  readSpool(spool, plain.write);
  void plain.end();
}

function readSpool(spool: Spool, take: (bytes: Uint8Array) => void): void {
  const { size } = spool.file();
  for (let at = 0; at < size; at += bufferSize) take(spool.read(at, Math.min(bufferSize, size - at)));
}

/** The texts of a notebook are scanned one after the other, as lines without escapes. */
function openNotebook(run: ScanRun, part: Part, spool: Spool): PartScan {
  spool.clear();
  let text: PartScan | undefined;
  const reader = createNotebookReader({
    begin: (label) => (text = scanPlain(run, within(part, label, part.path))),
    content: (bytes) => text?.write(bytes),
    end: () => void text?.end(),
  });
  return {
    write: (bytes) => {
      spool.add(bytes);
      reader.push(bytes);
    },
    end: () => {
      if (reader.end()) return undefined;
      run.notes.push({ place: part.place, reason: 'not-decoded', detail: noteOf(part, 'it is not a JSON document') });
      rescan(run, part, spool);
      return undefined;
    },
    whole: () => wholeOf(spool),
  };
}
