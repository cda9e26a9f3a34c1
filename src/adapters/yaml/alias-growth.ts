import { EVENT_ID, type Event } from 'js-yaml';

interface Open {
  readonly anchor: string | undefined;
  size: number;
}

/**
 * How many characters longer a text is with its aliases written out, about: scalars count their characters, and each
 * node counts one. Infinity for what no number can express.
 */
export function aliasGrowth(text: string, events: readonly Event[]): number {
  const open: Open[] = [{ anchor: undefined, size: 0 }];
  const sizes = new Map<string, number>();
  let growth = 0;
  const add = (size: number, anchor: string | undefined): void => {
    if (anchor !== undefined) sizes.set(anchor, size);
    const parent = open.at(-1);
    if (parent !== undefined) parent.size += size;
  };
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      const closed = open.pop();
      if (closed !== undefined) add(closed.size, closed.anchor);
    } else if (event.type === EVENT_ID.DOCUMENT) {
      sizes.clear();
      open.push({ anchor: undefined, size: 0 });
    } else if (event.type === EVENT_ID.ALIAS) {
      const size = sizes.get(text.slice(event.anchorStart, event.anchorEnd)) ?? 1;
      growth += size;
      add(size, undefined);
    } else {
      const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
      if (event.type === EVENT_ID.SCALAR) add(1 + event.valueEnd - event.valueStart, anchor);
      else open.push({ anchor, size: 1 });
    }
  }
  return growth;
}
