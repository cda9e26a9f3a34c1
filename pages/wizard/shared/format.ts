import { currentSettings } from '../settings/settings.ts';

/** A time as the user's language writes it; empty for none. */
export function formatTime(time: string, language: string): string {
  const zone = currentSettings().times === 'utc' ? { timeZone: 'UTC', timeZoneName: 'short' as const } : {};
  return time === '' ? '' : new Date(time).toLocaleString(language, zone);
}

const millisecondsPerSecond = 1000;
const secondsPerMinute = 60;

/** How long something took, or has taken until now: `3 min 5 s`; empty when it has not begun. */
export function formatDuration(startedAt: string, endedAt: string, now: number): string {
  if (startedAt === '') return '';
  const end = endedAt === '' ? now : Date.parse(endedAt);
  const seconds = Math.max(0, Math.round((end - Date.parse(startedAt)) / millisecondsPerSecond));
  const minutes = Math.floor(seconds / secondsPerMinute);
  return minutes === 0 ? `${String(seconds)} s` : `${String(minutes)} min ${String(seconds % secondsPerMinute)} s`;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const unitStep = 1024;

/** `1.5 MiB`. */
export function formatBytes(bytes: number, language: string): string {
  const power = bytes < unitStep ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(unitStep)));
  const value = bytes / unitStep ** power;
  return `${value.toLocaleString(language, { maximumFractionDigits: 1 })} ${units[power] ?? ''}`;
}

/** `3 min 5 s`. */
export function formatSeconds(seconds: number): string {
  return formatDuration(new Date(0).toISOString(), new Date(seconds * millisecondsPerSecond).toISOString(), 0);
}
