import { removeMembers, type Operation } from '../../kube/json-patch.ts';
import { isObject, ownValue, stringAt, valueAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { containersOf, podSpecsOf, type PodSpec } from '../../kube/pod-specs.ts';
import { kindOf, type Resource, textsAt } from '../../kube/resource.ts';
import type { TransformOptions } from '../transform-options.ts';

/**
 * OpenShift gives each namespace its own users and groups from here on, and writes one into Pods that name none.
 * https://docs.redhat.com/en/documentation/openshift_container_platform/latest/html/authentication_and_authorization/managing-pod-security-policies
 */
const firstOfRanges = 1_000_000_000;
const rangeFields = ['fsGroup', 'runAsGroup', 'runAsUser'];

interface Context {
  readonly path: Path;
  readonly context: JsonObject;
}

/** Removes from bare Pods what the admission of OpenShift took from the range of their namespace: another one refuses it. */
export function cleanSecurityContext(pod: Resource, { modernize }: TransformOptions): readonly Operation[] {
  const isAdmitted = kindOf(pod) === 'Pod' && 'openshift.io/scc' in textsAt(pod, 'annotations');
  if (!isAdmitted || modernize !== undefined) return [];
  return podSpecsOf(pod)
    .flatMap(contextsOf)
    .flatMap(({ path, context }) => [
      ...removeMembers(
        path,
        context,
        rangeFields.filter((field) => isOfRange(ownValue(context, field))),
      ),
      ...(isOfRangeLevel(context) ? removeMembers(path, context, ['seLinuxOptions']) : []),
    ]);
}

/** Reports templates that ask for users of the source's range: the destination gives its namespace another one. */
export function noteSecurityContext(resource: Resource, { modernize }: TransformOptions): readonly string[] {
  if (kindOf(resource) === 'Pod' || modernize !== undefined) return [];
  const found = podSpecsOf(resource)
    .flatMap(contextsOf)
    .flatMap(({ context }) =>
      rangeFields.flatMap((field) =>
        isOfRange(ownValue(context, field)) ? [`${field} ${String(ownValue(context, field))}`] : [],
      ),
    );
  return [...new Set(found)].map(
    (what) =>
      `asks for ${what}, of the range of its namespace at the source: OpenShift refuses it outside its own range`,
  );
}

function contextsOf(pod: PodSpec): readonly Context[] {
  const holders = [
    { path: pod.path, holder: pod.spec },
    ...containersOf(pod).map(({ path, container }) => ({ path, holder: container })),
  ];
  return holders.flatMap(({ path, holder }) => {
    const context = valueAt(holder, 'securityContext');
    return isObject(context) ? [{ path: [...path, 'securityContext'], context }] : [];
  });
}

function isOfRange(value: unknown): boolean {
  return typeof value === 'number' && value >= firstOfRanges;
}

/** Whether the only SELinux option is a level with two categories, as each namespace has one of its own. */
function isOfRangeLevel({ seLinuxOptions }: JsonObject): boolean {
  const isOnly = isObject(seLinuxOptions) && Object.keys(seLinuxOptions).length === 1;
  return isOnly && /^s0:c\d+,c\d+$/.test(stringAt(seLinuxOptions, 'level') ?? '');
}
