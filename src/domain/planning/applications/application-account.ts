import type { AccountObjects, Rule } from '../account-objects.ts';
import type { CompleteApplication } from './application-answers.ts';

/** The rules of an account: those of the roles of the Tasks. */
export function applicationRules({ action, publishTo, certificates }: CompleteApplication): readonly Rule[] {
  switch (action) {
    case 'portable-image':
      return [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
        { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'get', 'list', 'update'] },
        { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'replicasets'], verbs: ['get', 'list'] },
        { apiGroups: ['apps.openshift.io'], resources: ['deploymentconfigs'], verbs: ['get', 'list'] },
      ];
    case 'app-export':
      return [
        { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
        { apiGroups: ['application.epinio.io'], resources: ['apps'], verbs: ['get'] },
      ];
    case 'app-publish':
      // The login for the registry, and no other Secret of that namespace.
      return [
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: [publishTo, ...(certificates === '' ? [] : [certificates])],
          verbs: ['get'],
        },
      ];
    case 'export-delete':
      return [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'update'] }];
  }
}

/** Namespace of the account of a run: that of the application, or of the Secret with the login for the registry. */
export function accountNamespace({ action, namespace, systemNamespace }: CompleteApplication): string {
  return action === 'app-publish' ? systemNamespace : namespace;
}

/** The ServiceAccount that a run uses in the cluster of the application, with the rights that it needs and no others. */
export function applicationAccount(answers: CompleteApplication): AccountObjects {
  const name = `crane-${answers.action}${answers.action === 'app-publish' ? `-${answers.publishTo}` : ''}`;
  const namespace = accountNamespace(answers);
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/part-of': 'crane-tasks' } };
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  return {
    name,
    own: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: applicationRules(answers) },
      {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: rbac, kind: 'Role', name },
        subjects,
      },
    ],
    shared: [],
  };
}
