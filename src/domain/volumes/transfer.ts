/** Everything of a transfer is called and labelled after this; decided once, before anything is created. */
export interface Transfer {
  /** Name of all helper objects; the same on both sides, new for each run. */
  readonly name: string;
  /** The same for each run that moves this claim to this claim: by it what an earlier run left is found. */
  readonly id: string;
  readonly source: ClaimPlace;
  readonly destination: ClaimPlace;
}

export interface ClaimPlace {
  readonly namespace: string;
  readonly claim: string;
}

/** Side of a transfer: the client sends data to the server. */
export type Role = 'client' | 'server';

/** Label with the id of a transfer. */
export const transferLabel = 'crane-tasks.dev/transfer';
/** Label with the name of a transfer, which is new for each run. */
const runLabel = 'crane-tasks.dev/run';
const roleLabel = 'crane-tasks.dev/role';

/** Annotation that a run which is alive changes all the time. */
export const heartbeatAnnotation = 'crane-tasks.dev/heartbeat';

/** Labels of every helper object; the first keeps an export from taking them along. */
export function transferLabels({ id, name }: Transfer, role: Role): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/part-of': 'crane-tasks',
    'app.kubernetes.io/component': 'volume-transfer',
    [transferLabel]: id,
    [runLabel]: name,
    [roleLabel]: role,
  };
}

/** What finds the pods of one side of one run and nothing else. */
export function podSelector({ name }: Transfer, role: Role): Readonly<Record<string, string>> {
  return { [runLabel]: name, [roleLabel]: role };
}

/** A selector as the query of a request has it. */
export function formatSelector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** The claim of a side. */
export function placeOf({ source, destination }: Transfer, role: Role): ClaimPlace {
  return role === 'client' ? source : destination;
}

/** `shop/data`: how messages name a claim. */
export function describeClaim({ namespace, claim }: ClaimPlace): string {
  return `${namespace}/${claim}`;
}
