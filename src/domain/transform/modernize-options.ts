import { TaskError } from '../core/errors.ts';
import { ownValue } from '../core/json-object.ts';
import type { OptionalFlags } from './optional-flags.ts';
import type { OptionalField } from './plugin.ts';

/** How resources of OpenShift's own kinds become those of plain Kubernetes. */
export interface ModernizeOptions {
  readonly routes: 'ingress' | 'gateway';
  /** Name of the IngressClass; empty: the destination's default. */
  readonly ingressClass: string;
  /** The Gateway that HTTPRoutes attach to; named for `gateway`. */
  readonly gateway: GatewayReference;
  /** Domain for Routes whose host the source's router generated; empty: they get no host. */
  readonly domain: string;
}

export interface GatewayReference {
  /** Empty: the namespace of the route. */
  readonly namespace: string;
  readonly name: string;
}

/** Flags of the ModernizePlugin, which is there only when the first one is given. */
export const modernizeFlags: readonly OptionalField[] = [
  {
    flagName: 'modernize',
    help: "Makes OpenShift's own kinds those of plain Kubernetes; ingress or gateway says what a Route becomes. Default: they are not changed.",
    example: 'ingress',
  },
  {
    flagName: 'ingress-class',
    help: 'Class of the Ingresses that Routes become. Default: the destination has a default class.',
    example: 'public',
  },
  {
    flagName: 'gateway',
    help: 'Gateway that the HTTPRoutes which Routes become attach to: namespace/name.',
    example: 'infrastructure/public',
  },
  {
    flagName: 'route-domain',
    help: "Domain for hosts in place of those that the source's router made up. Default: no host.",
    example: 'apps.example.com',
  },
];

const dnsName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const namedGateway = /^(?:([a-z0-9-]+)\/)?([a-z0-9.-]+)$/;

/** Reads the flags of modernize; undefined when it is off. @throws TaskError `invalid-param` */
export function parseModernize(flags: OptionalFlags): ModernizeOptions | undefined {
  const routes = flags['modernize'] ?? '';
  if (routes === '') return undefined;
  if (routes !== 'ingress' && routes !== 'gateway') throw refuse('modernize', routes, 'expected ingress or gateway');
  const gateway = parseGateway(flags['gateway'] ?? '');
  if (routes === 'gateway' && gateway.name === '') {
    throw refuse('gateway', '', 'HTTPRoutes attach to a Gateway, as namespace/name');
  }
  return { routes, gateway, ingressClass: nameOf(flags, 'ingress-class'), domain: nameOf(flags, 'route-domain') };
}

function nameOf(flags: OptionalFlags, name: string): string {
  const value = ownValue(flags, name) ?? '';
  if (value !== '' && !dnsName.test(value)) throw refuse(name, value, 'expected lower-case names with dots');
  return value;
}

function parseGateway(text: string): GatewayReference {
  if (text === '') return { namespace: '', name: '' };
  const [, namespace = '', name] = namedGateway.exec(text) ?? [];
  if (name === undefined) throw refuse('gateway', text, 'expected namespace/name');
  return { namespace, name };
}

function refuse(name: string, value: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading the flag ${name}: ${JSON.stringify(value)}: ${why}`, {
    remedy: `Fix ${name}; its format is in the README of the task.`,
  });
}
