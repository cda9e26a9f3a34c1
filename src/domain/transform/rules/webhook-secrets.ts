import { removeAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, stringAt } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
import { removeItems } from '../removals.ts';

/** Members of a BuildConfig's trigger that say who may start a build by calling an address. */
const webhooks = ['bitbucket', 'generic', 'github', 'gitlab'];

/**
 * Removes secrets of webhooks that stand in a BuildConfig itself, where everybody reads them who reads a manifest. A
 * webhook that names a Secret too is kept without the text; one that has nothing else is removed, since OpenShift takes
 * none without either.
 */
export function removeWebhookSecrets(resource: Resource): readonly Operation[] {
  const triggers = triggersOf(resource);
  const path = ['spec', 'triggers'];
  const texts = triggers.flatMap((trigger, index) =>
    isBare(trigger) ? [] : openWebhooks(trigger).map((type) => removeAt([...path, index, type, 'secret'])),
  );
  return [...texts, ...removeItems(path, triggers, isBare)];
}

/** What becomes of such webhooks, without the secrets themselves. */
export function noteWebhookSecrets(resource: Resource): readonly string[] {
  return triggersOf(resource).flatMap((trigger) =>
    openWebhooks(trigger).map((type) =>
      isBare(trigger)
        ? `its ${type} webhook is not carried over: the secret stands in the BuildConfig itself; use secretReference`
        : `the text of its ${type} webhook's secret is not carried over: its secretReference is kept`,
    ),
  );
}

function triggersOf(resource: Resource): readonly unknown[] {
  return kindOf(resource) === 'BuildConfig.build.openshift.io' ? arrayAt(resource, 'spec', 'triggers') : [];
}

function openWebhooks(trigger: unknown): readonly string[] {
  return webhooks.filter((type) => stringAt(trigger, type, 'secret') !== undefined);
}

/** Whether a trigger has a webhook that would be left without any secret. */
function isBare(trigger: unknown): boolean {
  return openWebhooks(trigger).some((type) => stringAt(trigger, type, 'secretReference', 'name') === undefined);
}
