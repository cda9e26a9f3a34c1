import { createContext, runInContext } from 'node:vm';

import { build } from 'esbuild';
import { expect, it } from 'vitest';

import { objectsOf } from '../../src/domain/planning/run-objects.ts';
import { aClaim, anInventory, aPlan } from '../builders/planning.ts';

const settings = { namespace: 'migrations', answersText: '', inventoryDigest: '', action: 'cutover' } as const;

it('the planning core runs without Node, and gives the same bytes', async () => {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `
        export { completeAnswers } from './src/domain/planning/answers.ts';
        export { checkAnswers } from './src/domain/planning/check-answers.ts';
        export { planMoveImages } from './src/domain/planning/plan-images.ts';
        export { planMove } from './src/domain/planning/move-plan.ts';
        export { objectsOf } from './src/domain/planning/run-objects.ts';
        export { questionsFor } from './src/domain/planning/questions.ts';
        export { allowedActions } from './src/domain/planning/allowed-actions.ts';
        export { stateOf } from './src/domain/planning/state.ts';`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'core',
    // Imports of Node's modules have no place there and fail.
    platform: 'browser',
  });
  expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
  const inventory = await anInventory({ resources: [aClaim('data'), aClaim('cache')] });
  const given = { schemaVersion: 1, name: 'shop', source: { namespace: 'shop' }, destination: { namespace: 'shop' } };
  const context = createContext({ texts: JSON.stringify({ inventory, given, settings }) });
  runInContext(outputFiles[0]?.text ?? '', context);
  const bytes: unknown = runInContext(
    `(() => {
      const { inventory, given, settings } = JSON.parse(texts);
      const answers = core.completeAnswers(inventory, given);
      const images = core.planMoveImages(inventory, answers);
      if (core.checkAnswers({ inventory, given, answers, images }).some(({ severity }) => severity === 'error')) return '';
      return JSON.stringify(core.objectsOf(core.planMove(inventory, answers, images), settings));
    })()`,
    context,
  );
  expect(bytes).toBe(JSON.stringify(objectsOf(aPlan(inventory), settings)));
});
