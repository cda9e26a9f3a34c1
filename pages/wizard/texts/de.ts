import { after } from './de/after.ts';
import { applications } from './de/applications.ts';
import { common } from './de/common.ts';
import { migrations } from './de/migrations.ts';
import { runs } from './de/runs.ts';
import { steps } from './de/steps.ts';
import { move } from './de/move.ts';
import type { Texts } from './texts.ts';

export const de: Texts = { ...common, ...migrations, ...runs, ...move, ...steps, ...after, ...applications };
