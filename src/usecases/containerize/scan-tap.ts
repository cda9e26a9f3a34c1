import type { ContentTap } from '../../domain/containerize/layer-writer.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';
import { filesAtOnce, type FileScan, type Scanner } from '../../domain/scan/scanner.ts';

/**
 * Scans files on their way into layers. Each layer that is written has a file under way; were there more of them than the
 * scanner takes at a time, they would wait for each other.
 * @param kindOf kind of the area of a path
 */
export function createScanTap(scanner: Scanner, kindOf: (path: string) => PlannedArea['kind']): ContentTap {
  const turns = createTurns(filesAtOnce);
  const current = new Map<string, FileScan>();
  async function begin(path: string, size: number): Promise<FileScan> {
    await turns.enter();
    const scan = scanner.file({ path, area: kindOf(path), size });
    current.set(path, scan);
    return scan;
  }
  function finish(path: string, scan: FileScan): Promise<void> | undefined {
    // A file that is read again is another one.
    current.delete(path);
    const pending = scan.end();
    if (pending !== undefined) return pending.then(turns.leave);
    turns.leave();
    return undefined;
  }
  return {
    content: (entry, bytes) => {
      const scan = current.get(entry.path);
      if (scan === undefined) return begin(entry.path, entry.size).then((begun) => begun.write(bytes));
      scan.write(bytes);
      return undefined;
    },
    end: ({ path, size }) => {
      const scan = current.get(path);
      return scan === undefined ? begin(path, size).then((begun) => finish(path, begun)) : finish(path, scan);
    },
    restart: ({ entries }) => {
      for (const { entry } of entries) {
        const scan = current.get(entry.path);
        if (scan !== undefined) void finish(entry.path, scan);
      }
    },
  };
}

/** Lets a number of callers in at a time, the others one after the other. */
function createTurns(most: number): { readonly enter: () => Promise<void>; readonly leave: () => void } {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    enter: async () => {
      if (inside < most) inside += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: () => {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    },
  };
}
