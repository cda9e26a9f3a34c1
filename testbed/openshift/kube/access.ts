import { createHash } from 'node:crypto';
import { at, listAt, stringAt } from '../json.ts';
import { cacheBriefly } from './cache.ts';
import type { KubeClient } from './kube-client.ts';

/** Somebody known to the cluster. `extra` is what authenticators added, each with its values. */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Something a user may or may not do; the group is always image.openshift.io. No namespace means all of them. */
export interface Action {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Asks the cluster who somebody is and what they may do. */
export interface Access {
  /** The user of a bearer token, undefined when the cluster does not know it. */
  authenticate(token: string): Promise<User | undefined>;
  isAllowed(user: User, action: Action): Promise<boolean>;
}

/** Who a request without credentials is. */
export const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

const rememberMs = 3000;

/** Access by TokenReview and SubjectAccessReview; answers are remembered for three seconds. */
export function createAccess(client: KubeClient): Access {
  const users = cacheBriefly<User | undefined>(rememberMs);
  const verdicts = cacheBriefly<boolean>(rememberMs);
  return {
    authenticate: async (token) => {
      const key = createHash('sha256').update(token).digest('hex');
      return users(key, async () => reviewToken(client, token));
    },
    isAllowed: async (user, action) =>
      verdicts(JSON.stringify([user, action]), async () => reviewAccess(client, user, action)),
  };
}

async function reviewToken(client: KubeClient, token: string): Promise<User | undefined> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
  const answer = await client.send({ method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body });
  if (answer.status !== 201) throw new Error(`reviewing a token: the API server answered ${String(answer.status)}`);
  const username = stringAt(answer.body, 'status', 'user', 'username');
  if (at(answer.body, 'status', 'authenticated') !== true || username === undefined) return undefined;
  const user = at(answer.body, 'status', 'user');
  const uid = stringAt(user, 'uid');
  return {
    username,
    groups: strings(listAt(user, 'groups')),
    ...(uid === undefined ? {} : { uid }),
    extra: readExtra(at(user, 'extra')),
  };
}

async function reviewAccess(client: KubeClient, user: User, action: Action): Promise<boolean> {
  const spec = {
    user: user.username,
    groups: user.groups,
    uid: user.uid,
    extra: user.extra,
    resourceAttributes: { group: 'image.openshift.io', ...action },
  };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const answer = await client.send({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body,
  });
  if (answer.status !== 201) throw new Error(`reviewing access: the API server answered ${String(answer.status)}`);
  return at(answer.body, 'status', 'allowed') === true;
}

function readExtra(value: unknown): Record<string, string[]> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(entries.map(([key, values]) => [key, Array.isArray(values) ? strings(values) : []]));
}

function strings(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}
