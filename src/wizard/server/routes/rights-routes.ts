import type { Right } from '../../../domain/validate/rights.ts';
import { checkRights } from '../../../usecases/validate/check-rights.ts';
import type { RightAnswer, RightsAnswer } from '../../api/session.ts';
import type { Route } from '../http/route.ts';
import { wrongBody } from './read-body.ts';
import type { Session } from '../sessions/session.ts';

type UsedRight = Omit<Right, 'namespace'>;

const tekton = 'tekton.dev';
const look: readonly UsedRight[] = [
  { group: '', resource: 'configmaps', verbs: ['get', 'list', 'watch'] },
  { group: tekton, resource: 'pipelineruns', verbs: ['get', 'list', 'watch'] },
  { group: tekton, resource: 'taskruns', verbs: ['list', 'watch'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
];

/** What the server does with the rights of the user in the namespace of the runs. */
const used: ReadonlyMap<string, readonly UsedRight[]> = new Map([
  ['look', look],
  [
    'create',
    [
      { group: '', resource: 'configmaps', verbs: ['create', 'delete'] },
      { group: '', resource: 'secrets', verbs: ['create', 'delete'] },
    ],
  ],
  [
    'start',
    [
      { group: tekton, resource: 'pipelineruns', verbs: ['create'] },
      { group: tekton, resource: 'taskruns', verbs: ['create'] },
    ],
  ],
  [
    'applications',
    [
      { group: tekton, resource: 'pipelineruns', verbs: ['create'] },
      { group: '', resource: 'secrets', verbs: ['create', 'patch'] },
    ],
  ],
  ['renew', [{ group: '', resource: 'secrets', verbs: ['list', 'patch'] }]],
  ['change', [{ group: '', resource: 'configmaps', verbs: ['patch'] }]],
  ['cancel', [{ group: tekton, resource: 'pipelineruns', verbs: ['patch'] }]],
  ['delete', [{ group: '', resource: 'configmaps', verbs: ['delete'] }]],
]);

/** @param namespace of the runs */
export function rightsRoutes(namespace: string): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/rights',
      access: 'session',
      rate: 'reads',
      handle: async ({ session, query }) => {
        const action = query['action'] ?? 'look';
        const wanted = used.get(action);
        if (wanted === undefined) throw wrongBody(`action is none of ${[...used.keys()].join(', ')}`);
        const rights = await Promise.all(wanted.map((right) => review(session, { ...right, namespace })));
        const body: RightsAnswer = { action, isAllowed: rights.every(({ missing }) => missing.length === 0), rights };
        return { body };
      },
    },
  ];
}

async function review({ cluster }: Session, right: Right): Promise<RightAnswer> {
  const asked = right.verbs.map(async (verb) => {
    const items = await checkRights(cluster, [{ ...right, verbs: [verb] }], 'destination');
    return items.some(({ outcome }) => outcome === 'failed') ? [verb] : [];
  });
  const missing = (await Promise.all(asked)).flat();
  const { group, resource, namespace, verbs } = right;
  const lists = { apiGroups: [group], resources: [resource], verbs: missing };
  const rule = Object.entries(lists)
    .map(([key, values]) => `${key}: ${JSON.stringify(values)}`)
    .join('\n  ');
  return { group, resource, namespace, verbs, missing, rule: missing.length === 0 ? '' : `- ${rule}\n` };
}
