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
