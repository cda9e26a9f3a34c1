import { TaskError } from '../core/errors.ts';
import { isObject, type JsonObject } from '../core/json-object.ts';
import { parseDocument } from '../core/parse-document.ts';
import type {
  ChangeAnswers,
  ClaimAnswer,
  CredentialAnswer,
  ImageAnswers,
  MoveAnswers,
  SourceAnswer,
} from '../schemas/documents.ts';
import { validateMoveAnswers } from '../schemas/validators/move-answers.ts';
import type { Inventory } from './inventory.ts';
import type { RegistryHosts } from './lists.ts';
import type { SourceClaim } from './claim-inventory.ts';

/** The answers about one claim, with the defaults of the inventory. */
export interface ClaimChoice extends Required<Pick<ClaimAnswer, 'name' | 'move' | 'newName' | 'size' | 'accessModes'>> {
  /** Empty: the default class of the destination. */
  readonly storageClass: string;
}

/** Answers in which every question has one. Empty texts stand for "found by the run". */
export interface CompleteAnswers extends Pick<MoveAnswers, 'name' | 'source'> {
  readonly action: NonNullable<MoveAnswers['action']>;
  readonly destination: MoveAnswers['destination'] & { readonly createNamespace: boolean };
  readonly allowForbidden: readonly string[];
  readonly images: Required<
    Omit<ImageAnswers, 'sourceRegistry' | 'destinationRegistry' | 'platforms' | 'createProjects'>
  > &
    Pick<ImageAnswers, 'platforms' | 'createProjects'> &
    Readonly<Record<'sourceRegistry' | 'destinationRegistry', RegistryHosts>>;
  readonly claims: {
    readonly settings: readonly ClaimChoice[];
    readonly endpointType: string;
    readonly endpointAddress: string;
    readonly subdomain: string;
    /** Undefined: the user of the pods that mount the claim. */
    readonly runAsUser: number | undefined;
    readonly transferImage: string;
  };
  readonly changes: Required<ChangeAnswers>;
  readonly credentials: Readonly<Record<'source' | 'destination', CredentialAnswer>>;
  readonly acceptedGaps: NonNullable<MoveAnswers['acceptedGaps']>;
  readonly verify: { readonly readyTimeout: number; readonly allowUnready: readonly string[] };
  readonly run: {
    readonly serviceAccount: string;
    readonly volumeSize: string;
    readonly storageClass: string;
    readonly fsGroup: number;
    readonly caConfigMap: string;
    readonly timeoutMinutes: number;
  };
}

const defaults = { serviceAccount: 'crane-tasks', volumeSize: '1Gi', readyTimeout: 120, timeoutMinutes: 120 } as const;
const noChanges: Required<ChangeAnswers> = {
  namespaces: [],
  modernize: 'none',
  ingressClass: '',
  gateway: '',
  routeDomain: '',
  skipPlugins: [],
  patches: '',
};
/** Hours that the token of an account is valid. */
export const defaultTokenHours = 8;
// The group of the task image.
const tasksGroup = 65532;

/**
 * Reads answers.
 * @param documents of its YAML
 * @param source for messages, such as the path of the file
 * @throws TaskError `invalid-file` with the place and the rule of each mistake
 */
export function readAnswers(documents: readonly unknown[], source: string): MoveAnswers {
  const remedy = 'Fix the answers; docs/formats.md has their schema.';
  const [document, ...more] = documents;
  if (document === undefined || more.length > 0)
    throw new TaskError('invalid-file', `reading ${source}: expected one document, got ${String(documents.length)}`, {
      remedy,
    });
  return parseDocument(JSON.stringify(document), validateMoveAnswers, { name: source, remedy });
}

/** Complete answers as a file has them: what is left to the run is absent. */
export function toAnswersFile(answers: CompleteAnswers): JsonObject {
  return { schemaVersion: 1, ...withoutEmpty(answers) };
}

function withoutEmpty(value: object): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== '' && member !== undefined)
      .map(([name, member]: [string, unknown]) => [name, withoutEmptyMember(member)]),
  );
}

function withoutEmptyMember(member: unknown): unknown {
  if (Array.isArray(member)) return member.map(withoutEmptyMember);
  return isObject(member) ? withoutEmpty(member) : member;
}

/** Lists whose order means nothing are sorted, so that the order in which a user chose has no effect. */
function sorted(list: readonly string[] = []): readonly string[] {
  return list.toSorted();
}

/** Fills in the default of each question that is not answered. */
export function completeAnswers(inventory: Inventory, answers: MoveAnswers): CompleteAnswers {
  const { name, source, destination } = answers;
  return {
    name,
    action: answers.action ?? 'application',
    source: completeSource(source),
    destination: { ...destination, createNamespace: destination.createNamespace ?? false },
    allowForbidden: sorted(answers.allowForbidden),
    images: completeImages(inventory, answers.images ?? {}),
    claims: {
      settings: inventory.source.claims.map((claim) => completeClaim(inventory, claim, answers)),
      endpointType: answers.claims?.endpointType ?? '',
      endpointAddress: answers.claims?.endpointAddress ?? '',
      subdomain: answers.claims?.subdomain ?? '',
      runAsUser: answers.claims?.runAsUser,
      transferImage: answers.claims?.transferImage ?? '',
    },
    changes: { ...noChanges, ...answers.changes, skipPlugins: sorted(answers.changes?.skipPlugins) },
    credentials: {
      source: completeCredential(answers.credentials?.source),
      destination: completeCredential(answers.credentials?.destination),
    },
    acceptedGaps: (answers.acceptedGaps ?? []).toSorted((a, b) => (a.check < b.check ? -1 : 1)),
    verify: {
      readyTimeout: answers.verify?.readyTimeout ?? defaults.readyTimeout,
      allowUnready: sorted(answers.verify?.allowUnready),
    },
    run: {
      serviceAccount: answers.run?.serviceAccount ?? defaults.serviceAccount,
      volumeSize: answers.run?.volumeSize ?? defaults.volumeSize,
      storageClass: answers.run?.storageClass ?? '',
      fsGroup: answers.run?.fsGroup ?? defaultGroup(inventory),
      caConfigMap: answers.run?.caConfigMap ?? '',
      timeoutMinutes: answers.run?.timeoutMinutes ?? defaults.timeoutMinutes,
    },
  };
}

function completeSource({ includeResources = [], excludeResources = [], ...source }: SourceAnswer): SourceAnswer {
  return {
    ...source,
    ...(includeResources.length === 0 ? {} : { includeResources: sorted(includeResources) }),
    ...(excludeResources.length === 0 ? {} : { excludeResources: sorted(excludeResources) }),
  };
}

function completeImages({ source, destination }: Inventory, given: ImageAnswers): CompleteAnswers['images'] {
  return {
    copy: given.copy ?? true,
    exclude: sorted(given.exclude),
    builtImages: given.builtImages ?? 'copy',
    ifExists: given.ifExists ?? 'fail',
    referrers: given.referrers ?? 'true',
    ...(given.platforms === undefined || given.platforms.length === 0 ? {} : { platforms: sorted(given.platforms) }),
    ...(given.createProjects === true ? { createProjects: true } : {}),
    registries: sorted(given.registries),
    allowProblems: sorted(given.allowProblems),
    sourceRegistry: { ...source.registry, ...given.sourceRegistry },
    destinationRegistry: { ...destination.registry, ...given.destinationRegistry },
  };
}

function completeClaim(inventory: Inventory, claim: SourceClaim, { claims }: MoveAnswers): ClaimChoice {
  const given = claims?.settings?.find(({ name }) => name === claim.name);
  return {
    name: claim.name,
    move: given?.move ?? !claim.isBlock,
    newName: given?.newName ?? claim.name,
    storageClass: given?.storageClass ?? defaultClass(inventory, claim),
    size: given?.size ?? claim.size,
    accessModes: given?.accessModes ?? claim.accessModes,
  };
}

/** The class of the same name, else the default of the destination; empty when it has neither. */
function defaultClass({ destination }: Inventory, { storageClass }: SourceClaim): string {
  const { storageClasses } = destination.surface;
  const same = storageClasses.find(({ name }) => name === storageClass);
  return (same ?? storageClasses.find(({ isDefault }) => isDefault))?.name ?? '';
}

function completeCredential(given: CredentialAnswer | undefined): CredentialAnswer {
  return given ?? { kind: 'account', hours: defaultTokenHours };
}

/** The API group by which a cluster is known as OpenShift: it assigns the group of a pod itself. */
export const openShiftGroup = 'security.openshift.io';

/** The group of the volume of a run: OpenShift assigns it, else it is that of the task image. */
export function volumeGroup(isOpenShift: boolean): number {
  return isOpenShift ? 0 : tasksGroup;
}

function defaultGroup({ destination }: Inventory): number {
  return volumeGroup(destination.surface.kinds.some(({ group }) => group === openShiftGroup));
}
