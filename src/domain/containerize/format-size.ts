const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes with three digits at most: `832 KiB`, `1.25 GiB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${String(units[unit])}`;
}
