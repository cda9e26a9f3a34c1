/** One challenge of a WWW-Authenticate header. */
export interface AuthChallenge {
  /** In lower case. */
  readonly scheme: string;
  /** By name in lower case; of a name that comes twice, the first value. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * All challenges of a WWW-Authenticate header, in its order (RFC 9110, 11.6.1; several headers are joined with commas).
 * Values without quotes may have characters that a token must not have: some registries write URLs so. Text that fits
 * nowhere is skipped. No npm package reads a header with several challenges.
 */
export function parseChallenges(header: string): readonly AuthChallenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < header.length) {
    if (take(/[\s,]+/y) !== null) continue;
    const parameters = challenges.at(-1)?.parameters;
    const parameter = parameters && take(/([^\s,="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^\s,"]*))/sy);
    if (parameters !== undefined && parameter) {
      const [, name = '', quoted, token = ''] = parameter;
      const key = name.toLowerCase();
      if (!parameters.has(key)) parameters.set(key, quoted?.replaceAll(/\\(.)/gs, '$1') ?? token);
      continue;
    }
    const scheme = take(/[^\s,="]+/y)?.[0];
    if (scheme === undefined) at += 1;
    else {
      challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
      // A token68 in place of parameters, as Negotiate has it.
      take(/ +[\w.~+/-]+=*(?=\s*(?:,|$))/y);
    }
  }
  return challenges;
}
