import type { ClaimChoice, CompleteAnswers } from './answers.ts';
import { changeParamsOf, exportParamsOf } from './changes.ts';
import type { Inventory } from './inventory.ts';
import { secretName } from './migration-names.ts';
import type { RunAction } from './run-action.ts';

interface ParamsInput {
  readonly inventory: Inventory;
  readonly answers: CompleteAnswers;
  /** The claims that are moved. */
  readonly claims: readonly ClaimChoice[];
}

type Texts = Readonly<Record<string, string>>;

/** The params of a run, in the order of the Pipelines. A param that has its default is absent. */
export function paramsOf(action: RunAction, input: ParamsInput): Texts {
  const { answers } = input;
  const withClaims = action === 'stage' || action === 'cutover';
  const withImages = action !== 'stage';
  return withoutDefaults({
    'source-cluster-secret': secretName(answers, 'source'),
    'source-namespace': answers.source.namespace,
    'destination-cluster-secret': secretName(answers, 'destination'),
    'destination-namespace': answers.destination.namespace,
    ...(withImages ? imageParams(answers) : {}),
    ...(withImages ? selectorParams(answers, action) : {}),
    ...(withClaims ? claimParams(input) : {}),
    ...(action === 'app' || action === 'cutover' ? verifyParams(answers) : {}),
    'print-reports': 'true',
  });
}

// The defaults of the Pipelines. Every other param is empty unless it is given.
const defaults: ReadonlyMap<string, string> = new Map([
  ['claims', '*'],
  ['images', 'copy'],
  ['built-images', 'copy'],
  ['if-exists', 'fail'],
  ['referrers', 'true'],
  ['ready-timeout', '120'],
]);

function withoutDefaults(params: Texts): Texts {
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => value !== (defaults.get(name) ?? '')));
}

// A run of the images alone changes no resource.
function selectorParams(answers: CompleteAnswers, action: RunAction): Texts {
  return action === 'images' ? exportParamsOf(answers.source) : changeParamsOf(answers);
}

function imageParams({ images, allowForbidden }: CompleteAnswers): Texts {
  const { sourceRegistry, destinationRegistry } = images;
  const common = { 'allow-forbidden': allowForbidden.join(',') };
  if (!images.copy) return { images: 'skip', ...common };
  return {
    'source-registry-internal': sourceRegistry.internal,
    'source-registry-public': sourceRegistry.public,
    'destination-registry-internal': destinationRegistry.internal,
    'destination-registry-public': destinationRegistry.public,
    registries: images.registries.join(','),
    'image-exclude': images.exclude.join(','),
    'built-images': images.builtImages,
    'allow-problems': images.allowProblems.join(','),
    'if-exists': images.ifExists,
    referrers: images.referrers,
    platforms: (images.platforms ?? []).join(','),
    'create-projects': images.createProjects === true ? 'true' : '',
    ...common,
  };
}

function claimParams(input: ParamsInput): Texts {
  const { inventory, answers, claims } = input;
  const { endpointType, endpointAddress, subdomain, transferImage, runAsUser } = answers.claims;
  return {
    claims: claimList(input),
    'claim-settings': claimSettings(inventory, claims),
    'endpoint-type': endpointType,
    'endpoint-address': endpointAddress,
    subdomain,
    'transfer-image': transferImage,
    'run-as-user': runAsUser === undefined ? '' : String(runAsUser),
  };
}

function claimList({ inventory: { source }, answers, claims }: ParamsInput): string {
  const isPlain = claims.every(({ name, newName }) => name === newName);
  // With a selector, the namespace may have claims that the inventory does not.
  const isAll = (answers.source.labelSelector ?? '') === '' && claims.length === source.claims.length;
  if (isPlain && isAll) return '*';
  return claims.map(({ name, newName }) => (name === newName ? name : `${name}:${newName}`)).join(',');
}

/** What differs from the source for each claim, as JSON; empty when nothing does. */
function claimSettings({ source }: Inventory, claims: readonly ClaimChoice[]): string {
  const settings = claims.flatMap((claim) => {
    const { name, storageClass, size, accessModes } = claim;
    const original = source.claims.find((each) => each.name === name);
    const differs = {
      ...(storageClass === original?.storageClass || storageClass === '' ? {} : { storageClass }),
      ...(size === original?.size ? {} : { size }),
      ...(accessModes.join() === original?.accessModes.join() ? {} : { accessModes }),
    };
    return Object.keys(differs).length === 0 ? [] : [{ name, ...differs }];
  });
  return settings.length === 0 ? '' : JSON.stringify(settings);
}

function verifyParams({ verify }: CompleteAnswers): Texts {
  return { 'ready-timeout': String(verify.readyTimeout), 'allow-unready': verify.allowUnready.join(',') };
}
