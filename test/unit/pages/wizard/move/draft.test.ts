import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { changeDraft, emptyDraft, type Change, type Draft } from '../../../../../pages/wizard/move/draft.ts';
import { objectsOf } from '../../../../../src/domain/planning/run-objects.ts';
import type { ConnectionAnswer } from '../../../../../src/wizard/api/clusters.ts';
import { aDeployment, aStream, digest, internal } from '../../../../builders/image-plan.ts';
import { aClaim, anInventory, aPlan } from '../../../../builders/planning.ts';

const connection: ConnectionAnswer = {
  id: 'c',
  side: 'source',
  context: '',
  server: 'https://api.source.test',
  user: 'jane',
  version: 'v1.36.0',
  clusterUid: 'uid',
  tokenExpiresAt: '',
  certificate: undefined,
};

function apply(changes: readonly Change[], begin: Draft = emptyDraft): Draft {
  return changes.reduce(changeDraft, begin);
}

const place: readonly Change[] = [
  { type: 'answers', answers: { name: 'books' } },
  { type: 'connected', side: 'source', connection },
  { type: 'namespace', side: 'source', namespace: 'shop' },
  { type: 'connected', side: 'destination', connection },
  { type: 'namespace', side: 'destination', namespace: 'shop-new' },
  { type: 'inventory', id: 'inventory-1' },
];

const decided = apply(
  [
    { type: 'answers', answers: { images: { exclude: ['shop/web:1'] }, acceptedGaps: [{ check: 'a', reason: 'b' }] } },
    { type: 'answers', answers: { run: { timeoutMinutes: 30 }, allowForbidden: ['secrets'] } },
    { type: 'claim', claim: { name: 'data', newName: 'files' } },
  ],
  apply(place),
);

describe('another source', () => {
  it.each<readonly [string, Change]>([
    ['cluster', { type: 'connected', side: 'source', connection: { ...connection, id: 'd' } }],
    ['namespace', { type: 'namespace', side: 'source', namespace: 'other' }],
    ['label selector', { type: 'selector', labelSelector: 'app=web' }],
  ])('%s drops claims and images, and keeps name and destination', (_what, change) => {
    const { answers, inventory, connections } = changeDraft(decided, change);
    expect(answers).not.toHaveProperty('claims');
    expect(answers).not.toHaveProperty('images');
    expect(answers).not.toHaveProperty('acceptedGaps');
    expect(answers).not.toHaveProperty('allowForbidden');
    expect(inventory).toBe('');
    expect([answers.name, answers.destination.namespace, answers.run]).toEqual([
      'books',
      'shop-new',
      { timeoutMinutes: 30 },
    ]);
    expect(connections.destination).toBe(connection);
  });

  it('is none when the selector is what it was', () => {
    expect(changeDraft(decided, { type: 'selector', labelSelector: '' })).toBe(decided);
  });

  it('is the destination for what was decided about it: the inventory is taken again, and no answer is lost', () => {
    const moved = changeDraft(decided, { type: 'namespace', side: 'destination', namespace: 'elsewhere' });
    expect([moved.inventory, moved.answers.claims]).toEqual(['', decided.answers.claims]);
  });

  it('is connected for the first time without losing what a migration takes over', () => {
    const carried: Draft = { ...emptyDraft, answers: decided.answers };
    expect(changeDraft(carried, { type: 'connected', side: 'source', connection }).answers.claims).toEqual(
      decided.answers.claims,
    );
  });
});

describe('a cluster that is connected', () => {
  it('keeps what is exported and whether the namespace is created, and no address of another one', () => {
    const source = { namespace: 'shop', server: 'https://old', labelSelector: 'app=web', excludeResources: ['routes'] };
    const destination = { namespace: 'shop', createNamespace: true, context: 'other' };
    const carried: Draft = { ...emptyDraft, answers: { ...emptyDraft.answers, source, destination } };
    const sides = ['source', 'destination'] as const;
    const { answers } = sides.reduce(
      (draft, side) => changeDraft(draft, { type: 'connected', side, connection: { ...connection, context: '' } }),
      carried,
    );
    expect(answers.source).toEqual({ namespace: 'shop', labelSelector: 'app=web', excludeResources: ['routes'] });
    expect(answers.destination).toEqual({ namespace: 'shop', createNamespace: true });
  });
});

describe('a draft without its clusters', () => {
  it('keeps the answers when the server has forgotten them, and none when it is dropped', () => {
    const forgotten = changeDraft(decided, { type: 'disconnected' });
    expect([forgotten.answers, forgotten.connections, forgotten.inventory]).toEqual([decided.answers, {}, '']);
    expect(changeDraft(decided, { type: 'dropped' })).toBe(emptyDraft);
  });
});

describe('any order of steps', () => {
  const resources = [
    aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } }),
    aStream('api', { 1: { items: [`${internal}/shop/api@${digest('b')}`] } }),
    aDeployment('web', `${internal}/shop/web:1`),
    aClaim('data'),
    aClaim('cache'),
  ];
  const settings = { namespace: 'migrations', answersText: '', inventoryDigest: '', action: 'cutover' as const };
  const sizes = fc.constantFrom('1Gi', '2Gi', '3Gi');
  const claims = fc.record({ size: sizes, newName: fc.constantFrom('a', 'b'), move: fc.boolean() });
  const exclude = fc.shuffledSubarray(['shop/web:1', 'shop/api:1']);
  const answers = fc.record({
    data: claims,
    cache: claims,
    images: fc.record({ exclude, ifExists: fc.constantFrom('fail' as const, 'skip' as const) }),
    timeoutMinutes: fc.integer({ min: 1, max: 999 }),
  });

  /** One visit of each step that can be visited again, with its answers. */
  const visits = ({
    data,
    cache,
    images,
    timeoutMinutes,
  }: typeof answers extends fc.Arbitrary<infer T> ? T : never) => [
    { type: 'claim', claim: { name: 'data', ...data, newName: `data-${data.newName}` } } as const,
    { type: 'claim', claim: { name: 'cache', ...cache, newName: `cache-${cache.newName}` } } as const,
    { type: 'answers', answers: { images } } as const,
    { type: 'answers', answers: { run: { timeoutMinutes } } } as const,
  ];

  it('gives the objects of the last answers alone', async () => {
    const inventory = await anInventory({ resources });
    const bytes = (draft: Draft): string => JSON.stringify(objectsOf(aPlan(inventory, draft.answers), settings));
    fc.assert(
      fc.property(
        fc.array(answers, { maxLength: 3 }),
        answers,
        fc.array(fc.nat(), { maxLength: 8 }),
        (former, last, order) => {
          const early = former.flatMap(visits).toSorted((a, b) => rank(a, order) - rank(b, order));
          const final = visits({ ...last, images: { ...last.images, exclude: last.images.exclude.toReversed() } });
          const wandered = apply([...early, ...final.toReversed()], apply(place));
          expect(bytes(wandered)).toBe(bytes(apply(visits(last), apply(place))));
        },
      ),
    );
  });
});

/** A place that depends on the random numbers alone. */
function rank(change: Change, order: readonly number[]): number {
  const text = JSON.stringify(change);
  return order.reduce((sum, number) => (sum * 31 + number * text.length) % 1009, text.length);
}
