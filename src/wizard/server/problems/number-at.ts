/** A number member of any value, such as the status of an error; undefined when it has none. */
export function numberAt(value: unknown, key: 'statusCode'): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'number' ? found : undefined;
}
