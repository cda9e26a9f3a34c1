import { makePackedList } from '../../../adapters/memory/packed-list.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { completeAnswers, readAnswers, type CompleteAnswers } from '../../../domain/planning/answers.ts';
import type { Inventory } from '../../../domain/planning/inventory.ts';
import { openGaps } from '../../../domain/planning/open-gaps.ts';
import { describeResource } from '../../../domain/kube/resource.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import type { Step } from '../../../domain/validate/rights.ts';
import { claimWishesOf, previewChanges, type Preview } from '../../../usecases/planning/preview-changes.ts';
import { validateMove } from '../../../usecases/validate/validate-move.ts';
import type { CheckItem, ValidationAnswer } from '../../api/planning.ts';
import { reachRegistryFrom } from '../clusters/reach-registry.ts';
import type { SessionRequest } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { completeInventory } from './inventory-routes.ts';
import { objectOf, textOf } from './read-body.ts';

/** What crane-validate finds in the manifests that a run with these answers would apply. */
export async function validate(
  { session, body, signal }: SessionRequest,
  settings: ServerSettings,
): Promise<ValidationAnswer> {
  const { outcome, source, destination } = completeInventory(session, textOf(body, 'inventory'));
  const { inventory } = outcome;
  const answers = completeAnswers(inventory, readAnswers([objectOf(body)['answers']], 'the answers'));
  const changing = { inventory, answers, resources: outcome.resources };
  const previews = await previewChanges(changing, () => true, { yaml: yamlCodec, log: session.log });
  const { items } = await validateMove(
    {
      // The checks change what they look at.
      resources: structuredClone(
        previews.flatMap(({ resource, state, after }) => (state === 'claim' ? resource : (after ?? []))),
      ),
      unread: previews.flatMap(itemOfPreview),
      surface: inventory.destination.surface,
      namespace: answers.destination.namespace,
      sourceNamespace: answers.source.namespace,
      steps: stepsOf(inventory, answers),
      registries: registriesOf(answers),
      claimWishes: claimWishesOf(inventory, answers),
    },
    {
      source: source.cluster,
      destination: destination.cluster,
      reachRegistry: reachRegistryFrom(settings, signal),
      log: session.log,
      makeList: makePackedList,
    },
  );
  const checks = items.map(checkOf);
  return {
    items: checks,
    gaps: checks.filter((item) => item.outcome === 'failed').length,
    unknown: checks.filter((item) => item.reason === 'unknown').length,
  };
}

/** @throws Refusal while the answers do not accept a gap: what the page blocks, a program cannot do either */
export async function assertNoOpenGaps(request: SessionRequest, settings: ServerSettings): Promise<void> {
  const { items } = await validate(request, settings);
  const open = openGaps(items, readAnswers([objectOf(request.body)['answers']], 'the answers'));
  if (open.length === 0) return;
  throw new Refusal(422, 'request-refused', {
    message: `checks found gaps: ${open.map(({ id, message }) => `${id} (${message})`).join('; ')}`,
    remedy: 'Close each gap, or name it in `acceptedGaps` of the answers with the reason why it is accepted.',
  });
}

function stepsOf({ source }: Inventory, { action }: CompleteAnswers): ReadonlySet<Step> {
  const steps = new Set<Step>(['export']);
  if (action !== 'volumes') steps.add('images');
  if (action !== 'images' && source.claims.length > 0) steps.add('volumes').add('quiesce');
  if (action === 'application') steps.add('apply');
  return steps;
}

/** Those that a run would ask. What is unknown here is found by the run, or is a problem of the answers. */
function registriesOf({ action, images }: CompleteAnswers) {
  if (!images.copy || action === 'volumes') return [];
  const known = (text: string): string | undefined => (text === '' ? undefined : text);
  return (['source', 'destination'] as const).map((side) => ({
    side,
    internal: known(images[`${side}Registry`].internal),
    public: known(images[`${side}Registry`].public),
    verifyTls: true,
  }));
}

function itemOfPreview({ resource, state, message }: Preview): readonly Item<'validate'>[] {
  if (state !== 'failed') return [];
  return [{ id: `changes of ${describeResource(resource)}`, outcome: 'failed', reason: 'claim-names', message }];
}

// A registry that this server does not reach may be reached by the pods of a run.
function checkOf({ id, outcome, reason, message = '' }: Item<'manifests' | 'validate'>): CheckItem {
  if (reason === 'not-reachable') return { id, outcome: 'skipped', reason: 'unknown', message };
  return { id, outcome, reason, message };
}
