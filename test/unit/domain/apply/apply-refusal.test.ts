import { describe, expect, it } from 'vitest';

import { classifyRefusal, evidenceOfRefusal, explainRefusal } from '../../../../src/domain/apply/apply-refusal.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

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
  [404, 'NotFound', 'roles.rbac.authorization.k8s.io "viewer" not found', 'refused'],
  [404, 'NotFound', 'clusterroles.rbac.authorization.k8s.io "viewer" not found', 'refused'],
  [403, 'Forbidden', 'configmaps "a" is forbidden: User "u" cannot patch resource', 'forbidden'],
  [
    422,
    'Invalid',
    'Route "a" is invalid: spec.host: Forbidden: you do not have permission to set the host field of the route',
    'forbidden',
  ],
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
  [500, 'InternalError', 'failed calling webhook', 'webhook-failed'],
  [500, 'InternalError', 'etcdserver: request timed out', 'refused'],
] as const;

describe('a refusal to apply', () => {
  it.each(recorded)('%i %s %j is %s', (...row) => {
    const [status, reason, message, expected] = row;
    expect(classifyRefusal({ status, reason, message })).toBe(expected);
  });
});

describe('a refusal with causes', () => {
  const template = JSON.stringify({ spec: 'x'.repeat(2000) });
  const body = {
    message: `Job.batch "a" is invalid: spec.template: Invalid value: ${template}: field is immutable`,
    details: {
      causes: [{ field: 'spec.template', message: `Invalid value: ${template}: field is immutable` }],
    },
  };
  const refusal = {
    status: 422,
    reason: 'Invalid',
    message: 'PATCH /a of https://b: 422 Invalid Job.batch "a" is …',
    body,
  };

  it('is judged by all of it and reported without the values', () => {
    expect(classifyRefusal(refusal)).toBe('immutable');
    expect(explainRefusal(refusal, redactor)).toBe('PATCH /a of https://b: spec.template: … field is immutable');
    expect(evidenceOfRefusal(body)).toEqual({ fields: 'spec.template' });
  });

  it('is reported unchanged when it is short, or has no causes', () => {
    const short = { ...refusal, body: { details: { causes: [{ field: 'a', message: 'b' }] } } };
    expect(explainRefusal(short, redactor)).toBe(short.message);
    expect(explainRefusal({ ...refusal, body: undefined }, redactor)).toBe(refusal.message);
    expect(evidenceOfRefusal(undefined)).toEqual({});
  });

  it('is reported with its short causes unchanged, also with those that say only half', () => {
    const causes = [
      ...body.details.causes,
      { field: 'spec.suspend', message: 'Required value' },
      { message: 'odd' },
      {},
    ];
    expect(explainRefusal({ ...refusal, body: { details: { causes } } }, redactor)).toBe(
      'PATCH /a of https://b: spec.template: … field is immutable; spec.suspend: Required value; : odd; : ',
    );
  });

  it('gives as evidence only what its causes name', () => {
    const causes = [{ field: 'spec.suspend' }, { message: 'conflict with "argo" using apps/v1' }, {}];
    expect(evidenceOfRefusal({ details: { causes } })).toEqual({ fields: 'spec.suspend', managers: 'argo' });
  });

  it('names who holds the fields', () => {
    const causes = [
      { field: '.spec.replicas', message: 'conflict with "kubectl-scale" with subresource "scale" using apps/v1' },
      { field: '.spec.paused', message: 'conflict with "argo" using apps/v1' },
    ];
    expect(evidenceOfRefusal({ details: { causes } })).toEqual({
      fields: '.spec.replicas, .spec.paused',
      managers: 'kubectl-scale, argo',
    });
  });
});
