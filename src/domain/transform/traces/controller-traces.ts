import type { ControllerTrace } from './controller-trace.ts';
import { addOnTraces } from './add-on-traces.ts';
import { kubernetesTraces } from './kubernetes-traces.ts';
import { openshiftTraces } from './openshift-traces.ts';

/** The table: one row a controller. A key is in one row only, so that one look-up decides. */
export const controllerTraces: readonly ControllerTrace[] = [...kubernetesTraces, ...openshiftTraces, ...addOnTraces];
