import { TaskError } from '../core/errors.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { parseImageReference } from '../oci/image-location.ts';

/** What the configuration of a builder image says. */
export interface Builder {
  /** Versions of the platform API that its lifecycle supports; empty when no label names them. */
  readonly platformApis: readonly string[];
  /** Run image of its label; empty when no label names one. */
  readonly runImage: string;
  /** Other names of that run image, in other registries. */
  readonly runImageMirrors: readonly string[];
  /** User of the phases: CNB_USER_ID; NaN when the environment does not have it. */
  readonly userId: number;
  /** CNB_GROUP_ID; NaN when the environment does not have it. */
  readonly groupId: number;
}

/** https://github.com/buildpacks/spec/blob/main/platform.md, "iobuildpacksbuildermetadata". */
const metadataLabel = 'io.buildpacks.builder.metadata';
const apisLabel = 'io.buildpacks.lifecycle.apis';

/**
 * Reads the labels and the environment of a builder image.
 * @param config OCI image configuration
 */
export function readBuilder(config: unknown): Builder {
  const metadata = parseLabel(config, metadataLabel);
  const apis = arrayAt(metadata, 'lifecycle', 'apis', 'platform', 'supported');
  const ownApis = arrayAt(parseLabel(config, apisLabel), 'platform', 'supported');
  const run = valueAt(metadata, 'images', 0) ?? valueAt(metadata, 'stack', 'runImage');
  return {
    platformApis: (apis.length > 0 ? apis : ownApis).filter(isText),
    runImage: stringAt(run, 'image') ?? '',
    runImageMirrors: arrayAt(run, 'mirrors').filter(isText),
    userId: numberOf(config, 'CNB_USER_ID'),
    groupId: numberOf(config, 'CNB_GROUP_ID'),
  };
}

/**
 * Checks that a builder can run the phases. The container engine gives each step the user and the environment of the image.
 * @param name of the image, for messages
 * @throws TaskError `invalid-param`
 */
export function checkBuilder({ platformApis, userId, groupId }: Builder, platformApi: string, name: string): void {
  // The lifecycle takes 0, which is root, for each of them that is not set.
  if (!(userId > 0) || !(groupId > 0))
    throw refuse(
      `checking builder ${name}: its environment has no CNB_USER_ID and CNB_GROUP_ID above 0`,
      'Choose the image of a builder, not a stack or a run image.',
    );
  if (platformApis.length === 0 || platformApis.includes(platformApi)) return;
  throw refuse(
    `checking builder ${name}: its lifecycle does not support the platform API ${platformApi}, only ${platformApis.join(', ')}`,
    'Set the param platform-api to one of these, or choose a builder with a newer lifecycle.',
  );
}

/**
 * The run image of a build: the given one, else that of the builder, by its name in the registry of the new image if there
 * is one. The lifecycle chooses in the same way.
 * @param given empty for the run image of the builder
 * @param host of the new image
 * @returns empty when neither names one: the lifecycle then reads /cnb/run.toml of the builder
 */
export function chooseRunImage(given: string, { runImage, runImageMirrors }: Builder, host: string): string {
  if (given !== '') return given;
  const names = [runImage, ...runImageMirrors];
  return names.find((name) => parseImageReference(name)?.host === host) ?? runImage;
}

function parseLabel(config: unknown, label: string): unknown {
  try {
    return JSON.parse(stringAt(config, 'config', 'Labels', label) ?? '{}');
  } catch {
    return {};
  }
}

function numberOf(config: unknown, variable: string): number {
  const entry = arrayAt(config, 'config', 'Env').find((one) => isText(one) && one.startsWith(`${variable}=`));
  const text = isText(entry) ? entry.slice(variable.length + 1) : '';
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function refuse(message: string, remedy: string): TaskError {
  return new TaskError('invalid-param', message, { remedy });
}
