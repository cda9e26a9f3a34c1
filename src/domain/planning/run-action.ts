/** What a run of a migration does. Each has a Pipeline. */
export type RunAction = 'stage' | 'cutover' | 'app' | 'images';

/** The Pipeline of each action. */
export const pipelineOf: Readonly<Record<RunAction, string>> = {
  stage: 'crane-stage',
  cutover: 'crane-cutover',
  app: 'crane-app-migration',
  images: 'crane-image-migration',
};
