import { stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import type { Resource } from './resource.ts';

/** A Lease as a lock: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface LeaseHolder {
  /** Undefined: no run has the lock. */
  readonly owner: string | undefined;
  readonly durationMilliseconds: number;
  /** Milliseconds since 1970; undefined when it has no valid time. */
  readonly renewedAt: number | undefined;
}

/** What a client knows of a Lease that another run holds. */
export interface LeaseObservation {
  readonly resourceVersion: string;
  /** When this version was seen first, by the clock of this client. */
  readonly since: number;
}

/** How much the clocks of two clients may differ. */
const clockSkew = 60_000;
const usualDuration = 15_000;

export function readLease(lease: Resource): LeaseHolder {
  const seconds = valueAt(lease, 'spec', 'leaseDurationSeconds');
  const renewed = Date.parse(stringAt(lease, 'spec', 'renewTime') ?? '');
  return {
    owner: stringAt(lease, 'spec', 'holderIdentity') || undefined,
    durationMilliseconds: typeof seconds === 'number' ? seconds * 1000 : usualDuration,
    renewedAt: Number.isNaN(renewed) ? undefined : renewed,
  };
}

/**
 * Whether the owner has stopped renewing a Lease. Clocks of two computers differ, so a Lease counts as expired when this
 * client saw no renewal for its whole duration, or when its time is older than any difference of clocks explains.
 */
export function isExpired(holder: LeaseHolder, { since }: LeaseObservation, now: number): boolean {
  const { owner, durationMilliseconds, renewedAt } = holder;
  if (owner === undefined || now - since >= durationMilliseconds) return true;
  return renewedAt !== undefined && now - renewedAt > durationMilliseconds + clockSkew;
}

/** The spec of a Lease that an owner takes or renews. */
export function leaseSpec(
  owner: string,
  durationSeconds: number,
  times: { readonly acquired: number; readonly renewed: number },
): JsonObject {
  return {
    holderIdentity: owner,
    leaseDurationSeconds: durationSeconds,
    acquireTime: microTime(times.acquired),
    renewTime: microTime(times.renewed),
  };
}

/** A `MicroTime` of Kubernetes: RFC 3339 with six digits of a second. */
function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
