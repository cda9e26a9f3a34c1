import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';

import { readEvents } from './helm-yaml-codec.ts';
import { withoutPadding } from './pad-continuations.ts';

/** Where a node of YAML text is, in UTF-16 code units. */
export type PlacedNode = PlacedScalar | PlacedAlias | PlacedMap | PlacedList;

export interface PlacedScalar {
  readonly kind: 'scalar';
  readonly value: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** With its quotes; of a block without its header. An empty plain scalar is where its key or dash ends. */
  readonly from: number;
  readonly to: number;
  readonly anchor: string | undefined;
}

interface PlacedAlias {
  readonly kind: 'alias';
  /** With the asterisk. */
  readonly from: number;
  readonly to: number;
  readonly anchor: string;
}

export interface PlacedMap {
  readonly kind: 'map';
  readonly isFlow: boolean;
  readonly from: number;
  readonly entries: readonly { readonly key: PlacedNode; readonly value: PlacedNode }[];
}

interface PlacedList {
  readonly kind: 'list';
  readonly isFlow: boolean;
  readonly from: number;
  readonly items: readonly PlacedNode[];
}

/** The documents of a text that Helm reads, undefined for an empty one. Throws YAMLException. */
export function placeNodes(text: string): readonly (PlacedNode | undefined)[] {
  const { padded, padding, events } = readEvents(text);
  const reader = { text: padded, events, next: 0, last: 0 };
  const documents: (PlacedNode | undefined)[] = [];
  while (reader.next < events.length) {
    reader.next += 1;
    documents.push(isAtEnd(reader) ? undefined : readNode(reader));
    reader.next += 1;
  }
  return padding.length === 0 ? documents : documents.map((each) => each && movePlaces(each, withoutPadding(padding)));
}

function movePlaces(node: PlacedNode, move: (place: number) => number): PlacedNode {
  const from = move(node.from);
  switch (node.kind) {
    case 'scalar':
    case 'alias':
      return { ...node, from, to: move(node.to) };
    case 'list':
      return { ...node, from, items: node.items.map((item) => movePlaces(item, move)) };
    case 'map': {
      const entries = node.entries.map(({ key, value }) => ({
        key: movePlaces(key, move),
        value: movePlaces(value, move),
      }));
      return { ...node, from, entries };
    }
  }
}

interface Reader {
  readonly text: string;
  readonly events: readonly Event[];
  next: number;
  /** Where the last scalar or alias ended. */
  last: number;
}

function isAtEnd({ events, next }: Reader): boolean {
  return events[next]?.type === EVENT_ID.POP || events[next] === undefined;
}

function readNode(reader: Reader): PlacedNode {
  const event = reader.events[reader.next];
  reader.next += 1;
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return readScalar(event, reader);
    case EVENT_ID.ALIAS:
      reader.last = event.anchorEnd;
      return { kind: 'alias', from: event.anchorStart - 1, to: event.anchorEnd, anchor: anchorOf(event, reader) ?? '' };
    case EVENT_ID.MAPPING: {
      const place = { kind: 'map', isFlow: reader.text[event.start] === '{', from: event.start } as const;
      const nodes = readChildren(reader);
      const entries = nodes.flatMap((key, index) => {
        const value = nodes[index + 1];
        return index % 2 === 0 && value !== undefined ? [{ key, value }] : [];
      });
      return { ...place, entries };
    }
    case EVENT_ID.SEQUENCE: {
      const place = { kind: 'list', isFlow: reader.text[event.start] === '[', from: event.start } as const;
      return { ...place, items: readChildren(reader) };
    }
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
    case undefined:
      throw new Error('expected a node');
  }
}

function readChildren(reader: Reader): readonly PlacedNode[] {
  const children: PlacedNode[] = [];
  while (!isAtEnd(reader)) children.push(readNode(reader));
  reader.next += 1;
  return children;
}

const styles = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'block',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'block',
} as const;

function readScalar(event: ScalarEvent, reader: Reader): PlacedScalar {
  const style = styles[event.style];
  const anchor = anchorOf(event, reader);
  const quote = style === 'single' || style === 'double' ? 1 : 0;
  if (event.valueStart < 0) {
    const at = Math.max(event.anchorEnd, event.tagEnd, endOfIndicator(reader));
    reader.last = at;
    return { kind: 'scalar', value: '', style, from: at, to: at, anchor };
  }
  reader.last = event.valueEnd + quote;
  const value = getScalarValue(reader.text, event);
  return { kind: 'scalar', value, style, from: event.valueStart - quote, to: event.valueEnd + quote, anchor };
}

// Nothing stands for the value: it comes after the colon that follows the key, or after the dash.
function endOfIndicator({ text, last }: Reader): number {
  const found = /^[^\S\n]*(?:[:-](?=\s|$|[,\]}]))/.exec(text.slice(last));
  return found === null ? last : last + found[0].length;
}

function anchorOf(event: { readonly anchorStart: number; readonly anchorEnd: number }, { text }: Reader) {
  return event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
}
