interface Link {
  readonly target: string;
  /** In the order of the header; names in lower case. */
  readonly parameters: readonly Parameter[];
}

interface Parameter {
  readonly name: string;
  readonly value: string;
}

/**
 * The target of the link with relation `next` in a Link header, as it is written there; undefined when there is none.
 * Several headers are joined with commas. The grammar is that of RFC 8288 section 3; a target without angle brackets,
 * which some registries send, is taken too.
 */
export function findNextLink(header: string): string | undefined {
  return parseLinks(header).find(isNext)?.target;
}

// Only the first `rel` counts; it can name several relations.
function isNext({ parameters }: Link): boolean {
  const relations = parameters.find(({ name }) => name === 'rel')?.value ?? '';
  return relations.toLowerCase().split(/\s+/).includes('next');
}

function parseLinks(header: string): readonly Link[] {
  const links: Link[] = [];
  let rest = skipSeparators(header);
  while (rest !== '') {
    const { target, after } = readTarget(rest);
    const { parameters, after: end } = readParameters(after);
    links.push({ target, parameters });
    rest = skipSeparators(end);
  }
  return links;
}

function skipSeparators(text: string): string {
  return text.replace(/^[\s,]+/, '');
}

function readTarget(text: string): { readonly target: string; readonly after: string } {
  const close = text.startsWith('<') ? text.indexOf('>') : -1;
  if (close !== -1) return { target: text.slice(1, close).trim(), after: text.slice(close + 1) };
  const end = text.includes(';') ? text.indexOf(';') : text.length;
  return { target: text.slice(0, end).replace('<', '').trim(), after: text.slice(end) };
}

/** Reads parameters up to the comma that ends the link, or to the end of the header. */
function readParameters(text: string): { readonly parameters: readonly Parameter[]; readonly after: string } {
  const parameters: Parameter[] = [];
  const pattern = /[\s;]+|([^\s;,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^\s;,"]*)))?/sy;
  for (let at = 0; at < text.length && text[at] !== ','; at = pattern.lastIndex) {
    const found = pattern.exec(text);
    if (found === null) {
      // Text that fits nowhere is skipped, so that the rest of the header counts.
      pattern.lastIndex = at + 1;
      continue;
    }
    const [, name = '', quoted, token = ''] = found;
    const value = quoted === undefined ? token.replaceAll("'", '') : quoted.replaceAll(/\\(.)/gs, '$1');
    if (name !== '') parameters.push({ name: name.toLowerCase(), value });
  }
  return { parameters, after: text.slice(pattern.lastIndex) };
}
