import { describe, expect, it } from 'vitest';

import { questionsFor, type Question } from '../../../../src/domain/planning/questions.ts';
import { planMoveImages } from '../../../../src/domain/planning/plan-images.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import { aDeployment, aResource, aStream, digest, internal } from '../../../builders/image-plan.ts';
import { aClaim, anInventory, complete, type InventoryParts } from '../../../builders/planning.ts';
import { aSurface } from '../../../builders/surface.ts';

async function ask(parts: InventoryParts, more: Partial<MoveAnswers> = {}): Promise<readonly Question[]> {
  const inventory = await anInventory(parts);
  const answers = complete(inventory, more);
  return questionsFor(inventory, answers, planMoveImages(inventory, answers));
}

function idsOf(questions: readonly Question[], step: Question['step']): readonly string[] {
  return questions.filter((each) => each.step === step).map(({ id }) => id);
}

const web = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
const build = aResource('BuildConfig', 'web', {
  apiVersion: 'build.openshift.io/v1',
  spec: { output: { to: { kind: 'ImageStreamTag', name: 'web:1' } } },
});

describe('questionsFor', () => {
  it('asks neither about images nor about claims where there are none', async () => {
    const steps = (await ask({})).map(({ step }) => step);
    expect(new Set(steps)).toEqual(new Set(['what', 'credentials', 'run']));
  });

  it('asks about images that are on the registry of the source', async () => {
    const plain = ['images.copy', 'images.exclude', 'images.ifExists', 'images.referrers'];
    expect(idsOf(await ask({ resources: [web] }), 'images')).toEqual(plain);
    expect(idsOf(await ask({ resources: [web, build] }), 'images')).toContain('images.builtImages');
    const lost = aDeployment('lost', `${internal}/shop/lost:1`);
    expect(idsOf(await ask({ resources: [lost] }), 'images')).toContain('images.allowProblems');
    const platforms = ['linux/amd64'];
    expect(idsOf(await ask({ resources: [web] }, { images: { platforms } }), 'images')).toContain('images.platforms');
    const created = await ask({ resources: [web] }, { images: { createProjects: true } });
    expect(idsOf(created, 'images')).toContain('images.createProjects');
    const other = aDeployment('other', 'quay.io/team/tool:1');
    expect(idsOf(await ask({ resources: [other] }, { images: { registries: ['quay.io'] } }), 'images')).toEqual(plain);
  });

  it('asks only whether images are copied when they are not', async () => {
    expect(idsOf(await ask({ resources: [web] }, { images: { copy: false } }), 'images')).toEqual(['images.copy']);
    expect(idsOf(await ask({}, { images: { copy: false } }), 'images')).toEqual([]);
    expect(idsOf(await ask({ resources: [web] }, { action: 'volumes' }), 'images')).toEqual([]);
  });

  it('asks for each claim that is moved how it is to be, with the classes of the destination', async () => {
    const surface = aSurface({
      storageClasses: [
        { name: 'fast', isDefault: false, provisioner: 'example.com/disk' },
        { name: 'plain', isDefault: false },
        { name: 'standard', isDefault: true, provisioner: 'example.com/disk' },
      ],
    });
    const settings = [{ name: 'cache', move: false }];
    const found = await ask(
      { resources: [aClaim('data'), aClaim('cache')], destination: { surface } },
      { claims: { settings } },
    );
    expect(idsOf(found, 'claims')).toEqual([
      'claims.settings.cache.move',
      'claims.settings.data.move',
      'claims.settings.data.newName',
      'claims.settings.data.storageClass',
      'claims.settings.data.size',
      'claims.settings.data.accessModes',
      'claims.endpointType',
    ]);
    expect(found.find(({ id }) => id.endsWith('storageClass'))).toMatchObject({
      answer: 'standard',
      choices: [
        { value: 'fast', label: 'example.com/disk' },
        { value: 'plain', label: '' },
        { value: 'standard', label: 'example.com/disk, default' },
      ],
      dependsOn: ['claims.settings.data.move'],
    });
  });

  it('does not ask for an endpoint when no claim is moved', async () => {
    const settings = [{ name: 'data', move: false }];
    const found = await ask({ resources: [aClaim('data')] }, { claims: { settings } });
    expect(idsOf(found, 'claims')).toEqual(['claims.settings.data.move']);
    expect(idsOf(await ask({ resources: [aClaim('data')] }, { action: 'images' }), 'claims')).toEqual([]);
  });

  it('asks to create a namespace that is missing, and for the name of a Secret that is chosen', async () => {
    const found = await ask({ destination: { exists: false } }, { credentials: { source: { kind: 'secret' } } });
    expect(idsOf(found, 'destination')).toEqual(['destination.createNamespace']);
    expect(idsOf(found, 'credentials')).toEqual([
      'credentials.source.kind',
      'credentials.source.secret',
      'credentials.destination.kind',
    ]);
  });

  it('depends only on questions that are asked', async () => {
    const found = await ask(
      { resources: [web, build, aClaim('data')] },
      { credentials: { source: { kind: 'secret', secret: 's' } } },
    );
    const ids = new Set(found.map(({ id }) => id));
    expect(ids.size).toBe(found.length);
    expect(found.flatMap(({ dependsOn }) => dependsOn).filter((id) => !ids.has(id))).toEqual([]);
  });
});
