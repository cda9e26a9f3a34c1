import type { Reason } from '../../reports/reasons.ts';
import { TaskError } from '../../core/errors.ts';
import { ownValue } from '../../core/own-value.ts';
import { isObject } from '../../core/json-object.ts';
import { isDigest, isRegistryHost, isRepositoryPath, isTag, parseImageReference } from '../../oci/image-reference.ts';
import type {
  ImageClass,
  PlanDestination,
  PlannedImage,
  PlanProblem,
  PlanSource,
  SkippedImage,
  SyncPlan,
} from './sync-plan.ts';

/**
 * Reads a plan and checks each field; all problems are named at once. Unknown fields are passed over.
 * @param source path of the file, for messages
 * @throws TaskError `invalid-file`
 */
export function parseSyncPlan(text: string, source: string): SyncPlan {
  const problems: string[] = [];
  const value = parseJson(text, problems);
  const check = new Checker(problems);
  const plan: SyncPlan = {
    schemaVersion: check.version(value),
    source: parseSource(check.object(value, 'source'), check),
    destination: parseDestination(check.object(value, 'destination'), check),
    images: check.list(value, 'images').map(([entry, at]) => parseImage(entry, at, check)),
    ...parseUnpinned(value, check),
    skipped: check.list(value, 'skipped').map(([entry, at]) => parseSkipped(entry, at, check)),
    problems: check.list(value, 'problems').map(([entry, at]) => parseProblem(entry, at, check)),
  };
  if (problems.length === 0) return plan;
  throw new TaskError('invalid-file', `reading the image plan ${source}: ${problems.slice(0, 20).join('; ')}`, {
    remedy: 'Plan the images again.',
  });
}

function parseJson(text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    problems.push('expected JSON');
    return {};
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The value of the last member of a place such as `images[0].source`. */
function fieldAt(fields: Fields, at: string): unknown {
  return ownValue(fields, at.slice(at.lastIndexOf('.') + 1));
}

/** Takes typed values out of JSON; what is wrong is noted, and a harmless value stands in so that reading goes on. */
class Checker {
  readonly #problems: string[];

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  version(value: unknown): 1 {
    const found = isObject(value) ? value['schemaVersion'] : undefined;
    if (found !== 1) this.#problems.push(`schemaVersion: expected 1, got ${show(found)}`);
    return 1;
  }

  object(value: unknown, name: string): Fields {
    const found = isObject(value) ? ownValue(value, name) : undefined;
    if (isObject(found)) return found;
    this.#problems.push(`${name}: expected an object`);
    return {};
  }

  list(value: unknown, name: string): readonly [Fields, string][] {
    const found = isObject(value) ? ownValue(value, name) : undefined;
    if (!Array.isArray(found)) this.#problems.push(`${name}: expected a list`);
    const entries: readonly unknown[] = Array.isArray(found) ? found : [];
    return entries.map((entry, index) => {
      const at = `${name}[${String(index)}]`;
      if (!isObject(entry)) this.#problems.push(`${at}: expected an object`);
      return [isObject(entry) ? entry : {}, at];
    });
  }

  text(fields: Fields, at: string, accepts: Format = anyText): string {
    const found = fieldAt(fields, at);
    if (typeof found === 'string' && accepts.test(found)) return found;
    this.#problems.push(`${at}: expected ${accepts.what}, got ${show(found)}`);
    return '';
  }

  optionalText(fields: Fields, at: string, accepts: Format): string | undefined {
    return fieldAt(fields, at) === undefined ? undefined : this.text(fields, at, accepts);
  }

  texts(fields: Fields, at: string, accepts: Format): readonly string[] {
    const found = fieldAt(fields, at);
    if (Array.isArray(found) && found.every((entry) => typeof entry === 'string' && accepts.test(entry))) {
      return found.map(String);
    }
    this.#problems.push(`${at}: expected a list of ${accepts.what}`);
    return [];
  }
}

interface Format {
  readonly what: string;
  readonly test: (text: string) => boolean;
}

const classes: readonly ImageClass[] = [
  'openshift',
  'public',
  'built-in-cluster',
  'pushed',
  'other-registry',
  'listed',
];
const anyText: Format = { what: 'text', test: () => true };
const host: Format = { what: 'a registry host', test: isRegistryHost };
const hostOrNone: Format = { what: host.what, test: (text) => text === '' || isRegistryHost(text) };
const digest: Format = { what: 'a digest', test: isDigest };
const tag: Format = { what: 'a tag', test: isTag };
const code: Format = { what: 'a kebab-case code', test: (text) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) };
const namespace: Format = { what: 'a namespace', test: (text) => text === '' || isRepositoryPath(text) };
const repository: Format = { what: 'host/path without tag', test: isRepository };

function isRepository(text: string): boolean {
  const reference = parseImageReference(text);
  return (
    reference !== undefined && reference.host !== '' && reference.tag === undefined && reference.digest === undefined
  );
}

function parseSource(fields: Fields, check: Checker): PlanSource {
  const clusterUid = check.optionalText(fields, 'source.clusterUid', anyText);
  return {
    registry: check.text(fields, 'source.registry', hostOrNone),
    internalRegistry: check.text(fields, 'source.internalRegistry', hostOrNone),
    ...(clusterUid === undefined ? {} : { clusterUid }),
  };
}

function parseDestination(fields: Fields, check: Checker): PlanDestination {
  const internalRegistry = check.optionalText(fields, 'destination.internalRegistry', host);
  const clusterUid = check.optionalText(fields, 'destination.clusterUid', anyText);
  return {
    registry: check.text(fields, 'destination.registry', hostOrNone),
    ...(internalRegistry === undefined ? {} : { internalRegistry }),
    ...(clusterUid === undefined ? {} : { clusterUid }),
    namespace: check.text(fields, 'destination.namespace', namespace),
  };
}

function parseImage(fields: Fields, at: string, check: Checker): PlannedImage {
  return {
    source: check.text(fields, `${at}.source`, repository),
    digest: check.text(fields, `${at}.digest`, digest),
    destination: check.text(fields, `${at}.destination`, repository),
    tags: check.texts(fields, `${at}.tags`, tag),
    class: parseClass(fields, at, check),
    reason: check.text(fields, `${at}.reason`, code) as Reason<'plan'>,
    usedBy: check.texts(fields, `${at}.usedBy`, anyText),
  };
}

function parseUnpinned(value: unknown, check: Checker): Pick<SyncPlan, 'unpinned'> {
  if (!isObject(value) || value['unpinned'] === undefined) return {};
  const unpinned = check.list(value, 'unpinned').map(([fields, at]) => ({
    source: check.text(fields, `${at}.source`, repository),
    destination: check.text(fields, `${at}.destination`, repository),
    tag: check.text(fields, `${at}.tag`, tag),
    class: parseClass(fields, at, check),
    reason: check.text(fields, `${at}.reason`, code) as Reason<'plan'>,
    usedBy: check.texts(fields, `${at}.usedBy`, anyText),
  }));
  return { unpinned };
}

function parseSkipped(fields: Fields, at: string, check: Checker): SkippedImage {
  const pinned = check.optionalText(fields, `${at}.digest`, digest);
  const reference = check.optionalText(fields, `${at}.reference`, anyText);
  return {
    ...parseProblem(fields, at, check),
    ...(pinned === undefined ? {} : { digest: pinned }),
    ...(reference === undefined ? {} : { reference }),
    class: parseClass(fields, at, check),
  };
}

function parseProblem(fields: Fields, at: string, check: Checker): PlanProblem & Pick<SkippedImage, 'reason'> {
  return {
    image: check.text(fields, `${at}.image`),
    reason: check.text(fields, `${at}.reason`, code) as Reason<'plan'>,
    message: check.text(fields, `${at}.message`),
    usedBy: check.texts(fields, `${at}.usedBy`, anyText),
  };
}

function parseClass(fields: Fields, at: string, check: Checker): ImageClass {
  const found = check.text(fields, `${at}.class`, { what: `one of ${classes.join(', ')}`, test: isClass });
  return isClass(found) ? found : 'pushed';
}

function isClass(text: string): text is ImageClass {
  return classes.some((known) => known === text);
}

function show(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
