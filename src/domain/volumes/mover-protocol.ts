import { parseDocument, readDocument } from '../core/parse-document.ts';
import type { MoverEndEvent, MoverEvent, MoverPlan } from '../schemas/documents.ts';
import { validateMoverEvent } from '../schemas/validators/mover-event.ts';
import { validateMoverPlan } from '../schemas/validators/mover-plan.ts';

export type MoverEnd = Omit<MoverEndEvent, 'event'>;

/** More are counted, but not named: logs of pods are cut at some megabytes. */
export const mostNamedProblems = 2000;

const mark = 'volume-mover ';

export function formatPlan(plan: MoverPlan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

/** @throws TaskError `invalid-file` */
export function parsePlan(text: string, file: string): MoverPlan {
  return parseDocument(text, validateMoverPlan, { name: file, remedy: 'Let the transfer start this program.' });
}

export function formatEvent(event: MoverEvent): string {
  return mark + JSON.stringify(event);
}

/** The event that a line of a log holds; undefined for any other line, a line cut short included. */
export function parseEvent(line: string): MoverEvent | undefined {
  return line.startsWith(mark) ? readDocument(line.slice(mark.length), validateMoverEvent) : undefined;
}
