const name = 'route-custom-host';
const apiVersion = 'admissionregistration.k8s.io/v1';

/** The host and the certificate of a Route: what OpenShift lets only some users choose. Both are empty texts when absent. */
const chosen = (object: string): string =>
  `[${[`${object}.?spec.?host`, `${object}.?spec.?tls.?certificate`].map((path) => `${path}.orValue("")`).join(', ')}]`;

const isChosen = `(request.operation == "CREATE" ? ${chosen('object')} != ["", ""] : ${chosen('object')} != ${chosen('oldObject')})`;
const isGranted =
  'authorizer.group("route.openshift.io").resource("routes").subresource("custom-host").namespace(object.metadata.namespace)' +
  '.check(request.operation == "CREATE" ? "create" : "update").allowed()';

/**
 * The check of OpenShift's API server on Routes with a host or certificate of the user's choice (library-go,
 * pkg/route/hostassignment): the user needs `create` on routes/custom-host to create one, `update` to change it.
 */
export function routeHostPolicy(): object[] {
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ['route.openshift.io'],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['routes'],
            },
          ],
        },
        validations: [
          {
            expression: `!${isChosen} || ${isGranted}`,
            reason: 'Invalid',
            message: 'spec.host: Forbidden: you do not have permission to set the host field of the route',
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
