import { keyOf, type Resource, kindOf } from '../../kube/resource.ts';
import type { Plugin, Verdict } from '../plugin.ts';
import type { TransformOptions } from '../transform-options.ts';
import { joinChanges, noChange, type Change } from './change.ts';
import { modernizeDeploymentConfig } from './deployment-config.ts';
import { toHttpRoute } from './http-route.ts';
import { toIngress } from './ingress.ts';
import { modernizeFlags, type ModernizeOptions } from '../modernize-options.ts';
import { noCounterpart } from './no-counterpart.ts';
import { moveReferences } from './references.ts';
import { readRoute } from './route.ts';
import { serviceCaNotes } from './service-ca-notes.ts';
import { createCollector, type ExportFacts } from './export-facts.ts';
import { modernizeImages } from './workload-images.ts';

interface Context {
  readonly modernize: ModernizeOptions;
  readonly options: TransformOptions;
  readonly facts: ExportFacts;
}

/**
 * For a destination without OpenShift: its kinds become those that every Kubernetes serves, as far as these can say
 * the same. What they cannot say is a note, what has no counterpart is left out with the reason.
 */
export function createModernizePlugin(modernize: ModernizeOptions, options: TransformOptions): Plugin {
  const facts = createCollector();
  return {
    name: 'ModernizePlugin',
    version: 'v1',
    optionalFields: modernizeFlags,
    prepare: facts.add,
    run: (resource) => decide(resource, { modernize, options, facts: facts }),
  };
}

function decide(resource: Resource, context: Context): Verdict {
  switch (kindOf(resource)) {
    case 'DeploymentConfig.apps.openshift.io':
      return decideDeploymentConfig(resource, context);
    case 'Route.route.openshift.io':
      return decideRoute(resource, context);
    default: {
      const reason = noCounterpart(resource);
      return reason === undefined ? toVerdict(noChange, resource, context) : { kind: 'whiteout', reason };
    }
  }
}

function decideDeploymentConfig(resource: Resource, context: Context): Verdict {
  const { namespace, name } = keyOf(resource);
  if (context.facts.has('Deployment.apps', namespace, name)) return taken('Deployment');
  return toVerdict(modernizeDeploymentConfig(resource), resource, context);
}

function decideRoute(route: Resource, context: Context): Verdict {
  const { modernize, options, facts: facts } = context;
  const source = keyOf(route).namespace;
  const isIngress = modernize.routes === 'ingress';
  const rival = isIngress ? 'Ingress.networking.k8s.io' : 'HTTPRoute.gateway.networking.k8s.io';
  if (facts.has(rival, source, route.metadata.name)) return taken(isIngress ? 'Ingress' : 'HTTPRoute');
  const namespace = options.namespaceMoves.get(source) ?? source;
  const shape = readRoute(route, { modernize, facts: facts, namespace });
  if (typeof shape === 'string') return { kind: 'whiteout', reason: `cannot be converted: ${shape}` };
  return { kind: 'patches', ...(isIngress ? toIngress : toHttpRoute)(route, shape, modernize) };
}

function toVerdict(own: Change, resource: Resource, { facts: facts, options }: Context): Verdict {
  const change = joinChanges(own, modernizeImages(resource, facts, options), {
    patches: moveReferences(resource),
    notes: serviceCaNotes(resource),
  });
  return { kind: 'patches', ...change };
}

function taken(kind: string): Verdict {
  return { kind: 'whiteout', reason: `cannot be converted: the export has ${kind} of this name already` };
}
