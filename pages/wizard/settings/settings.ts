import { useSyncExternalStore } from 'react';

/** What a user sets for this browser. It is all that the page keeps in localStorage, besides the language. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly times: 'local' | 'utc';
  /** Of the log of a task. */
  readonly wrapsLog: boolean;
  readonly showsLogTimes: boolean;
}

const key = 'crane-tasks.settings';
const listeners = new Set<() => void>();
let current = read();

export function currentSettings(): Settings {
  return current;
}

export function changeSettings(more: Partial<Settings>): void {
  current = { ...current, ...more };
  localStorage.setItem(key, JSON.stringify(current));
  for (const listener of listeners) listener();
}

/** Calls a function after each change. @returns what ends that */
export function onSettings(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSettings(): Settings {
  return useSyncExternalStore(onSettings, currentSettings);
}

/** What another version or a user has written there counts as absent where it is wrong. */
function read(): Settings {
  const kept = keptSettings();
  return {
    theme: kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : 'system',
    times: kept.times === 'utc' ? 'utc' : 'local',
    wrapsLog: kept.wrapsLog !== false,
    showsLogTimes: kept.showsLogTimes === true,
  };
}

function keptSettings(): Partial<Record<keyof Settings, unknown>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
