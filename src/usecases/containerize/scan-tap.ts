import type { ContentTap } from '../../domain/containerize/layer-writer.ts';
import type { FileArea, FileScan, Scanner } from '../../domain/scan/scanner.ts';

/**
 * Scans files on their way into layers. The scanner takes one file at a time, and two layers are written at the same time:
 * the second waits until the file of the first has ended.
 * @param kindOf kind of the area of a path
 */
export function createScanTap(scanner: Scanner, kindOf: (path: string) => FileArea): ContentTap {
  const turns = createTurns();
  let current: { readonly path: string; readonly scan: FileScan; readonly leave: () => void } | undefined;
  async function begin(path: string, size: number): Promise<FileScan> {
    if (current?.path === path) return current.scan;
    const leave = await turns();
    const scan = scanner.file({ path, area: kindOf(path), size });
    current = { path, scan, leave };
    return scan;
  }
  async function finish(path: string): Promise<void> {
    if (current?.path !== path) return;
    const { scan, leave } = current;
    // At once: what begins again while the scan ends takes a turn of its own.
    current = undefined;
    try {
      await scan.end();
    } finally {
      leave();
    }
  }
  return {
    content: (entry, bytes) => {
      if (current?.path !== entry.path)
        return begin(entry.path, entry.size).then((scan) => {
          scan.write(bytes);
        });
      current.scan.write(bytes);
      return undefined;
    },
    end: async ({ path, size }) => {
      await begin(path, size);
      await finish(path);
    },
    restart: ({ entries }) => {
      const found = entries.find(({ entry }) => entry.path === current?.path);
      // A scan that fails here fails again with the whole file.
      if (found !== undefined) finish(found.entry.path).catch(() => undefined);
    },
  };
}

/** Lets callers in one after the other. Each gets the function that lets the next one in. */
function createTurns(): () => Promise<() => void> {
  let last = Promise.resolve();
  return () => {
    const before = last;
    let leave = (): void => undefined;
    last = new Promise((resolve) => {
      leave = resolve;
    });
    return before.then(() => leave);
  };
}
