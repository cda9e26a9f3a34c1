/** What a run of a migration does. Each has a Pipeline. */
export type RunAction = 'stage' | 'cutover' | 'app' | 'images';

/** The Pipeline of each action. */
export const pipelineOf: Readonly<Record<RunAction, string>> = {
  stage: 'crane-stage',
  cutover: 'crane-cutover',
  app: 'crane-app-migration',
  images: 'crane-image-migration',
};

/** Whether a text names what a run can do. */
export function isRunAction(text: string): text is RunAction {
  return Object.hasOwn(pipelineOf, text);
}
