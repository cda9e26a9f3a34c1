import { describe, expect, it } from 'vitest';

import { classifyRefusal } from '../../../../src/domain/resources/apply-refusal.ts';

// Messages as kube-apiserver 1.34 writes them.
const recorded = [
  [
    403,
    'Forbidden',
    'configmaps "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
    'namespace-terminating',
  ],
  [
    403,
    'Forbidden',
    'pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    'quota',
  ],
  [403, 'Forbidden', 'pods "a" is forbidden: failed quota: q: must specify limits.cpu', 'quota'],
  [400, 'BadRequest', 'admission webhook "x.example.com" denied the request: no', 'denied'],
  [403, 'Forbidden', 'pods "a" is forbidden: violates PodSecurity "restricted:latest": host namespaces', 'denied'],
  [
    422,
    'Invalid',
    "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    'denied',
  ],
  [422, 'Invalid', 'Deployment.apps "a" is invalid: spec.selector: Invalid value: {}: field is immutable', 'immutable'],
  [422, 'Invalid', 'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: may not change once set', 'immutable'],
  [
    422,
    'Invalid',
    'StatefulSet.apps "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than',
    'immutable',
  ],
  [422, 'Invalid', 'RoleBinding "a" is invalid: roleRef: Invalid value: cannot change roleRef', 'immutable'],
  [404, 'NotFound', 'namespaces "shop" not found', 'namespace-not-found'],
  [404, 'NotFound', 'the server could not find the requested resource', 'missing-kind'],
  [404, '', '404 page not found', 'missing-kind'],
  [403, 'Forbidden', 'configmaps "a" is forbidden: User "u" cannot patch resource', 'forbidden'],
  [401, 'Unauthorized', 'Unauthorized', 'forbidden'],
  [409, 'Conflict', 'Apply failed with 1 conflict: conflict with "kubectl"', 'conflict'],
  [422, 'Invalid', 'Pod "a" is invalid: spec.containers: Required value', 'invalid'],
  [400, 'BadRequest', 'strict decoding error: unknown field "spec.x"', 'invalid'],
  [
    500,
    '',
    'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .dta: field not declared in schema',
    'invalid',
  ],
  [500, 'InternalError', 'failed calling webhook', 'refused'],
] as const;

describe('a refusal to apply', () => {
  it.each(recorded)('%i %s %j is %s', (...row) => {
    const [status, reason, message, expected] = row;
    expect(classifyRefusal({ status, reason, message })).toBe(expected);
  });
});
