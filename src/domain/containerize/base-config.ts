import { arrayAt, stringAt } from '../core/json-object.ts';
import type { BaseConfig } from './plan-containerize.ts';

/** The parts of an image configuration that a plan and its layers need (OCI image specification, config.md). */
export interface ReadBaseConfig extends BaseConfig {
  /** Empty for root. */
  readonly user: string;
}

/** @throws SyntaxError for bytes that are not JSON */
export function readBaseConfig(bytes: Uint8Array): ReadBaseConfig {
  const found: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const texts = (key: string): readonly string[] => arrayAt(found, 'config', key).map(String);
  return {
    environment: texts('Env'),
    entrypoint: texts('Entrypoint'),
    arguments: texts('Cmd'),
    workingFolder: stringAt(found, 'config', 'WorkingDir') ?? '',
    user: stringAt(found, 'config', 'User') ?? '',
  };
}
