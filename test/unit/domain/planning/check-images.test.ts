import { describe, expect, it } from 'vitest';

import { aDeployment, aStream, digest, internal, outside } from '../../../builders/image-plan.ts';
import { anInventory, aPlan, complete, named, problemsOf, type InventoryParts } from '../../../builders/planning.ts';
import { planMoveImages } from '../../../../src/domain/planning/plan-images.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';

const web = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
const lost = aDeployment('lost', `${internal}/shop/lost:1`);

async function check(images: MoveAnswers['images'], parts: InventoryParts): Promise<readonly string[]> {
  return named(problemsOf(await anInventory(parts), images === undefined ? {} : { images }));
}

describe('planMoveImages', () => {
  it('throws what is a defect on', async () => {
    const inventory = await anInventory();
    const broken = { ...inventory, source: { ...inventory.source, images: undefined as never } };
    expect(() => planMoveImages(broken, complete(inventory))).toThrow(TypeError);
  });
});

describe('checkImages', () => {
  it('needs the address of each registry only when an image is copied', async () => {
    const source = { registry: { internal, public: '' } };
    const destination = { registry: { internal: '', public: '' } };
    expect(await check(undefined, { source, destination })).toEqual([]);
    expect(await check(undefined, { resources: [web], source, destination })).toEqual([
      'error registry-unknown images.sourceRegistry.public',
      'error registry-unknown images.destinationRegistry.public',
    ]);
    expect(await check({ copy: false }, { resources: [web], source, destination })).toEqual([]);
    const given = { sourceRegistry: { public: outside }, destinationRegistry: { public: 'registry.test' } };
    expect(await check(given, { resources: [web], source, destination })).toEqual([]);
  });

  it('passes on whether missing namespaces for images are created', async () => {
    const inventory = await anInventory({ resources: [web] });
    const paramsOf = (images: object) => aPlan(inventory, { images }).runs[0]?.params;
    expect(paramsOf({ createProjects: true })).toMatchObject({ 'create-projects': 'true' });
    for (const images of [{}, { createProjects: false }])
      expect(paramsOf(images)).not.toHaveProperty('create-projects');
  });

  it('refuses what is no platform, and passes the others on to the copy', async () => {
    const platforms = ['linux/arm64/v8', 'Linux/AMD64'];
    const inventory = await anInventory({ resources: [web] });
    expect(problemsOf(inventory, { images: { platforms } })).toEqual([]);
    expect(aPlan(inventory, { images: { platforms } }).runs[0]?.params['platforms']).toBe('Linux/AMD64,linux/arm64/v8');
    for (const images of [{}, { platforms: [] }])
      expect(aPlan(inventory, { images }).runs[0]?.params).not.toHaveProperty('platforms');
    expect(await check({ platforms: ['arm64'] }, { resources: [web] })).toEqual([
      'error platform-invalid images.platforms',
    ]);
  });

  it('names each image with a problem, until it or its kind is accepted', async () => {
    const parts = { resources: [web, lost] };
    expect(await check(undefined, parts)).toEqual(['error image-problem images.allowProblems']);
    expect(await check({ allowProblems: ['shop/lost:1'] }, parts)).toEqual([]);
    expect(await check({ allowProblems: ['digest-unknown'] }, parts)).toEqual([]);
    expect(await check({ allowProblems: ['import-failed'] }, parts)).toEqual([
      'error image-problem images.allowProblems',
    ]);
  });

  it('counts tags whose digest is not known yet', async () => {
    const other = aDeployment('other', 'quay.io/team/tool:1');
    const parts = { resources: [other], destination: { registry: { internal: '', public: '' } } };
    expect(await check({ registries: ['quay.io'] }, parts)).toEqual([
      'error registry-unknown images.destinationRegistry.public',
    ]);
  });

  it('refuses a registry that is not understood, and two images with one name', async () => {
    expect(await check({ registries: ['https://quay.io'] }, {})).toEqual(['error registry-invalid images.registries']);
    const twins = [
      aDeployment('one', `quay.io/one/tool@${digest('a')}`),
      aDeployment('two', `quay.io/two/tool@${digest('b')}`),
      aDeployment('three', 'quay.io/one/tool:1'),
      aDeployment('four', 'quay.io/two/tool:1'),
    ];
    expect(await check({ registries: ['quay.io'] }, { resources: twins })).toEqual([
      'error image-collision images.exclude',
    ]);
  });
});
