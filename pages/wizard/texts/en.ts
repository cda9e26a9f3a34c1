import { after } from './en/after.ts';
import { applications } from './en/applications.ts';
import { common } from './en/common.ts';
import { migrations } from './en/migrations.ts';
import { runs } from './en/runs.ts';
import { steps } from './en/steps.ts';
import { move } from './en/move.ts';

/** All texts of the page, by the place where they are. */
export const en = { ...common, ...migrations, ...runs, ...move, ...steps, ...after, ...applications } as const;
