import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import { isNamespaceName } from '../../../domain/kube/resource.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { isRegistryHost } from '../../../domain/oci/image-location.ts';
import type { PlanSyncInput } from './plan-sync-input.ts';

/** Name of the plan in its folder. */
export const planPath = 'plan.json';

/**
 * Checks what a plan is asked for; all problems are named at once.
 * @throws TaskError `registry-unknown` for an empty address that must not be, `invalid-param`
 */
export function checkPlanInput(input: PlanSyncInput): void {
  const { source, destination, sourceFile } = input;
  const hosts = hostsOf(input);
  const [empty] = hosts.filter(({ host, mayBeEmpty }) => (host === undefined || host === '') && !mayBeEmpty);
  if (empty !== undefined) throw unknownRegistry(`reading parameters: --${empty.name} is empty`);
  const problems = hosts
    .filter(({ host }) => host !== undefined && host !== '' && !isRegistryHost(host))
    .map(({ name, host }) => `--${name}: expected a host with an optional port, got ${JSON.stringify(host)}`);
  if (!isNamespaceName(destination.namespace)) {
    problems.push(
      `--${input.names.namespace}: expected the name of a namespace, got ${JSON.stringify(destination.namespace)}`,
    );
  }
  if (!/^[A-Za-z0-9-]{1,64}$/.test(destination.clusterUid ?? 'any')) {
    problems.push(`--destination-cluster-uid: expected a UID, got ${JSON.stringify(destination.clusterUid)}`);
  }
  if (sourceFile === '' || sourceFile === planPath)
    problems.push(`--output: expected a file name other than ${planPath}`);
  if (input.others.some(({ outside }) => outside === source.registry))
    problems.push(`--registries: ${source.registry} is the registry of the cluster already`);
  if (problems.length === 0) return;
  throw new TaskError('invalid-param', `reading parameters: ${problems.join('; ')}`, {
    remedy: "Run the task with '--help' for the parameters and their formats.",
  });
}

interface NamedHost {
  readonly name: string;
  readonly host: string | undefined;
  readonly mayBeEmpty: boolean;
}

function hostsOf({ source, destination, names, emptyAddresses, others }: PlanSyncInput): readonly NamedHost[] {
  const sourceMayBe = emptyAddresses === 'accept-unneeded' || others.length > 0;
  return [
    { name: names.registry, host: source.registry, mayBeEmpty: sourceMayBe },
    { name: names.internalRegistry, host: source.internalRegistry, mayBeEmpty: sourceMayBe },
    {
      name: names.destinationRegistry,
      host: destination.registry,
      mayBeEmpty: emptyAddresses === 'accept-unneeded',
    },
    { name: 'destination-registry-internal', host: destination.internalRegistry, mayBeEmpty: true },
  ];
}

/**
 * Checks that the addresses that a plan needs are known: an empty one would lose images, or send them nowhere.
 * @throws TaskError `registry-unknown`
 */
export function checkPlanAddresses({ images, unpinned = [] }: SyncPlan, { names }: PlanSyncInput): void {
  const all = [...images, ...unpinned];
  const [first] = all;
  if (first === undefined) return;
  const count = `${String(all.length)} images must be copied, for example ${first.source.path}`;
  if (all.some(({ source }) => source.host === ''))
    throw unknownRegistry(`planning the copies: ${count}, and --${names.registry} is empty`);
  if (first.destination.host === '')
    throw unknownRegistry(`planning the copies: ${count}, and --${names.destinationRegistry} is empty`);
}

function unknownRegistry(message: string): TaskError {
  return new TaskError('registry-unknown', message, {
    remedy: 'Give the address of the registry, or find it with the param strict, which fails when it is unknown.',
  });
}
