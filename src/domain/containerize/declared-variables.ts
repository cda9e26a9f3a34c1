import { describeSource } from '../app/container-environment.ts';
import { arrayAt, ownValue, stringAt, valueAt } from '../core/json-object.ts';

/** What the objects hold that a container takes its environment from. */
export interface EnvironmentObjects {
  /** Texts by key, by name of the ConfigMap. Absent: it cannot be read. */
  readonly configMaps: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Keys without values, by name of the Secret. Absent: it cannot be read. */
  readonly secretKeys: ReadonlyMap<string, readonly string[]>;
}

/** A variable as a container declares it. */
export interface DeclaredVariable {
  readonly name: string;
  /** `literal value`, or such as `Secret db, key password`. */
  readonly source: string;
  readonly from: 'literal' | 'config-map' | 'secret' | 'field' | 'unknown';
  /** Of a literal with its references, and of a ConfigMap; empty for all others. */
  readonly value: string;
}

/** The names of the ConfigMaps and Secrets that the environment of a container is taken from. */
export function environmentObjectsOf(container: unknown): {
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
} {
  const named = arrayAt(container, 'env').map((entry) => valueAt(entry, 'valueFrom'));
  const whole = arrayAt(container, 'envFrom');
  const namesAt = (list: readonly unknown[], field: string): readonly string[] =>
    list.flatMap((from) => stringAt(from, field, 'name') ?? []);
  const configMaps = [...namesAt(whole, 'configMapRef'), ...namesAt(named, 'configMapKeyRef')];
  return { configMaps: [...new Set(configMaps)], secrets: [...new Set(namesAt(whole, 'secretRef'))] };
}

/**
 * The environment that a container declares, each name once: later entries replace earlier ones, and those of `env`
 * replace those of `envFrom`.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
 */
export function declaredVariables(container: unknown, objects: EnvironmentObjects): readonly DeclaredVariable[] {
  const whole = arrayAt(container, 'envFrom').flatMap((entry) => allKeys(entry, objects));
  const named = arrayAt(container, 'env').flatMap((entry) => oneVariable(entry, objects));
  const found = new Map<string, DeclaredVariable>();
  for (const variable of [...whole, ...named]) {
    found.delete(variable.name);
    found.set(variable.name, variable);
  }
  return [...found.values()];
}

function allKeys(entry: unknown, { configMaps, secretKeys }: EnvironmentObjects): readonly DeclaredVariable[] {
  const prefix = stringAt(entry, 'prefix') ?? '';
  const source = describeSource(entry) ?? 'unknown source';
  const secret = stringAt(entry, 'secretRef', 'name');
  const every = `${prefix}*`;
  if (secret !== undefined) {
    const keys = secretKeys.get(secret);
    if (keys === undefined) return [{ name: every, source, from: 'secret', value: '' }];
    return keys.map((key) => ({ name: prefix + key, source: `${source}, key ${key}`, from: 'secret', value: '' }));
  }
  const texts = configMaps.get(stringAt(entry, 'configMapRef', 'name') ?? '');
  if (texts === undefined) {
    const isOptional = valueAt(entry, 'configMapRef', 'optional') === true;
    return isOptional ? [] : [{ name: every, source, from: 'unknown', value: '' }];
  }
  return Object.entries(texts).map(([key, value]) => ({
    name: prefix + key,
    source: `${source}, key ${key}`,
    from: 'config-map',
    value,
  }));
}

function oneVariable(entry: unknown, { configMaps }: EnvironmentObjects): readonly DeclaredVariable[] {
  const name = stringAt(entry, 'name') ?? '';
  const from = valueAt(entry, 'valueFrom');
  if (from === undefined)
    return [{ name, source: 'literal value', from: 'literal', value: stringAt(entry, 'value') ?? '' }];
  const source = describeSource(from) ?? 'unknown source';
  if (valueAt(from, 'secretKeyRef') !== undefined) return [{ name, source, from: 'secret', value: '' }];
  const reference = valueAt(from, 'configMapKeyRef');
  if (reference === undefined)
    return [{ name, source, from: source.startsWith('field ') ? 'field' : 'unknown', value: '' }];
  const texts = configMaps.get(stringAt(reference, 'name') ?? '');
  const value = texts === undefined ? undefined : ownValue(texts, stringAt(reference, 'key') ?? '');
  if (value !== undefined) return [{ name, source, from: 'config-map', value }];
  return valueAt(reference, 'optional') === true ? [] : [{ name, source, from: 'unknown', value: '' }];
}
