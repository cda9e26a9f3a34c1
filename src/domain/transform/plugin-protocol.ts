import { messageOf } from '../core/errors.ts';
import type { Redactor } from '../core/secret.ts';
import { parseJsonExactly, stringifyExactly } from '../kube/exact-integers.ts';
import { parsePatch } from '../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import type { OptionalFlags } from './transform-options.ts';
import type { OptionalField, Verdict } from './plugin.ts';

/**
 * crane's protocol for plugins that are programs, version v1: a JSON document on standard input, one on standard
 * output. The document `{}` asks for metadata; a resource with the further member `extras` asks for a verdict.
 */
export interface PluginMetadata {
  readonly name: string;
  readonly version: string;
  readonly optionalFields: readonly OptionalField[];
  /** Whether one process takes many documents, a line each with a number `request` that the answer repeats. */
  readonly isBatch: boolean;
}

/** A plugin that does not keep to the protocol; the message completes "the plugin …". */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** What asks a plugin for its metadata. */
export const metadataRequest = '{}';

const protocolVersion = 'v1';
const longestLine = 1000;

/** Reads the answer to the request for metadata. @throws ProtocolError */
export function parsePluginMetadata(text: string): PluginMetadata {
  const value = parseAnswer(text);
  const [name, version] = [stringAt(value, 'name') ?? '', stringAt(value, 'version') ?? ''];
  if (name === '') throw new ProtocolError('has no name in its metadata');
  for (const list of ['requestVersion', 'responseVersion']) {
    if (!arrayAt(value, list).includes(protocolVersion)) {
      throw new ProtocolError(`does not name ${protocolVersion} in ${list} of its metadata`);
    }
  }
  return {
    name,
    version,
    optionalFields: arrayAt(value, 'optionalFields').map((field) => ({
      flagName: stringAt(field, 'flagName') ?? '',
      help: stringAt(field, 'help') ?? '',
      example: stringAt(field, 'example') ?? '',
    })),
    isBatch: valueAt(value, 'batch') === true,
  };
}

/** What asks a plugin for its verdict on a resource, on one line. */
export function formatPluginRequest(resource: Resource, extras: OptionalFlags): string {
  return stringifyExactly({ ...resource, extras: Object.keys(extras).length === 0 ? null : extras });
}

/** The same for the batch form; the number identifies the answer. */
export function formatBatchRequest(resource: Resource, extras: OptionalFlags, request: number): string {
  return stringifyExactly({ ...resource, extras: Object.keys(extras).length === 0 ? null : extras, request });
}

/** Reads the verdict on a request of the batch form. @throws ProtocolError also for the answer to another request */
export function parseBatchVerdict(text: string, request: number): Verdict {
  const value = parseAnswer(text);
  if (valueAt(value, 'request') === request) return toVerdict(value);
  throw new ProtocolError(`answered out of turn: request ${String(request)} was due`);
}

/** Reads a verdict. @throws ProtocolError */
export function parsePluginVerdict(text: string): Verdict {
  return toVerdict(parseAnswer(text));
}

function toVerdict(value: unknown): Verdict {
  const version = valueAt(value, 'version') ?? protocolVersion;
  if (version !== protocolVersion) throw new ProtocolError(`answered in version ${stringifyExactly(version)}`);
  const isWhiteOut = valueAt(value, 'isWhiteOut') ?? false;
  if (typeof isWhiteOut !== 'boolean') throw new ProtocolError('answered an isWhiteOut that is neither true nor false');
  if (isWhiteOut) return { kind: 'whiteout', reason: 'as it decides' };
  try {
    return { kind: 'patches', patches: parsePatch(valueAt(value, 'patches') ?? []) };
  } catch (error) {
    throw new ProtocolError(`answered patches that are none: ${messageOf(error)}`);
  }
}

export interface PluginLine {
  readonly level: 'debug' | 'info' | 'warn';
  readonly text: string;
}

/** What a line of standard error has to say in the log; undefined when it names no level, as crane has it. */
export function parsePluginLine(line: string, redactor: Redactor): PluginLine | undefined {
  const text = redactor.redact(line).slice(0, longestLine);
  switch (/\blevel=(info|warning|error|debug)\b/.exec(line)?.[1]) {
    case 'info':
      return { level: 'info', text };
    case 'warning':
    case 'error':
      return { level: 'warn', text };
    case 'debug':
      return { level: 'debug', text };
    case undefined:
    default:
      return undefined;
  }
}

/**
 * Why a plugin failed, from what it wrote to standard error: the error object of crane's library, `{type, message,
 * error}`, or the last line that speaks of an error, or the last one. Empty when it wrote nothing.
 */
export function describePluginError(stderr: string, redactor: Redactor): string {
  const lines = redactor
    .redact(stderr)
    .split('\n')
    .filter((line) => line.trim() !== '');
  for (const line of lines) {
    const value = parseErrorObject(line);
    if (value !== undefined) return value.slice(0, longestLine);
  }
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').slice(0, longestLine);
}

function parseErrorObject(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const [type, message] = [stringAt(value, 'type'), stringAt(value, 'message')];
    if (type === undefined || message === undefined) return undefined;
    const error = stringAt(value, 'error') ?? '';
    return `${type}: ${message}${error === '' ? '' : `: ${error}`}`;
  } catch {
    // A line that only begins like an object: the last line counts then.
    return undefined;
  }
}

function parseAnswer(text: string): unknown {
  if (text.trim() === '') throw new ProtocolError('answered nothing');
  let value: unknown;
  try {
    value = parseJsonExactly(text);
  } catch {
    // The parser's message would quote the answer, which may hold a secret.
    throw new ProtocolError('answered with invalid JSON');
  }
  if (!isObject(value)) throw new ProtocolError('expected a JSON object');
  return value;
}
