/** A part of a text: itself, or a reference to an environment variable. */
export type Piece = { readonly text: string } | { readonly variable: string };

/**
 * Splits a text at its references `$(NAME)` as Kubernetes does: `$$` is a dollar sign, and what does not end is text.
 * Source: https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
 */
export function splitReferences(value: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  // Later references do not end either: without this, many openings would be searched to the end each.
  const lastCloser = value.lastIndexOf(')');
  while (at < value.length) {
    const dollar = value.indexOf('$', at);
    if (dollar < 0) break;
    const next = value.charAt(dollar + 1);
    if (next === '$') {
      text += value.slice(at, dollar + 1);
      at = dollar + 2;
    } else if (next === '(' && lastCloser > dollar) {
      const closer = value.indexOf(')', dollar);
      text += value.slice(at, dollar);
      if (text !== '') pieces.push({ text });
      pieces.push({ variable: value.slice(dollar + 2, closer) });
      text = '';
      at = closer + 1;
    } else {
      text += value.slice(at, dollar + 1);
      at = dollar + 1;
    }
  }
  text += value.slice(at);
  return text === '' ? pieces : [...pieces, { text }];
}

/** Joins neighbouring texts, and leaves empty ones out. */
export function joinTexts(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if ('variable' in piece) joined.push(piece);
    else if (last !== undefined && 'text' in last) joined[joined.length - 1] = { text: last.text + piece.text };
    else if (piece.text !== '') joined.push(piece);
  }
  return joined;
}
