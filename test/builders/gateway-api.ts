import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { load } from 'js-yaml';

import { isObject, stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';

const version = 'v1.3.0';
const sum = 'h1:q6okN+/UKDATola4JY7zXzx40WO4VISk7i9DIfOvr9M=';

/** The CustomResourceDefinition of HTTPRoute as the Gateway API ships it. */
export async function httpRouteDefinition(): Promise<JsonObject> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', `sigs.k8s.io/gateway-api@${version}`], {
    cwd: '/',
  });
  const module: unknown = JSON.parse(stdout);
  if (stringAt(module, 'Sum') !== sum) throw new Error(`gateway-api ${version} is another one than it was`);
  const crds = join(stringAt(module, 'Dir') ?? '', 'config/crd/standard');
  const definition = load(await readFile(join(crds, 'gateway.networking.k8s.io_httproutes.yaml'), 'utf8'));
  if (!isObject(definition)) throw new Error('the definition of HTTPRoute is no object');
  return definition;
}
