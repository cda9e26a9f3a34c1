import type { DroppedVariable } from './plan.ts';
import { isServiceVariable, type Environment } from './decide-variables.ts';
import { joinTexts, splitReferences, type Piece } from './references.ts';
import { findSecretParts, isSecretFlag, isSecretValue, looksSecretStill } from './secret-texts.ts';

/** An argument: texts, and variables that who runs the image gives. */
export type Word = readonly Piece[];

export interface ProtectedArguments {
  readonly words: readonly Word[];
  /** Variables that the arguments need, in addition to those of the environment. */
  readonly supplied: readonly DroppedVariable[];
  readonly warnings: readonly string[];
}

interface Flag {
  readonly pattern: RegExp;
  readonly variable: string;
}

/**
 * Flags whose program reads the same from a variable, so that flag and value are left out. Without the variable both
 * programs make up a password or token and print it.
 * Sources: https://jupyter-server.readthedocs.io/en/latest/operators/security.html,
 *   https://coder.com/docs/code-server/FAQ#how-do-i-change-the-password
 */
const flagsWithVariable: readonly Flag[] = [
  {
    pattern: /^--(?:ServerApp|NotebookApp|IdentityProvider|PasswordIdentityProvider)\.token$/,
    variable: 'JUPYTER_TOKEN',
  },
  {
    pattern: /^--(?:ServerApp|NotebookApp|PasswordIdentityProvider)\.(?:password|hashed_password)$/,
    variable: 'JUPYTER_TOKEN',
  },
];

interface Run {
  readonly environment: Environment;
  readonly looksSecret: (value: string) => boolean;
  readonly supplied: Map<string, DroppedVariable>;
  readonly warnings: string[];
}

/**
 * Replaces each secret in the arguments of a start command, and each reference to a variable that the image does not have,
 * by a variable. The result has no secret in it that the rules find.
 */
export function protectArguments(
  words: readonly string[],
  environment: Environment,
  looksSecret: (value: string) => boolean,
): ProtectedArguments {
  const run: Run = { environment, looksSecret, supplied: new Map(), warnings: [] };
  const isCodeServer = words.some((word) => /(?:^|\/)code-server$/.test(word));
  const safe: Word[] = [];
  let isTaken = false;
  for (const [at, word] of words.entries()) {
    // It was the value of the flag before it.
    if (isTaken) {
      isTaken = false;
      continue;
    }
    const value = flagWithValue(word, words[at + 1]);
    const variable = value === undefined ? undefined : variableOfFlag(value.flag, isCodeServer);
    if (value !== undefined && variable !== undefined) {
      supply(variable, `start argument ${value.flag}`, run);
      run.warnings.push(
        `The start argument ${value.flag} has a secret and is left out: the program reads ${variable} in its place.`,
      );
    } else if (value?.isNext === true) {
      safe.push([{ text: word }], [{ variable: nameFor(value.flag, run) }]);
    } else safe.push(protectWord(word, run));
    isTaken = value?.isNext === true;
  }
  return { words: safe, supplied: [...run.supplied.values()], warnings: run.warnings };
}

interface FlagValue {
  readonly flag: string;
  /** The value is the next argument. */
  readonly isNext: boolean;
}

/** Of an argument that is as a whole a secret flag with a literal value. */
function flagWithValue(word: string, next: string | undefined): FlagValue | undefined {
  if (!word.startsWith('-') || /^[^=\s]*\s/.test(word)) return undefined;
  const equals = word.indexOf('=');
  const flag = equals < 0 ? word : word.slice(0, equals);
  const value = equals < 0 ? next : word.slice(equals + 1);
  if (value === undefined || !isSecretFlag(flag) || !isSecretValue(value, flag)) return undefined;
  return equals < 0 && value.startsWith('-') ? undefined : { flag, isNext: equals < 0 };
}

function variableOfFlag(flag: string, isCodeServer: boolean): string | undefined {
  if (isCodeServer && flag === '--password') return 'PASSWORD';
  if (isCodeServer && flag === '--hashed-password') return 'HASHED_PASSWORD';
  return flagsWithVariable.find(({ pattern }) => pattern.test(flag))?.variable;
}

function protectWord(word: string, run: Run): Word {
  const pieces = splitReferences(word).flatMap((piece) => ('text' in piece ? [piece] : [resolve(piece.variable, run)]));
  return joinTexts(joinTexts(pieces).flatMap((piece) => ('text' in piece ? protectText(piece.text, run) : [piece])));
}

function resolve(name: string, { environment, supplied }: Run): Piece {
  const known = environment.kept.find((each) => each.name === name);
  if (known !== undefined) return { text: known.value };
  const dropped = environment.dropped.find((each) => each.name === name);
  if (dropped !== undefined) {
    supplied.set(name, { ...dropped, supply: true });
    return { variable: name };
  }
  if (!isServiceVariable(name)) return { text: `$(${name})` };
  supplied.set(name, { name, reason: 'bound-to-place', source: 'Service of the cluster', supply: true });
  return { variable: name };
}

function protectText(text: string, run: Run): readonly Piece[] {
  const known = [...run.environment.secrets].find(([secret]) => text.includes(secret));
  if (known !== undefined) {
    const [secret, name] = known;
    const at = text.indexOf(secret);
    return [
      ...protectText(text.slice(0, at), run),
      resolve(name, run),
      ...protectText(text.slice(at + secret.length), run),
    ];
  }
  const pieces: Piece[] = [];
  let from = 0;
  for (const { start, end, flag } of findSecretParts(text)) {
    pieces.push({ text: text.slice(from, start) }, { variable: nameFor(flag, run) });
    from = end;
  }
  pieces.push({ text: text.slice(from) });
  return pieces.map((piece) =>
    'text' in piece && looksSecretStill(piece.text, run.looksSecret) ? { variable: nameFor('', run) } : piece,
  );
}

function supply(name: string, source: string, { supplied }: Run): void {
  if (!supplied.has(name)) supplied.set(name, { name, reason: 'secret-value', source, supply: true });
}

/** A new variable for a secret of a flag: `--db-password` is DB_PASSWORD. */
function nameFor(flag: string, run: Run): string {
  const jupyter = flagsWithVariable.find(({ pattern }) => pattern.test(flag))?.variable;
  const last = flag.replace(/^-+/, '').replace(/^.*\./, '');
  const upper = last.toUpperCase().replaceAll(/\W/g, '_');
  const base = upper === '' ? 'START_SECRET' : upper.includes('_') ? upper : `APP_${upper}`;
  const wanted = jupyter ?? base;
  const isTaken = (name: string): boolean =>
    run.supplied.has(name) || [...run.environment.kept, ...run.environment.dropped].some((each) => each.name === name);
  let name = wanted;
  for (let count = 2; isTaken(name); count += 1) name = `${wanted}_${String(count)}`;
  supply(name, flag === '' ? 'start command' : `start argument ${flag}`, run);
  return name;
}
