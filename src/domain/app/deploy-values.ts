import { TaskError } from '../core/errors.ts';
import { isObject, valueAt, type JsonObject } from '../core/json-object.ts';
import { isObjectName } from '../kube/resource.ts';
import { formatImageName, isRegistryHost, parseImageReference, type ImageReference } from '../oci/image-location.ts';
import { typedByDeclaration } from './app-chart-settings.ts';
import type { AppChart } from './app-chart.ts';
import type { Assignment } from './assignments.ts';
import { parseRoute, uniqueRoutes } from './route-values.ts';

/** What a user says about an application. Undefined fields and empty lists: not given. */
export interface DeploySettings {
  /** Name of the application. */
  readonly app: string;
  readonly image: string;
  /** Host that the nodes pull the image from; undefined: that of the image. */
  readonly pullRegistry: string | undefined;
  /** `domain[/path]`. */
  readonly routes: readonly string[];
  /** The application has no route, whatever else is said. */
  readonly noRoutes: boolean;
  /** Parent domain of the default route. */
  readonly domain: string | undefined;
  readonly instances: number | undefined;
  readonly environment: readonly Assignment[];
  readonly environmentSecret: string | undefined;
  /** Names of Secrets, each with an optional folder: `name[:folder]`. */
  readonly configurations: readonly string[];
  readonly serviceAccount: string | undefined;
  readonly pullSecrets: readonly string[];
  readonly ingressClass: string | undefined;
  readonly tlsIssuer: string | undefined;
  readonly healthPath: string | undefined;
  /** Values below `userConfig`. */
  readonly settings: readonly Assignment[];
}

/**
 * The values of a chart in the structure of Epinio, as far as settings are given: the base has the rest.
 * @param base values with lower priority
 * @param appChart gives `chartConfig`, and declares the settings
 * @throws TaskError `invalid-param`
 */
export function deployValues(settings: DeploySettings, base: JsonObject, appChart?: AppChart): JsonObject {
  const { app, environment, configurations, serviceAccount, pullSecrets, healthPath, environmentSecret } = settings;
  if (!isObjectName(app)) throw refuse('app', `expected a DNS name, got ${JSON.stringify(app)}`, nameRemedy);
  const image = deployedImage(settings);
  const mounts = configurations.map(parseConfiguration);
  assertOnce(mounts);
  if (appChart === undefined) assertPort(settings, base);
  return {
    epinio: {
      appName: app,
      imageURL: formatImageName(image),
      ...given('stageID', stageOf(image)),
      ...given('replicaCount', settings.instances),
      ...given('routes', routesOf(settings, base)),
      // As Epinio sorts them: the order in which a user writes them must not restart pods.
      ...given('env', filled(environment.toSorted((one, other) => (one.name < other.name ? -1 : 1)))),
      ...given('configurations', filled(mounts.map(({ name }) => name))),
      // Epinio's charts mount only what is listed here.
      ...given('configpaths', filled(mounts)),
      ...given('ingress', settings.ingressClass),
      ...given('tlsIssuer', settings.tlsIssuer),
    },
    ...given('environmentSecret', environmentSecret),
    ...given('serviceAccountName', serviceAccount),
    ...given('imagePullSecrets', filled(pullSecrets.map((name) => ({ name })))),
    ...given('healthCheck', healthPath === undefined ? undefined : { path: healthPath }),
    ...given('chartConfig', appChart === undefined || isEmpty(appChart.values) ? undefined : appChart.values),
    ...given('userConfig', userConfigOf(settings.settings, appChart)),
  };
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

function userConfigOf(settings: readonly Assignment[], appChart: AppChart | undefined): JsonObject | undefined {
  if (settings.length === 0) return undefined;
  if (appChart === undefined) return typedSettings(settings);
  return typedByDeclaration(settings, appChart.settings, appChart.name);
}

/**
 * The reference that the nodes pull. A digest alone says what runs: a new tag of the same image must not restart pods.
 * @throws TaskError `invalid-param`
 */
function deployedImage({ image, pullRegistry }: Pick<DeploySettings, 'image' | 'pullRegistry'>): ImageReference {
  const found = parseImageReference(image);
  if (found === undefined)
    throw refuse('image', `expected a reference of an image, got ${JSON.stringify(image)}`, imageRemedy);
  if (pullRegistry !== undefined && !isRegistryHost(pullRegistry))
    throw refuse('pull-registry', `expected host or host:port, got ${JSON.stringify(pullRegistry)}`, hostRemedy);
  const { host, path, tag, digest } = found;
  return { host: pullRegistry ?? host, path, ...(digest === undefined ? { tag } : { digest }) };
}

/**
 * The addresses of an image that the nodes pull from another registry. Undefined without a digest: then nothing says what
 * the other address must have.
 * @throws TaskError `invalid-param`
 */
export function pulledImage({ image, pullRegistry }: Pick<DeploySettings, 'image' | 'pullRegistry'>) {
  const { host = 'docker.io', path, digest } = deployedImage({ image, pullRegistry: undefined });
  if (pullRegistry === undefined || digest === undefined) return undefined;
  return { push: { host, path }, pull: { host: pullRegistry, path }, digest };
}

const stageLength = 16;

/** Epinio's id of a build has 16 hexadecimal digits. It must change with the image and with nothing else. */
function stageOf({ digest }: ImageReference): string | undefined {
  return digest?.slice(digest.indexOf(':') + 1).slice(0, stageLength);
}

function routesOf({ app, routes, noRoutes, domain }: DeploySettings, base: JsonObject): readonly object[] | undefined {
  if (noRoutes && routes.length > 0) throw refuse('routes', 'expected none, because no-routes is "true"', routesRemedy);
  if (noRoutes) return [];
  if (routes.length > 0) return uniqueRoutes(routes.map(parseRoute));
  if (domain !== undefined) return [parseRoute(`${app}.${domain}`)];
  if (Array.isArray(valueAt(base, 'epinio', 'routes'))) return undefined;
  throw refuse('routes', 'missing, and there is no domain for the default route', routesRemedy);
}

/** As values.schema.json of the chart has it. */
const folderName = /^[-._a-zA-Z0-9]+$/;

function parseConfiguration(text: string): { readonly name: string; readonly path: string } {
  const [name = '', path = name, ...more] = text.split(':');
  const isValid = isObjectName(name) && folderName.test(path) && more.length === 0;
  if (isValid && path !== '.' && path !== '..') return { name, path };
  throw refuse('configurations', `expected name[:folder], got ${JSON.stringify(text)}`, configurationsRemedy);
}

/** A pod has each volume and each folder once. */
function assertOnce(mounts: readonly { readonly name: string; readonly path: string }[]): void {
  const isOnce = [mounts.map(({ name }) => name), mounts.map(({ path }) => path)].every(
    (each) => new Set(each).size === mounts.length,
  );
  if (!isOnce) throw refuse('configurations', 'expected each name and folder once', configurationsRemedy);
}

/** As values.yaml of the chart has it. */
const defaultPort = '8080';

/** The Service and the probes of the chart use appListeningPort: another PORT would make the application unreachable. */
function assertPort({ environment, settings }: DeploySettings, base: JsonObject): void {
  const variable = environment.find(({ name }) => name === 'PORT')?.value;
  const given = settings.findLast(({ name }) => name === 'appListeningPort')?.value;
  const inBase = valueAt(base, 'userConfig', 'appListeningPort');
  const port = given ?? (typeof inBase === 'number' || typeof inBase === 'string' ? String(inBase) : defaultPort);
  if (variable === undefined || variable === port) return;
  throw refuse('environment', `PORT is not the port ${port}, which the chart expects`, portRemedy);
}

/** As `helm --set` reads values: charts compare numbers and booleans with their types. */
function typedSettings(settings: readonly Assignment[]): JsonObject {
  return Object.fromEntries(settings.map(({ name, value }) => [name, typedValue(value)]));
}

function typedValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = /^(?:0|-?[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined;
  return number ?? text;
}

/** Values that a file has. @throws TaskError `invalid-file` */
export function readBaseValues(documents: readonly unknown[], source: string): JsonObject {
  const [values = {}, ...more] = documents.filter((document) => document !== null && document !== undefined);
  if (isObject(values) && more.length === 0) return values;
  throw new TaskError('invalid-file', `reading ${source}: expected one YAML document with a map`, {
    remedy: 'Give a values file of helm.',
  });
}

function given(key: string, value: unknown): JsonObject {
  return value === undefined ? {} : { [key]: value };
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function refuse(param: string, why: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading ${param}: ${why}`, { remedy });
}

const nameRemedy = 'Use lower case letters, digits, dashes and dots.';
const imageRemedy = 'Write host/path[:tag][@digest], in lower case.';
const hostRemedy = 'Write the address without a scheme.';
const routesRemedy = 'Give routes or domain, or set no-routes to "true".';
const portRemedy = 'Set the port with settings=appListeningPort=PORT, which sets the variable PORT too.';
const configurationsRemedy = 'Write names of Secrets, each with an optional folder below /configurations.';
