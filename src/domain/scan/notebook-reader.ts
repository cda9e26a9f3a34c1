import { createJsonTextReader, type JsonPath, type JsonTextReader } from './json-texts.ts';

/** Takes the texts of a notebook by their place: `cell 3, source`, `cell 3, attachment plot.txt`, `metadata`. */
export interface NotebookSink {
  readonly begin: (part: string) => void;
  readonly content: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

/** How the content of a part is written. */
interface PartKind {
  readonly part: string;
  /** Of what is not one text in lines: its key, which says what the value is. */
  readonly key: string | undefined;
  /** Whether it may be base64. */
  readonly isEncoded: boolean;
}

/** Bytes of an attachment that are decoded from base64. */
const mostEncoded = 8 * 1024 * 1024;
const newline = Uint8Array.of(10);

/** Whether content is a notebook: by its beginning, or a JSON object in a file with the name of one. */
export function isNotebook(head: string, path: string): boolean {
  return (
    /^\uFEFF?\s*\{/.test(head) && (path.endsWith('.ipynb') || /^\uFEFF?\s*\{\s*"(?:cells|nbformat)"\s*:/.test(head))
  );
}

/**
 * Reads the texts of a Jupyter notebook (https://nbformat.readthedocs.io, versions 3 and 4) as its bytes come: sources,
 * outputs, tracebacks, metadata and attachments, without escapes. Images, sounds and films are left out.
 */
export function createNotebookReader(sink: NotebookSink): JsonTextReader {
  let current: PartKind | undefined;
  let encoded: string | undefined;
  const close = (): void => {
    if (current === undefined) return;
    const decoded = encoded === undefined ? undefined : fromBase64(encoded);
    if (decoded !== undefined) {
      sink.content(newline);
      sink.content(decoded);
    }
    sink.end();
    [current, encoded] = [undefined, undefined];
  };
  const reader = createJsonTextReader({
    begin: (path) => {
      const kind = kindOf(path);
      if (kind === undefined) return false;
      if (current?.part !== kind.part) {
        close();
        sink.begin(kind.part);
        encoded = kind.isEncoded ? '' : undefined;
      }
      current = kind;
      if (kind.key !== undefined) sink.content(new TextEncoder().encode(`${JSON.stringify(kind.key)}: "`));
      return true;
    },
    content: (bytes) => {
      sink.content(bytes);
      if (encoded !== undefined && encoded.length < mostEncoded) encoded += new TextDecoder().decode(bytes);
    },
    end: () => {
      if (current?.key !== undefined) sink.content(new TextEncoder().encode('"\n'));
      else if (current?.part.endsWith(', traceback') === true) sink.content(newline);
    },
  });
  return {
    push: reader.push,
    end: () => {
      close();
      return reader.end();
    },
  };
}

/** What a text is by its place; undefined when it is not scanned. */
function kindOf(path: JsonPath): PartKind | undefined {
  const at = path.findLastIndex((step, index) => step === 'cells' && typeof path[index + 1] === 'number');
  const key = keyOf(path);
  if (at === -1) return { part: 'metadata', key, isEncoded: false };
  const cell = `cell ${String(Number(path[at + 1]) + 1)}`;
  const [field, ...rest] = path.slice(at + 2);
  if (field === 'source' || field === 'input') return { part: `${cell}, source`, key: undefined, isEncoded: false };
  if (field === 'outputs') return outputKind(cell, rest.slice(1), key);
  if (field !== 'attachments') return { part: `${cell}, metadata`, key, isEncoded: false };
  const [name, type] = rest;
  const part = `${cell}, attachment ${String(name)}`;
  return isMedia(String(type)) ? undefined : { part, key: undefined, isEncoded: true };
}

function outputKind(cell: string, [field, type, ...rest]: JsonPath, key: string): PartKind | undefined {
  if (field === 'traceback' || field === 'ename' || field === 'evalue')
    return { part: `${cell}, traceback`, key: undefined, isEncoded: false };
  // Version 3 has the type as the name of the field: `png`.
  const media = field === 'data' ? String(type) : String(field);
  if (isMedia(media) || ['png', 'jpeg', 'pdf'].includes(media)) return undefined;
  // A document of another program, such as a figure of Plotly, or metadata.
  const isNested = (field === 'data' && rest.some((step) => typeof step === 'string')) || field === 'metadata';
  return { part: `${cell}, output`, key: isNested ? key : undefined, isEncoded: false };
}

function keyOf(path: JsonPath): string {
  return path.findLast((step) => typeof step === 'string') ?? '';
}

function isMedia(type: string): boolean {
  if (type === 'image/svg+xml') return false;
  return /^(?:image|audio|video|font)\//.test(type) || type === 'application/pdf';
}

function fromBase64(text: string): Uint8Array | undefined {
  if (text.length < 12 || !/^[\w+/=\s-]+$/.test(text)) return undefined;
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/').replaceAll(/\s/g, ''));
    return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
