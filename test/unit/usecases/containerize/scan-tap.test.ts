import { describe, expect, it } from 'vitest';

import type { ScannedFile } from '../../../../src/domain/scan/scanner.ts';
import { createScanTap } from '../../../../src/usecases/containerize/scan-tap.ts';
import { aFile } from '../../../builders/file-entry.ts';

/** A scanner that says what was asked of it; the end of a file is delayed when its path says so. */
function recordingTap() {
  const calls: string[] = [];
  const ended: (() => void)[] = [];
  const file = ({ path }: ScannedFile) => {
    calls.push(`begin ${path}`);
    return {
      write: (bytes: Uint8Array) => void calls.push(`write ${path} ${String(bytes.length)}`),
      end: () => {
        calls.push(`end ${path}`);
        return path.endsWith('.zip') ? new Promise<void>((resolve) => ended.push(resolve)) : undefined;
      },
    };
  };
  const unused = (): never => {
    throw new Error('not used');
  };
  const tap = createScanTap({ file, text: unused, finish: unused, close: unused }, () => 'library');
  return { tap, calls, ended };
}

const a = aFile('/a.zip', { size: 2 });
const b = aFile('/b', { size: 2 });
const c = aFile('/c', { size: 2 });
const bytes = new Uint8Array(2);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the scan of files on their way into layers', () => {
  it('takes the files of two layers at a time, and a third one when the first has ended', async () => {
    const { tap, calls, ended } = recordingTap();
    await tap.content(a, bytes);
    await tap.content(b, bytes);
    const end = tap.end(a);
    const third = tap.content(c, bytes);
    await turn();
    expect(calls).toEqual(['begin /a.zip', 'write /a.zip 2', 'begin /b', 'write /b 2', 'end /a.zip']);
    ended[0]?.();
    await Promise.all([end, third]);
    expect(calls.slice(5)).toEqual(['begin /c', 'write /c 2']);
  });

  it('begins and ends a file without content', async () => {
    const { tap, calls } = recordingTap();
    await tap.end(b);
    expect(calls).toEqual(['begin /b', 'end /b']);
  });

  it('begins a file again when its layer is read again, even if its first scan has not ended', async () => {
    const { tap, calls, ended } = recordingTap();
    await tap.content(a, bytes);
    const entries = [a, b].map((entry) => ({ entry, linkTo: undefined, source: undefined }));
    tap.restart({ area: 'library', part: 1, entries, whiteouts: [], opaque: [], bytes: 4 });
    await tap.content(a, bytes);
    ended[0]?.();
    expect(calls).toEqual(['begin /a.zip', 'write /a.zip 2', 'end /a.zip', 'begin /a.zip', 'write /a.zip 2']);
  });
});
