import { diff, lt } from 'semver';

import type { AnyTask } from '../../src/runtime/define-task.ts';

/** What users of a Task rely on. */
export interface TaskInterface {
  /** Default by param; null: it must be given. */
  readonly params: Readonly<Record<string, string | null>>;
  readonly workspaces: Readonly<Record<string, 'required' | 'optional'>>;
  readonly results: readonly string[];
}

export interface Interfaces {
  readonly version: string;
  readonly tasks: Readonly<Record<string, TaskInterface>>;
}

interface Change {
  readonly text: string;
  readonly breaks: boolean;
}

/** The interface that a definition declares. */
export function interfaceOf({ params, workspaces, results }: AnyTask): TaskInterface {
  return {
    params: mapValues(params, ({ default: value }) => (value === undefined ? null : String(value))),
    workspaces: mapValues(workspaces, ({ optional }) => (optional === true ? 'optional' : 'required')),
    results: Object.keys(results),
  };
}

/**
 * What is wrong with the present version, given the interfaces of an earlier one: a sentence for each change that needs a
 * higher version. Below 1.0.0 what breaks users needs a new minor version, from then on a new major one; an addition needs
 * any new one.
 */
export function compareInterfaces(before: Interfaces, present: Interfaces): readonly string[] {
  if (lt(present.version, before.version)) return [`version ${present.version} is lower than ${before.version}`];
  const step = diff(before.version, present.version);
  const allowsBreaks = step === 'major' || (step === 'minor' && before.version.startsWith('0.'));
  return changesOf(before.tasks, present.tasks).flatMap(({ text, breaks }) => {
    if (breaks ? allowsBreaks : step !== null) return [];
    const needed = breaks ? (before.version.startsWith('0.') ? 'minor' : 'major') : 'patch';
    return [`${text}: this needs a new ${needed} version after ${before.version}`];
  });
}

function changesOf(before: Interfaces['tasks'], present: Interfaces['tasks']): readonly Change[] {
  const added = Object.keys(present)
    .filter((name) => !(name in before))
    .map((name) => ({ text: `Task ${name} is new`, breaks: false }));
  const others = Object.entries(before).flatMap(([name, old]) => {
    const now = present[name];
    return now === undefined ? [{ text: `Task ${name} is gone`, breaks: true }] : taskChanges(name, old, now);
  });
  return [...added, ...others];
}

function taskChanges(task: string, old: TaskInterface, now: TaskInterface): readonly Change[] {
  return [
    ...entryChanges(`param %s of ${task}`, { old: old.params, now: now.params, isRequired: (value) => value === null }),
    ...entryChanges(`workspace %s of ${task}`, {
      old: old.workspaces,
      now: now.workspaces,
      isRequired: (value) => value === 'required',
    }),
    ...entryChanges(`result %s of ${task}`, {
      old: toRecord(old.results),
      now: toRecord(now.results),
      isRequired: never,
    }),
  ];
}

interface Entries {
  readonly old: Readonly<Record<string, string | null>>;
  readonly now: Readonly<Record<string, string | null>>;
  /** Whether an entry must be given by the user. */
  readonly isRequired: (value: string | null) => boolean;
}

function entryChanges(what: string, { old, now, isRequired }: Entries): readonly Change[] {
  const change = (name: string, text: string, breaks: boolean): Change => ({
    text: `${what.replace('%s', name)} ${text}`,
    breaks,
  });
  const added = Object.entries(now)
    .filter(([name]) => !(name in old))
    .map(([name, value]) => change(name, 'is new', isRequired(value)));
  const others = Object.entries(old).flatMap(([name, value]) => {
    const present = now[name];
    if (present === undefined) return [change(name, 'is gone', true)];
    if (present === value) return [];
    if (isRequired(value)) return [change(name, 'need not be given any more', false)];
    return [change(name, isRequired(present) ? 'must be given now' : 'has another default', true)];
  });
  return [...added, ...others];
}

function toRecord(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, '']));
}

function never(): boolean {
  return false;
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Readonly<Record<string, W>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
