import type { ConnectionAnswer } from '../../../src/wizard/api/clusters.ts';
import type { MoveAnswers } from '../../../src/domain/schemas/documents.ts';

type Side = 'source' | 'destination';
type ClaimAnswer = NonNullable<NonNullable<MoveAnswers['claims']>['settings']>[number];

/** What the user has decided so far. Tokens are not part of it. */
export interface Draft {
  readonly answers: MoveAnswers;
  readonly connections: Partial<Readonly<Record<Side, ConnectionAnswer>>>;
  /** Name of the migration that gets the answers; empty: a new one is planned. */
  readonly migration: string;
  /** Id of the inventory in the server; empty: none was taken for these clusters and namespaces. */
  readonly inventory: string;
}

export const emptyDraft: Draft = {
  answers: { schemaVersion: 1, name: '', source: { namespace: '' }, destination: { namespace: '' } },
  connections: {},
  migration: '',
  inventory: '',
};

export type Change =
  | { readonly type: 'answers'; readonly answers: Partial<MoveAnswers> }
  | { readonly type: 'connected'; readonly side: Side; readonly connection: ConnectionAnswer }
  | { readonly type: 'namespace'; readonly side: Side; readonly namespace: string }
  | { readonly type: 'selector'; readonly labelSelector: string }
  | { readonly type: 'claim'; readonly claim: ClaimAnswer }
  | { readonly type: 'inventory'; readonly id: string }
  /** The server does not know the connections any more. */
  | { readonly type: 'disconnected' }
  | { readonly type: 'dropped' };

/** Answers about images and claims belong to one source: they go when it changes. */
export function changeDraft(draft: Draft, change: Change): Draft {
  const { answers } = draft;
  switch (change.type) {
    case 'answers':
      return { ...draft, answers: { ...answers, ...change.answers } };
    case 'connected': {
      const { context } = change.connection;
      const place = { ...withoutAddress(answers[change.side]), ...(context === '' ? {} : { context }) };
      const connections = { ...draft.connections, [change.side]: change.connection };
      const connected = { ...draft, connections, answers: { ...answers, [change.side]: place } };
      // The first cluster of a side changes nothing that was decided before, such as what a migration takes over.
      return draft.connections[change.side] === undefined ? connected : forget(connected, change.side);
    }
    case 'namespace':
      return forget(
        { ...draft, answers: { ...answers, [change.side]: { ...answers[change.side], namespace: change.namespace } } },
        change.side,
      );
    case 'selector': {
      const { labelSelector: former = '', ...source } = answers.source;
      const { labelSelector } = change;
      if (former === labelSelector) return draft;
      const selected = { ...source, ...(labelSelector === '' ? {} : { labelSelector }) };
      return forget({ ...draft, answers: { ...answers, source: selected } }, 'source');
    }
    case 'claim':
      return {
        ...draft,
        answers: { ...answers, claims: { ...answers.claims, settings: withClaim(answers, change.claim) } },
      };
    case 'inventory':
      return { ...draft, inventory: change.id };
    case 'disconnected':
      return { ...draft, connections: {}, inventory: '' };
    case 'dropped':
      return emptyDraft;
  }
}

function withoutAddress(place: MoveAnswers[Side]): MoveAnswers[Side] {
  const kept = Object.entries(place).filter(([member]) => member !== 'context' && member !== 'server');
  return { namespace: place.namespace, ...Object.fromEntries(kept) };
}

function forget({ answers, ...draft }: Draft, side: Side): Draft {
  if (side === 'destination') return { ...draft, answers, inventory: '' };
  const ofSource: ReadonlySet<string> = new Set(['images', 'claims', 'allowForbidden', 'acceptedGaps']);
  const kept = Object.entries(answers).filter(([member]) => !ofSource.has(member));
  return { ...draft, inventory: '', answers: { ...emptyDraft.answers, ...Object.fromEntries(kept) } };
}

function withClaim({ claims }: MoveAnswers, changed: ClaimAnswer): readonly ClaimAnswer[] {
  const settings = claims?.settings ?? [];
  const before = settings.find(({ name }) => name === changed.name);
  const others = settings.filter(({ name }) => name !== changed.name);
  return [...others, { ...before, ...changed }];
}
