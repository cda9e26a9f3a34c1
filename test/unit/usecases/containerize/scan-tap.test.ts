import { describe, expect, it } from 'vitest';

import type { Scanner } from '../../../../src/domain/scan/scanner.ts';
import { createScanTap } from '../../../../src/usecases/containerize/scan-tap.ts';
import { fileEntry } from '../../../builders/image-summary.ts';

const bytes = new Uint8Array([1]);
const first = fileEntry('/a', 1);
const second = fileEntry('/b', 1);

/** A scanner that writes down its calls; `endOf` is what the end of a file waits for. */
function scannerOf(calls: string[], endOf: () => Promise<void> = () => Promise.resolve()) {
  const file: Scanner['file'] = ({ path, area }) => {
    calls.push(`begin ${path} ${area}`);
    return {
      write: () => void calls.push(`write ${path}`),
      end: async () => {
        calls.push(`end ${path}`);
        await endOf();
      },
    };
  };
  return createScanTap({ file } as Scanner, () => 'library');
}

describe('files on their way into layers', () => {
  it('are scanned one after the other, although two come at the same time', async () => {
    const calls: string[] = [];
    const tap = scannerOf(calls);
    await tap.content(first, bytes);
    const other = tap.content(second, bytes);
    await tap.content(first, bytes);
    await Promise.resolve();
    expect(calls).toEqual(['begin /a library', 'write /a', 'write /a']);
    await tap.end(first);
    await other;
    await tap.end(second);
    expect(calls.slice(3)).toEqual(['end /a', 'begin /b library', 'write /b', 'end /b']);
  });

  it('are scanned without content, too', async () => {
    const calls: string[] = [];
    await scannerOf(calls).end(first);
    expect(calls).toEqual(['begin /a library', 'end /a']);
  });

  it('begin again with their layer, after the scan of the part that came has ended', async () => {
    const calls: string[] = [];
    const ended = Promise.withResolvers<undefined>();
    const tap = scannerOf(calls, () => ended.promise);
    const planned = { entry: first, linkTo: undefined, source: undefined };
    const plan = { area: 'a', part: 1, entries: [planned], whiteouts: [], opaque: [], bytes: 1 };
    await tap.content(first, bytes);
    tap.restart({ ...plan, entries: [{ ...planned, entry: second }] });
    expect(calls).toHaveLength(2);
    tap.restart(plan);
    const again = tap.content(first, bytes);
    expect(calls.slice(2)).toEqual(['end /a']);
    ended.resolve(undefined);
    await again;
    expect(calls.slice(3)).toEqual(['begin /a library', 'write /a']);
  });

  it('let the next one in when a scan fails', async () => {
    const calls: string[] = [];
    const tap = scannerOf(calls, () => Promise.reject(new Error('no space')));
    await tap.content(first, bytes);
    const other = tap.content(second, bytes);
    await expect(tap.end(first)).rejects.toThrow('no space');
    await other;
    expect(calls.at(-1)).toBe('write /b');
  });
});
